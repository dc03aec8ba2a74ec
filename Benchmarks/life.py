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


def timed(caller: Caller, path: str, times: int) -> list[float]:
    taken = []
    for number in range(times + 20):
        begun = time.perf_counter()
        status, _, body = caller("GET", path)
        if number >= 20:
            taken.append(time.perf_counter() - begun)
        assert status == 200 and len(json.loads(body)) == 50, (status, body[:200])
    return taken


def deep(caller: Caller, first: str, count: int) -> str:
    """The path of the page nine tenths down, as the Link fields lead there."""
    path, left = f"{first}&limit=1000", int(count * 0.9)
    while left >= 1000:
        _, headers, _ = caller("GET", path)
        path, left = urlsplit(re.search(r"<(.*?)>", headers["Link"]).group(1)), left - 1000
        path = f"{path.path}?{path.query}"
    return path.replace("limit=1000", "limit=50")


def pages(usher: Usher, count: int, times: int) -> list[tuple]:
    caller, base = Caller(usher), f"/api/invitations/{usher.organization}"
    everything = f"{base}?status={EVERY}"
    found = []
    for name, path in (
        ("first page", f"{everything}&limit=50"), ("a page nine tenths down", deep(caller, everything, count)),
        ("first page of `status=revoked`", f"{base}?status=revoked&limit=50"),
        ("first page of `delivery=bounced`, a thousandth of all", f"{base}?status={EVERY}&delivery=bounced&limit=50"),
    ):
        if "thousandth" in name and count < 50_000:
            continue
        taken = timed(caller, path, times)
        found.append((name, percentile(taken, 0.5), percentile(taken, 0.99)))
        say(f"  {usher.engine}, {count:,} stored, {name}: p50 {found[-1][1]:.2f} ms, p99 {found[-1][2]:.2f} ms")
    return found


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


def seats(usher: Usher) -> tuple[float, int]:
    """Twice as many sends as there are seats, by 32 at once; the rate, and how many were granted."""
    caller = Caller(usher)
    status, _, body = caller(
        "PATCH", f"/api/organization/{usher.organization}/settings", json.dumps({"seat_limit": usher.taken + SEATS}),
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
    return rate, granted


def table(results: dict, machine: str, loads: list[float]) -> str:
    lines = [
        "# Benchmarks: the life of an invitation", "",
        f"Written by `make bench-life` at commit {results['commit']} on {machine}. One organization has all of what is",
        "stored. One connection asks for list pages of 50; client, server and database share the machine.",
        *report.calm(loads), "", "## Pages", "",
        f"Aim: the p99 with {MANY:,} stored is at most a fifth above that with {FEW:,}.", "",
        f"| engine | page | p50 ms, {FEW:,} | p50 ms, {MANY:,} | p99 ms, {FEW:,} | p99 ms, {MANY:,} | |",
        "|---|---|--:|--:|--:|--:|---|"]
    for engine, found in results["pages"].items():
        few = {name: rest for name, *rest in found[FEW]}
        for name, half, most in found[MANY]:
            if name not in few:
                lines.append(f"| {engine} | {name} | | {half:.2f} | | {most:.2f} | |")
                continue
            verdict = "met" if most <= few[name][1] * MOST_GROWTH else "**missed**"
            lines.append(
                f"| {engine} | {name} | {few[name][0]:.2f} | {half:.2f} | {few[name][1]:.2f} | {most:.2f} | {verdict} |")
    lines += ["", "## Many at once", "", f"| engine | stored | {ROWS:,} rows planned in s | applied in s | letters a second |",
              "|---|--:|--:|--:|--:|"]
    lines += [f"| {engine} | {count:,} | {planned:.2f} | {applied:.1f} | {ROWS / applied:,.0f} |"
              for (engine, count), (planned, applied) in results["plans"].items()]
    lines += ["", "## Seats", "", f"32 connections send twice as many invitations as the {SEATS} seats that are left.", "",
              "| engine | stored | sends a second | granted |", "|---|--:|--:|--:|"]
    lines += [f"| {engine} | {count:,} | {rate:,.0f} | {granted} |"
              for (engine, count), (rate, granted) in results["seats"].items()]
    return "\n".join(lines) + "\n"


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=str(os.environ.get("USHER_BINARY") or report.BUILT))
    parser.add_argument("--times", type=int, default=1000, help="that each page is asked for")
    parser.add_argument("--engines", nargs="*", default=["SQLite", "PostgreSQL"])
    parser.add_argument("--docs", type=Path, default=HERE.parent / "docs")
    return parser.parse_args()


def main() -> None:
    options = parse()
    results = {"commit": report.commit(options.binary), "pages": {}, "plans": {}, "seats": {}}
    loads = []
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="usher-bench-life-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres, sink = stack.enter_context(throwaway_postgres()), stack.enter_context(Sink())
        for engine in options.engines:
            for count in (FEW, MANY):
                loads.append(busy())
                database = (f"sqlite://{folder}/{count}.sqlite" if engine == "SQLite"
                            else postgres.database(f"life{count}"))
                usher = Usher(options.binary, folder / f"{engine}-{count}", database, sink.url)
                usher.prepare()
                usher.engine = engine
                say(f"fills {engine} with {count:,} invitations of one organization")
                fill(usher, count)
                usher.taken = counted(database, (
                    "SELECT (SELECT count(*) FROM invitations WHERE status = 'pending')"
                    " + (SELECT count(*) FROM memberships)"))
                usher.start()
                try:
                    results["pages"].setdefault(engine, {})[count] = pages(usher, count, options.times)
                    results["seats"][engine, count] = seats(usher)
                    Caller(usher)("PATCH", f"/api/organization/{usher.organization}/settings", '{"seat_limit":null}',
                                  **{"Content-Type": "application/json"})
                    results["plans"][engine, count] = plan(usher)
                finally:
                    usher.stop()
    page = table(results, report.machine(), loads)
    options.docs.mkdir(parents=True, exist_ok=True)
    (options.docs / "benchmarks-life.md").write_text(page)
    print(page)


if __name__ == "__main__":
    sys.exit(main())
