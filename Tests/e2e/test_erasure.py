"""A person who asks to be forgotten (AZ-17)."""

import json

import requests

from harness import OWNER, fresh
from sink import link_in
from visitor import PASSWORD, Visitor


def joined(usher, address: str, **fields) -> Visitor:
    before = [letter["text"] for letter in usher.letters_to(address)]
    assert usher.invite(address, **fields).status_code == 204
    [text] = [letter["text"] for letter in usher.letters_to(address) if letter["text"] not in before]
    visitor = Visitor()
    assert visitor.join(visitor.open(link_in(text))).status_code == 303
    return visitor


def cookies(visitor: Visitor) -> dict[str, str]:
    return {cookie.name: cookie.value for cookie in visitor.session.cookies}


def me(usher, session: dict) -> requests.Response:
    return requests.get(f"{usher.url}/api/auth/me", cookies=session, timeout=10)


def erase(usher, session: dict, password: str, **headers) -> requests.Response:
    return requests.delete(
        f"{usher.url}/api/user", cookies=session, json={"password": password}, headers=headers, timeout=30)


def places_of(usher, address: str) -> list[str]:
    """Tables in which an address stands."""
    tables = {
        "users": ("email_typed", "email_canonical", "email_wire"),
        "invitations": ("email_typed", "email_canonical", "email_wire", "delivery_reason"),
        "outbox": ("recipient_typed", "recipient_canonical", "recipient_wire", "last_reason"),
        "audit": ("actor", "subject"), "idempotency": ("subject", "answer"), "quotas": ("subject",),
    }
    found = []
    for table, columns in tables.items():
        condition = " OR ".join(f"{column} LIKE '%{address}%'" for column in columns)
        if int(usher.sql(f"SELECT COUNT(*) FROM {table} WHERE {condition}")[0][0]):
            found.append(table)
    return found


def test_a_person_erases_themselves(usher):
    """AZ-17: with their password and in no other way; what they had ends, and nothing leads back to them."""
    address = fresh()
    session = cookies(joined(usher, address, user_role=1))
    person = me(usher, session).json()
    key = usher.make_key("user", user=address)
    # A letter that is out holds no address any more.
    assert {"users", "invitations"} <= set(places_of(usher, address))

    wrong = erase(usher, session, "not the password at all")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_password")
    foreign = erase(usher, session, PASSWORD, **{"Sec-Fetch-Site": "cross-site"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "cross_site")
    assert erase(usher, {}, PASSWORD).status_code == 401
    assert me(usher, session).status_code == 200

    done = erase(usher, session, PASSWORD)
    assert done.status_code == 204 and done.headers["Clear-Site-Data"]
    assert me(usher, session).status_code == 401
    assert usher.request("GET", "/api/audit", key=key).status_code == 401
    assert places_of(usher, address) == []
    entries = usher.request("GET", "/api/audit", params={"action": "membership.removed"}).json()
    assert entries[0]["actor"] == f"user:{person['id']}"
    assert usher.run("audit", "verify").returncode == 0

    again = me(usher, cookies(joined(usher, address))).json()
    assert again["id"] != person["id"]


def test_the_operator_erases_and_the_last_owner_stays(usher):
    """PRODUCT rule 8: refused, with the names of the organizations."""
    refused = usher.run("user", "erase", OWNER)
    assert refused.returncode == 1 and usher.organization_id in refused.stderr
    session = cookies(joined(usher, second := fresh("owner"), user_role=2))
    told = json.loads(usher.command("user", "erase", second, "--json"))
    assert told["memberships"] == 1 and told["user_id"]
    assert me(usher, session).status_code == 401
    invited = fresh("invited")
    assert usher.invite(invited).status_code == 204
    link = link_in(usher.letters_to(invited)[-1]["text"])
    told = json.loads(usher.command("user", "erase", invited, "--json"))
    assert (told["user_id"], told["invitations"]) == (None, 1)
    assert Visitor().open(link).status == 410
    assert places_of(usher, invited) == []
