"""Each call has its command: what the other files leave, with the real binary, a server and a name server of our own."""

import json
import uuid

from harness import ORGANIZATION, OWNER, Usher, eventually, fresh, fresh_word
from named import names, usher  # noqa: F401
from sink import link_in
from visitor import PASSWORD, Visitor


def run(usher: Usher, *args: str, key: str | None = None):
    before = dict(usher.env)
    usher.env.update({
        "USHER_API_KEY": key or usher.key, "USHER_ORGANIZATION": usher.organization_id, "USHER_PUBLIC_URL": usher.url})
    try:
        return usher.run(*args)
    finally:
        usher.env.clear()
        usher.env.update(before)


def told(result):
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def joined(usher: Usher, address: str) -> Visitor:
    assert usher.invite(address).status_code == 204
    visitor = Visitor()
    link = link_in(usher.letters_to(address)[-1]["text"])
    assert visitor.join(visitor.open(link)).status_code == 303
    return visitor


def session_file(usher: Usher, visitor: Visitor) -> str:
    cookie = next(cookie.value for cookie in visitor.session.cookies if cookie.name.endswith("usher_session"))
    file = usher.folder / f"{uuid.uuid4().hex}.session"
    file.write_text(cookie + "\n")
    return str(file)


def asker(usher: Usher, domain: str) -> tuple[str, str]:
    """Somebody of the domain with an account who belongs elsewhere: address and session file."""
    address = f"{fresh_word()}@{domain}"
    usher.command("admin", "create", "--email", address, "--organization", "Elsewhere", stdin=f"{PASSWORD}\n")
    visitor = Visitor()
    page = visitor.open(f"{usher.url}/signin")
    assert visitor.submit(page, page.form_to("/signin"), email=address, password=PASSWORD).status_code == 303
    return address, session_file(usher, visitor)


def test_people_of_a_domain_ask_and_an_admin_decides(usher, names):
    """AZ-13: org own list, join, withdraw with a session; domain request list, approve, refuse with an admin's key."""
    domain = f"d{fresh_word(12)}.example.org"
    made = usher.request(
        "POST", f"/api/organization/{usher.organization_id}/domain", json={"domain": domain, "joining": "request"}).json()
    names.say(made["record"]["name"], made["record"]["value"])
    path = f"/api/organization/{usher.organization_id}/domain/{made['id']}/verify"
    assert usher.request("POST", path).status_code == 200

    people = [asker(usher, domain) for _ in range(3)]
    for address, session in people:
        came = told(run(usher, "org", "own", "join", usher.organization_id, "--session-file", session, "--json"))
        assert (came["status"], came["organization_id"]) == ("requested", usher.organization_id), address
    withdrawn = run(usher, "org", "own", "withdraw", usher.organization_id, "--session-file", people[2][1], "--json")
    assert told(withdrawn) == {"withdrawn": usher.organization_id}

    requests = {one["email"]: one["id"] for one in told(run(usher, "domain", "request", "list", "--json"))}
    yes, no = people[0][0], people[1][0]
    assert requests.keys() == {yes, no}, "what was withdrawn is not open"
    everything = run(usher, "domain", "request", "list", "--status", "all").stdout
    assert people[2][0] in everything and "withdrawn" in everything
    assert len(told(run(usher, "domain", "request", "list", "--limit", "1", "--json"))) == 1
    assert run(usher, "domain", "request", "list", "--status", "odd").returncode == 2
    assert run(usher, "domain", "request", "approve", "not-an-id").returncode == 2
    assert run(usher, "domain", "request", "list", key=usher.make_key("user")).returncode == 4

    approved = told(run(usher, "domain", "request", "approve", requests[yes], "--role", "admin", "--json"))
    assert approved["status"] == "approved"
    assert "refused" in run(usher, "domain", "request", "refuse", requests[no]).stdout
    members = {one["email"]: one["role"] for one in json.loads(
        usher.command("member", "list", "--organization", usher.organization_id, "--json"))}
    assert members[yes] == "admin" and no not in members and people[2][0] not in members

    key = usher.make_key("user", user=yes)
    assert told(run(usher, "org", "own", "list", "--json", key=key)) == [], "a member has nothing to join"
    me = told(run(usher, "whoami", "--json", key=key))
    assert me["email"] == yes and usher.organization_id in {one["id"] for one in me["orgs"]}
    assert yes in run(usher, "whoami", key=key).stdout
    assert run(usher, "whoami").returncode == 1, "an organization's key is nobody"


