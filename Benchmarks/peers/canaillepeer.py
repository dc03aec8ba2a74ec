"""`python canaillepeer.py`: Canaille's schema, and its administrator, who signs in as a browser does. Prints the
cookies and the CSRF token that go with every request, as JSON. Canaille itself is configured by the environment."""

import json
import re

from canaille import create_app
from canaille.app import models

PASSWORD = "a long enough one for measuring"


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input[^>]*name="(csrf_token)"[^>]*value="([^"]+)"', page))


def sign_in(client) -> None:
    page = client.get("/login").text
    page = client.post("/login", data=hidden(page) | {"login": "admin"}, follow_redirects=True).text
    answer = client.post("/auth/password", data=hidden(page) | {"password": PASSWORD, "remember": ""})
    if answer.status_code != 302:
        raise SystemExit(f"Canaille's sign-in was answered {answer.status_code}: {answer.text}")


app = create_app(init_backend=True)
with app.app_context():
    backend = app.backend.instance
    backend.save(models.User(
        user_name="admin", given_name="Ada", family_name="Admin", formatted_name="Ada Admin",
        emails=["admin@example.com"], password=PASSWORD))
client = app.test_client()
sign_in(client)
invite = client.get("/invite")
cookies = "; ".join(f"{key[2]}={cookie.value}" for key, cookie in client._cookies.items())
print(json.dumps({"cookie": cookies, "csrf": hidden(invite.text)["csrf_token"]}))
