"""Clients that are slow on purpose, and too many of them (RES-01, 02, 03, 09). All of it goes on at once, because most
of it takes the minute that Usher gives an idle connection; healthy clients are watched meanwhile."""

from __future__ import annotations

import contextlib
import resource
import subprocess
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import requests

from harness import eventually, start_usher
from wire import Beside, Growth, calm, connect, credentials, descriptors, head, percentile, reset, statuses, threads

# A connection without a complete request lives for 60 s, a body may take 20 s (docs/operations.md and HTTPSettings).
IDLE, BODY = 60, 20
WATCHED = 100
# What a machine that does much else may add to a limit.
SLOW = 20
# Connections that Usher takes at a time.
MAXIMUM = 4096
# slowhttptest: slow headers, slow bodies, slow reading.
ATTACKS = {
    "headers": ("-H", "-i", "5"),
    # The rest of the head comes with what it takes for the body's type.
    "body": ("-B", "-i", "5", "-s", "1000", "-f"),
    "reading": ("-X", "-w", "10", "-y", "20", "-n", "5", "-z", "32", "-k", "3"),
}
PATHS = {"headers": "/api/health", "body": "/api/invitation", "reading": "/openapi.json"}
CONNECTIONS = 1000


@pytest.fixture(scope="module")
def server():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 20_000)), hard))
    with start_usher("sqlite") as usher:
        yield usher


# One slow connection each


@dataclass
class Slow:
    """What is sent first, what then drips every three seconds, and when the server has to have ended it."""

    first: bytes
    drip: bytes = b""
    limit: float = IDLE
    reads: bool = True


@dataclass
class End:
    after: float
    answers: list[int]


def slow_cases(usher) -> dict[str, Slow]:
    json, keys = "Content-Type: application/json", credentials(usher)
    short, long = "Content-Length: 1000", "Content-Length: 100000"
    return {
        "says nothing": Slow(b""),
        "stays after an answer": Slow(head(usher, "GET /livez")),
        "header field by field": Slow(head(usher, "GET /livez")[:-2], b"X-Thing: a\r\n"),
        "second header": Slow(head(usher, "GET /livez") + head(usher, "GET /livez")[:-2], b"X-Thing: a\r\n"),
        "first line": Slow(b"GET /livez?", b"a"),
        "body": Slow(head(usher, "POST /api/invitation", json, short, *keys), b" ", BODY),
        "body that stops": Slow(head(usher, "POST /api/invitation", json, short, *keys) + b"{", b"", BODY),
        "chunks": Slow(
            head(usher, "POST /api/invitation", json, "Transfer-Encoding: chunked", *keys), b"1\r\n \r\n", BODY),
        # FAULT: bodies that no route reads may drip for ever.
        "unread body": Slow(head(usher, "GET /livez", long), b" "),
        "unread chunks": Slow(head(usher, "GET /livez", "Transfer-Encoding: chunked"), b"1\r\n \r\n"),
        "body of nowhere": Slow(head(usher, "POST /nothing", json, long), b" "),
        "body of another type": Slow(head(usher, "POST /api/invitation", "Content-Type: a/b", long, *keys), b" "),
        # FAULT: who does not read may stay for ever.
        "answers not read": Slow(head(usher, "GET /openapi.json") * 300, reads=False),
    }


CASES = (
    "says nothing", "stays after an answer", "header field by field", "second header", "first line", "body",
    "body that stops", "chunks", "unread body", "unread chunks", "body of nowhere", "body of another type",
    "answers not read")


def hold(usher, case: Slow) -> End:
    """Drips until the server ends the connection, or it is clear that it does not."""
    begun, answer = time.monotonic(), b""
    with connect(usher, None if case.reads else 2048) as connection:
        connection.sendall(case.first)
        connection.settimeout(3)
        while time.monotonic() - begun < WATCHED:
            try:
                if not case.reads:
                    time.sleep(3)
                    connection.sendall(b"")
                    if is_reset(usher, connection):
                        break
                    continue
                piece = connection.recv(65536)
                if not piece:
                    break
                answer += piece
            except TimeoutError:
                pass
            except OSError:
                break
            with contextlib.suppress(OSError):
                connection.sendall(case.drip)
        return End(time.monotonic() - begun, statuses(answer))


def is_reset(usher, connection) -> bool:
    """Whether the server has no such connection any more, seen without reading from it."""
    ours = f":{connection.getsockname()[1]:04X}"
    theirs = f"0100007F:{usher.port:04X}"
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table]
    # 01 is ESTABLISHED.
    return not any(row[1] == theirs and row[2].endswith(ours) and row[3] == "01" for row in rows)


# Thousands of them


@dataclass
class Flood:
    """What a healthy client saw beside it, and how many connections and threads there were in the middle of it."""

    beside: Beside
    growth: Growth
    calm: Beside
    held: int
    threads: int


