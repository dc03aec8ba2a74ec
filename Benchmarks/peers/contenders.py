"""Who invites: Usher, and the peers, each a server that is started, asked to invite, and stopped."""

import http.client
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Protocol

from server import Sink, Usher, counted, free_port, run_script

HERE = Path(__file__).resolve().parent
PYTHON = HERE.parents[1] / ".venv-peers/bin/python"
FORM = "application/x-www-form-urlencoded"


class Contender(Protocol):
    """`rows` is the statement that counts what a send stores, if it stores anything."""

    name: str
    url: str
    path: str
    headers: dict[str, str]
    body: str
    good: int
    good_text: str | None
    rows: str | None
    database: str
    started_in: float

    def start(self) -> None: ...
    def settle(self) -> None: ...
    def stop(self) -> None: ...
    def megabytes(self) -> float: ...


class OfUsher:
    name, path, good_text = "Usher", "/api/invitation", None
    rows = "SELECT count(*) FROM invitations"

    def __init__(self, usher: Usher, is_async: bool = False):
        self.usher, self.url, self.database = usher, usher.url, usher.database
        self.is_async, self.good = is_async, 202 if is_async else 204
        self.headers = {
            "Authorization": usher.key, "TR-Organization": usher.organization, "Content-Type": "application/json"}
        if is_async:
            self.name += ", `respond-async`"
            self.headers["Prefer"] = "respond-async"
        self.body = json.dumps({
            "app_url": usher.url, "email": "p{n}@example.org", "organization_id": usher.organization,
            "redirect_uri": f"{usher.url}/account", "user_role": 0})

    @property
    def started_in(self) -> float:
        return self.usher.started_in

    def start(self) -> None:
        self.usher.start()

    def settle(self) -> None:
        self.usher.drain()

    def stop(self) -> None:
        self.usher.stop()

    def megabytes(self) -> float:
        return self.usher.peak_megabytes()


class Gunicorn:
    """A Python peer: gunicorn's master and two workers."""

    application: str
    preparation: list[str]
    seeds: str
    ready: str

    def __init__(self, database: str, sink: Sink, threads: int):
        self.database, self.threads, self.port = database, threads, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {name: value for name, value in os.environ.items() if "CANAILLE" not in name} | {
            "PYTHONPATH": str(HERE)} | self.settings(sink)
        if database.startswith("sqlite"):
            run_script(database, "PRAGMA journal_mode = WAL")
        made = subprocess.run(
            [PYTHON, *self.preparation], env=self.environment, cwd=HERE, capture_output=True, text=True)
        if made.returncode:
            raise SystemExit(f"{self.name}: {made.stderr}")
        self.use(json.loads(made.stdout.splitlines()[-1]))

    def settings(self, sink: Sink) -> dict[str, str]:
        raise NotImplementedError

    def use(self, made: dict) -> None:
        """What its preparation has printed: cookies, CSRF token."""
        raise NotImplementedError

    def seed(self, count: int) -> None:
        is_sqlite = self.database.startswith("sqlite")
        engine = "sqlite" if is_sqlite else "postgres"
        parts = (f"before.{engine}", self.seeds, f"after.{engine}")
        sql = "".join((HERE / f"seed/{part}.sql").read_text() for part in parts)
        own = {":count": str(count)} | ({
            ":random": "lower(hex(randomblob(32)))", ":bytes": "randomblob(128)", ":json": "",
        } if is_sqlite else {
            ":random": "encode(sha256(random()::text::bytea), 'hex')", ":json": "::json",
            ":bytes": "sha512(random()::text::bytea) || sha512(random()::text::bytea)"})
        for name, value in own.items():
            sql = sql.replace(name, value)
        run_script(self.database, sql)

    def start(self) -> None:
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [PYTHON, "-m", "gunicorn", "--no-control-socket", "--workers", "2", "--threads", str(self.threads),
             "--graceful-timeout", "2", "--bind", f"127.0.0.1:{self.port}", self.application],
            env=self.environment, cwd=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.is_ready():
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} stopped with {self.process.returncode}")
            time.sleep(0.002)
        self.started_in = time.perf_counter() - started

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", self.ready, headers={"Cookie": self.headers["Cookie"]})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def settle(self) -> None:
        """Nothing goes on after an answer."""

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def megabytes(self) -> float:
        """Proportional set size of all its processes: what they share counts once."""
        workers = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in (self.process.pid, *workers)]
        return sum(int(line.split()[1]) for text in rollups for line in text.splitlines() if line[:4] == "Pss:") / 1024


class Django(Gunicorn):
    application, preparation = "djangopeer.wsgi", ["-m", "djangopeer.prepare"]

    def settings(self, sink: Sink) -> dict[str, str]:
        return {
            "PEER_LIBRARY": self.seeds, "PEER_SMTP_PORT": str(sink.port),
            "PEER_DATABASE": self.database.removeprefix("sqlite://")}

    def use(self, made: dict) -> None:
        self.headers = {"Cookie": made["cookie"], "X-CSRFToken": made["csrf"], "Content-Type": self.kind}


class Invitations(Django):
    name, seeds, rows = "django-invitations", "invitations", "SELECT count(*) FROM invitations_invitation"
    path, ready = "/invitations/send-json-invite/", "/invitations/send-invite/"
    kind, body, good, good_text = "application/json", '["p{n}@example.org"]', 201, None


class Organizations(Django):
    name, seeds, rows = "django-organizations", "organizations", "SELECT count(*) FROM organizations_organizationuser"
    kind, body, good, good_text = FORM, "email=p{n}@example.org", 302, None

    def use(self, made: dict) -> None:
        super().use(made)
        self.path = self.ready = f"/organizations/{made['organization']}/people/add/"


class Canaille(Gunicorn):
    name, seeds, rows = "Canaille", "canaille", None
    application, preparation = "canaille:create_app()", ["canaillepeer.py"]
    path, ready, good, good_text = "/invite", "/invite", 200, "Invitation sent"

    def settings(self, sink: Sink) -> dict[str, str]:
        url = self.database.replace("sqlite://", "sqlite:///")
        return {
            "SECRET_KEY": "not a secret: the site lives as long as a measurement", "PREFERRED_URL_SCHEME": "http",
            "SERVER_NAME": f"127.0.0.1:{self.port}", "CANAILLE__SMTP__HOST": "127.0.0.1",
            "CANAILLE__SMTP__PORT": str(sink.port), "CANAILLE__SMTP__FROM_ADDR": "invitations@example.com",
            "CANAILLE_SQL__DATABASE_URI": url, "CANAILLE_SQL__AUTO_MIGRATE": "false"}

    def use(self, made: dict) -> None:
        self.headers = {"Cookie": made["cookie"], "Content-Type": FORM}
        self.body = f"csrf_token={made['csrf']}&user_name=p{{n}}&email=p{{n}}@example.org&action=send"


PEERS: list[type[Gunicorn]] = [Invitations, Organizations, Canaille]
