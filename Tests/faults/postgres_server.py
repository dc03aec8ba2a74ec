"""A PostgreSQL server of a test's own, which may be stopped, frozen, filled and locked without harming other tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from harness import ROOT, Postgres, Usher, eventually

# So few that a test can take all of them.
MOST_CONNECTIONS = 40
SPARE_CONNECTIONS = 30

# The process of Usher's that is in the middle of a COMMIT, within 20 seconds. It is over in a tenth of a second, so the
# server itself must look.
COMMITTING = """
CREATE FUNCTION pg_temp.committing() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    found int;
BEGIN
    FOR round IN 1..10000 LOOP
        PERFORM pg_stat_clear_snapshot();
        SELECT pid INTO found FROM pg_stat_activity WHERE usename = 'usher' AND state = 'active' AND query = 'COMMIT';
        IF found IS NOT NULL THEN RETURN found; END IF;
        PERFORM pg_sleep(0.002);
    END LOOP;
    RETURN NULL;
END $$;
SELECT pg_temp.committing();
"""


class PostgresServer:
    """Made by Tests/postgres.sh in a folder of its own. Usher comes as `usher`, who is no superuser: the last slots
    are not for it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="usher-faults-"))
        self._script("start")
        self.port = int((self.folder / "postgres/port").read_text())
        self.place = Path((self.folder / "postgres/place").read_text().strip())
        self.data = self.place / "data"
        self.url = self._url("postgres", "postgres")
        # What the script gave on the command line, so that the server can be started without it.
        with open(self.data / "postgresql.conf", "a") as settings:
            settings.write(
                f"\nport = {self.port}\nunix_socket_directories = '{self.place}'\nlisten_addresses = '127.0.0.1'\n"
                # Whoever is refused for want of a slot holds one of the superuser's until it is told so.
                f"max_connections = {MOST_CONNECTIONS + SPARE_CONNECTIONS}\n"
                f"superuser_reserved_connections = {SPARE_CONNECTIONS}\nfsync = on\n"
                # Looks at each file otherwise, and recovers so late that nobody waits for the outcome any more.
                "recovery_init_sync_method = syncfs\n")
        self.stop("fast")
        self.start()
        self.query("CREATE ROLE usher LOGIN")
        # Whoever made it read only must be able to end that.
        self.query("ALTER ROLE postgres SET default_transaction_read_only = off")

    def _script(self, command: str) -> None:
        subprocess.run(
            [ROOT / "Tests/postgres.sh", command], check=True, capture_output=True,
            env=os.environ | {"USHER_TEST_FOLDER": str(self.folder)})

    def _url(self, user: str, database: str) -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def __enter__(self) -> PostgresServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.resume()
        self._script("stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self) -> str:
        """URL of a new, empty database that belongs to `usher`."""
        name = f"faults_{uuid.uuid4().hex}"
        self.query(f"CREATE DATABASE {name} OWNER usher")
        return self._url("usher", name)

    def usher(self, relay, **env: str | None) -> Usher:
        """A server on a new database here; the harness's own database stays unused."""
        url = self.database()
        usher = Usher("sqlite", relay, USHER_DATABASE_URL=url, USHER_LIMITS="off", **env)
        usher.database = url
        return usher

    def query(self, statement: str, url: str | None = None) -> str:
        return Postgres.query(url or self.url, statement)

    # Stopping and starting

    def _pg_ctl(self, *arguments: str) -> None:
        program = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))[-1]
        owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*owner, program, "-D", self.data, "-w", "-t", "60", "-l", self.place / "log", *arguments], check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    def stop(self, mode: str) -> None:
        self._pg_ctl("-m", mode, "stop")

    def start(self) -> None:
        """Returns when it takes connections."""
        self._pg_ctl("start")

    def crash_at_commit(self, numbers: int, cause: Callable[[], None]) -> None:
        """Causes a COMMIT of Usher's, and kills one of the server's processes in the middle of it, as a machine does
        that is out of memory: the server ends all others, recovers, and goes on. Somebody else is the first to make so
        many transactions then."""
        writer = int(self.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"))
        watcher = self._watch_commits()

        def watches() -> bool:
            """somebody waits for a COMMIT"""
            nonlocal watcher
            # It saw one of Usher's own, as those that seal the audit log are.
            if watcher.poll() is not None:
                watcher = self._watch_commits()
            return bool(self.query(
                "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_temp.committing%' AND state = 'active'"))

        eventually(watches)
        cause()
        found = watcher.stdout.readline().strip()
        assert found, "Usher is in the middle of a COMMIT"
        backend = int(found)
        os.kill(writer, signal.SIGKILL)
        watcher.wait(60)
        eventually(lambda: not Path(f"/proc/{backend}").exists(), 60, 0.001)

        def is_back() -> bool:
            """PostgreSQL takes connections"""
            return subprocess.run(
                ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", self.url], text=True, capture_output=True,
                input="SELECT 1;\n" + "SELECT pg_current_xact_id();\n" * numbers).returncode == 0

        eventually(is_back, 60, 0)

    def _watch_commits(self) -> subprocess.Popen:
        """Tells the process that is in the middle of the next COMMIT, and ends."""
        watcher = subprocess.Popen(
            ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", self.url], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        watcher.stdin.write(COMMITTING)
        watcher.stdin.close()
        return watcher

    def become_standby(self) -> None:
        """Reads only, and waits for a primary that never comes; `promote` ends that."""
        self.stop("fast")
        signal_file = self.data / "standby.signal"
        signal_file.touch()
        shutil.chown(signal_file, self.data.owner())
        self.start()

    def promote(self) -> None:
        self.query("SELECT pg_promote()")

    # Freezing

    def processes(self) -> list[int]:
        """The postmaster and its children."""
        with contextlib.suppress(FileNotFoundError):
            postmaster = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            children = subprocess.run(
                ["ps", "-o", "pid=", "--ppid", str(postmaster)], capture_output=True, text=True).stdout.split()
            return [postmaster, *map(int, children)]
        return []

    def _signal(self, number: signal.Signals) -> None:
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    def pause(self) -> None:
        """Frozen: its port takes connections, and nobody answers on them."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    # Connections

    def connections(self) -> int:
        """How many Usher has."""
        return int(self.query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'usher' "
                              "AND application_name = 'usher'"))

    def end_connections(self) -> int:
        """Ends all that Usher has; how many."""
        return int(self.query("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                              "WHERE usename = 'usher' AND application_name = 'usher'"))

    @contextlib.contextmanager
    def all_slots_taken(self, database: str):
        """Every slot belongs to somebody else, and Usher has none."""
        held: list[socket.socket] = []
        stop = threading.Event()

        def take() -> None:
            while not stop.is_set():
                if connection := self._occupy(database):
                    held.append(connection)

        def is_without() -> bool:
            """Usher has no connection"""
            return not self.connections() or not self.end_connections()

        # Whoever asks first gets a slot that became free, so somebody asks all the time.
        taker = threading.Thread(target=take)
        taker.start()
        try:
            eventually(is_without, 60, 0.2)
            yield
        finally:
            stop.set()
            taker.join()
            for connection in held:
                connection.close()

    def _occupy(self, database: str) -> socket.socket | None:
        """A session that does nothing; nil when the server has no slot for it. Its first two messages are all of the
        protocol that is needed."""
        name = database.rsplit("/", 1)[1].encode()
        fields = b"user\0usher\0database\0" + name + b"\0\0"
        connection = socket.create_connection(("127.0.0.1", self.port), 10)
        connection.sendall(struct.pack("!II", len(fields) + 8, 196608) + fields)
        if connection.recv(1) == b"R":
            return connection
        connection.close()
        time.sleep(0.002)
        return None


@contextlib.contextmanager
def locked(url: str, table: str):
    """Somebody else holds the table, so that nobody can change its rows for as long as the block lasts."""
    holder = subprocess.Popen(["psql", "-qAtX", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        holder.stdin.write(f"BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE; SELECT 'held';\n")
        holder.stdin.flush()
        assert holder.stdout.readline().strip() == "held"
        yield
    finally:
        # Hanging up rolls back.
        holder.stdin.close()
        holder.wait(60)
        holder.stdout.close()
