"""Many at once: a plan is applied once, whatever happens to the process, and the command says how it went."""

import contextlib
import json
import sqlite3
import subprocess
import time

import pytest
import requests

from harness import Usher, binary, eventually, fresh_word, start_usher
from sink import Sink

ROWS, BAD = 1_000, 50
# What a dead process had leased is taken over when its lease runs out.
LEASE = 240


def table(rows: int, bad: int = 0) -> str:
    lines = ["email,role,name"]
    every = rows // bad if bad else 0
    for number in range(rows):
        address = "no address" if every and number % every == 1 else f"person{number}@example.org"
        lines.append(f"{address},user,Person {number}")
    return "\r\n".join(lines) + "\r\n"


def plan(usher: Usher, csv: str, key: str | None = None, **query) -> requests.Response:
    fields = {"Content-Type": "text/csv"} | ({"Idempotency-Key": key} if key else {})
    return usher.request(
        "POST", "/api/invitation/plan", headers=fields, data=csv.encode(),
        params={"app_url": usher.url, "redirect_uri": f"{usher.url}/account"} | query)


def look(usher: Usher, id: str) -> dict:
    response = usher.request("GET", f"/api/invitation/plan/{id}")
    assert response.status_code == 200, response.text
    return response.json()


def apply(usher: Usher, id: str) -> requests.Response:
    return usher.request("POST", f"/api/invitation/plan/{id}/apply")


def test_a_kill_in_the_middle_neither_loses_nor_doubles_anybody(engine):
    """INV-29: 1,000 rows, 50 of them bad, `kill -9` in the middle, the same requests again with the same key."""
    with Sink() as sink, start_usher(engine, sink, USHER_LIMITS="off") as usher:
        csv = table(ROWS, BAD)
        planned = plan(usher, csv, "bulk-1")
        assert planned.status_code == 201, planned.text
        made = planned.json()
        assert [row["row"] for row in made["rows"]] == list(range(1, ROWS + 1))
        assert made["progress"]["failed"] == BAD and made["progress"]["waiting"] == ROWS - BAD
        id = made["id"]
        assert planned.headers["Location"] == f"/api/invitation/plan/{id}"
        assert sink.mails() == [], "looking sends nothing"

        assert apply(usher, id).status_code == 202
        kills: list[float] = []
        for part in (150, 500):
            eventually(lambda part=part: look(usher, id)["progress"]["done"] >= part, 120, 0.02)
            usher.kill()
            kills.append(time.time())
            usher.start()
            # Who heard nothing asks again, with the same key.
            again = plan(usher, csv, "bulk-1")
            assert again.status_code == 201 and again.json()["id"] == id
            assert apply(usher, id).status_code == 202
        assert usher.count("invitation_plans") == 1

        eventually(lambda: look(usher, id)["state"] == "applied", 300, 0.2)
        told = look(usher, id)
        assert told["progress"] == {
            "done": ROWS - BAD, "failed": BAD, "waiting": 0, "unneeded": 0, "cancelled": 0}
        good = {f"person{number}@example.org" for number in range(ROWS) if number % (ROWS // BAD) != 1}
        emails = [found["email"] for found in usher.invitations()]
        assert sorted(emails) == sorted(good), "one invitation each"
        assert usher.count("outbox") == len(good), "one letter each"

        sink.wait_until_quiet()
        usher.let_leases_pass()
        eventually(lambda: sink.by_recipient().keys() == good, LEASE, 0.5)
        twice = {address: mails for address, mails in sink.by_recipient().items() if len(mails) > 1}
        for mails in twice.values():
            # Taken by the relay right before a kill, and not yet written down: the same message once more.
            assert len({mail.message_id for mail in mails}) == 1
            # The sink may have written it down a moment after the kill, from what the kernel had for it.
            assert any(-2 < kill - min(mail.taken for mail in mails) < 5 for kill in kills)
        print(f"{engine}: {len(twice)} letters were under way at a kill and sent twice")

        again = apply(usher, id)
        assert again.status_code == 202 and again.json()["state"] == "applied"
        assert usher.stop() == 0, usher.log
        if engine == "sqlite":
            with contextlib.closing(sqlite3.connect(usher.database.removeprefix("sqlite://"))) as database:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_ten_thousand_rows_are_planned_and_applied(engine):
    with Sink() as sink, start_usher(engine, sink, USHER_LIMITS="off") as usher:
        begun = time.monotonic()
        response = plan(usher, table(10_000))
        took = time.monotonic() - begun
        assert response.status_code == 201, response.text[:500]
        made = response.json()
        assert made["outcomes"]["would_invite"] == 10_000
        begun = time.monotonic()
        assert apply(usher, made["id"]).status_code == 202
        eventually(lambda: look(usher, made["id"])["state"] == "applied", 900, 0.5)
        print(f"{engine}: planned in {took:.1f} s, applied in {time.monotonic() - begun:.1f} s")
        assert usher.count("invitations") == 10_000
        assert plan(usher, table(10_001)).json()["code"] == "invalid_csv"


def test_events_of_a_real_client(usher):
    """INV-29: progress by server-sent events, as `curl -N` reads them."""
    made = plan(usher, table(120).replace("person", f"event-{usher.engine}-")).json()
    events: list[tuple[str, dict]] = []
    with usher.request("GET", f"/api/invitation/plan/{made['id']}/event", stream=True) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        name = ""
        for line in stream.iter_lines(decode_unicode=True):
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            if line.startswith("data: "):
                events.append((name, json.loads(line.removeprefix("data: "))))
                if len(events) == 1:
                    assert events[0][1]["state"] == "planned"
                    assert apply(usher, made["id"]).status_code == 202
    assert [name for name, _ in events[:-1]] == ["progress"] * (len(events) - 1)
    assert events[-1][0] == "done" and events[-1][1]["state"] == "applied"
    assert events[-1][1]["progress"]["done"] == 120


def test_words_and_metadata_reach_the_letter(usher):
    end = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() + 30 * 86_400))
    address = f"words-{usher.engine}@example.org"
    made = plan(
        usher, "email,name,message,locale,expires_at,metadata.team\n"
        f'{address},Ada,"See you, on Monday",de,{end},x\n').json()
    assert made["outcomes"]["would_invite"] == 1, made
    assert apply(usher, made["id"]).status_code == 202
    letters = eventually(lambda: usher.letters_to(address))
    assert "lädt Sie" in letters[0]["text"]
    found = usher.invitation_of(address)
    assert found["expires_at"].startswith(end[:10]) and found["locale"] == "de"
    name, message, metadata = usher.sql(
        f"SELECT name, message, metadata FROM invitations WHERE email_canonical = '{address}'")[0]
    assert (name, message, metadata) == ("Ada", "See you, on Monday", '{"team":"x"}')


