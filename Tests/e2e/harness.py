"""What tests of the real binary stand on: a server of their own, on either engine, and the people who use it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import requests

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ("sqlite", "postgres")
# A letter that was not taken is tried again after this; the usual first pause is a minute.
FAST_RETRY = {"USHER_MAIL_RETRY": "1"}
ABSENT = object()
OWNER = "owner@example.com"
ORGANIZATION = "Example & Söhne"


def binary() -> str:
    return os.environ.get("USHER_BINARY") or str(ROOT / ".build/debug/usher")


FIRST_PORT = int(os.environ.get("USHER_TEST_FIRST_PORT", "15000"))
_given_ports: set[int] = set()


def free_port() -> int:
    """Below the range that outgoing connections take theirs from, so that none of them is faster than the server, and
    never twice: whoever has it may not listen yet, or be between two starts. Who runs tests beside these begins elsewhere
    (USHER_TEST_FIRST_PORT). It looks without a socket: a process that another thread starts at that moment would inherit
    it, and keep the port until it is a program of its own."""
    while True:
        port = FIRST_PORT + secrets.randbelow(8_000)
        if port not in _given_ports | _used_ports():
            _given_ports.add(port)
            return port


def _used_ports() -> set[int]:
    tables = (Path(f"/proc/net/{name}") for name in ("tcp", "tcp6", "udp", "udp6"))
    lines = (line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:])
    return {int(fields[1].rpartition(":")[2], 16) for fields in lines}


def fresh_word(count: int = 8) -> str:
    """New, and of consonants alone: what has seven digits in a row could be a telephone number, and letters split it;
    and no vowels make no word that a test looks for elsewhere."""
    return "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(count))


def fresh(name: str = "guest") -> str:
    """An address that nobody had before."""
    return f"{name}.{fresh_word(12)}@example.org"


def eventually(condition, seconds: float = 60, every: float = 0.05):
    """The first true answer of `condition`; fails when there is none in a time that is long for a slow machine, too."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {getattr(condition, '__doc__', None) or condition}")
        time.sleep(every)


class Postgres:
    """The throw-away server of Tests/postgres.sh: the one that `make test` started, or one of our own."""

    def __init__(self) -> None:
        self.script = str(ROOT / "Tests/postgres.sh")
        given = os.environ.get("USHER_TEST_POSTGRES")
        self.is_ours = not given
        self.url = given or subprocess.run(
            [self.script, "start"], check=True, capture_output=True, text=True).stdout.strip()

    def database(self) -> str:
        """URL of a new, empty database."""
        name = f"e2e_{uuid.uuid4().hex}"
        self.query(self.url, f"CREATE DATABASE {name}")
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def drop(self, url: str) -> None:
        self.query(self.url, f"DROP DATABASE IF EXISTS {urlsplit(url).path[1:]} WITH (FORCE)")

    @staticmethod
    def query(url: str, statement: str) -> str:
        return subprocess.run(
            ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", url, "-c", statement],
            check=True, capture_output=True, text=True).stdout

    def stop(self) -> None:
        if self.is_ours:
            subprocess.run([self.script, "stop"], check=True)


_postgres: Postgres | None = None


def postgres() -> Postgres:
    global _postgres
    _postgres = _postgres or Postgres()
    return _postgres


def stop_postgres() -> None:
    global _postgres
    if _postgres:
        _postgres.stop()
    _postgres = None


