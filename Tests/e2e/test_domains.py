"""Domains that the DNS proves, with the real binary on both engines and a name server of our own: AZ-13, CRS-15."""

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from harness import ORGANIZATION, OWNER, eventually, fresh_word, start_usher
from named import names, usher  # noqa: F401
from sink import Sink
from visitor import PASSWORD, Visitor


def fresh_domain() -> str:
    return f"d{fresh_word(12)}.example.org"


def claim(usher, domain: str, **more) -> dict:
    response = usher.request(
        "POST", f"/api/organization/{usher.organization_id}/domain", json={"domain": domain} | more)
    assert response.status_code == 200, response.text
    return response.json()


def verify(usher, made: dict) -> requests.Response:
    return usher.request("POST", f"/api/organization/{usher.organization_id}/domain/{made['id']}/verify")


def prove(usher, names, domain: str, **more) -> dict:
    made = claim(usher, domain, **more)
    names.say(made["record"]["name"], made["record"]["value"])
    response = verify(usher, made)
    assert response.status_code == 200, response.text
    return response.json()


def told(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def person(usher, address: str) -> dict:
    """Somebody with an account who belongs elsewhere; the fields of a signed-in browser."""
    usher.command("admin", "create", "--email", address, "--organization", "Elsewhere", stdin=f"{PASSWORD}\n")
    visitor = Visitor()
    page = visitor.open(f"{usher.url}/signin")
    response = visitor.submit(page, page.form_to("/signin"), email=address, password=PASSWORD)
    assert response.status_code == 303, response.text
    return {"visitor": visitor, "headers": {
        "Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.session.cookies)}}


def enter(usher, who: dict) -> requests.Response:
    return usher.request(
        "POST", f"/api/auth/me/organization/{usher.organization_id}/join", None, None, who["headers"])


def role(usher, address: str) -> int | None:
    found = usher.request("GET", f"/api/organization/users/{usher.organization_id}?limit=1000").json()
    return next((
        one["role"] for member in found if member["email"] == address for one in member["user_orgs"]
        if one["organization_id"] == usher.organization_id), None)


# What the DNS says


def test_the_record_among_others_proves_a_domain(usher, names):
    made = claim(usher, fresh_domain(), joining="request")
    name, value = made["record"]["name"], made["record"]["value"]
    assert name == f"_usher-challenge.{made['domain']}" and made["status"] == "pending"
    assert told(verify(usher, made)) == (400, "domain_not_proved"), "no such name"
    names.say(name)
    assert told(verify(usher, made)) == (400, "domain_not_proved"), "no TXT record"
    names.say(name, "v=spf1 -all", value[:-1] + "!", "usher-verification=")
    answer = verify(usher, made)
    assert told(answer) == (400, "domain_not_proved")
    assert value in answer.json()["message"] and "none of the 3 TXT records" in answer.json()["message"]
    names.say(name, "v=spf1 -all", value, "google-site-verification=x")
    proved = verify(usher, made).json()
    assert proved["status"] == "verified" and proved["verified_at"] and proved["joining"] == "request"


def test_strings_of_one_record_are_joined_and_those_of_two_are_not(usher, names):
    """RFC 1035 section 3.3.14."""
    made = claim(usher, fresh_domain())
    name, value = made["record"]["name"], made["record"]["value"]
    names.say(name, value[:20], value[20:])
    assert told(verify(usher, made)) == (400, "domain_not_proved")
    names.say(name, ["v=spf1 ", "-all"], [value[:20], value[20:40], value[40:]])
    assert verify(usher, made).status_code == 200


def test_what_udp_cuts_off_is_asked_by_tcp(usher, names):
    made = claim(usher, fresh_domain())
    name = made["record"]["name"]
    names.say(name, *[f"filler-{number}-" + "x" * 200 for number in range(20)], made["record"]["value"])
    names.fail(name, "cut")
    assert verify(usher, made).status_code == 200
    assert {way for asked, way in names.questions if asked == name} == {"udp", "tcp"}


@pytest.mark.parametrize("how", ["servfail", "silent"])
def test_trouble_with_the_dns_is_no_proof_of_anything(usher, names, how):
    """CRS-15: an answer in time, that says to try again, and everything as it was."""
    made = prove(usher, names, fresh_domain(), joining="join")
    names.fail(made["record"]["name"], how)
    start = time.monotonic()
    response = verify(usher, made)
    assert told(response) == (503, "domain_lookup_failed")
    assert int(response.headers["Retry-After"]) >= 1
    # Its look-up ends after a few seconds, and a client would not wait for much longer than this.
    assert time.monotonic() - start < 20
    found = usher.request(
        "GET", f"/api/organization/{usher.organization_id}/domain/{made['id']}").json()
    assert found["status"] == "verified" and found["joining"] == "join"
    assert usher.is_ready()


def test_while_a_name_server_is_silent_others_are_served(usher, names):
    """CRS-15: only who asks waits."""
    made = claim(usher, fresh_domain())
    names.fail(made["record"]["name"], "silent")
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(verify, usher, made) for _ in range(8)]
        eventually(lambda: made["record"]["name"].lower() in {name for name, _ in names.questions})
        assert usher.request("GET", f"/api/organization/{usher.organization_id}/domain").status_code == 200
        assert not all(one.done() for one in waiting), "they wait still"
        assert {told(one.result())[0] for one in waiting} <= {503, 429}


def test_a_domain_is_one_organizations(usher, names):
    """AZ-13."""
    domain = fresh_domain()
    made = prove(usher, names, domain)
    other = json.loads(usher.command("org", "create", "Other", "--owner", OWNER, "--json"))["organization_id"]
    key = usher.make_key("owner", organization=other)
    path = f"/api/organization/{other}/domain"
    theirs = usher.request("POST", path, key, other, json={"domain": domain}).json()
    names.say(made["record"]["name"], made["record"]["value"], theirs["record"]["value"])
    assert told(usher.request("POST", f"{path}/{theirs['id']}/verify", key, other)) == (400, "domain_taken")
    assert told(usher.request("GET", f"{path}/{made['id']}", key, other)) == (404, "domain_not_found")


# Who comes in by it


def test_people_of_a_domain_join_by_themselves(usher, names):
    domain = fresh_domain()
    prove(usher, names, domain, joining="join", role=1)
    ada, below = person(usher, f"ada@{domain}"), person(usher, f"ada@sub.{domain}")
    listed = usher.request("GET", "/api/auth/me/organization", None, None, ada["headers"]).json()
    assert [(one["id"], one["joining"]) for one in listed] == [(usher.organization_id, "join")]
    response = enter(usher, ada)
    assert (response.status_code, response.json()["status"]) == (200, "joined")
    assert role(usher, f"ada@{domain}") == 1
    assert enter(usher, ada).status_code == 200
    assert told(enter(usher, below)) == (404, "organization_not_found")
    assert role(usher, f"ada@sub.{domain}") is None


def test_people_of_a_domain_ask_and_an_admin_decides_on_a_page(usher, names):
    """By pages alone: asking, the letter, the sign-in, the decision, the letter."""
    domain = fresh_domain()
    prove(usher, names, domain, joining="request")
    address = f"ada@{domain}"
    visitor = person(usher, address)["visitor"]
    page = visitor.open(f"{usher.url}/organizations")
    assert page.status == 200, page.text
    assert visitor.submit(page, page.form_to("/organizations/join")).status_code == 303
    page = visitor.open(f"{usher.url}/organizations")
    assert page.form_to("/organizations/withdraw")
    letter = eventually(lambda: [one for one in usher.letters_to(OWNER) if "/joining/" in one["text"]])[0]
    assert "asks to join" in letter["subject"]
    link = next(word for word in letter["text"].split() if "/joining/" in word)
    boss = f"boss@{uuid.uuid4().hex[:8]}.example"
    usher.command(
        "admin", "create", "--email", boss, "--organization", ORGANIZATION, stdin=f"{PASSWORD}\n")
    admin = Visitor()
    page = admin.open(link)
    path = link.removeprefix(usher.url)
    response = admin.submit(page, page.form_to("/signin"), email=boss, password=PASSWORD)
    assert response.headers["Location"] == path
    page = admin.open(link)
    assert address in page.text and page.form_to(f"{path}/refuse")
    assert admin.submit(page, page.form_to(f"{path}/approve")).status_code == 303
    assert role(usher, address) == 0
    assert eventually(lambda: usher.letters_to(address))
    assert admin.open(link).status == 200


# Who has no account yet


def letter_with(usher, address: str, path: str) -> str:
    """The link in the letter to an address."""
    letter = eventually(lambda: [one for one in usher.letters_to(address) if path in one["text"]])[0]
    return next(word for word in letter["text"].split() if path in word)


def sign_up(usher, address: str) -> Visitor:
    """From the page to sign in to an account, by pages and a letter alone: where the person is then."""
    visitor = Visitor()
    page = visitor.open(f"{usher.url}/organizations")
    assert "/organizations/address" in page.response.text
    page = visitor.open(f"{usher.url}/organizations/address")
    response = visitor.submit(page, page.form_to("/organizations/address"), email=address)
    assert response.status_code == 200 and 'data-state="sign-up-sent"' in response.text
    page = visitor.open(letter_with(usher, address, "/organizations/proof"))
    form = page.form_to("/organizations/proof")
    assert form.input(type="email")["value"] == address
    response = visitor.submit(page, form, name="Ada", password=PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (303, "/organizations")
    assert role(usher, address) is None
    return visitor


def test_who_has_no_account_joins_by_a_letter_a_password_and_a_press(usher, names):
    domain = fresh_domain()
    prove(usher, names, domain, joining="join", role=1)
    address = f"ada@{domain}"
    visitor = sign_up(usher, address)
    page = visitor.open(f"{usher.url}/organizations")
    assert visitor.submit(page, page.form_to("/organizations/join")).status_code == 200
    assert role(usher, address) == 1
    link = letter_with(usher, address, "/organizations/proof")
    assert Visitor().open(link).status == 410, "it works once"
    # Whoever types the address again is told to sign in, by letter.
    other = Visitor()
    page = other.open(f"{usher.url}/organizations/address")
    assert other.submit(page, page.form_to("/organizations/address"), email=address).status_code == 200
    page = other.open(letter_with(usher, address, "/signin?next=/organizations"))
    response = other.submit(page, page.form_to("/signin"), email=address, password=PASSWORD)
    assert response.headers["Location"] == "/organizations"


def test_who_has_no_account_asks_and_is_a_member_when_an_admin_approves(usher, names):
    domain = fresh_domain()
    prove(usher, names, domain, joining="request")
    address = f"grace@{domain}"
    visitor = sign_up(usher, address)
    page = visitor.open(f"{usher.url}/organizations")
    assert visitor.submit(page, page.form_to("/organizations/join")).status_code == 303
    assert role(usher, address) is None
    path = f"/api/organization/{usher.organization_id}/join_request"
    [request] = [one for one in usher.request("GET", f"{path}?status=open").json() if one["email"] == address]
    assert usher.request("POST", f"{path}/{request['id']}/approve", json={}).status_code == 200
    assert role(usher, address) == 0


def test_an_address_of_no_such_domain_gets_the_same_answer_and_no_letter(usher, names):
    """AUT-07."""
    domain = fresh_domain()
    made = prove(usher, names, domain, joining="join")
    answers = []
    for address in (f"ada@{domain}", f"ada@sub.{domain}", f"ada@{fresh_domain()}"):
        visitor = Visitor()
        page = visitor.open(f"{usher.url}/organizations/address")
        response = visitor.submit(page, page.form_to("/organizations/address"), email=address)
        answers.append((response.status_code, response.text.replace(address, "…")))
    assert len(set(answers)) == 1
    link = letter_with(usher, f"ada@{domain}", "/organizations/proof")
    time.sleep(2)
    assert not usher.letters_to(f"ada@sub.{domain}")
    # The organization changes its mind while the letter is read.
    changed = usher.request(
        "PUT", f"/api/organization/{usher.organization_id}/domain/{made['id']}", json={"joining": "off"})
    assert changed.status_code == 200, changed.text
    closed = Visitor().open(link)
    assert closed.status == 403 and "No account was made" in closed.text


def test_the_letter_goes_by_the_relay_and_none_to_an_address_that_is_not_welcome(engine, names):
    """AUT-07: what is not welcome leaves the outbox as well, and never reaches the relay."""
    with Sink() as relay, start_usher(engine, relay, USHER_DNS_SERVERS=names.address) as usher:
        domain = fresh_domain()
        prove(usher, names, domain, joining="join")
        address, vain = f"ada@{domain}", f"ada@{fresh_domain()}"
        visitor = Visitor()
        for typed in (vain, address):
            page = visitor.open(f"{usher.url}/organizations/address")
            assert visitor.submit(page, page.form_to("/organizations/address"), email=typed).status_code == 200
        mail = eventually(lambda: relay.mails_to(address))[0]
        page = visitor.open(next(word for word in mail.text.split() if "/organizations/proof" in word))
        response = visitor.submit(page, page.form_to("/organizations/proof"), password=PASSWORD)
        assert response.headers["Location"] == "/organizations"
        page = visitor.open(f"{usher.url}/organizations")
        assert visitor.submit(page, page.form_to("/organizations/join")).status_code == 200
        assert role(usher, address) == 0
        assert eventually(lambda: usher.sql("SELECT COUNT(*) FROM outbox WHERE state = 'pending'")[0][0] in (0, "0"))
        assert [one[0] for one in usher.sql(
            "SELECT state FROM outbox WHERE kind = 'notice' ORDER BY state")] == ["cancelled", "sent"]
        assert len(relay.mails_to(address)) == 1 and not relay.mails_to(vain)


def test_the_commands_claim_verify_set_list_and_remove(usher, names):
    """`usher domain add|verify|set|list|remove`."""
    domain, where = fresh_domain(), ("--organization", usher.organization_id)
    added = json.loads(usher.command("domain", "add", domain, *where, "--user", OWNER, "--json"))
    assert added["status"] == "pending" and added["record_value"] in usher.command(
        "domain", "add", domain, *where, "--user", OWNER)
    refused = usher.run("domain", "verify", domain, *where)
    assert refused.returncode == 1 and added["record_value"] in refused.stderr
    early = usher.run("domain", "set", domain, *where, "--user", OWNER, "--joining", "join")
    assert early.returncode == 1 and "Prove this domain first" in early.stderr
    names.say(added["record_name"], added["record_value"])
    assert "is verified" in usher.run("domain", "verify", domain, *where).stderr
    changed = json.loads(usher.command(
        "domain", "set", domain, *where, "--user", OWNER, "--joining", "join", "--role", "admin", "--json"))
    assert (changed["status"], changed["joining"], changed["role"]) == ("verified", "join", "admin")
    assert domain in usher.command("domain", "list", *where)
    usher.command("domain", "remove", domain, *where)
    listed = json.loads(usher.command("domain", "list", *where, "--json"))
    assert domain not in [one["domain"] for one in listed]
    assert usher.run("domain", "add", "gmail.com", *where, "--user", OWNER).returncode == 2
    assert usher.run("domain", "remove", domain, *where).returncode == 1
