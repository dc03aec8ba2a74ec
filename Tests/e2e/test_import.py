"""Invitations that are pending in another system come over, and the links that people have from there work on."""

import json
import time
import uuid

import pytest

from harness import eventually, fresh, fresh_word
from visitor import Visitor

TOKEN = "Q7rT2mXbN4vK9sLpW3dZ8cYh"
SIGNED = "eyJhbGciOiJSUzI1NiJ9.eyJzaWQiOiJpbnYifQ.Zx0aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2uV3wX4yZ"


def token() -> str:
    return TOKEN + uuid.uuid4().hex[:8]


def file_of(usher, text: str, ending: str = "csv"):
    path = usher.folder / f"{uuid.uuid4().hex}.{ending}"
    path.write_text(text)
    return path


def take_in(usher, text: str, format: str, *more: str, ending: str = "csv"):
    path = file_of(usher, text, ending)
    done = usher.run("invite", "import", str(path), "--format", format, "--organization", usher.organization_id,
                     "--json", *more)
    return done, path


def later(days: float = 5) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + days * 86_400))


def clerk(usher, address, secret):
    secret = SIGNED + secret
    text = ("email_address,role,status,url,expires_at\n"
            f"{address},org:admin,pending,https://clerk.example.com/v1/tickets/accept?ticket={secret},"
            f"{int((time.time() + 5 * 86_400) * 1000)}\n")
    return text, f"{usher.url}/auth?__clerk_ticket={secret}&__clerk_status=sign_up"


def workos(usher, address, secret):
    text = ("email,state,token,accept_invitation_url,expires_at\n"
            f"{address},pending,{secret},https://app.example.com/invite?invitation_token={secret},{later()}\n")
    return text, f"{usher.url}/invite?invitation_token={secret}"


def auth0(usher, address, secret):
    text = json.dumps([{
        "id": "uinv_1", "invitee": {"email": address}, "inviter": {"name": "Ivy"}, "roles": [],
        "invitation_url": f"https://app.example.com/login?invitation={secret}&organization=org_1",
        "created_at": later(-2), "expires_at": later(), "client_id": "c", "app_metadata": {"team": "red"}}])
    return text, f"{usher.url}/login?invitation={secret}&organization=org_1&organization_name=acme"


@pytest.mark.parametrize("system", [clerk, workos, auth0])
def test_the_old_link_opens_and_joins(usher, system):
    """INV-29, 8.10: dry run, import, the old link is looked at and then used; no letter went out."""
    address, secret = fresh(system.__name__), token()
    text, link = system(usher, address, secret)
    ending = "json" if text.startswith("[") else "csv"
    before = usher.count("invitations")
    tried, _ = take_in(usher, text, system.__name__, "--dry-run", ending=ending)
    assert tried.returncode == 0, tried.stderr
    assert json.loads(tried.stdout)["outcomes"]["would_invite"] == 1
    assert usher.count("invitations") == before

    done, path = take_in(usher, text, system.__name__, ending=ending)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["outcomes"]["imported"] == 1 and told["state"] == "applied" and told["failed_file"] is None
    assert usher.letters_to(address) == []

    scanner = Visitor()
    for _ in range(3):
        assert scanner.open(link).status == 200
    assert usher.invitation_of(address)["status"] == "pending", "a GET changes nothing"

    visitor = Visitor()
    first = visitor.session.get(link, allow_redirects=False, timeout=10)
    assert first.status_code == 303 and secret not in first.headers["Location"]
    page = visitor.open(link)
    assert page.status == 200 and address in page.text and secret not in page.text
    assert visitor.join(page).status_code == 303
    assert usher.invitation_of(address)["status"] == "accepted"
    assert secret not in usher.log
    everything = json.dumps(usher.invitations()) + usher.command("org", "export", usher.organization_id)
    assert secret not in everything