class Usher:
    """One server with a database and a folder of its own. It is prepared, and not started yet."""

    def __init__(self, engine: str, relay=None, **env: str | None) -> None:
        self.engine = engine
        self.folder = Path(tempfile.mkdtemp(prefix="usher-e2e-"))
        self.data = self.folder / "data"
        self.data.mkdir(mode=0o700)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = f"sqlite://{self.data}/usher.sqlite" if engine == "sqlite" else postgres().database()
        self.process: subprocess.Popen | None = None
        self.key = self.organization_id = ""
        settings = {
            "USHER_DATA": str(self.data), "USHER_LISTEN": f"127.0.0.1:{self.port}", "USHER_PUBLIC_URL": self.url,
            "USHER_DATABASE_URL": self.database, "USHER_MAIL_FROM": "invitations@example.com",
            "USHER_ENV": "development",
        }
        if relay is not None:
            settings["USHER_SMTP_URL"] = relay if isinstance(relay, str) else relay.url
        self.env = clean_environment() | {
            name: value for name, value in (settings | env).items() if value is not None}

    def __enter__(self) -> Usher:
        return self

    def __exit__(self, *_: object) -> None:
        self.dispose()

    def dispose(self) -> None:
        self.kill()
        if self.engine == "postgres":
            postgres().drop(self.database)
        shutil.rmtree(self.folder, ignore_errors=True)

    # Commands

    def run(self, *args: str, stdin: str | None = None, timeout: float = 120) -> subprocess.CompletedProcess:
        """Runs `usher …` whatever comes of it."""
        return subprocess.run(
            [binary(), *args], env=self.env, cwd=self.folder, input=stdin, capture_output=True, text=True,
            timeout=timeout)

    def command(self, *args: str, stdin: str | None = None) -> str:
        """Runs `usher …`, which must succeed; its standard output."""
        result = self.run(*args, stdin=stdin)
        assert result.returncode == 0, f"usher {' '.join(args)} ended with {result.returncode}: {result.stderr}"
        return result.stdout

    def prepare(self) -> Usher:
        """The schema, an organization, and a key of it that may do all."""
        self.command("migrate", "up")
        made = json.loads(self.command("org", "create", ORGANIZATION, "--owner", OWNER, "--json"))
        self.organization_id = made["organization_id"]
        self.key = self.make_key("owner")
        return self

    def make_key(self, role: str, user: str | None = None, organization: str | None = None) -> str:
        whose = ("--user", user) if user else ()
        return json.loads(self.command(
            "key", "create", "--organization", organization or self.organization_id, "--role", role, *whose,
            "--json"))["api_key"]

    # The process

    @property
    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    def start(self, wait: bool = True) -> Usher:
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [binary(), "serve"], env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if wait:
            self.wait_until_ready()
        return self

    def is_ready(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == 200
        return False

    def wait_until_ready(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            assert self.process.poll() is None, f"usher serve ended with {self.process.returncode}:\n{self.log}"
            assert time.monotonic() < deadline, f"usher serve is not ready:\n{self.log}"
            time.sleep(0.02)

    def stop(self, seconds: float = 60) -> int:
        """SIGTERM; how it ended."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def restart(self) -> None:
        assert self.stop() == 0, self.log
        self.start()

    # The API

    def request(
        self, method: str, path: str, key=ABSENT, organization=ABSENT, headers: dict | None = None, **more
    ) -> requests.Response:
        """A call of the API, with the owner's key and organization unless told otherwise (None: without)."""
        key = self.key if key is ABSENT else key
        organization = self.organization_id if organization is ABSENT else organization
        fields = {"Authorization": key, "TR-Organization": organization} | (headers or {})
        fields = {name: value for name, value in fields.items() if value is not None}
        return requests.request(
            method, self.url + path, headers=fields, timeout=60, allow_redirects=False, **more)

    def invitation(self, email: str, **fields) -> dict:
        """The body of the frozen call; a field that is ABSENT is left out."""
        body = {
            "app_url": self.url, "email": email, "organization_id": self.organization_id,
            "redirect_uri": f"{self.url}/account", "user_role": 0,
        } | fields
        return {name: value for name, value in body.items() if value is not ABSENT}

    def invite(
        self, email: str, key=ABSENT, organization=ABSENT, headers: dict | None = None, **fields
    ) -> requests.Response:
        return self.request(
            "POST", "/api/invitation", key, organization, headers, json=self.invitation(email, **fields))

    def invitations(self, **query) -> list[dict]:
        """All of them, page by page, as the Link fields lead."""
        found: list[dict] = []
        path = f"/api/invitations/{self.organization_id}"
        query = {"limit": 1000} | query
        while path:
            response = self.request("GET", path, params=query)
            assert response.status_code == 200, response.text
            found += response.json()
            following = response.links.get("next", {}).get("url", "")
            path, query = following.removeprefix(self.url), None
        return found

    def invitation_of(self, email: str) -> dict | None:
        return next((found for found in self.invitations() if found["email"] == email), None)

    def mailbox(self) -> list[dict]:
        """The letters of the built-in mailbox."""
        response = requests.get(f"{self.url}/mailbox.json", timeout=60)
        assert response.status_code == 200, response.text
        return response.json()

    def letters_to(self, email: str) -> list[dict]:
        return [letter for letter in self.mailbox() if letter["to"] == email]

    # Beside the API

    def sql(self, statement: str) -> list[tuple]:
        """Changes the database behind the server's back; the rows that it gives, in text on PostgreSQL."""
        if self.engine == "postgres":
            return [tuple(line.split("|")) for line in postgres().query(self.database, statement).splitlines()]
        import sqlite3

        with contextlib.closing(sqlite3.connect(self.database.removeprefix("sqlite://"), timeout=20)) as database:
            rows = database.execute(statement).fetchall()
            database.commit()
            return rows

    def let_leases_pass(self) -> None:
        """Most of the 90 seconds (`CourierSettings.lease`) for which the letters of a dead process wait; the rest still
        has to run out."""
        self.sql("UPDATE outbox SET leased_until = leased_until - 80000 WHERE state = 'pending'")

    def count(self, table: str) -> int:
        return int(self.sql(f"SELECT COUNT(*) FROM {table}")[0][0])


def clean_environment() -> dict[str, str]:
    """Ours, without anything that would configure a server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("USHER_")}


def start_usher(engine: str, relay=None, **env: str | None) -> Usher:
    """A prepared and ready server. `with` ends it and removes all of it.

    - relay: a `Sink`, or a URL; without one the built-in mailbox takes the mail.
    - env: settings on top of the usual ones; None takes one away.
    """
    usher = Usher(engine, relay, **env)
    try:
        return usher.prepare().start()
    except BaseException:
        usher.dispose()
        raise
