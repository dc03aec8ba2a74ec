"""The things that are measured: the release binary, a sink for its mail, a throw-away PostgreSQL."""

import contextlib
import html
import http.client
import json
import os
import pwd
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

PASSWORD = "a long enough one for measuring"


def program(name: str) -> str:
    """Debian keeps Postfix's where a user's path does not lead."""
    return shutil.which(name) or f"/usr/sbin/{name}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


class Sink:
    """Postfix's smtp-sink: takes every message and forgets it; with a file for its counters, it can say how many."""

    def __init__(self, counters: Path | None = None):
        self.counters = counters

    def __enter__(self) -> "Sink":
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"smtp://{self.address}?tls=off"
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = [program("smtp-sink"), *user, *(["-c"] if self.counters else []), self.address, "1000"]
        with open(self.counters or os.devnull, "wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        wait_for(self.port)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def messages(self) -> int:
        """Taken so far: the last of many "sess=1 quit=1 mesg=2" in one line."""
        with open(self.counters, "rb") as counters:
            counters.seek(max(0, counters.seek(0, os.SEEK_END) - 200))
            found = re.findall(rb"mesg=(\d+)", counters.read())
        return int(found[-1]) if found else 0


class Postgres:
    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        self.run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")
        self.run("pg_ctl", "-D", str(folder / "data"), "-w", "-l", str(folder / "log"),
                 "-o", f"-p {self.port} -h 127.0.0.1 -k {folder}", "start")

    def run(self, program: str, *arguments: str) -> None:
        path = next(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run([*prefix, str(path), *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/")

    def database(self, name: str) -> str:
        url = f"postgresql://postgres@127.0.0.1:{self.port}"
        subprocess.run(["psql", "-q", f"{url}/postgres", "-c", f"CREATE DATABASE {name}"], check=True)
        return f"{url}/{name}"

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")


@contextlib.contextmanager
def throwaway_postgres():
    folder = Path(tempfile.mkdtemp(prefix="usher-bench-pg-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Usher:
    def __init__(self, binary: str, data: Path, database: str, smtp: str):
        self.binary, self.database, self.port = str(Path(binary).resolve()), database, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        data.mkdir(parents=True, exist_ok=True)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("USHER_")} | {
            "USHER_DATA": str(data), "USHER_LISTEN": f"127.0.0.1:{self.port}", "USHER_PUBLIC_URL": self.url,
            "USHER_DATABASE_URL": database, "USHER_SMTP_URL": smtp, "USHER_MAIL_FROM": "invitations@example.com",
            "USHER_ENV": "development", "USHER_LIMITS": "off",
        }
        self.process: subprocess.Popen | None = None

    def command(self, *arguments: str, stdin: str | None = None) -> str:
        result = subprocess.run(
            [self.binary, *arguments], env=self.environment, input=stdin, capture_output=True, text=True)
        if result.returncode:
            raise SystemExit(f"usher {' '.join(arguments)}: {result.stderr}")
        return result.stdout

    def prepare(self) -> None:
        """Schema, an organization, its key, an admin, the admin's own key and session."""
        self.command("migrate", "up")
        made = json.loads(self.command("org", "create", "Bench", "--owner", "owner@example.com", "--json"))
        self.organization = made["organization_id"]
        key = ("key", "create", "--organization", self.organization, "--role", "owner", "--json")
        self.key = json.loads(self.command(*key))["api_key"]
        self.command(
            "admin", "create", "--email", "admin@example.com", "--organization", "Bench", stdin=PASSWORD + "\n")
        self.own_key = json.loads(self.command(*key, "--user", "admin@example.com"))["api_key"]
        self.start()
        self.session = self.sign_in()
        self.stop()

    def start(self, *program: str) -> None:
        """Starts the server, or `program` in place of the binary: the same under a tool."""
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [*(program or (self.binary,)), "serve"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            try:
                if self.request("GET", "/readyz")[0] == 200:
                    break
            except OSError:
                pass
            if self.process.poll() is not None:
                raise SystemExit(f"usher serve stopped with {self.process.returncode}")
            time.sleep(0.002)
        self.started_in = time.perf_counter() - started

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def request(self, method: str, path: str, body: str | None = None, **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def sign_in(self) -> str:
        _, headers, page = self.request("GET", "/signin")
        cookies = "; ".join(value.split(";")[0] for value in headers.get_all("Set-Cookie", []))
        fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
        fields = {name: html.unescape(value) for name, value in fields.items()}
        body = urllib.parse.urlencode(fields | {"email": "admin@example.com", "password": PASSWORD})
        status, headers, _ = self.request(
            "POST", "/signin", body, Cookie=cookies, Origin=self.url, **{
                "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"})
        cookie = next((value.split(";")[0] for value in headers.get_all("Set-Cookie", []) if "session" in value), None)
        if status != 303 or not cookie:
            raise SystemExit(f"sign-in was answered {status}")
        return cookie

    def peak_megabytes(self) -> float:
        """The most resident memory since the start."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024

    def drain(self) -> None:
        """Waits until the outbox is empty, so that one measurement does not disturb the next."""
        deadline = time.monotonic() + 300
        while self.waiting() and time.monotonic() < deadline:
            time.sleep(0.1)

    def waiting(self) -> int:
        return counted(self.database, "SELECT count(*) FROM outbox WHERE state = 'pending'")


def counted(database: str, statement: str) -> int:
    if database.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(f"file:{database[9:]}?mode=ro", uri=True)) as connection:
            return connection.execute(statement).fetchone()[0]
    result = subprocess.run(["psql", "-qAt", database, "-c", statement], check=True, capture_output=True, text=True)
    return int(result.stdout)


def run_script(database: str, sql: str) -> None:
    if database.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(database[9:])) as connection:
            connection.executescript(sql)
    else:
        subprocess.run(
            ["psql", "-q", "-v", "ON_ERROR_STOP=1", database], input=sql, text=True, check=True,
            stdout=subprocess.DEVNULL)


def seed(database: str, organization: str, count: int) -> None:
    """Stores `count` pending and withdrawn invitations beforehand, as many people, and a tenth as many organizations
    that they belong to."""
    engine = "sqlite" if database.startswith("sqlite") else "postgres"
    sql = (Path(__file__).parent / f"seed.{engine}.sql").read_text()
    run_script(database, sql.replace(":count", str(count)).replace(":organization", f"'{organization}'"))
