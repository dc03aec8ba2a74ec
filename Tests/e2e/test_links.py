"""Links that many can join by, with the real binary on both engines."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from harness import OWNER, eventually, fresh
from visitor import Visitor


def create(usher, **changes) -> dict:
    body = {
        "role": 0, "max_uses": 30, "redirect_uri": f"{usher.url}/account",
        "expires_at": f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}"} | changes
    response = usher.request("POST", f"/api/organization/{usher.organization_id}/link", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def look(usher, made: dict) -> dict:
    return usher.request("GET", f"/api/organization/{usher.organization_id}/link/{made['id']}").json()


def ask(usher, url: str, address: str) -> tuple[Visitor, str]:
    """Types an address; the browser, and the link of the letter."""
    visitor = Visitor()
    page = visitor.open(url)
    assert page.status == 200, page.text
    response = visitor.submit(page, page.form_to("/join"), email=address)
    assert response.status_code == 200, response.text
    letter = eventually(lambda: usher.letters_to(address))[0]
    return visitor, next(word for word in letter["text"].split() if "/join/proof?token=" in word)


def test_a_link_leads_through_a_proved_address_to_a_member(usher):
    """INV-28: link, address, letter, confirmation, password, member; the use is kept, the secret nowhere."""
    made, address = create(usher), fresh()
    visitor, link = ask(usher, made["url"], address)
    page = visitor.open(link)
    response = visitor.submit(page, page.form_to("/join/proof"))
    assert response.headers["Location"] == "/invitation"
    assert visitor.join(visitor.open(f"{usher.url}/invitation")).status_code == 303
    me = visitor.session.get(f"{usher.url}/api/auth/me", timeout=10).json()
    assert [found["role"] for found in me["user_orgs"]] == [0] and me["email"] == address
    told = look(usher, made)
    assert told["link"]["uses"] == 1
    assert [(use["email"], use["status"], use["user_id"]) for use in told["uses"]] == [(address, "accepted", me["id"])]
    secret = made["url"].rpartition("=")[2]
    assert secret not in usher.log and secret not in json.dumps(told)
    assert not any(secret in letter["raw"] for letter in usher.letters_to(address))
    [(hash,)] = usher.sql(f"SELECT hash FROM join_links WHERE id = '{made['id']}'")
    assert len(hash) == 64 and hash != secret


def test_of_many_at_once_exactly_as_many_get_in_as_the_link_says(usher):
    """CON-14: max_uses people, whoever else proves an address at the same moment."""
    made = create(usher, max_uses=5)
    doors = [ask(usher, made["url"], fresh()) for _ in range(20)]

    def confirm(door: tuple[Visitor, str]) -> int:
        visitor, link = door
        page = visitor.open(link)
        return visitor.submit(page, page.form_to("/join/proof")).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(confirm, doors))
    assert answers.count(303) == 5 and answers.count(410) == 15, answers
    told = look(usher, made)
    assert told["link"]["status"] == "used_up" and told["link"]["uses"] == len(told["uses"]) == 5


def test_the_commands_make_list_and_withdraw_links(usher):
    """`usher link create`, `list`, `revoke`; a withdrawn link has its page."""
    where = ("--organization", usher.organization_id)
    target = f"{usher.url}/account"
    options = ("--user", OWNER, "--max-uses", "2", "--redirect-uri", target)
    made = json.loads(usher.command("link", "create", *where, *options, "--allowed-domain", "Example.ORG", "--json"))
    assert made["allowed_domains"] == ["example.org"] and made["status"] == "open"
    assert Visitor().open(made["url"]).status == 200
    assert made["id"] in {found["id"] for found in json.loads(usher.command("link", "list", *where, "--json"))}
    usher.command("link", "revoke", made["id"], *where)
    page = Visitor().open(made["url"])
    assert page.status == 410 and "withdrawn" in page.text
    for wrong in (("--role", "owner"), ("--max-uses", "0"), ("--user", fresh())):
        result = usher.run("link", "create", *where, *options, *wrong)
        assert result.returncode == 1 and result.stdout == "" and result.stderr.startswith("usher: ")


def test_a_relay_sees_the_letter_in_the_visitors_language(usher):
    """EML-25: whoever reads German pages gets a German letter."""
    made, address, visitor = create(usher), fresh(), Visitor()
    visitor.session.headers["Accept-Language"] = "de"
    page = visitor.open(made["url"])
    assert visitor.submit(page, page.form_to("/join"), email=address).status_code == 200
    letter = eventually(lambda: usher.letters_to(address))[0]
    assert "Bestätigen Sie Ihre Adresse" in letter["subject"]
