"""An organization moves to another server; links that were mailed before still work there."""

import json
import uuid

import pytest
import requests

from harness import ENGINES, OWNER, Usher, fresh, start_usher
from sink import link_in
from visitor import Visitor


def link_to(usher, address: str, **fields) -> str:
    assert usher.invite(address, **fields).status_code == 204
    return link_in(usher.letters_to(address)[-1]["text"])


def me(usher, visitor: Visitor) -> dict:
    cookies = {cookie.name: cookie.value for cookie in visitor.session.cookies}
    response = requests.get(f"{usher.url}/api/auth/me", cookies=cookies, timeout=10)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("other", ENGINES)
@pytest.mark.parametrize("has_same_key", [True, False], ids=["same-key", "other-key"])
def test_an_old_link_works_on_the_new_server(usher, other, has_same_key):
    """Export from A, import into B with the same or another key, open the link of A's letter at B, and join."""
    member, waiting, unwilling = fresh("member"), fresh("waiting"), fresh("unwilling")
    visitor = Visitor()
    assert visitor.join(visitor.open(link_to(usher, member, user_role=1))).status_code == 303
    link = link_to(usher, waiting, user_role=1)
    link_to(usher, unwilling)
    assert usher.request("DELETE", f"/api/invitation/{usher.invitation_of(unwilling)['id']}").status_code == 204
    assert usher.request("POST", "/api/suppression", json={"email": unwilling}).status_code == 200
    exported = usher.command("org", "export", usher.organization_id)
    lines = [json.loads(line) for line in exported.splitlines()]
    assert lines[0]["type"] == "export" and lines[0]["version"] == 1
    assert lines[1]["type"] == "organization"
    assert lines[-1] == {"type": "end", "rows": len(lines) - 2}
    assert usher.key not in exported and "$argon2" not in exported
    code = link.split("inv_code=")[1].split("&")[0]
    assert code not in exported

    file = usher.folder / f"{uuid.uuid4().hex}.jsonl"
    file.write_text(exported)
    with Usher(other) as second:
        if has_same_key:
            (second.data / "server.key").write_bytes((usher.data / "server.key").read_bytes())
            (second.data / "server.key").chmod(0o600)
        second.command("migrate", "up")
        told = json.loads(second.command("org", "import", str(file), "--json"))
        assert told["organization_id"] == usher.organization_id
        assert told["members"] == len([line for line in lines if line["type"] == "member"])
        assert told["open_invitations"] >= 1
        second.organization_id = usher.organization_id
        second.key = second.make_key("owner")
        second.start()

        newcomer = Visitor()
        page = newcomer.open(link.replace(usher.url, second.url))
        assert page.status == 200 and waiting in page.text
        assert newcomer.join(page).status_code == 303
        [membership] = me(second, newcomer)["user_orgs"]
        assert (membership["organization_id"], membership["role"]) == (usher.organization_id, 1)
        assert second.request("GET", "/api/audit", key=usher.key).status_code == 401, "keys stay behind"
        refused = second.invite(unwilling, organization_id=usher.organization_id)
        assert (refused.status_code, refused.json()["code"]) == (400, "recipient_suppressed")
        assert second.run("audit", "verify").returncode == 0

        again = second.run("org", "import", str(file))
        assert again.returncode == 1 and "Nothing was imported" in again.stderr
        assert second.count("organizations") == 1


def test_a_file_that_does_not_fit_changes_nothing(usher):
    """The line is named; nothing of the file is taken in."""
    lines = usher.command("org", "export", usher.organization_id).splitlines()
    with Usher("sqlite") as second:
        second.command("migrate", "up")
        file = second.folder / "file.jsonl"
        def whole(*rows):
            return [lines[0], *rows, json.dumps({"type": "end", "rows": len(rows)})]

        rows = lines[1:-1]
        nobody = [row for row in rows if json.loads(row).get("role") != 2 or json.loads(row)["type"] != "member"]
        ending = [
            row.replace('"ends_at":null', '"ends_at":"2099-01-01T00:00:00.000Z"') if json.loads(row).get("role") == 2
            else row for row in rows]
        twice = next(index for index, row in enumerate(rows) if json.loads(row)["type"] == "invitation")
        assert len(nobody) < len(rows) and ending != rows
        for broken, place in (
            ([], "empty"), (["{}"], "line 1"), (lines[1:], "line 1"), ([lines[0], "{"], "line 2"),
            ([lines[0].replace('"version":1', '"version":2')] + lines[1:], "line 1"),
            (whole(rows[0], '{"type":"member","id":"x"}'), "line 3"),
            (whole(rows[0], rows[1].replace('"id":', '"it":', 1)), "line 3"), (whole(rows[0], rows[0]), "line 3"),
            (whole(*rows[:twice], rows[twice], *rows[twice:]), f"line {twice + 3}"),
            (lines[:-1], "was cut"), (lines[:3], "was cut"), (lines[:3] + lines[-1:], "not as many"),
            (whole(*nobody), "no owner"), (whole(*ending), "no owner"),
        ):
            file.write_text("\n".join(broken))
            refused = second.run("org", "import", str(file))
            assert refused.returncode == 1 and place in refused.stderr, (place, refused.stderr)
        assert second.count("organizations") == 0 and second.count("users") == 0


def test_an_owner_exports_by_api(usher):
    """Owners only; what opens links is left out."""
    link_to(usher, fresh())
    path = f"/api/organization/{usher.organization_id}/export"
    response = usher.request("GET", path)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/jsonl")
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert {"export", "organization", "member", "api_key", "invitation", "audit"} <= {line["type"] for line in lines}
    assert lines[-1] == {"type": "end", "rows": len(lines) - 2}
    file = usher.folder / f"{uuid.uuid4().hex}.jsonl"
    file.write_text(response.text)
    with Usher("sqlite") as second:
        second.command("migrate", "up")
        told = json.loads(second.command("org", "import", str(file), "--json"))
        assert told["open_invitations"] == 0 and told["open_without_link"] >= 1
    assert "code_hash" not in response.text
    assert any(line.get("email") == OWNER for line in lines if line["type"] == "member")
    assert usher.request("GET", path, key=usher.make_key("admin")).status_code == 403
    assert usher.request("GET", f"/api/organization/{uuid.uuid4()}/export").json()["code"] == "organization_mismatch"
