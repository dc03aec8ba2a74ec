"""Members, keys, settings and the end of organizations, with the real binary on both engines."""

import json
import uuid
from datetime import datetime, timedelta, timezone

import pytest
import requests

from harness import OWNER, eventually, fresh, start_usher
from test_main_job import joined, me, problem


@pytest.fixture
def own(engine):
    """A server of this test's own: it ends organizations and is started anew."""
    with start_usher(engine) as usher:
        yield usher


def users(usher, **query) -> list[dict]:
    response = usher.request("GET", f"/api/organization/users/{usher.organization_id}", params=query)
    assert response.status_code == 200, response.text
    return response.json()


def user_named(usher, address: str) -> dict:
    return next(user for user in users(usher, limit=1000) if user["email"] == address)


def in_days(days: float) -> str:
    return (datetime.now(timezone.utc) + timedelta(days=days)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_member_is_listed_changed_and_removed(usher):
    """AZ-07, AZ-08: the next request after a change has the new role, the next after a removal none."""
    address = fresh()
    visitor = joined(usher, address)
    user = user_named(usher, address)
    assert [found["email"] for found in users(usher, search=address.upper()[:12])] == [address]
    assert set(user) == {"id", "name", "email", "created_at", "user_orgs", "orgs"}
    assert user["orgs"][0]["partner_configuration"] == {} and user["orgs"][0]["deleted"] == 0

    def listing():
        fields = {"TR-Organization": usher.organization_id}
        return visitor.session.get(
            f"{usher.url}/api/organization/users/{usher.organization_id}", headers=fields, timeout=10)

    assert problem(listing()) == (403, "role_too_low")
    assert usher.request("PUT", "/api/user", json={"user_id": user["id"], "role": 1}).status_code == 204
    assert listing().status_code == 200
    path = f"/api/organization/{usher.organization_id}/user/{user['id']}"
    assert usher.request("DELETE", path).status_code == 204
    assert problem(listing()) == (403, "not_a_member")
    assert problem(usher.request("DELETE", path)) == (404, "member_not_found")
    assert me(usher, visitor).json()["user_orgs"] == []


def test_a_member_leaves_and_the_last_owner_does_not(usher):
    """AZ-09"""
    visitor = joined(usher, fresh())
    mine = me(usher, visitor).json()["id"]

    def leave(key, user):
        return requests.delete(
            f"{usher.url}/api/organization/{usher.organization_id}/user/{user}",
            headers={"Authorization": key, "TR-Organization": usher.organization_id}, timeout=10)

    key = visitor.session.post(f"{usher.url}/api/user/api_key", json={"name": "mine", "role": 0}, timeout=10).json()
    owner = user_named(usher, OWNER)["id"]
    assert problem(leave(key["api_key"], owner)) == (403, "role_too_low")
    assert leave(key["api_key"], mine).status_code == 204
    assert problem(leave(usher.key, owner)) == (400, "last_owner")


def test_keys_are_listed_and_revoked(usher):
    made = usher.request("POST", "/api/organization/api_key", json={"name": "ci", "role": 1}).json()
    listed = usher.request("GET", "/api/organization/api_key", params={"limit": 1})
    assert [key["id"] for key in listed.json()] == [made["id"]]
    assert made["api_key"] not in listed.text and "next" in listed.links
    assert usher.request("DELETE", f"/api/organization/api_key/{made['id']}").status_code == 204
    gone = usher.request("GET", "/api/organization/api_key", key=made["api_key"])
    assert problem(gone) == (401, "not_signed_in")


def test_settings_decide_how_long_an_invitation_lasts(usher):
    path = f"/api/organization/{usher.organization_id}/settings"
    fields = {"Content-Type": "application/merge-patch+json"}
    changed = usher.request("PATCH", path, headers=fields, data=json.dumps({"invitation_life": 7200}))
    assert changed.status_code == 200 and changed.json()["invitation_life"] == 7200
    address = fresh()
    assert usher.invite(address).status_code == 204
    made = usher.invitation_of(address)
    life = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert life == timedelta(hours=2)
    assert usher.request("PATCH", path, json={"invitation_life": None}).json()["invitation_life"] is None
    refused = usher.request("PATCH", path, json={"reminders": [{"after_days": 2}, {"after_years": 1}]})
    assert problem(refused) == (400, "invalid_body")
    assert [found["pointer"] for found in refused.json()["errors"]] == ["/reminders/1"]


def test_ownership_passes_by_two_people(own):
    address = fresh()
    visitor = joined(own, address)
    owner = own.make_key("owner", user=OWNER)
    path = f"/api/organization/{own.organization_id}/transfer"
    offered = own.request("POST", path, key=owner, json={"user_id": user_named(own, address)["id"]})
    assert offered.status_code == 200, offered.text
    assert problem(own.request("POST", f"{path}/accept", key=owner)) == (404, "transfer_not_found")
    letter = eventually(lambda: [found for found in own.letters_to(address) if "owner" in found["subject"].lower()
                                 or "hand" in found["subject"]])
    assert len(letter) == 1
    fields = {"TR-Organization": own.organization_id}
    assert visitor.session.post(f"{own.url}{path}/accept", headers=fields, timeout=10).status_code == 204
    roles = {user["email"]: user["user_orgs"][0]["role"] for user in users(own)}
    assert roles == {address: 2, OWNER: 1}


def test_a_membership_ends_by_itself_with_a_letter_before_it(own):
    address = fresh()
    joined(own, address)
    user = user_named(own, address)["id"]
    assert own.request("PUT", "/api/user", json={"user_id": user, "ends_at": in_days(3)}).status_code == 204
    # What is due is looked for at the start, and every minute from then on.
    own.restart()
    eventually(lambda: any("ends soon" in letter["subject"] for letter in own.letters_to(address)))
    own.restart()
    own.sql(f"UPDATE memberships SET ends_at = 1 WHERE user_id = '{user}'")
    assert address not in {user["email"] for user in users(own)}
    assert own.count("memberships") == 2
    own.restart()
    eventually(lambda: own.count("memberships") == 1)
    assert sum("ends soon" in letter["subject"] for letter in own.letters_to(address)) == 1


def test_an_organization_is_deleted_restored_and_purged(own):
    """AZ-17, INV-21"""
    assert own.invite(fresh()).status_code == 204
    path = f"/api/organization/{own.organization_id}"
    assert own.request("DELETE", path).status_code == 204
    assert problem(own.request("GET", path)) == (403, "not_a_member")
    assert own.command("org", "restore", own.organization_id) == ""
    assert own.request("GET", path).json()["organization"]["name"] == own.request("GET", path).json()["name"]
    assert [found["status"] for found in own.invitations(status="revoked")] == ["revoked"]
    own.command("org", "delete", own.organization_id)
    own.sql("UPDATE organizations SET deleted_at = 1")
    own.restart()

    def rows(table: str, column: str = "organization_id") -> int:
        return int(own.sql(f"SELECT COUNT(*) FROM {table} WHERE {column} = '{own.organization_id}'")[0][0])

    eventually(lambda: rows("organizations", "id") == 0)
    assert [rows(table) for table in ("memberships", "invitations", "api_keys", "outbox")] == [0, 0, 0, 0]
    assert rows("audit") > 0 and own.sql(f"SELECT 1 FROM users WHERE email_canonical = '{OWNER}'")
    failed = own.run("org", "restore", own.organization_id)
    assert failed.returncode == 1 and "no organization" in failed.stderr


def test_commands_show_and_change_what_there_is(own):
    organization = own.organization_id
    listed = json.loads(own.command("org", "list", "--json"))
    assert [(found["organization_id"], found["deleted_at"]) for found in listed] == [(organization, None)]
    assert organization in own.command("org", "list")
    shown = json.loads(own.command("org", "show", organization, "--json"))
    assert (shown["members"], shown["owners"]) == (1, [OWNER])
    settings = json.loads(own.command("org", "settings", organization, "--patch", '{"seat_limit": 20}', "--json"))
    assert (settings["seat_limit"], settings["waitlist"], settings["purge_after_days"]) == (20, False, 90)
    assert "seat_limit: 20" in own.command("org", "settings", organization)
    assert own.run("org", "settings", organization, "--patch", '{"seats": 20}').returncode == 2

    address = fresh()
    joined(own, address)
    at = ("--organization", organization)
    own.command("member", "role", address, "admin", *at)
    found = json.loads(own.command("member", "list", *at, "--role", "admin", "--json"))
    assert [member["email"] for member in found] == [address]
    last = own.run("member", "remove", OWNER, *at)
    assert last.returncode == 1 and "owner" in last.stderr
    assert own.run("member", "role", OWNER, "user", *at).returncode == 1
    assert own.run("member", "role", OWNER, "king", *at).returncode == 2
    own.command("member", "remove", address, *at)
    assert address not in own.command("member", "list", *at)
    assert own.run("member", "remove", address, *at).returncode == 1

    key = json.loads(own.command("key", "list", *at, "--json"))[-1]
    assert own.key not in own.command("key", "list", *at, "--json")
    own.command("key", "revoke", key["id"], *at)
    assert problem(own.request("GET", f"/api/organization/{organization}")) == (401, "not_signed_in")
    assert own.run("key", "revoke", key["id"], *at).returncode == 1
    assert own.run("org", "show", str(uuid.uuid4())).returncode == 1


@pytest.mark.parametrize("words", [
    ("org", "list"), ("org", "show"), ("org", "delete"), ("org", "restore"), ("org", "settings"), ("member", "list"),
    ("member", "remove"), ("member", "role"), ("key", "list"), ("key", "revoke")])
def test_help_has_an_example(own_help, words):
    text = own_help.command(*words, "--help")
    assert f"Example: usher {' '.join(words)}" in " ".join(text.split()) and "--json" in text


@pytest.fixture(scope="module")
def own_help(usher):
    return usher
