"""`usher invite`: what an admin does at a terminal, with a key and a running server."""

import json
import uuid

from harness import Usher, fresh


def invite(usher: Usher, *args: str, key: str | None = None):
    environment = {
        "USHER_API_KEY": key or usher.key, "USHER_ORGANIZATION": usher.organization_id,
        "USHER_PUBLIC_URL": usher.url}
    before = dict(usher.env)
    usher.env.update(environment)
    try:
        return usher.run("invite", *args)
    finally:
        usher.env.clear()
        usher.env.update(before)


def told(result) -> dict | list:
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_an_invitation_from_the_terminal(usher):
    """send, list, show, edit, resend, revoke: data on stdout, as JSON when asked."""
    address = fresh()
    target = ("--app-url", usher.url, "--redirect-uri", f"{usher.url}/account")
    sent = invite(usher, "send", address, *target, "--message", "Hello", "--metadata", "team=42", "--json")
    assert told(sent) == {"outcome": "sent"}
    [found] = told(invite(usher, "list", "--email", address, "--json"))
    assert (found["status"], found["message"], found["metadata"]) == ("pending", "Hello", {"team": "42"})
    identifier = found["id"]
    assert identifier in invite(usher, "list", "--status", "pending").stdout

    edited = told(invite(usher, "edit", identifier, "--role", "admin", "--message", "", "--json"))
    assert (edited["role"], edited["message"]) == (1, None)
    early = invite(usher, "resend", identifier)
    assert early.returncode == 1 and "resend_too_soon" in early.stderr and early.stdout == ""
    usher.sql(f"UPDATE invitations SET last_letter_at = last_letter_at - 120000 WHERE id = '{identifier}'")
    assert told(invite(usher, "resend", identifier, "--json")) == {"outcome": "sent"}
    details = told(invite(usher, "show", identifier, "--json"))
    assert [entry["kind"] for entry in details["timeline"]] == [
        "created", "handed_over", "edited", "resent", "handed_over"]
    assert details["next"]["code"] == "wait_for_answer"
    assert invite(usher, "approve", identifier).returncode == 0, "it is pending: nothing to approve"

    assert invite(usher, "revoke").returncode == 2
    assert told(invite(usher, "revoke", identifier, "--json")) == {"revoked": 1}
    assert told(invite(usher, "revoke", "--email", address, "--json")) == {"revoked": 0}


def test_exit_codes(usher):
    """4 for a key that may not, 2 for a wrong command line, 1 for a refusal."""
    assert invite(usher, "list", key=usher.make_key("user")).returncode == 4
    assert invite(usher, "list", key="ush_wrong").returncode == 4
    assert invite(usher, "list", "--role", "king").returncode == 2
    assert invite(usher, "show", str(uuid.uuid4())).returncode == 1
