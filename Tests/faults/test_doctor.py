"""`usher doctor` names each fault that leaves a trace, and the command that mends it."""

import contextlib
import os
import resource
import sqlite3
import subprocess

import pytest

from harness import Usher, binary, start_usher


def doctor(usher: Usher, **more) -> tuple[int, str]:
    result = subprocess.run(
        [binary(), "doctor"], env=usher.env, cwd=usher.folder, capture_output=True, text=True, timeout=60, **more)
    assert "Fatal" not in result.stderr, result.stderr
    return result.returncode, result.stdout


def complaint(usher: Usher, **more) -> str:
    """The one finding that is wrong, with what mends it."""
    code, told = doctor(usher, **more)
    lines = told.splitlines()
    wrong = [index for index, line in enumerate(lines) if line.startswith("WRONG")]
    assert code == 1 and len(wrong) == 1, told
    mend = lines[wrong[0] + 1]
    assert mend.startswith("      mend: "), told
    return lines[wrong[0]] + "\n" + mend


@pytest.fixture
def stopped(engine):
    with Usher(engine) as usher:
        usher.prepare().start()
        assert usher.invite("ada@example.com").status_code == 204
        assert usher.stop() == 0
        yield usher


@pytest.fixture
def file():
    """The path of a SQLite database that was used and stopped."""
    with start_usher("sqlite") as usher:
        assert usher.invite("ada@example.com").status_code == 204
        assert usher.stop() == 0
        yield usher, usher.data / "usher.sqlite"


def test_a_healthy_house_has_no_complaint(engine):
    """Beside a server that runs, too."""
    with start_usher(engine) as usher:
        code, told = doctor(usher)
        assert code == 0 and "WRONG" not in told, told
        assert told.count("ok ") >= 8


def test_flipped_bytes(file):
    """CRS-19: at the head of each page: found, and named."""
    usher, path = file
    data = bytearray(path.read_bytes())
    for place in range(4096 * 4, len(data), 4096):
        data[place:place + 8] = bytes(byte ^ 0xFF for byte in data[place:place + 8])
    path.write_bytes(data)
    told = complaint(usher)
    assert "damaged" in told or "malformed" in told
    assert "usher restore" in told


def test_an_index_that_lost_a_row(file):
    """Found by nothing but a look at everything."""
    usher, path = file
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "UPDATE sqlite_master SET sql = sql || ' WHERE code_hash IS NULL' WHERE name = 'invitations_by_age'")
        database.commit()
    assert "damaged" in complaint(usher)


def test_a_database_that_is_gone(file):
    usher, path = file
    path.rename(path.with_suffix(".away"))
    assert "is not there" in complaint(usher) and "usher restore" in complaint(usher)
    assert not path.exists(), "looking makes nothing"
    (path.parent / "usher.sqlite-wal").write_bytes(b"x" * 5000)
    assert "put the database back" in complaint(usher)


def test_rows_from_the_future(stopped):
    stopped.sql("INSERT INTO audit (id, action, actor, subject, at) VALUES ('x', 'x', 'x', 'x', 4000000000000)")
    told = complaint(stopped)
    assert "clock was set back" in told and "2096" in told and "timedatectl" in told


def test_letters_that_are_stuck(stopped):
    stopped.sql("UPDATE outbox SET state = 'pending', ended_at = NULL, due_at = 1000")
    told = complaint(stopped)
    assert "1 letters wait" in told and "relay" in told


def test_a_schema_that_lacks_a_step(stopped):
    stopped.sql("DELETE FROM schema_migrations WHERE number = (SELECT MAX(number) FROM schema_migrations)")
    assert "usher migrate up" in complaint(stopped)


def test_too_few_open_files(stopped):
    told = complaint(stopped, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    assert "64 files" in told and "ulimit -n" in told


def test_a_folder_that_others_can_read(stopped):
    os.chmod(stopped.data, 0o755)
    assert f"chmod 700 {stopped.data}" in complaint(stopped)


def test_a_postgresql_that_only_reads():
    with start_usher("postgres") as usher:
        name = usher.database.rsplit("/", 1)[1].split("?")[0]
        usher.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        told = complaint(usher)
        assert "takes no writes" in told and "RESET default_transaction_read_only" in told
