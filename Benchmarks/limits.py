"""What the machine itself can do, each stage alone: the figures that Usher's are held against."""

import os
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

from server import program


def busy(seconds: float = 1) -> float:
    """The share of the machine's time that others take while nothing is measured."""
    def times() -> list[int]:
        return [int(part) for part in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]

    before = times()
    time.sleep(seconds)
    spent = [after - earlier for earlier, after in zip(before, times(), strict=True)]
    return 1 - (spent[3] + spent[4]) / max(1, sum(spent))


SQLITE_TABLES = """
CREATE TABLE invitations (id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, email TEXT NOT NULL,
    role INTEGER NOT NULL, status TEXT NOT NULL, code_hash TEXT NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL, created_at INTEGER NOT NULL) STRICT;
CREATE TABLE outbox (id TEXT PRIMARY KEY, invitation_id TEXT NOT NULL, state TEXT NOT NULL,
    due_at INTEGER NOT NULL) STRICT;
"""


def sqlite_commits(folder: Path, group: int, seconds: float) -> float:
    """Durable units of two inserts a second, `group` of them in each commit (WAL, synchronous=FULL)."""
    path = folder / f"limit-{group}.sqlite"
    for file in folder.glob(f"{path.name}*"):
        file.unlink()
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.executescript(SQLITE_TABLES)
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        database.execute("BEGIN IMMEDIATE")
        for _ in range(group):
            done += 1
            key = f"{done:08d}-0000-7000-8000-000000000000"
            database.execute(
                "INSERT INTO invitations VALUES (?, 'organization', ?, 0, 'pending', ?, 0, 0)",
                (key, f"p{done}@example.org", os.urandom(32).hex()),
            )
            database.execute("INSERT INTO outbox VALUES (?, ?, 'pending', 0)", (key, key))
        database.execute("COMMIT")
    rate = done / (time.perf_counter() - start)
    database.close()
    return rate


PGBENCH_SCRIPT = """
\\set n random(1, 9000000000000)
BEGIN;
INSERT INTO limit_invitations VALUES (gen_random_uuid()::text, 'organization', 'p' || :n || '@example.org', 0,
    'pending', md5(:n::text) || md5(random()::text), 0, 0);
INSERT INTO limit_outbox VALUES (gen_random_uuid()::text, 'invitation', 'pending', 0);
COMMIT;
"""

PG_TABLES = """
DROP TABLE IF EXISTS limit_invitations, limit_outbox;
CREATE TABLE limit_invitations (id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, email TEXT NOT NULL,
    role BIGINT NOT NULL, status TEXT NOT NULL, code_hash TEXT NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL, created_at BIGINT NOT NULL);
CREATE TABLE limit_outbox (id TEXT PRIMARY KEY, invitation_id TEXT NOT NULL, state TEXT NOT NULL,
    due_at BIGINT NOT NULL);
"""


def pgbench(url: str, clients: int, seconds: int) -> float:
    """Transactions of the same two inserts a second."""
    subprocess.run(["psql", "-q", url, "-c", PG_TABLES], check=True, capture_output=True)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(PGBENCH_SCRIPT)
        script.flush()
        result = subprocess.run(
            ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", script.name,
             url], check=True, capture_output=True, text=True,
        )
    subprocess.run(["psql", "-q", url, "-c", "DROP TABLE limit_invitations, limit_outbox"], check=True)
    line = next(line for line in result.stdout.splitlines() if line.startswith("tps"))
    return float(line.split()[2])


def smtp_source(sink: str, sessions: int, messages: int) -> float:
    """Messages a second from Postfix's own generator into the same sink, connections kept."""
    start = time.perf_counter()
    subprocess.run(
        [program("smtp-source"), "-d", "-s", str(sessions), "-l", "6000", "-m", str(messages), "-f", "from@example.com",
         "-t", "to@example.org", sink],
        check=True,
    )
    return messages / (time.perf_counter() - start)


def series(*rates: float) -> float:
    """The rate of stages that one machine runs one after another: 1 / Σ(1/rate)."""
    return 1 / sum(1 / rate for rate in rates)
