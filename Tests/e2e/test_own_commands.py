"""What people do at a terminal beside inviting: requests, codes, their own invitations and keys, the ownership."""

import json
import time
import uuid

from harness import OWNER, Usher, eventually, fresh
from sink import link_in
from visitor import Visitor


def run(usher: Usher, *args: str, key: str | None = None, organization: str | None = None, stdin: str | None = None):
    environment = {
        "USHER_API_KEY": key or usher.key, "USHER_ORGANIZATION": organization or usher.organization_id,
        "USHER_PUBLIC_URL": usher.url}
    before = dict(usher.env)
    usher.env.update(environment)
    try:
        return usher.run(*args, stdin=stdin)
    finally:
        usher.env.clear()
        usher.env.update(before)


def told(result):
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def link_to(usher, address: str, **fields) -> str:
    assert usher.invite(address, **fields).status_code == 204
    return link_in(usher.letters_to(address)[-1]["text"])


def joined(usher, address: str, **fields) -> Visitor:
    visitor = Visitor()
    assert visitor.join(visitor.open(link_to(usher, address, **fields))).status_code == 303
    return visitor


def test_a_code_is_looked_up_and_declined_and_never_an_argument(usher):
    """INV-30: the code comes by standard input or a file, alone or as the whole link."""
    address = fresh()
    link = link_to(usher, address)
    code = link.split("inv_code=")[1].split("&")[0]
    offer = told(run(usher, "invite", "lookup", "--json", stdin=code + "\n"))
    assert offer["status"] == "pending" and address not in json.dumps(offer)
    file = usher.folder / f"{uuid.uuid4().hex}.txt"
    file.write_text(f"<{link}>\n")
    assert "pending" in run(usher, "invite", "lookup", "--code-file", str(file)).stdout
    assert run(usher, "invite", "lookup", code).returncode == 2
    assert run(usher, "invite", "lookup", stdin="").returncode == 2
    known = usher.invitation_of(address)["id"]
    assert told(run(usher, "invite", "decline", "--code-file", str(file), "--reason", "not now", "--json")) == {
        "declined": True, "reported": False}
    shown = run(usher, "invite", "show", known)
    assert 'declined because  "not now"' in shown.stdout
    assert usher.request(
        "GET", f"/api/invitations/{usher.organization_id}", params={"status": "declined", "email": address}
    ).json()[0]["email"] == address
    again = run(usher, "invite", "lookup", stdin=code)
    assert again.returncode == 1 and "invitation_ended" in again.stderr


def test_requests_are_decided_at_the_terminal(usher):
    yes, no = fresh("yes"), fresh("no")
    for address in (yes, no):
        link = link_to(usher, address)
        past = int(time.time() * 1000) - 86_400_000
        usher.sql(f"UPDATE invitations SET expires_at = {past}, last_letter_at = {past}"
                  f" WHERE id = '{usher.invitation_of(address)['id']}'")
        visitor = Visitor()
        page = visitor.open(link)
        assert visitor.submit(page, page.form_to("/invitation/ask")).status_code == 303
    requests = {one["email"]: one["id"] for one in told(run(usher, "invite", "request", "list", "--json"))}
    assert {yes, no} <= requests.keys()
    assert requests[yes] in run(usher, "invite", "request", "list").stdout
    assert told(run(usher, "invite", "request", "approve", requests[yes], "--json"))["status"] == "approved"
    assert told(run(usher, "invite", "request", "refuse", requests[no], "--json"))["status"] == "refused"
    eventually(lambda: len(usher.letters_to(yes)) == 2)
    assert len(usher.letters_to(no)) == 1


def test_ones_own_invitations_and_keys(usher):
    """INV-25: a key looks, and answers for nobody; a session does."""
    address = fresh("own")
    visitor = joined(usher, address)
    mine = usher.make_key("user", user=address)
    other = json.loads(usher.command("org", "create", "Elsewhere", "--owner", OWNER, "--json"))["organization_id"]
    there = {"organization": other, "organization_id": other,
             "key": usher.make_key("owner", user=OWNER, organization=other)}
    for _ in range(1):
        assert usher.invite(address, **there).status_code == 204
    [offer] = told(run(usher, "invite", "own", "list", "--json", key=mine))
    assert offer["organization_id"] == other
    assert offer["id"] in run(usher, "invite", "own", "list", key=mine).stdout
    cookie = next(cookie.value for cookie in visitor.session.cookies if cookie.name.endswith("usher_session"))
    session = usher.folder / f"{uuid.uuid4().hex}.session"
    session.write_text("A" * 43)
    refused = run(usher, "invite", "own", "accept", offer["id"], "--session-file", str(session))
    assert refused.returncode == 4, refused.stderr
    session.write_text(cookie + "\n")
    accepted = told(run(usher, "invite", "own", "accept", offer["id"], "--session-file", str(session), "--json"))
    assert accepted["organization_id"] == other

    made = told(run(usher, "key", "own", "create", "--name", "ci", "--role", "user", "--json", key=mine))
    assert made["api_key"].startswith("ush_")
    listed = told(run(usher, "key", "own", "list", "--json", key=made["api_key"]))
    assert made["id"] in {key["id"] for key in listed} and made["api_key"] not in json.dumps(listed)
    assert told(run(usher, "key", "own", "revoke", made["id"], "--json", key=mine)) == {"revoked": made["id"]}
    assert run(usher, "key", "own", "list", key=made["api_key"]).returncode == 4


def test_the_ownership_passes_by_command(usher):
    made = json.loads(usher.command("org", "create", "Passing", "--owner", OWNER, "--json"))["organization_id"]
    owner = usher.make_key("owner", user=OWNER, organization=made)
    address = fresh("heir")
    joined(usher, address, organization=made, organization_id=made, key=owner)
    heir = usher.make_key("user", user=address, organization=made)
    [user] = [one["id"] for one in usher.request(
        "GET", f"/api/organization/users/{made}", organization=made, key=owner).json() if one["email"] == address]
    offered = told(run(usher, "ownership", "offer", user, "--json", key=owner, organization=made))
    assert offered["to_user_id"] == user
    assert told(run(usher, "ownership", "show", "--json", key=heir, organization=made))["id"] == offered["id"]
    assert told(run(usher, "ownership", "withdraw", "--json", key=owner, organization=made)) == {"outcome": "withdrawn"}
    gone = run(usher, "ownership", "accept", key=heir, organization=made)
    assert gone.returncode == 1 and "transfer_not_found" in gone.stderr
    told(run(usher, "ownership", "offer", user, "--json", key=owner, organization=made))
    assert run(usher, "ownership", "decline", key=heir, organization=made).returncode == 0
    told(run(usher, "ownership", "offer", user, "--json", key=owner, organization=made))
    assert told(run(usher, "ownership", "accept", "--json", key=heir, organization=made)) == {"outcome": "accepted"}
