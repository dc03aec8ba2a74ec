"""The audit log: sealed while the server runs, verified by command, found out when somebody tampers (AZ-19)."""

import csv
import io
import json

from harness import Usher, eventually, fresh, start_usher


def verify(usher, *args: str) -> tuple[int, dict]:
    result = usher.run("audit", "verify", "--json", *args)
    return result.returncode, json.loads(result.stdout)


def sealed(usher) -> dict:
    """All entries are sealed."""
    code, told = verify(usher)
    assert code == 0, told
    return told if told["unsealed"] == 0 else None


def allow_changes(usher, table: str) -> None:
    if usher.engine == "postgres":
        usher.sql(f"DROP TRIGGER {table}_append_only ON {table}")
    else:
        usher.sql(f"DROP TRIGGER {table}_no_update")
        usher.sql(f"DROP TRIGGER {table}_no_delete")


def test_entries_are_sealed_within_seconds_and_the_noted_hash_stays(usher):
    """AZ-19: chained beside the server, without a word of it in the requests."""
    assert usher.invite(fresh()).status_code == 204
    first = eventually(lambda: sealed(usher))
    assert first["entries"] == usher.count("audit") and first["seals"] >= 1
    assert usher.invite(fresh()).status_code == 204
    second = eventually(lambda: (told := sealed(usher)) and told["entries"] > first["entries"] and told)
    assert second["hash"] != first["hash"]
    assert verify(usher, "--noted", first["hash"])[0] == 0
    code, told = verify(usher, "--noted", "0" * 64)
    assert code == 1 and "noted" in told["problem"]
    assert usher.command("audit", "verify").strip() == second["hash"]
    assert "sealed entries" in usher.run("doctor").stdout


def test_api_and_commands_tell_the_same(usher):
    """AZ-19: list, export and commands, through the filters."""
    address = fresh()
    assert usher.invite(address).status_code == 204
    subject = usher.invitation_of(address)["id"]
    assert usher.request("DELETE", f"/api/invitation/{subject}").status_code == 204
    response = usher.request("GET", "/api/audit", params={"subject": subject})
    assert response.status_code == 200, response.text
    assert [entry["action"] for entry in response.json()] == ["invitation.revoked", "invitation.created"]
    mine = ("--organization", usher.organization_id)
    listed = json.loads(usher.command("audit", "list", *mine, "--subject", subject, "--json"))
    assert listed == response.json()
    exported = usher.command("audit", "export", *mine, "--subject", subject)
    assert [json.loads(line) for line in exported.splitlines()] == listed
    table = usher.request("GET", "/api/audit/export", params={"format": "csv", "subject": subject})
    assert table.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text, newline="")))
    assert [row["id"] for row in rows] == [entry["id"] for entry in listed]
    assert usher.request("GET", "/api/audit", key=usher.make_key("user")).status_code == 403
    assert address not in usher.request("GET", "/api/audit/export").text


def test_tampering_is_named(engine):
    """AZ-19: a changed entry, by its number, with exit code 1; also by the doctor."""
    with start_usher(engine) as usher:
        for _ in range(3):
            assert usher.invite(fresh()).status_code == 204
        eventually(lambda: sealed(usher))
        usher.stop()
        allow_changes(usher, "audit")
        usher.sql("UPDATE audit SET actor = 'nobody' WHERE sequence = 2")
        code, told = verify(usher)
        assert (code, told["sequence"]) == (1, 2) and "changed" in told["problem"]
        doctor = usher.run("doctor")
        assert doctor.returncode == 1 and "entry 2" in doctor.stdout
        usher.sql("DELETE FROM audit WHERE sequence = 2")
        code, told = verify(usher)
        assert (code, told["sequence"]) == (1, 2) and "removed" in told["problem"]


def test_a_restored_backup_is_whole(engine):
    """AZ-19, CRS-12: the copy verifies with the original's noted hash, and goes on."""
    with start_usher(engine) as usher, Usher("sqlite") as empty:
        assert usher.invite(fresh()).status_code == 204
        noted = eventually(lambda: sealed(usher))["hash"]
        file = usher.folder / "backup.sqlite"
        usher.command("backup", str(file))
        empty.command("restore", str(file))
        code, told = verify(empty, "--noted", noted)
        assert code == 0 and told["unsealed"] == 1, told
        empty.start()
        eventually(lambda: sealed(empty))
        assert verify(empty, "--noted", noted)[0] == 0