# The command


def bulk(usher: Usher, csv: str, *args: str, key: str | None = None, name: str = "team.csv"):
    (usher.folder / name).write_text(csv)
    environment = dict(usher.env)
    usher.env["USHER_API_KEY"] = usher.key if key is None else key
    try:
        return usher.run(
            "invite", "bulk", name, "--organization", usher.organization_id, "--server", usher.url, *args)
    finally:
        usher.env.clear()
        usher.env.update(environment)


def test_the_command_follows_a_server_that_dies_and_comes_back(engine):
    """INV-29: `kill -9` under a command that follows the stream of events, and the server anew some seconds later."""
    rows = 3_000
    with start_usher(engine, USHER_LIMITS="off") as usher:
        lines = "".join(f"person{number}@example.org,pending\n" for number in range(rows))
        (usher.folder / "team.csv").write_text("email_address,status\n" + lines)
        command = subprocess.Popen(
            [binary(), "invite", "bulk", "team.csv", "--organization", usher.organization_id, "--server", usher.url,
             "--format", "clerk", "--no-send", "--yes", "--json"],
            env=usher.env | {"USHER_API_KEY": usher.key}, cwd=usher.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            eventually(lambda: usher.count("invitations") >= 500, 120, 0.02)
            usher.kill()
            assert usher.count("invitations") < rows, "it was through before the kill"
            # Longer than a call is tried again.
            time.sleep(4)
            assert command.poll() is None, command.stderr.read()
            usher.start()
            out, err = command.communicate(timeout=300)
        finally:
            command.kill()
        assert command.returncode == 0, err
        told = json.loads(out)
        assert told["state"] == "applied" and told["progress"]["done"] == rows
        assert usher.count("invitations") == rows
        polls = [line for line in usher.log.splitlines() if "GET" in line and line.count("plan_id") and "event" not in line]
        assert "/event" in usher.log and not polls, "it was followed by the stream of events alone"


def test_a_dry_run_invites_nobody(usher):
    before = usher.count("invitations")
    done = bulk(usher, "email\ndry1@example.org\ndry2@example.org\n", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "2  would invite" in done.stdout
    assert "Planning: 100 %" in done.stderr
    done = bulk(usher, "email;role\ndry1@example.org;user\nbad;\nada@gmial.com;\n", "--dry-run")
    assert done.returncode == 3, done.stderr
    for words in ("would invite", 'row 2  "bad"' if '"bad"' in done.stdout else "row 2", "invalid", "ada@gmail.com?"):
        assert words in done.stdout
    done = bulk(usher, "email\nbad\n", "--dry-run")
    assert done.returncode == 1
    time.sleep(1)
    assert usher.count("invitations") == before
    assert not (usher.folder / "team.csv.failed.csv").exists()


def test_some_fail_and_come_back(usher):
    name = f"some-{usher.engine}"
    csv = f"email,role,metadata.team\n{name}1@example.org,user,a\nbad,,=b\n{name}2@example.org,admin,\n"
    done = bulk(usher, csv, "--yes", "--json")
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)
    assert told["state"] == "applied" and told["outcomes"]["invited"] == 2 and told["outcomes"]["invalid"] == 1
    assert told["failed_file"] == "team.csv.failed.csv"
    assert usher.invitation_of(f"{name}2@example.org")["role"] == 1
    failed = (usher.folder / "team.csv.failed.csv").read_text()
    assert failed.splitlines()[0] == "email,role,name,message,locale,expires_at,metadata.team,outcome,detail"
    assert failed.splitlines()[1].startswith("bad,,,,,,'=b,invalid,")
    # Mended, it is sent again as it is.
    done = bulk(usher, failed.replace("bad,", f"{name}3@example.org,"), "--yes", name="again.csv")
    assert done.returncode == 0, done.stderr
    assert "invited" in done.stdout
    # Nothing is left to do for any of them.
    done = bulk(usher, csv.replace("bad", f"{name}3@example.org"), "--yes")
    assert done.returncode == 0, done.stderr
    assert "3  pending" in done.stdout
    eventually(lambda: all(len(usher.letters_to(f"{name}{number}@example.org")) == 1 for number in (1, 2, 3)))


def test_roles_that_the_organization_made(usher):
    """INV-29, AZ-12: by name in the file and in the role map; what failed by its role is mended and sent again."""
    called, name = f"Recruiter {fresh_word()}", f"roles-{fresh_word()}"
    usher.command("role", "create", called, "--permission", "invitation:read", "--organization", usher.organization_id)
    csv = f"email,role\n{name}1@example.org,{called.upper()}\n{name}2@example.org,{called} Two\n"
    done = bulk(usher, csv, "--yes", "--json")
    assert done.returncode == 3, done.stderr
    assert usher.invitation_of(f"{name}1@example.org")["custom_role"]["name"] == called
    assert usher.invitation_of(f"{name}2@example.org") is None
    failed = (usher.folder / "team.csv.failed.csv").read_text()
    row = failed.splitlines()[1]
    assert row.startswith(f"{name}2@example.org,{called} Two,") and "usher role list" in row
    usher.command(
        "role", "create", f"{called} Two", "--permission", "invitation:read", "--organization", usher.organization_id)
    done = bulk(usher, failed, "--yes", name="again.csv")
    assert done.returncode == 0, done.stderr
    assert usher.invitation_of(f"{name}2@example.org")["custom_role"]["name"] == f"{called} Two"
    eventually(lambda: len(usher.letters_to(f"{name}1@example.org")) == 1)
    assert called in usher.letters_to(f"{name}1@example.org")[0]["text"]

    clerk = f"email_address,status,role\n{name}3@example.org,pending,org:scout\n"
    done = bulk(
        usher, clerk, "--format", "clerk", "--role-map", f"org:scout={called}", "--no-send", "--yes", name="clerk.csv")
    assert done.returncode == 0, done.stderr
    assert usher.invitation_of(f"{name}3@example.org")["custom_role"]["name"] == called
    done = bulk(usher, clerk, "--format", "clerk", "--role-map", "org:scout", "--yes", name="clerk.csv")
    assert done.returncode == 2 and "NAME" in done.stderr


@pytest.mark.parametrize("case", ["nobody", "user", "other"])
def test_who_may_not_is_told_by_the_exit_code(usher, case):
    """AZ-21, AZ-12: through the command as through the API."""
    csv = "email\nnobody@example.org\n"
    if case == "nobody":
        done = bulk(usher, csv, "--yes", key="")
        assert "USHER_API_KEY" in done.stderr
    elif case == "user":
        done = bulk(usher, csv, "--yes", key=usher.make_key("user"))
        assert "role_too_low" in done.stderr
    else:
        other = json.loads(usher.command("org", "create", "Other", "--owner", "o@example.com", "--json"))
        done = bulk(usher, csv, "--yes", key=usher.make_key("owner", organization=other["organization_id"]))
        assert "not_a_member" in done.stderr
    assert done.returncode == 4
    assert done.stdout == ""
    assert usher.invitation_of("nobody@example.org") is None


def test_a_wrong_command_line(usher):
    assert bulk(usher, "email\na@example.org\n").returncode == 2, "nobody there to be asked, and no --yes"
    done = bulk(usher, "mail\na@example.org\n", "--yes")
    assert done.returncode == 1 and "invalid_csv" in done.stderr
    done = usher.run("invite", "bulk", "none.csv", "--organization", usher.organization_id)
    assert done.returncode in (2, 4)
    helped = usher.run("invite", "bulk", "--help")
    assert helped.returncode == 0 and "usher invite bulk team.csv" in helped.stdout