def test_an_organization_gets_another_name(usher):
    """PUT /api/organization: what is not named stays."""
    file = usher.folder / "partner.json"
    file.write_text('{"theme": "dark"}')
    try:
        set = told(run(usher, "org", "set", "--name", "Renamed", "--partner-configuration", str(file), "--json"))
        assert (set["name"], set["partner_configuration"]) == ("Renamed", {"theme": "dark"})
        assert run(usher, "org", "set").returncode == 2
        file.write_text("[]")
        assert run(usher, "org", "set", "--partner-configuration", str(file)).returncode == 2
        assert run(usher, "org", "set", "--name", "No", key=usher.make_key("user")).returncode == 4
    finally:
        assert ORGANIZATION in run(usher, "org", "set", "--name", ORGANIZATION).stdout
    found = usher.request("GET", f"/api/organization/{usher.organization_id}").json()
    assert (found["name"], found["partner_configuration"]) == (ORGANIZATION, {"theme": "dark"})


def test_a_link_is_shown_with_its_uses(usher):
    where = ("--organization", usher.organization_id)
    made = json.loads(usher.command(
        "link", "create", *where, "--user", OWNER, "--max-uses", "3", "--redirect-uri", f"{usher.url}/account", "--json"))
    address, visitor = fresh(), Visitor()
    page = visitor.open(made["url"])
    assert visitor.submit(page, page.form_to("/join"), email=address).status_code == 200
    letter = eventually(lambda: usher.letters_to(address))[0]
    page = visitor.open(next(word for word in letter["text"].split() if "/join/proof?token=" in word))
    visitor.submit(page, page.form_to("/join/proof"))
    shown = told(run(usher, "link", "show", made["id"], "--json"))
    assert (shown["link"]["id"], shown["link"]["uses"]) == (made["id"], 1)
    assert [use["email"] for use in shown["uses"]] == [address]
    text = run(usher, "link", "show", made["id"]).stdout
    assert address in text and "1/3" in text
    assert made["url"].rpartition("=")[2] not in text
    assert run(usher, "link", "show", str(uuid.uuid4())).returncode == 1
    assert told(run(usher, "link", "uses", made["id"], "--json")) == shown["uses"]
    assert address in run(usher, "link", "uses", made["id"], "--limit", "5").stdout
    assert told(run(usher, "link", "uses", made["id"], "--limit", "0", "--json")) == []
    assert "join_link_not_found" in run(usher, "link", "uses", str(uuid.uuid4())).stderr
    revoked = usher.command("link", "revoke", made["id"], *where, "--json")
    assert json.loads(revoked) == {"revoked": made["id"]}


def test_an_address_is_looked_up_on_the_suppression_list(usher):
    address = fresh()
    free = run(usher, "suppression", "check", address)
    assert free.returncode == 1 and "suppression_not_found" in free.stderr and free.stdout == ""
    usher.command("suppression", "add", address, "--organization", usher.organization_id)
    found = told(run(usher, "suppression", "check", address.upper(), "--json"))
    assert found["source"] == "operator" and address not in json.dumps(found)
    assert found["hash"] in run(usher, "suppression", "check", address).stdout


def planned(usher: Usher, *rows: str) -> tuple[dict, int]:
    """A plan that is left by itself, and the exit code of the dry run."""
    (usher.folder / "left.csv").write_text("\n".join(("email,role", *rows)) + "\n")
    result = run(
        usher, "invite", "bulk", "left.csv", "--organization", usher.organization_id, "--dry-run", "--json")
    return json.loads(result.stdout), result.returncode


