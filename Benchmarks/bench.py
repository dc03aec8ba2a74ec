#!/usr/bin/env python3
"""`make bench`: Usher's speed beside the limits of the machine, in one run. Prints Markdown, and writes it with a plot
to docs/ and the raw figures to .build/benchmarks.json. Needs wrk, postfix's smtp-sink and smtp-source, PostgreSQL and
the release binary."""

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import report
from limits import busy, pgbench, series, smtp_source, sqlite_commits
from server import Sink, Usher, seed, throwaway_postgres

HERE = Path(__file__).resolve().parent
CLIENTS = 32
SINGLE, GROUPED = "SQLite, one durable commit a unit", f"SQLite, durable commits of {CLIENTS} units"
PGBENCH, SMTP = "pgbench, the same two inserts", "smtp-source to smtp-sink, connections kept"
EMPTY = "empty route (`/livez`)"
ME_AIM, SEND_AIM = 0.7, 0.6
BEGUN = time.monotonic()


def say(text: str) -> None:
    minutes, seconds = divmod(int(time.monotonic() - BEGUN), 60)
    print(f"{minutes:2}:{seconds:02} {text}", file=sys.stderr, flush=True)


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def wrk(url: str, script: str, seconds: int, **environment: str) -> dict:
    flags = ["-t2", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "30s", "--latency"]
    result = subprocess.run(
        ["wrk", *flags, "-s", HERE / "wrk" / script, url], check=True, capture_output=True, text=True,
        env=os.environ | environment).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", result)
    broken = re.search(r"Socket errors: (.*)", result)
    if refused or broken:
        say(f"  not all answers were good: {refused.group(0) if refused else ''} {broken.group(0) if broken else ''}")
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", result).group(1)),
        "p50": milliseconds(re.search(r"^\s+50%\s+(\S+)", result, re.MULTILINE).group(1)),
        "p99": milliseconds(re.search(r"^\s+99%\s+(\S+)", result, re.MULTILINE).group(1)),
        "refused": int(refused.group(1)) if refused else 0,
    }


