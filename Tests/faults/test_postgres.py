"""PostgreSQL goes away in every way it can, under load: no 2xx is lost, nobody hears anything but 2xx and 503 with
Retry-After, and Usher is back within seconds (CRS-08, CRS-09, CRS-10).

Usher itself lives through all of it, so a connection that ends without an answer is a fault too. USHER_CHAOS=long
repeats each fault."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import requests

from harness import Usher, eventually
from load import Load, Sent, post
from postgres_server import PostgresServer, locked
from sink import Sink

# More than Usher has connections.
CLIENTS = 10
# The longest that Usher may need to be well again once the database is.
HEAL = 5
# How long /readyz may take to notice: it waits for two seconds at most.
NOTICE = 3
IS_LONG = os.environ.get("USHER_CHAOS") == "long"
ROUNDS = 3 if IS_LONG else 1


class Recorder(http.client.HTTPConnection):
    """Remembers the Retry-After of the last answer."""

    retry_after: str | None = None

    def getresponse(self) -> http.client.HTTPResponse:
        response = super().getresponse()
        self.retry_after = response.headers.get("Retry-After")
        return response


@dataclass
class Told(Sent):
    retry_after: str | None = None
    ended: float = 0


class Clients(Load):
    """A third does not wait for the relay. Who is told to come later pauses, though not as long as it is told."""

    def _work(self, number: int) -> None:
        connection = Recorder("127.0.0.1", self.usher.port, timeout=60)
        for count in itertools.count(number):
            if self._stop.is_set():
                return connection.close()
            fresh = f"u{number}x{count}x{time.time_ns()}"
            told = Told(f"{fresh}@example.org", fresh, count % 3 == 0, time.monotonic())
            with self._lock:
                self.sent.append(told)
            ask(self.usher, connection, told)
            if told.status != 204 and told.status != 202:
                self._stop.wait(0.2)


def ask(usher: Usher, connection: Recorder, told: Told) -> Told:
    try:
        post(usher, connection, told)
        told.retry_after = connection.retry_after
    except (OSError, http.client.HTTPException) as error:
        told.error = repr(error)
        connection.close()
    told.ended = time.monotonic()
    return told


@dataclass
class Probe:
    """Asks one path again and again; what it heard, from when to when."""

    usher: Usher
    path: str
    heard: list[tuple[float, float, int | None, str | None]] = field(default_factory=list)

    def run(self, stop: threading.Event) -> None:
        while not stop.wait(0.1):
            begun = time.monotonic()
            status = retry_after = None
            with contextlib.suppress(requests.RequestException):
                response = requests.get(self.usher.url + self.path, timeout=20)
                status, retry_after = response.status_code, response.headers.get("Retry-After")
            self.heard.append((begun, time.monotonic(), status, retry_after))

    def between(self, begin: float, end: float) -> list[tuple[int | None, str | None]]:
        """Answers to what was asked and answered in this time."""
        return [item[2:] for item in self.heard if begin <= item[0] and item[1] <= end]


class Scene:
    """Usher under load and under watch, and the times at which its database was away."""

    def __init__(self, server: PostgresServer, sink: Sink, usher: Usher) -> None:
        self.server, self.sink, self.usher = server, sink, usher
        self.load = Clients(usher, CLIENTS)
        self.live, self.ready = Probe(usher, "/livez"), Probe(usher, "/readyz")
        self.outages: list[tuple[float, float]] = []

    @contextlib.contextmanager
    def watched(self):
        stop = threading.Event()
        probes = [threading.Thread(target=probe.run, args=(stop,)) for probe in (self.live, self.ready)]
        for thread in probes:
            thread.start()
        self.load.start()
        try:
            time.sleep(1)
            yield
            self._recover()
        finally:
            self.load.stop()
            stop.set()
            for thread in probes:
                thread.join()

    def _recover(self) -> None:
        """Goes on until nobody was refused for two seconds, or for longer than it may take to heal."""
        begun = time.monotonic()
        while time.monotonic() < begun + HEAL + 1:
            time.sleep(0.1)
            since = max(begun, time.monotonic() - 2)
            recent = [told.status for told in self.load.sent if told.ended > since]
            if time.monotonic() > begun + 2 and recent and set(recent) <= {204, 202}:
                return

    @contextlib.contextmanager
    def outage(self, pause: float = HEAL):
        """For as long as the block lasts; well apart from the one before."""
        if self.outages:
            time.sleep(pause)
        begun = time.monotonic()
        yield
        self.outages.append((begun, time.monotonic()))


@pytest.fixture(scope="module")
def server():
    with PostgresServer() as server:
        yield server


@pytest.fixture
def scene(server):
    with Sink() as sink, server.usher(sink) as usher:
        usher.prepare().start()
        yield Scene(server, sink, usher)


# What must hold after each fault


def check_answers(scene: Scene) -> None:
    sent = scene.load.sent
    strange = [told for told in sent if told.status not in (204, 202, 503)]
    assert not strange, (len(strange), [(told.status, told.error, told.body) for told in strange][:5])
    hasty = [told for told in sent if told.status == 503 and not 1 <= int(told.retry_after or 0) <= 60]
    assert not hasty, f"503 without a sensible Retry-After: {[told.retry_after for told in hasty][:5]}"


def check_healing(scene: Scene) -> float:
    """Seconds from the end of an outage to the last request that was refused, or was made and not answered yet."""
    longest = 0.0
    for (_, back), until in zip(scene.outages, [*(begun for begun, _ in scene.outages[1:]), float("inf")], strict=True):
        after = [told for told in scene.load.sent if back < told.begun and told.ended < until]
        bad = [told.begun for told in after if told.status == 503]
        good = [told for told in after if told.is_promised]
        assert good, "nothing was answered well after it"
        healed = max([told - back for told in bad], default=0)
        assert healed < HEAL, f"refused until {healed:.1f} s after the database was back"
        longest = max(longest, healed, min(told.ended for told in good) - back)
        assert {status for status, _ in scene.ready.between(back + HEAL, until)} <= {200}, "ready again"
    assert longest < HEAL, f"the first good answer came {longest:.1f} s after the database was back"
    return longest


def check_kept(scene: Scene) -> tuple[int, int]:
    """Everything promised is there, and who was refused asks again with the same key: one effect. How many letters
    had to wait for the end of a lease, and how many addresses got a letter twice."""
    usher, sent = scene.usher, scene.load.sent
    stored = {found["email"]: found["id"] for found in usher.invitations()}
    lost = [told.email for told in sent if told.is_promised and told.email not in stored]
    assert not lost, f"promised and lost: {lost[:5]} of {len(lost)}"
    for told in sent:
        if told.is_promised and told.location:
            assert told.location == f"/api/invitation/{stored[told.email]}"

    def again(told: Told) -> Told:
        connection = Recorder("127.0.0.1", usher.port, timeout=60)
        with contextlib.closing(connection):
            return ask(usher, connection, Told(told.email, told.idempotency_key, told.is_async, time.monotonic()))

    with ThreadPoolExecutor(CLIENTS) as pool:
        repeated = list(pool.map(again, [told for told in sent if told.status == 503]))
    assert {told.status for told in repeated} <= {204, 202}, {told.body for told in repeated}
    emails = [found["email"] for found in usher.invitations()]
    assert sorted(emails) == sorted(told.email for told in sent), "one invitation each"
    return check_letters(scene, set(emails), {told.email for told in [*sent, *repeated] if told.status == 204})


def check_letters(scene: Scene, addresses: set[str], settled: set[str]) -> tuple[int, int]:
    assert scene.sink.by_recipient().keys() >= settled, "204 without a mail"

    def missing() -> set[str]:
        return addresses - scene.sink.by_recipient().keys()

    def is_idle() -> bool:
        """the letters at hand are out"""
        before = len(missing())
        time.sleep(1.5)
        return len(missing()) == before

    eventually(is_idle, 120)
    leased = len(missing())
    # A commit whose outcome was not known leaves a letter that nobody has at hand: time passes, and its lease ends.
    scene.server.query("UPDATE outbox SET leased_until = leased_until - 90000 WHERE state = 'pending'",
                       scene.usher.database)
    eventually(lambda: not missing(), 90, 0.5)
    mails = scene.sink.by_recipient()
    assert mails.keys() == addresses, "nobody else gets mail"
    assert all(len({mail.message_id for mail in each}) == 1 for each in mails.values()), "twice is the same message"
    return leased, sum(len(each) > 1 for each in mails.values())


def check_life(scene: Scene) -> float:
    """/livez is 200 all the time; the longest that an answer took."""
    assert {item[2] for item in scene.live.heard} == {200}, Counter(item[2] for item in scene.live.heard)
    longest = max(ended - begun for begun, ended, *_ in scene.live.heard)
    assert longest < 5, f"/livez took {longest:.1f} s"
    return longest


def check_not_ready(scene: Scene) -> None:
    """While it was away /readyz said so, and when to come again."""
    for begun, back in scene.outages:
        heard = scene.ready.between(begun + NOTICE, back)
        assert heard and {status for status, _ in heard} == {503}, Counter(heard)
        assert all(retry_after for _, retry_after in heard)


def check_all(scene: Scene, name: str) -> None:
    check_answers(scene)
    healed, live = check_healing(scene), check_life(scene)
    leased, twice = check_kept(scene)
    answers = Counter(told.status for told in scene.load.sent)
    slowest = max(told.ended - told.begun for told in scene.load.sent)
    print(f"\n{name}: {answers[204]} × 204, {answers[202]} × 202, {answers[503]} × 503, slowest {slowest:.1f} s; "
          f"healed in {healed:.2f} s; /livez at most {live * 1000:.0f} ms; {leased} letters left to the lease, "
          f"{twice} sent twice")
    assert scene.usher.stop() == 0, scene.usher.log


# The faults


@contextlib.contextmanager
def changed(server: PostgresServer, *settings: str):
    """The server's settings, for as long as the block lasts."""
    for setting in settings:
        server.query(f"ALTER SYSTEM SET {setting}")
    server.query("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        server.query("ALTER SYSTEM RESET ALL")
        server.query("SELECT pg_reload_conf()")


def test_all_connections_are_ended(scene):
    """CRS-08: pg_terminate_backend on every backend, again and again, in the middle of transactions."""
    with scene.watched():
        for _ in range(4 * ROUNDS):
            with scene.outage(pause=1):
                assert scene.server.end_connections()
    check_all(scene, "pg_terminate_backend")


@pytest.mark.parametrize("seconds", [1, 8] if IS_LONG else [8])
def test_the_server_is_stopped_at_once_and_started_again(scene, seconds):
    """CRS-08: `pg_ctl stop -m immediate` is a crash: what comes back went through recovery. Eight seconds are longer
    than Usher asks for the outcome of a commit."""
    with scene.watched():
        for _ in range(ROUNDS):
            with scene.outage():
                scene.server.stop("immediate")
                time.sleep(seconds)
                scene.server.start()
    if seconds > NOTICE:
        check_not_ready(scene)
    check_all(scene, f"stop -m immediate for {seconds} s")


def test_a_commit_that_never_reached_the_log_was_none(server):
    """CRS-08: a crash between COMMIT and the flush of the log. The number of that transaction is given out again, so
    what becomes of the second one that has it must not be taken for the outcome of the first."""
    answers = Counter()
    settings = ("commit_delay = 100000", "commit_siblings = 0", "wal_writer_delay = '10s'")
    with Sink() as sink, server.usher(sink) as usher, changed(server, *settings), ThreadPoolExecutor(1) as pool:
        usher.prepare().start()
        for number in range(6 * ROUNDS):
            assert eventually(lambda: usher.invite(f"first{number}@example.org")).status_code == 204
            address = f"second{number}@example.org"
            asked: list[Future] = []
            server.crash_at_commit(
                50 if number % 3 else 0,
                lambda: asked.append(pool.submit(usher.invite, address, headers={"Prefer": "respond-async"})))
            told = asked[0].result(60)
            eventually(usher.is_ready)
            answers[told.status_code, usher.invitation_of(address) is not None] += 1
    print(f"\nCOMMIT before the flush, {{(status, is stored): times}}: {dict(answers)}")
    # Both fail as long as `PostgresDatabase.isCommitted` goes by the number alone.
    assert (202, False) not in answers, "promised and lost"
    assert {status for status, _ in answers} <= {202, 503}


def test_the_server_is_frozen(scene):
    """CRS-09: SIGSTOP for 20 s. Connections are taken and nothing is answered, so only Usher's own limits help."""
    with scene.watched():
        for _ in range(ROUNDS):
            with scene.outage():
                scene.server.pause()
                try:
                    time.sleep(20)
                finally:
                    scene.server.resume()
    check_not_ready(scene)
    check_all(scene, "SIGSTOP for 20 s")


def test_all_slots_are_taken(scene):
    """CRS-09: others took every connection that the server has, Usher's own too."""
    with scene.watched():
        for _ in range(ROUNDS):
            with scene.server.all_slots_taken(scene.usher.database), scene.outage():
                time.sleep(8)
                assert not scene.server.connections(), "Usher has none"
    check_not_ready(scene)
    check_all(scene, "no slot for 8 s")


def test_somebody_holds_a_lock(scene):
    """CRS-09: a table is locked against writes for 30 s. Who waits for it takes up all connections, so others wait too:
    for a connection at most, and then for the lock, 5 s each."""
    with scene.watched():
        for _ in range(ROUNDS):
            with scene.outage(), locked(scene.usher.database, "invitations"):
                time.sleep(30)
    refused = [told for told in scene.load.sent if told.status == 503]
    assert refused, "the lock was one"
    assert max(told.ended - told.begun for told in refused) < 15, "refused in time"
    check_all(scene, "a lock for 30 s")


def read_only_by_setting(server: PostgresServer):
    return changed(server, "default_transaction_read_only = on")


@contextlib.contextmanager
def standby(server: PostgresServer):
    server.become_standby()
    try:
        yield
    finally:
        server.promote()


@pytest.mark.parametrize("fault", [read_only_by_setting, standby])
def test_the_server_only_reads(scene, fault):
    """CRS-10: writes are refused with 503, reads go on: by a key that was not used for long, too."""
    usher = scene.usher
    fresh_key = usher.make_key("admin")
    with scene.watched(), scene.outage(), fault(scene.server):
        time.sleep(2)
        begun = time.monotonic()
        path = f"/api/invitations/{usher.organization_id}"
        read = [usher.request("GET", path, params={"limit": 1}) for _ in range(10)]
        first_use = usher.request("GET", path, fresh_key, params={"limit": 1})
        time.sleep(2)
        end = time.monotonic()
    assert {response.status_code for response in read} == {200}
    written = {told.status for told in scene.load.sent if begun < told.begun and told.ended < end}
    assert written == {503}, written
    assert {status for status, _ in scene.ready.between(begun, end)} == {200}, "it still answers"
    check_all(scene, fault.__name__)
    assert first_use.status_code == 200, first_use.text
