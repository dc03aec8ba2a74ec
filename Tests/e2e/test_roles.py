"""Roles of an organization's own, with the real binary on both engines."""

import json

from harness import OWNER, fresh, fresh_word
from test_invite_command import invite
from test_main_job import joined, me, problem


def role(usher, *args: str) -> dict | list:
    return json.loads(usher.command("role", *args, "--organization", usher.organization_id, "--json"))


def name() -> str:
    return f"Recruiter {fresh_word()}"


def as_member(usher, visitor, method: str, path: str, **more):
    fields = {"TR-Organization": usher.organization_id, "Origin": usher.url}
    return visitor.session.request(method, usher.url + path, headers=fields, timeout=30, **more)


def test_a_role_is_made_offered_used_narrowed_and_deleted(usher):
    """AZ-01, AZ-05, AZ-08: it allows what it says and nothing else, at the moment of asking."""
    called, address, guest = name(), fresh(), fresh()
    made = role(usher, "create", called, "--permission", "invitation:create", "--permission", "invitation:read")
    assert made["permissions"] == {"invitation": ["create", "read"]}
    assert made in role(usher, "list") and role(usher, "show", called.upper()) == made

    visitor = joined(usher, address, role_id=made["id"])
    [letter] = usher.letters_to(address)
    assert called in letter["text"] and called in letter["html"]
    [place] = me(usher, visitor).json()["user_orgs"]
    assert (place["role"], place["custom_role"]) == (0, {"id": made["id"], "name": called})

    lists = f"/api/invitations/{usher.organization_id}"
    assert as_member(usher, visitor, "GET", lists).status_code == 200
    sent = as_member(usher, visitor, "POST", "/api/invitation", json=usher.invitation(guest))
    assert sent.status_code == 204, sent.text
    above = as_member(usher, visitor, "POST", "/api/invitation", json=usher.invitation(fresh(), user_role=1))
    assert problem(above) == (400, "role_above_own") and "member:read" in above.json()["message"]
    for method, path in [
            ("DELETE", f"/api/invitation/{usher.invitation_of(guest)['id']}"), ("GET", "/api/organization/api_key"),
            ("GET", f"/api/organization/users/{usher.organization_id}"), ("GET", "/api/audit"),
            ("GET", f"/api/organization/{usher.organization_id}/role")]:
        refused = as_member(usher, visitor, method, path)
        assert problem(refused) == (403, "role_too_low"), path
    assert "role:read" in refused.json()["message"]

    narrowed = role(usher, "set", called, "--permission", "invitation:read")
    assert narrowed["permissions"] == {"invitation": ["read"]}
    again = as_member(usher, visitor, "POST", "/api/invitation", json=usher.invitation(fresh()))
    assert problem(again) == (403, "role_too_low") and "invitation:create" in again.json()["message"]
    assert usher.invitation_of(guest)["status"] == "needs_approval", "who invited may not any more"

    held = usher.run("role", "delete", called, "--organization", usher.organization_id)
    assert held.returncode == 1 and "1 member(s)" in held.stderr and held.stdout == ""
    usher.command("member", "role", address, "user", "--organization", usher.organization_id)
    assert me(usher, visitor).json()["user_orgs"][0]["custom_role"] is None
    assert role(usher, "delete", called)["deleted"] == called
    assert made["id"] not in [found["id"] for found in role(usher, "list")]


