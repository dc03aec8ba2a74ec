"""How the process starts and ends, and what it says when it can't."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import time
import uuid
from pathlib import Path

import pytest
import requests

from harness import Usher, binary, eventually, free_port, fresh, start_usher
from load import Load
from sink import Sink
from visitor import PASSWORD, Visitor


def one_sentence(result: subprocess.CompletedProcess) -> str:
    """What the command said when it gave up: something for a person, and not a trace."""
    lines = [line for line in result.stderr.splitlines() if line.startswith("usher: ")]
    assert result.returncode > 0, f"ended with {result.returncode}: {result.stderr}"
    assert len(lines) == 1, result.stderr
    assert "Fatal error" not in result.stderr and "0x" not in lines[0]
    return lines[0]


# Starting


def test_probes_tell_life_and_readiness(engine):
    with start_usher(engine) as usher:
        assert requests.get(f"{usher.url}/livez", timeout=5).status_code == 200
        ready = requests.get(f"{usher.url}/readyz", timeout=5)
        assert ready.status_code == 200 and all(ready.json()["parts"].values())
        assert requests.get(f"{usher.url}/api/health", timeout=5).status_code == 200


def test_a_port_in_use_is_named(engine):
    with Usher(engine) as usher, socket.socket() as other:
        usher.prepare()
        other.bind(("127.0.0.1", usher.port))
        other.listen()
        sentence = one_sentence(usher.run("serve"))
        assert str(usher.port) in sentence and "USHER_LISTEN" in sentence


@pytest.mark.skipif(os.geteuid() != 0 and not shutil.which("chmod"), reason="needs a second user")
def test_an_unwritable_folder_is_named(tmp_path):
    """Issue: an unwritable folder gets one sentence and an exit code."""
    folder = Path(os.path.realpath(tmp_path)) / "locked"
    folder.mkdir(mode=0o500)
    command = [binary(), "serve"]
    with Usher("sqlite") as usher:
        usher.env |= {"USHER_DATA": str(folder), "USHER_DATABASE_URL": f"sqlite://{folder}/usher.sqlite"}
        if os.geteuid() == 0:
            # Root writes everywhere, so somebody else tries, with a copy of the program where they can reach it.
            place = Path("/tmp") / f"usher-{uuid.uuid4().hex}"
            shutil.copy(binary(), place)
            place.chmod(0o755)
            for path in (folder, *folder.parents):
                if path.is_relative_to("/tmp") and path != Path("/tmp"):
                    path.chmod(path.stat().st_mode | 0o055)
            command = ["runuser", "-u", "nobody", "--", str(place), "serve"]
        try:
            result = subprocess.run(
                command, env=usher.env, cwd="/", capture_output=True, text=True, timeout=30)
        finally:
            if command[0] == "runuser":
                place.unlink()
        assert str(folder) in one_sentence(result)
        assert list(folder.iterdir()) == []


def test_a_data_folder_that_is_a_file_is_named():
    with Usher("sqlite", USHER_DATABASE_URL=None) as usher:
        file = usher.folder / "file"
        file.write_text("")
        usher.env["USHER_DATA"] = str(file)
        assert str(file) in one_sentence(usher.run("serve"))


def test_a_database_that_is_not_there_is_named():
    """One sentence, in seconds, and no password in it."""
    url = f"postgresql://usher:hunter2@127.0.0.1:{free_port()}/usher"
    with Usher("sqlite", USHER_DATABASE_URL=url) as usher:
        begun = time.monotonic()
        result = usher.run("serve")
        assert time.monotonic() - begun < 60
        one_sentence(result)
        assert "hunter2" not in result.stderr


def test_one_file_serves_one_server():
    """A second process on the same SQLite file is refused, and the first one goes on."""
    with start_usher("sqlite") as usher:
        usher.env["USHER_LISTEN"] = f"127.0.0.1:{free_port()}"
        sentence = one_sentence(usher.run("serve"))
        assert str(usher.data) in sentence and "in use" in sentence
        assert usher.invite(fresh()).status_code == 204
        usher.make_key("admin")


def test_serve_does_not_migrate_postgresql():
    """Refused with the command that mends it; a fresh SQLite file is migrated by itself."""
    with Usher("postgres") as usher:
        sentence = one_sentence(usher.run("serve"))
        assert "usher migrate up" in sentence
        usher.command("migrate", "up")
        usher.start()
    with Usher("sqlite") as usher:
        usher.start()


def test_a_newer_schema_is_refused(engine):
    """CRS-11: neither served nor changed."""
    with Usher(engine) as usher:
        usher.prepare()
        usher.command("migrate", "status")
        usher.sql(
            "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (9999, 'Later', 'x', 1)")
        for command in (("serve",), ("migrate", "up"), ("migrate", "status")):
            assert "newer" in one_sentence(usher.run(*command))


def test_a_changed_schema_is_refused(engine):
    with Usher(engine) as usher:
        usher.prepare()
        usher.sql("UPDATE schema_migrations SET checksum = 'x' WHERE number = 1")
        one_sentence(usher.run("serve"))


def test_files_are_for_their_owner_only():
    with start_usher("sqlite") as usher:
        usher.invite(fresh())
        for file in usher.data.rglob("*"):
            mode = stat.S_IMODE(file.stat().st_mode)
            assert mode & 0o077 == 0, f"{file.name} has mode {mode:o}"
        assert stat.S_IMODE((usher.data / "server.key").stat().st_mode) == 0o600


def test_a_node_that_leaves_says_so_and_works_on_for_a_while(engine):
    """CRS-17: the proxy in front notices by /readyz before the first connection is refused."""
    with start_usher(engine, USHER_SHUTDOWN_DELAY="8s") as usher:
        usher.process.send_signal(signal.SIGTERM)
        eventually(lambda: not usher.is_ready(), 6)
        parts = requests.get(f"{usher.url}/readyz", timeout=5).json()["parts"]
        assert parts.pop("accepting") is False and all(parts.values())
        assert requests.get(f"{usher.url}/livez", timeout=5).status_code == 200
        assert usher.invite(fresh()).status_code == 204
        assert usher.process.wait(60) == 0


def test_what_has_no_use_any_more_is_removed_however_much_it_is(engine):
    """RES-12: what ends faster than one batch in five minutes must not pile up."""
    with Usher(engine) as usher:
        usher.prepare()
        usher.sql(
            "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 3500) "
            "INSERT INTO quotas (name, subject, started_at, ends_at, used) SELECT 'peer', 's' || n, 1, 2, 1 FROM many")
        usher.start()
        eventually(lambda: usher.count("quotas") == 0)


# The first admin


def setup_links(usher: Usher, count: int = 0) -> list[str]:
    """What was printed so far, once there are so many: the server is ready a moment before it says so."""
    def printed() -> tuple[list[str]] | None:
        """the links are printed"""
        found = re.findall(r"http\S+/setup\?token=\S+", usher.log)
        return (found,) if len(found) >= count else None

    return eventually(printed)[0]


def set_up(link: str, organization: str = "First") -> tuple[Visitor, requests.Response]:
    visitor = Visitor()
    page = visitor.open(link)
    if page.status != 200:
        return visitor, page.response
    form = page.form_to("/setup")
    return visitor, visitor.submit(
        page, form, organization=organization, name="Grace", email="grace@example.com", password=PASSWORD)


def test_the_first_admin_comes_by_a_link_that_works_once(engine):
    """AUT-24: printed while there is no admin, single use, none after a restart; opening it uses nothing up."""
    with Usher(engine) as usher:
        usher.command("migrate", "up")
        usher.start()
        [link] = setup_links(usher, 1)
        first, second = Visitor(), Visitor()
        assert first.get(link).status_code == 303
        assert (first.open(link).status, second.open(link).status) == (200, 200)
        assert requests.get(f"{usher.url}/setup", timeout=10).status_code == 403
        assert Visitor().open(link[:-4] + "AAAA").status == 403

        visitor, response = set_up(link)
        assert response.status_code == 303, response.text
        person = visitor.session.get(f"{usher.url}/api/auth/me", timeout=10).json()
        assert person["email"] == "grace@example.com"
        assert [(item["role"]) for item in person["user_orgs"]] == [2]
        assert second.open(link).status in (403, 409)
        other, again = set_up(link)
        assert again.status_code in (403, 409)
        assert other.session.get(f"{usher.url}/api/auth/me", timeout=10).status_code == 401
        usher.restart()
        assert setup_links(usher) == [link], "no second link is printed"


def test_a_restart_makes_a_new_link_and_ends_the_old_one():
    with Usher("sqlite") as usher:
        usher.start()
        setup_links(usher, 1)
        usher.restart()
        old, new = setup_links(usher, 2)
        assert Visitor().open(old).status == 403
        assert set_up(new)[1].status_code == 303


def test_an_admin_made_by_command_ends_the_need_for_a_link():
    with Usher("sqlite") as usher:
        usher.command(
            "admin", "create", "--email", "grace@example.com", "--organization", "First", stdin=PASSWORD + "\n")
        usher.start()
        assert setup_links(usher) == []
        refused = usher.run(
            "admin", "create", "--email", "x@example.com", "--organization", "First", stdin="password\n")
        assert refused.returncode > 0 and "password\n" not in refused.stderr


# Ending


def test_sigterm_under_load_drains_and_ends_with_0(engine):
    """CRS-17: nothing begun well before is cut off, everything promised is kept, nothing new is taken."""
    with Sink() as sink, start_usher(engine, sink, USHER_LIMITS="off") as usher:
        load = Load(usher, 16, async_every=4).start()
        eventually(lambda: sum(item.is_promised for item in load.sent) > 50)
        time.sleep(1)
        # What a request takes, on this machine and under this load.
        well_before = 1 + 2 * max(item.took for item in load.sent if item.is_promised)
        told = time.monotonic()
        usher.process.send_signal(signal.SIGTERM)
        assert usher.process.wait(60) == 0, usher.log
        took = time.monotonic() - told
        load.stop()
        assert took < 30, f"it took {took:.1f} s"
        cut = [item for item in load.sent if item.status is None and item.begun < told - well_before]
        assert not cut, cut[:3]
        assert {item.status for item in load.sent} <= {204, 202, 503, None}
        taken = sink.by_recipient()
        assert not [item for item in load.sent if item.status == 204 and item.email not in taken]

        usher.start()
        stored = {found["email"] for found in usher.invitations()}
        assert {item.email for item in load.sent if item.is_promised} <= stored
        eventually(lambda: sink.by_recipient().keys() >= stored, 120, 0.5)
        assert {len(mails) for mails in sink.by_recipient().values()} == {1}, "a polite end sends nothing twice"


def test_sigterm_when_idle_is_quick(engine):
    with start_usher(engine) as usher:
        connection = socket.create_connection(("127.0.0.1", usher.port))
        begun = time.monotonic()
        assert usher.stop() == 0
        assert time.monotonic() - begun < 15, "an idle connection holds nobody up"
        connection.close()


def test_a_second_sigterm_ends_at_once():
    """CRS-17: while the first one waits for a slow relay."""
    with Sink("-w", "25") as sink, start_usher("sqlite", sink) as usher:
        load = Load(usher, 1, share=1).start()
        eventually(lambda: usher.invitations())
        usher.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert usher.process.poll() is None, "the first one waits for the letter under way"
        usher.process.send_signal(signal.SIGTERM)
        usher.process.wait(15)
        load.stop()
        usher.start()
        assert len(usher.invitations()) == 1


def test_a_closed_log_does_not_end_the_server():
    """CRS-24: the log is a pipe and its reader is gone."""
    with Usher("sqlite") as usher:
        usher.prepare()
        usher.process = subprocess.Popen(
            [binary(), "serve"], env=usher.env, cwd=usher.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        usher.process.stderr.close()
        usher.wait_until_ready()
        assert usher.invite(fresh()).status_code == 204


# Commands


def test_commands_say_what_is_wrong_with_the_code_that_scripts_rely_on():
    with start_usher("sqlite") as usher:
        for args, code in (
            (("key", "create", "--organization", "x", "--role", "owner"), 2),
            (("key", "create", "--organization", str(uuid.uuid4()), "--role", "owner"), 1),
            (("key", "create", "--organization", usher.organization_id, "--role", "king"), 2),
            (("key", "create", "--organization", usher.organization_id, "--role", "owner", "--user", "x@y.example"), 1),
            (("org", "create", "Fifth", "--owner", "nobody"), 2),
            (("nonsense",), 2),
            (("serve", "--nonsense"), 2),
        ):
            result = usher.run(*args)
            assert result.returncode == code, (args, result.returncode, result.stderr)
            assert result.stderr and not result.stdout
        assert usher.run("--version").stdout.strip()
        assert "serve" in usher.run("--help").stdout