def test_a_plan_that_was_left_is_looked_at_and_applied(usher):
    """INV-29: each row of a dry run is told in order, and the plan is there afterwards."""
    one, two = fresh("one"), fresh("two")
    plan, code = planned(usher, f"{one},user", "bad,user", f"{two},admin", f"{one},user")
    assert code == 3
    assert [(row["row"], row["email"], row["outcome"]) for row in plan["rows"]] == [
        (1, one, "would_invite"), (2, "bad", "invalid"), (3, two, "would_invite"), (4, one, "duplicate")]
    assert plan["rows"][1]["detail"] and plan["rows"][3]["duplicate_of"] == 1
    text = run(usher, "invite", "bulk", "left.csv", "--organization", usher.organization_id, "--dry-run").stdout
    for words in (f'row 1  "{one}"', "row 2", f'row 3  "{two}"', "row 4"):
        assert words in text.replace(f"  {one}", f'  "{one}"').replace(f"  {two}", f'  "{two}"'), text

    id = plan["plan_id"]
    assert told(run(usher, "invite", "plan", "show", id, "--json"))["state"] == "planned"
    assert f"{id}  planned  4 rows" in run(usher, "invite", "plan", "show", id).stdout
    api = usher.request("GET", f"/api/invitation/plan/{id}/row").json()
    assert told(run(usher, "invite", "plan", "rows", id, "--json")) == api == plan["rows"]
    invalid = run(usher, "invite", "plan", "rows", id, "--outcome", "invalid").stdout.splitlines()
    assert len(invalid) == 1 and invalid[0].startswith("row 2")
    assert run(usher, "invite", "plan", "rows", id, "--outcome", "a&b").returncode == 2
    failed = run(usher, "invite", "plan", "failed", id)
    assert failed.returncode == 0 and failed.stdout.splitlines()[0].startswith("email,role,")
    assert any(line.startswith("bad,") for line in failed.stdout.splitlines())
    assert 2 in {row["row"] for row in told(run(usher, "invite", "plan", "failed", id, "--json"))}
    assert usher.invitation_of(one) is None

    applied = run(usher, "invite", "plan", "apply", id, "--wait", "--json")
    assert applied.returncode == 3, applied.stderr
    assert json.loads(applied.stdout)["state"] == "applied"
    assert usher.invitation_of(two)["role"] == 1
    assert run(usher, "invite", "plan", "apply", id).returncode == 0, "twice is as good as once"
    assert run(usher, "invite", "plan", "show", str(uuid.uuid4())).returncode == 1


def test_a_plan_that_was_left_is_cancelled(usher):
    address = fresh()
    id = planned(usher, f"{address},user")[0]["plan_id"]
    assert run(usher, "invite", "plan", "cancel", id, key=usher.make_key("user")).returncode == 4
    assert told(run(usher, "invite", "plan", "cancel", id, "--json")) == {"cancelled": id}
    assert told(run(usher, "invite", "plan", "show", id, "--json"))["state"] == "cancelled"
    assert run(usher, "invite", "plan", "apply", id).returncode == 1
    assert usher.invitation_of(address) is None


def test_a_dry_run_tells_every_row(usher):
    """INV-29: no row is left out, however many fail."""
    rows = [f"bad{number},user" for number in range(120)]
    plan, code = planned(usher, *rows)
    assert code == 1 and [row["email"] for row in plan["rows"]] == [row.split(",")[0] for row in rows]
    text = run(usher, "invite", "bulk", "left.csv", "--organization", usher.organization_id, "--dry-run").stdout
    assert [line.split()[1] for line in text.splitlines() if line.startswith("  row ")] == [
        str(number) for number in range(1, 121)]


def membership(usher: Usher, address: str) -> dict:
    [member] = [one for one in usher.request(
        "GET", f"/api/organization/users/{usher.organization_id}", params={"search": address}).json()
        if one["email"] == address]
    return member


