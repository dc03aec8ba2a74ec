#!/usr/bin/env python3
"""`make bench-life`: what an organization's invitations cost when there are a thousand and when there are a million: list
pages, the first and a deep one; accepting; a plan of ten thousand rows and its application; sends and joins that fight
for the seats of one organization. Prints Markdown and writes docs/benchmarks-life.md."""

import argparse
import concurrent.futures
import contextlib
import http.client
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import report
from bench import say
from limits import busy
from server import Sink, Usher, counted, run_script, throwaway_postgres

HERE = Path(__file__).resolve().parent
FEW, MANY = 1_000, 1_000_000
ROWS = 10_000
SEATS = 200
# A page of the many may take a fifth longer than one of the few.
MOST_GROWTH = 1.2
ROUNDS = 5
EVERY = "pending,accepted,revoked,declined,expired,undeliverable,needs_approval,superseded,waitlisted"


class Caller:
    """One connection, kept."""

    def __init__(self, usher: Usher):
        self.usher = usher
        self.connection = http.client.HTTPConnection("127.0.0.1", usher.port, timeout=120)

    def __call__(self, method: str, path: str, body: str | None = None, **headers: str):
        fields = {"Authorization": self.usher.key, "TR-Organization": self.usher.organization} | headers
        self.connection.request(method, path, body, fields)
        response = self.connection.getresponse()
        return response.status, response.headers, response.read()


def fill(usher: Usher, count: int) -> None:
    """So many invitations of the one organization, each a second younger than the one before."""
    template = (HERE / f"seed-life.{'sqlite' if usher.database.startswith('sqlite') else 'postgres'}.sql").read_text()
    run_script(
        usher.database, template.replace(":count", str(count)).replace(":organization", f"'{usher.organization}'"))


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] * 1000


@dataclass
class Pair:
    """What one request took with few and with many stored, in turns: rounds of equal length, each for itself."""

    name: str
    few: list[list[float]]
    many: list[list[float]]

    def of(self, rounds: list[list[float]], share: float) -> float:
        return statistics.median(percentile(times, share) for times in rounds)

    @property
    def growth(self) -> float:
        """The median of the rounds' ratios of their p99."""
        return statistics.median(
            percentile(many, 0.99) / percentile(few, 0.99) for few, many in zip(self.few, self.many))