class Bench:
    def __init__(self, options: argparse.Namespace, folder: Path):
        self.options, self.folder = options, folder
        self.rounds: list[dict] = []
        self.servers: list[dict] = []
        self.limits: dict[str, list[float]] = {name: [] for name in (SINGLE, GROUPED, PGBENCH, SMTP)}
        self.runs = 0
        # Before the work: it may be long, and others may commit meanwhile.
        self.commit = report.commit(options.binary)
        self.busy: list[float] = []

    def prepare(self, engine: str, stored: int, database: str, sink: Sink) -> Usher:
        say(f"prepares {engine} with {stored:,} invitations")
        usher = Usher(self.options.binary, self.folder / f"{engine}-{stored}", database, sink.url)
        usher.prepare()
        if stored:
            seed(database, usher.organization, stored)
        usher.engine, usher.stored = engine, stored
        return usher

    def measure_limits(self, postgres: str, sink: Sink) -> None:
        seconds = self.options.seconds
        for name, rate in (
            (SINGLE, sqlite_commits(self.folder, 1, seconds)), (GROUPED, sqlite_commits(self.folder, CLIENTS, seconds)),
            (PGBENCH, pgbench(postgres, CLIENTS, seconds)), (SMTP, smtp_source(sink.address, 8, self.options.messages)),
        ):
            self.limits[name].append(rate)
            say(f"  {name:58} {rate:9,.0f}/s")

    def row(self, usher: Usher, name: str, figures: dict, limit: float | None = None, aim: float | None = None) -> None:
        self.rounds.append(
            {"engine": usher.engine, "stored": usher.stored, "name": name, "limit": limit, "aim": aim} | figures)
        share = f"{figures['rate'] / limit:5.0%} of {limit:,.0f}/s" if limit else ""
        say(f"  {name:58} {figures['rate']:9,.0f}/s  p50 {figures['p50']:6.2f}  p99 {figures['p99']:7.2f} ms  {share}")

    def send(self, usher: Usher, name: str, limit: float, is_async: bool) -> None:
        self.runs += 1
        figures = wrk(
            usher.url, "invite.lua", self.options.seconds, BENCH_RUN=str(self.runs), BENCH_KEY=usher.key,
            BENCH_ORGANIZATION=usher.organization, BENCH_TARGET=usher.url, BENCH_ASYNC="1" if is_async else "0")
        left, begun = usher.waiting(), time.monotonic()
        self.row(usher, name, figures | {"left": left}, limit, SEND_AIM)
        usher.drain()
        if left > 2 * CLIENTS:
            seconds = time.monotonic() - begun
            say(f"    {left:,} letters waited, and were sent after {seconds:.1f} s, {left / seconds:,.0f}/s")

    def server(self, usher: Usher) -> None:
        usher.start()
        say(f"{usher.engine}, {usher.stored:,} stored: ready in {usher.started_in * 1000:.0f} ms")
        try:
            seconds, me = self.options.seconds, usher.url + "/api/auth/me"
            empty = wrk(usher.url + "/livez", "get.lua", seconds)
            self.row(usher, EMPTY, empty)
            for kind, header in (("session", f"Cookie: {usher.session}"), ("key", f"Authorization: {usher.own_key}")):
                figures = wrk(me, "get.lua", seconds, BENCH_HEADERS=header)
                self.row(usher, f"`GET /api/auth/me` by {kind}", figures, empty["rate"], ME_AIM)
            commits = self.limits[GROUPED if usher.engine == "SQLite" else PGBENCH][-1]
            post = "`POST /api/invitation`"
            self.send(usher, f"{post}, `respond-async`", series(empty["rate"], commits), True)
            self.send(usher, f"{post}, waiting", series(empty["rate"], commits, self.limits[SMTP][-1]), False)
            self.servers.append({
                "engine": usher.engine, "stored": usher.stored, "start_ms": usher.started_in * 1000,
                "peak_mb": usher.peak_megabytes()})
        finally:
            usher.stop()

    def results(self) -> dict:
        return {
            "commit": self.commit, "busy": self.busy, "machine": report.machine(), "clients": CLIENTS,
            "seconds": self.options.seconds, "repeats": self.options.rounds,
            "limits": self.limits, "rounds": self.rounds, "servers": self.servers}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    binary = os.environ.get("USHER_BINARY") or report.BUILT
    parser.add_argument("--binary", default=str(binary))
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="times that everything is measured")
    parser.add_argument("--messages", type=int, default=10_000, help="for smtp-source")
    parser.add_argument("--stored", type=int, nargs="*", default=[0, 1_000_000])
    parser.add_argument("--engines", nargs="*", default=["SQLite", "PostgreSQL"])
    parser.add_argument("--docs", type=Path, default=HERE.parent / "docs", help="folder of the page and the plot")
    return parser.parse_args()


def main() -> None:
    options = parse()
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="usher-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres, sink = stack.enter_context(throwaway_postgres()), stack.enter_context(Sink())
        bench = Bench(options, folder)
        limits = postgres.database("limits")
        ushers = [
            bench.prepare(engine, stored, f"sqlite://{folder}/{stored}.sqlite" if engine == "SQLite"
                          else postgres.database(f"stored{stored}"), sink)
            for engine in options.engines for stored in options.stored]
        # Round after round, so that what else the machine does meets all of them alike.
        for number in range(options.rounds):
            say(f"round {number + 1} of {options.rounds}: limits")
            bench.busy.append(busy())
            bench.measure_limits(limits, sink)
            for usher in ushers:
                bench.server(usher)
    results = bench.results()
    raw = HERE.parent / ".build/benchmarks.json"
    raw.parent.mkdir(exist_ok=True)
    raw.write_text(json.dumps(results, indent=1) + "\n")
    options.docs.mkdir(parents=True, exist_ok=True)
    report.write(results, options.docs)
    print(report.page(results))


if __name__ == "__main__":
    main()