def test_a_membership_is_restricted_ended_and_freed(usher):
    """PUT /api/user: what is not named stays; by address or by id."""
    address = fresh()
    joined(usher, address)
    user, scope = membership(usher, address)["id"], "GET /api/auth/me"
    end = "2099-01-31T12:00:00Z"
    changed = run(usher, "member", "set", address, "--scope", scope, "--ends-at", end, "--json")
    assert told(changed) == {"changed": user}
    [held] = membership(usher, address)["user_orgs"]
    assert (held["role"], held["scopes"], held["ends_at"][:19]) == (0, [scope], end[:19])
    assert run(usher, "member", "set", user, "--role", "admin", "--no-scopes").returncode == 0
    [held] = membership(usher, address)["user_orgs"]
    assert (held["role"], held["scopes"], held["ends_at"][:19]) == (1, None, end[:19])
    called = f"Recruiter {fresh_word()}"
    usher.command("role", "create", called, "--permission", "invitation:read", "--organization", usher.organization_id)
    assert run(usher, "member", "set", address, "--role", called, "--no-end").returncode == 0
    [held] = membership(usher, address)["user_orgs"]
    assert (held["role"], held["custom_role"]["name"], held["ends_at"]) == (0, called, None)
    assert run(usher, "member", "set", address, "--role", "admin").returncode == 0
    [held] = membership(usher, address)["user_orgs"]
    assert (held["role"], held["custom_role"]) == (1, None)
    assert run(usher, "member", "set", address).returncode == 2
    assert run(usher, "member", "set", address, "--scope", scope, "--no-scopes").returncode == 2
    assert run(usher, "member", "set", address, "--ends-at", "soon").returncode == 2
    assert run(usher, "member", "set", fresh("stranger"), "--role", "user").returncode == 1
    assert run(usher, "member", "set", address, "--role", "user", key=usher.make_key("user")).returncode == 4

    where = ("member", "list", "--organization", usher.organization_id, "--json", "--joined-after")
    at = next(one["joined_at"] for one in json.loads(usher.command(*where, "2020-01-01T00:00:00Z"))
              if one["email"] == address)
    assert address not in {one["email"] for one in json.loads(usher.command(*where, at))}, "after, not at"
    assert json.loads(usher.command(*where, "2099-01-01T00:00:00Z")) == []
    assert usher.run(*where, "soon").returncode == 2


def test_a_key_is_restricted_and_ends(usher):
    """AZ-12: the key of a command does what its scopes name, and no more."""
    where, end = ("--organization", usher.organization_id), "2099-01-31T12:00:00Z"
    made = json.loads(usher.command(
        "key", "create", *where, "--role", "admin", "--scope", "POST /api/suppression/check", "--expires-at", end,
        "--json"))
    assert made["scopes"] == ["POST /api/suppression/check"] and made["expires_at"][:19] == end[:19]
    assert run(usher, "suppression", "check", fresh(), key=made["api_key"]).returncode == 1
    assert run(usher, "invite", "list", key=made["api_key"]).returncode == 4
    for wrong in (("--scope", "everything"), ("--expires-at", "soon"), ("--expires-at", "2020-01-01T00:00:00Z")):
        assert usher.run("key", "create", *where, "--role", "admin", *wrong).returncode == 2, wrong


def test_an_invitation_is_restricted_and_withdrawn_by_its_role(usher):
    called, address, other = f"Scout {fresh_word()}", fresh(), fresh()
    usher.command("role", "create", called, "--permission", "invitation:read", "--organization", usher.organization_id)
    target = ("--app-url", usher.url, "--redirect-uri", f"{usher.url}/account")
    assert run(usher, "invite", "send", address, *target, "--role", called, "--scope", "GET /api/auth/me").returncode == 0
    assert run(usher, "invite", "send", other, *target).returncode == 0
    found = usher.invitation_of(address)
    assert found["scopes"] == ["GET /api/auth/me"]
    assert told(run(usher, "invite", "edit", found["id"], "--no-scopes", "--json"))["scopes"] is None
    edited = told(run(usher, "invite", "edit", found["id"], "--scope", "GET /api/auth/me", "--json"))
    assert edited["scopes"] == ["GET /api/auth/me"]
    assert run(usher, "invite", "edit", found["id"], "--scope", "everything").returncode == 2
    assert run(usher, "invite", "revoke", "--role", f"No {called}").returncode == 2
    assert told(run(usher, "invite", "revoke", "--role", called, "--json")) == {"revoked": 1}
    assert usher.invitation_of(other)["status"] == "pending"


def test_what_needs_no_server_answers_in_json(usher):
    assert json.loads(usher.command("version", "--json")).keys() == {"version"}
    assert len(json.loads(usher.command("config", "new-key", "--json"))["server_key"]) == 43
    findings = json.loads(usher.command("doctor", "--json"))
    assert len(findings) > 3 and all(one["ok"] and one["what"] and one["mend"] is None for one in findings)