def in_turns(name: str, few: Callable[[], float], many: Callable[[], float], times: int) -> Pair:
    """Whatever else the machine does meets both alike. The first ones only warm up."""
    for _ in range(20):
        few(), many()
    pair = Pair(name, [], [])
    for _ in range(ROUNDS):
        taken = [(few(), many()) for _ in range(times // ROUNDS)]
        pair.few.append([both[0] for both in taken])
        pair.many.append([both[1] for both in taken])
    return pair


def page_of(caller: Caller, path: str) -> Callable[[], float]:
    def ask() -> float:
        begun = time.perf_counter()
        status, _, body = caller("GET", path)
        taken = time.perf_counter() - begun
        assert status == 200 and len(json.loads(body)) == 50, (status, body[:200])
        return taken
    return ask


def deep(caller: Caller, first: str, count: int) -> str:
    """The path of the page nine tenths down, as the Link fields lead there."""
    path, left = f"{first}&limit=1000", int(count * 0.9)
    while left >= 1000:
        _, headers, _ = caller("GET", path)
        path, left = urlsplit(re.search(r"<(.*?)>", headers["Link"]).group(1)), left - 1000
        path = f"{path.path}?{path.query}"
    return path.replace("limit=1000", "limit=50")


def pages(few: Usher, many: Usher, times: int) -> list[Pair]:
    found = []
    for name, path, depth in (
        ("first page", f"?status={EVERY}&limit=50", 0), ("a page nine tenths down", f"?status={EVERY}", 0.9),
        ("first page of `status=revoked`", "?status=revoked&limit=50", 0),
    ):
        asks = []
        for usher in (few, many):
            caller, base = Caller(usher), f"/api/invitations/{usher.organization}{path}"
            asks.append(page_of(caller, deep(caller, base, usher.stored) if depth else base))
        found.append(in_turns(name, *asks, times))
        told(found[-1], few.engine)
    return found


def told(pair: Pair, engine: str) -> None:
    say(f"  {engine}, {pair.name}: p50 {pair.of(pair.few, 0.5):.2f} and {pair.of(pair.many, 0.5):.2f} ms,"
        f" p99 {pair.of(pair.few, 0.99):.2f} and {pair.of(pair.many, 0.99):.2f} ms, ratio {pair.growth:.2f}")


def accepting(usher: Usher) -> Callable[[], float]:
    """Somebody with an account and a session is invited, accepts, which alone is timed, and is removed again."""
    caller = Caller(usher)
    users = f"/api/organization/users/{usher.organization}?limit=1000"
    guest = next(found for found in json.loads(caller("GET", users)[2]) if found["email"] == "admin@example.com")
    remove = f"/api/organization/{usher.organization}/user/{guest['id']}"
    assert caller("DELETE", remove)[0] == 204
    body = json.dumps(
        {"app_url": usher.url, "email": "admin@example.com", "redirect_uri": usher.url, "user_role": 0})
    own = {"Cookie": usher.session, "Origin": usher.url, "Sec-Fetch-Site": "same-origin", "Authorization": ""}

    def accept() -> float:
        status, headers, answer = caller(
            "POST", "/api/invitation", body, **{"Content-Type": "application/json", "Prefer": "respond-async"})
        assert status == 202, (status, answer[:200])
        path = f"/api/auth/me/invitation/{headers['Location'].rpartition('/')[2]}/accept"
        begun = time.perf_counter()
        status, _, answer = caller("POST", path, **own)
        taken = time.perf_counter() - begun
        assert status == 200, (status, answer[:200])
        assert caller("DELETE", remove)[0] == 204
        return taken
    return accept


def plan(usher: Usher) -> tuple[float, float]:
    caller = Caller(usher)
    rows = "email;role;name\r\n" + "".join(f"plan{n}@example.org;user;Person {n}\r\n" for n in range(ROWS))
    begun = time.perf_counter()
    status, headers, body = caller(
        "POST", "/api/invitation/plan", rows, **{"Content-Type": "text/csv", "Accept": "application/json"})
    planned = time.perf_counter() - begun
    assert status in (200, 201), (status, body[:300])
    where, begun = headers["Location"], time.perf_counter()
    status, _, body = caller("POST", f"{where}/apply", "{}", **{"Content-Type": "application/json"})
    assert status == 202, (status, body[:300])
    while json.loads(caller("GET", where)[2])["state"] != "applied":
        time.sleep(0.1)
    applied = time.perf_counter() - begun
    say(f"  {usher.engine}: {ROWS:,} rows planned in {planned:.2f} s, applied in {applied:.1f} s")
    return planned, applied


def seats(usher: Usher) -> tuple[int, float, int]:
    """Twice as many sends as there are seats, by 32 at once; how many were taken before, the rate, and how many were
    granted."""
    caller = Caller(usher)
    taken = counted(usher.database, (
        "SELECT (SELECT count(*) FROM invitations WHERE status = 'pending') + (SELECT count(*) FROM memberships)"))
    status, _, body = caller(
        "PATCH", f"/api/organization/{usher.organization}/settings", json.dumps({"seat_limit": taken + SEATS}),
        **{"Content-Type": "application/json"})
    assert status == 200, (status, body[:300])

    def send(lane: int) -> int:
        own, granted = Caller(usher), 0
        for number in range(2 * SEATS // 32):
            body = json.dumps({
                "app_url": usher.url, "email": f"seat{lane}-{number}@example.org", "redirect_uri": usher.url,
                "user_role": 0})
            status, _, _ = own("POST", "/api/invitation", body, **{
                "Content-Type": "application/json", "Prefer": "respond-async"})
            granted += status == 202
        return granted

    begun = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        granted = sum(pool.map(send, range(32)))
    rate = 2 * SEATS // 32 * 32 / (time.perf_counter() - begun)
    say(f"  {usher.engine}: {rate:,.0f} sends a second for the last {SEATS} seats, {granted} granted")
    return taken, rate, granted


def table(results: dict, machine: str, loads: list[float]) -> str:
    lines = [
        "# Benchmarks: the life of an invitation", "",
        f"Written by `make bench-life` at commit {results['commit']} on {machine}. One organization has all of what is",
        "stored. Client, server and database share the machine.", *report.calm(loads), "",
        "## One request", "",
        f"Two servers, with {FEW:,} and with {MANY:,} invitations, are asked in turns over one connection each. Medians of",
        f"{ROUNDS} rounds; the last figure is that of the rounds' ratios. Aim: a p99 at most a fifth above.", "",
        f"| engine | request | p50 ms, {FEW:,} | p50 ms, {MANY:,} | p99 ms, {FEW:,} | p99 ms, {MANY:,} | p99 ratio | |",
        "|---|---|--:|--:|--:|--:|--:|---|"]
    for engine, found in results["pairs"].items():
        lines += [
            f"| {engine} | {pair.name} | {pair.of(pair.few, 0.5):.2f} | {pair.of(pair.many, 0.5):.2f} |"
            f" {pair.of(pair.few, 0.99):.2f} | {pair.of(pair.many, 0.99):.2f} | {pair.growth:.2f} |"
            f" {'met' if pair.growth <= MOST_GROWTH else '**missed**'} |" for pair in found]
    lines += ["", "## Many at once", "", f"| engine | stored | {ROWS:,} rows planned in s | applied in s | letters a second |",
              "|---|--:|--:|--:|--:|"]
    lines += [f"| {engine} | {count:,} | {planned:.2f} | {applied:.1f} | {ROWS / applied:,.0f} |"
              for (engine, count), (planned, applied) in results["plans"].items()]
    lines += ["", "## Seats", "", f"32 connections send twice as many invitations as the {SEATS} seats that are left.", "",
              "| engine | stored | seats taken before | sends a second | granted |", "|---|--:|--:|--:|--:|"]
    lines += [f"| {engine} | {count:,} | {taken:,} | {rate:,.0f} | {granted} |"
              for (engine, count), (taken, rate, granted) in results["seats"].items()]
    return "\n".join(lines) + "\n"


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=str(os.environ.get("USHER_BINARY") or report.BUILT))
    parser.add_argument("--times", type=int, default=2000, help="that each page is asked for, half as often for accepting")
    parser.add_argument("--engines", nargs="*", default=["SQLite", "PostgreSQL"])
    parser.add_argument("--docs", type=Path, default=HERE.parent / "docs")
    return parser.parse_args()


def opened(options, engine: str, count: int, folder: Path, postgres, smtp: str) -> Usher:
    database = f"sqlite://{folder}/{count}.sqlite" if engine == "SQLite" else postgres.database(f"life{count}")
    usher = Usher(options.binary, folder / f"{engine}-{count}", database, smtp)
    usher.prepare()
    usher.engine, usher.stored = engine, count
    say(f"fills {engine} with {count:,} invitations of one organization")
    fill(usher, count)
    usher.start()
    return usher


def main() -> None:
    options = parse()
    results = {"commit": report.commit(options.binary), "pairs": {}, "plans": {}, "seats": {}}
    loads = []
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="usher-bench-life-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres, sink = stack.enter_context(throwaway_postgres()), stack.enter_context(Sink())
        for engine in options.engines:
            loads.append(busy())
            few, many = ushers = [
                opened(options, engine, count, folder, postgres, sink.url) for count in (FEW, MANY)]
            for usher in ushers:
                stack.callback(usher.stop)
            # What was just written is on the disk before anything is measured.
            os.sync()
            results["pairs"][engine] = pages(few, many, options.times)
            results["pairs"][engine].append(
                in_turns("accepting", accepting(few), accepting(many), max(options.times // 2, ROUNDS)))
            told(results["pairs"][engine][-1], engine)
            for usher in ushers:
                results["seats"][engine, usher.stored] = seats(usher)
                Caller(usher)("PATCH", f"/api/organization/{usher.organization}/settings", '{"seat_limit":null}',
                              **{"Content-Type": "application/json"})
                results["plans"][engine, usher.stored] = plan(usher)
                usher.stop()
    page = table(results, report.machine(), loads)
    options.docs.mkdir(parents=True, exist_ok=True)
    (options.docs / "benchmarks-life.md").write_text(page)
    print(page)


if __name__ == "__main__":
    sys.exit(main())