def test_a_resend_ends_the_old_link(usher):
    address, secret = fresh(), token()
    text, link = workos(usher, address, secret)
    done, _ = take_in(usher, text, "workos")
    assert done.returncode == 0, done.stderr
    id = usher.invitation_of(address)["id"]
    usher.sql(f"UPDATE invitations SET last_letter_at = last_letter_at - 120000, created_at = created_at - 120000"
              f" WHERE id = '{id}' RETURNING id")
    answer = usher.request("POST", f"/api/invitation/{id}/resend")
    assert answer.status_code in (202, 204), answer.text
    page = Visitor().open(link)
    assert page.status == 410, page.text
    eventually(lambda: usher.letters_to(address))


def test_rows_without_a_code_get_a_letter_and_what_failed_comes_back(usher):
    good, held, bad = fresh("good"), fresh("held"), fresh("bad")
    text = ("email_address,role,status,url\n"
            f"{good},org:member,pending,\n{bad},org:wizard,pending,\n{fresh('gone')},org:member,accepted,\n")
    done, path = take_in(usher, text, "clerk")
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)
    assert told["outcomes"]["invited"] == 1 and told["outcomes"]["not_pending"] == 1
    eventually(lambda: usher.letters_to(good))
    failed = path.with_name(path.name + ".failed.csv")
    assert told["failed_file"] == str(failed)
    mended = failed.read_text().replace("org:wizard", "admin")
    again, _ = take_in(usher, mended, "usher", "--no-send")
    assert again.returncode == 0, again.stderr
    assert usher.invitation_of(bad)["role"] == 1 and usher.letters_to(bad) == []

    mapped, _ = take_in(usher, f"email_address,role,status\n{held},org:wizard,pending\n", "clerk",
                        "--role-map", "org:wizard=admin", "--no-send")
    assert mapped.returncode == 0, mapped.stderr
    assert usher.invitation_of(held)["role"] == 1

    called, own = f"Wizard {fresh_word()}", fresh("own")
    usher.command("role", "create", called, "--permission", "audit:read", "--organization", usher.organization_id)
    text = f"email_address,role,status\n{own},org:wizard,pending\n"
    mapped, _ = take_in(usher, text, "clerk", "--role-map", f"org:wizard={called.lower()}", "--no-send")
    assert mapped.returncode == 0, mapped.stderr
    assert usher.invitation_of(own)["custom_role"]["name"] == called
    above, path = take_in(
        usher, text.replace(own, fresh()), "clerk", "--role-map", f"org:wizard={called} Two", "--no-send")
    assert above.returncode == 1 and f",{called} Two," in path.with_name(path.name + ".failed.csv").read_text()


def test_what_is_no_such_table_is_told(usher):
    done, _ = take_in(usher, "email,state\na@example.org,pending\n", "clerk")
    assert done.returncode == 2 and "email_address" in done.stderr and "status" in done.stderr
    done, _ = take_in(usher, "email,state\n" + "a@example.org,pending\n" * 500_000, "workos")
    assert done.returncode == 2 and "larger" in done.stderr
    done, _ = take_in(usher, "email,state\na@example.org,pending\n", "okta")
    assert done.returncode == 2 and "clerk" in done.stderr
    done, _ = take_in(usher, "email,state\na@example.org,pending\n", "workos", "--on-behalf", "nobody@example.org")
    assert done.returncode == 1 and "no member" in done.stderr


def test_an_admin_takes_the_same_tables_and_no_codes(usher):
    """By the API with a key: rows are invited anew, because a code that an admin brings along proves nothing."""
    address, secret = fresh(), token()
    text, link = workos(usher, address, secret)
    path = file_of(usher, text.replace("email,state", "email,state,role").replace(",pending,", ",pending,boss,"))
    fields = {"USHER_API_KEY": usher.key, "USHER_PUBLIC_URL": usher.url}
    before = dict(usher.env)
    usher.env.update(fields)
    try:
        done = usher.run("invite", "bulk", str(path), "--organization", usher.organization_id, "--yes", "--json",
                         "--format", "workos", "--role-map", "boss=admin")
        wrong = usher.run("invite", "bulk", str(path), "--organization", usher.organization_id, "--no-send")
    finally:
        usher.env.clear()
        usher.env.update(before)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcomes"]["invited"] == 1
    eventually(lambda: usher.letters_to(address))
    assert usher.invitation_of(address)["role"] == 1
    assert Visitor().open(link).status == 404
    assert wrong.returncode == 2