def test_roles_at_a_terminal(usher):
    called, address, guest = name(), fresh(), fresh()
    everything = json.loads(usher.command("role", "permissions", "--json"))
    assert "invitation:create" in everything and "organization:delete" not in everything
    role(usher, "create", called, "--permission", "member:read")
    for wrong in (("moon:land",), ("organization:delete",)):
        args = ("role", "create", name(), "--permission", *wrong, "--organization", usher.organization_id)
        assert usher.run(*args).returncode == 2
    same = usher.run("role", "create", called.lower(), "--organization", usher.organization_id)
    assert same.returncode == 1 and "name already" in same.stderr

    visitor = joined(usher, address)
    told = json.loads(usher.command(
        "member", "role", address, called, "--organization", usher.organization_id, "--json"))
    assert (told["role"], told["custom_role"]) == ("user", called)
    listed = json.loads(usher.command("member", "list", "--organization", usher.organization_id, "--json"))
    assert [found["custom_role"] for found in listed if found["email"] == address] == [called]
    assert as_member(usher, visitor, "GET", f"/api/organization/users/{usher.organization_id}").status_code == 200
    held = usher.command(
        "member", "list", "--role", called.upper(), "--organization", usher.organization_id, "--json")
    assert [found["email"] for found in json.loads(held)] == [address]
    unknown = usher.run("member", "list", "--role", name(), "--organization", usher.organization_id)
    assert unknown.returncode == 2 and "one that the organization made" in unknown.stderr
    reserved = usher.run("role", "create", "Admin", "--organization", usher.organization_id)
    assert reserved.returncode == 1 and "name already" in reserved.stderr
    unknown = usher.run("member", "role", address, name(), "--organization", usher.organization_id)
    assert unknown.returncode == 2 and "one that the organization made" in unknown.stderr

    target = ("--app-url", usher.url, "--redirect-uri", f"{usher.url}/account")
    assert invite(usher, "send", guest, *target, "--role", called.upper()).returncode == 0
    assert usher.invitation_of(guest)["custom_role"]["name"] == called
    listed = json.loads(invite(usher, "list", "--role", called.lower(), "--json").stdout)
    assert [found["email"] for found in listed] == [guest]
    assert invite(usher, "list", "--role", name()).returncode == 2
    assert invite(usher, "send", fresh(), *target, "--role", "nobody's").returncode == 2
    identifier = usher.invitation_of(guest)["id"]
    for word, held in (("user", None), (called, called), ("admin", None)):
        edited = json.loads(invite(usher, "edit", identifier, "--role", word, "--json").stdout)
        assert (edited["custom_role"] or {}).get("name") == held and edited["role"] == (word == "admin")

    key = json.loads(usher.command(
        "key", "create", "--organization", usher.organization_id, "--role", called, "--json"))
    assert (key["role"], key["custom_role"]) == ("user", called)
    path = f"/api/organization/users/{usher.organization_id}"
    assert usher.request("GET", path, key["api_key"]).status_code == 200
    assert problem(usher.request("GET", "/api/audit", key["api_key"])) == (403, "role_too_low")


def test_a_hostile_name_stays_text(usher):
    """EML-06, VAL-15: on pages and in letters it is no markup, no link and no header."""
    called = f"<b>Chief</b> evil.example {fresh_word()}"
    made = usher.request(
        "POST", f"/api/organization/{usher.organization_id}/role", json={"name": called, "permissions": {}})
    assert made.status_code == 200, made.text
    address = fresh()
    visitor = joined(usher, address, role_id=made.json()["id"])
    [letter] = usher.letters_to(address)
    assert "<b>Chief" not in letter["html"] and "evil.example" not in letter["html"] + letter["text"]
    page = visitor.session.get(f"{usher.url}/account", timeout=10).text
    assert "&lt;b&gt;Chief&lt;/b&gt;" in page and "<b>Chief" not in page


def test_a_role_moves_with_its_organization(usher, tmp_path):
    called, address = name(), fresh()
    made = role(usher, "create", called, "--permission", "audit:read")
    joined(usher, address, role_id=made["id"])
    lines = [json.loads(line) for line in usher.command("org", "export", usher.organization_id).splitlines()]
    [found] = [line for line in lines if line["type"] == "role" and line["id"] == made["id"]]
    assert (found["name"], found["permissions"]) == (called, "audit:read")
    assert [line["role_id"] for line in lines if line["type"] == "member" and line["email"] == address] == [made["id"]]
    assert [line["role_id"] for line in lines if line["type"] == "member" and line["email"] == OWNER] == [None]