def attack(kind: str, seconds: int) -> Flood:
    with start_usher("sqlite") as usher:
        quiet = calm(usher)
        before = descriptors(usher)
        fields = ["\r\n".join(["application/json", *credentials(usher)])] if kind == "body" else []
        with Growth(usher) as growth, Beside(usher, every=0.05) as beside:
            with subprocess.Popen(
                    ["slowhttptest", *ATTACKS[kind], *fields, "-c", str(CONNECTIONS), "-r", "500", "-l", str(seconds), "-p", "5",
                     "-x", "10", "-v", "0", "-u", usher.url + PATHS[kind]],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
                time.sleep(6)
                held, count = descriptors(usher) - before, threads(usher)
                program.wait(seconds + 120)
        eventually(lambda: descriptors(usher) < before + 20, 60, 0.5)
        return Flood(beside, growth, quiet, held, count)


@dataclass
class Crowd:
    """More connections than Usher takes."""

    taken: int
    newcomer: float
    status: int
    left: int


def crowd() -> Crowd:
    with start_usher("sqlite") as usher:
        idle = [connect(usher) for _ in range(MAXIMUM + 200)]
        try:
            eventually(lambda: descriptors(usher) > MAXIMUM, 40, 0.5)
            taken, begun = descriptors(usher), time.monotonic()
            status = requests.get(f"{usher.url}/api/health", timeout=WATCHED).status_code
            took = time.monotonic() - begun
            eventually(lambda: descriptors(usher) < 300, 90, 0.2)
            return Crowd(taken, took, status, descriptors(usher))
        finally:
            for connection in idle:
                connection.close()


@pytest.fixture(scope="module")
def results(server) -> dict[str, Future]:
    cases = slow_cases(server)
    with ThreadPoolExecutor(len(cases) + 4) as pool:
        found = {name: pool.submit(hold, server, case) for name, case in cases.items()}
        found["crowd"] = pool.submit(crowd)
        # Longer than an idle connection lives, for those that must not outlive it.
        lengths = {"headers": IDLE + 8, "body": BODY + 8, "reading": BODY + 8}
        found |= {f"flood of {kind}": pool.submit(attack, kind, seconds) for kind, seconds in lengths.items()}
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_slow_connection_is_ended(results, server, name):
    """RES-01, RES-02, RES-03, RES-09: within the time that it has, and nothing came of it."""
    end, case = results[name].result(), slow_cases(server)[name]
    print(f"\n{name}: ended after {end.after:.0f} s, answers {end.answers}")
    assert end.after < case.limit + SLOW, "it is held for as long as the client likes"
    if case.limit == BODY:
        # What drips after the answer can make an RST of the end, which takes the answer along.
        assert end.answers in ([408], [])
    assert server.invitations() == []


@pytest.mark.parametrize("kind", ATTACKS)
def test_a_thousand_slow_clients_hinder_nobody(results, kind):
    """RES-01, RES-02, RES-03: slowhttptest -H, -B, -X with 1,000 connections, and a healthy client beside them."""
    flood = results[f"flood of {kind}"].result()
    print(f"\n{kind}: {flood.held} held; {flood.beside}; median {percentile(flood.beside.took, 0.5) * 1000:.0f} ms; "
          f"calm p99 {flood.calm.p99() * 1000:.0f} ms; +{flood.growth.megabytes:.0f} MB, {flood.threads} threads")
    assert not flood.beside.failed, flood.beside.failed[:5]
    assert flood.held > CONNECTIONS // 4, "the flood was one"
    # Three floods and a crowd share the machine with all that watches them: a median tells what Usher makes of it, and
    # the slowest are those that came while thousands of connections were made.
    assert percentile(flood.beside.took, 0.5) < 4 * flood.calm.p99() + 0.5
    assert flood.beside.p99() < 4 * flood.calm.p99() + 20
    assert flood.growth.megabytes < 150
    assert flood.threads < 64


def test_more_connections_than_the_maximum_wait_and_are_served(results):
    """RES-09: idle ones are closed, and whoever waited in the kernel's queue is served then."""
    found = results["crowd"].result()
    print(f"\n{found.taken} descriptors; the newcomer waited {found.newcomer:.1f} s; {found.left} left")
    assert found.status == 200
    assert found.taken <= MAXIMUM + 100
    assert found.newcomer < IDLE + SLOW


def test_clients_that_hang_up_cost_nothing(server):
    """RES-09: 2,000 connections that end in every way: no descriptor and no thread stays."""
    before = descriptors(server), threads(server)
    request = head(server, "GET /api/health")
    for number in range(2000):
        connection = connect(server)
        if number % 3:
            connection.sendall(request if number % 2 else request[:20])
        reset(connection) if number % 5 else connection.close()
    eventually(lambda: descriptors(server) <= before[0] + 5)
    assert threads(server) <= before[1] + 4
    assert threading.active_count() < 50
    assert requests.get(f"{server.url}/api/health", timeout=30).status_code == 200
