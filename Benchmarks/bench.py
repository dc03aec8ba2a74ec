#!/usr/bin/env python3
"""`make bench`: Usher's speed beside the limits of the machine, in one run. Prints a table, and writes
Benchmarks/results.json. Needs wrk, postfix (smtp-sink, smtp-source), PostgreSQL 15 and the release binary."""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from limits import pgbench, series, smtp_source, sqlite_commits
from server import Sink, Usher, seed, throwaway_postgres

HERE = Path(__file__).parent
CLIENTS = 32


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def wrk(url: str, script: str, seconds: int, **environment: str) -> dict:
    result = subprocess.run(
        ["wrk", "-t2", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "30s", "--latency", "-s", HERE / "wrk" / script, url],
        check=True, capture_output=True, text=True, env=os.environ | environment,
    ).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", result)
    broken = re.search(r"Socket errors: (.*)", result)
    if refused or broken:
        say(f"  not all answers were good: {refused.group(0) if refused else ''} {broken.group(0) if broken else ''}")
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", result).group(1)),
        "p50": milliseconds(re.search(r"50%\s+(\S+)", result).group(1)),
        "p99": milliseconds(re.search(r"99%\s+(\S+)", result).group(1)),
        "refused": int(refused.group(1)) if refused else 0,
    }


class Bench:
    def __init__(self, options: argparse.Namespace, folder: Path):
        self.options, self.folder = options, folder
        self.rows: list[dict] = []
        self.limits: dict[str, float] = {}
        self.runs = 0

    def measure_limits(self, postgres: str, sink: Sink) -> None:
        seconds = self.options.seconds
        say("limits of the machine …")
        self.limits["SQLite, one durable commit a unit"] = sqlite_commits(self.folder, 1, seconds)
        self.limits["SQLite, durable commits of 32 units"] = sqlite_commits(self.folder, CLIENTS, seconds)
        self.limits["pgbench, the same two inserts"] = pgbench(postgres, CLIENTS, seconds)
        self.limits["smtp-source to smtp-sink"] = smtp_source(sink.address, 8, self.options.messages)

    def row(self, name: str, figures: dict, limit: float | None, usher: Usher) -> None:
        figures |= {"name": name, "rss": usher.resident_megabytes(), "limit": limit}
        figures["share"] = figures["rate"] / limit if limit else None
        self.rows.append(figures)
        share = f"{figures['share']:6.0%}" if limit else "      "
        say(f"  {name:58} {figures['rate']:9.0f}/s  p50 {figures['p50']:7.2f} ms  p99 {figures['p99']:7.2f} ms {share}")

    def send(self, usher: Usher, name: str, limit: float, asynchronous: bool) -> None:
        self.runs += 1
        figures = wrk(
            usher.url, "invite.lua", self.options.seconds, BENCH_RUN=str(self.runs), BENCH_KEY=usher.key,
            BENCH_ORGANIZATION=usher.organization, BENCH_TARGET=usher.url, BENCH_ASYNC="1" if asynchronous else "0",
        )
        self.row(name, figures, limit, usher)
        usher.drain()

    def engine(self, engine: str, database: str, stored: int, sink: Sink) -> None:
        seconds, label = self.options.seconds, f"{engine}, {stored:,} stored"
        say(f"{label} …")
        data = self.folder / f"{engine}-{stored}"
        usher = Usher(self.options.binary, data, database, sink.url)
        usher.prepare()
        if stored:
            seed(database, usher.organization, stored)
        usher.start()
        self.rows.append({"name": f"start, {label}", "start_ms": usher.started_in * 1000})
        say(f"  ready in {usher.started_in * 1000:.0f} ms")
        try:
            empty = wrk(usher.url + "/livez", "get.lua", seconds)
            self.row(f"empty route (/livez), {label}", empty, None, usher)
            me = usher.url + "/api/auth/me"
            for kind, header in (("session", f"Cookie: {usher.session}"), ("key", f"Authorization: {usher.own_key}")):
                figures = wrk(me, "get.lua", seconds, BENCH_HEADERS=header)
                self.row(f"GET /api/auth/me by {kind}, {label}", figures, empty["rate"], usher)
            commits = self.limits[
                "SQLite, durable commits of 32 units" if engine == "SQLite" else "pgbench, the same two inserts"]
            post = "POST /api/invitation"
            self.send(usher, f"{post}, respond-async, {label}", series(empty["rate"], commits), True)
            waiting = series(empty["rate"], commits, self.limits["smtp-source to smtp-sink"])
            self.send(usher, f"{post}, waiting, {label}", waiting, False)
        finally:
            usher.stop()

    def table(self) -> str:
        lines = [f"Machine: {platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}", "",
                 "Limits, each measured alone:"]
        lines += [f"  {name:58} {rate:9.0f}/s" for name, rate in self.limits.items()]
        lines += ["", f"Usher, {CLIENTS} clients, {self.options.seconds} s each:",
                  f"  {'':70} {'rate':>9} {'p50 ms':>8} {'p99 ms':>8} {'RSS MB':>7} {'of limit':>8}"]
        for row in self.rows:
            if "start_ms" in row:
                lines.append(f"  {row['name']:70} ready in {row['start_ms']:.0f} ms")
                continue
            share = f"{row['share']:8.0%}" if row["share"] else "        "
            lines.append(
                f"  {row['name']:70} {row['rate']:9.0f} {row['p50']:8.2f} {row['p99']:8.2f} {row['rss']:7.0f} {share}"
                + (f"  ({row['refused']} refused)" if row["refused"] else ""))
        return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=".build/release/usher")
    parser.add_argument("--seconds", type=int, default=8, help="of each measurement")
    parser.add_argument("--messages", type=int, default=20000, help="for smtp-source")
    parser.add_argument("--stored", type=int, nargs="*", default=[0, 1_000_000])
    parser.add_argument("--engines", nargs="*", default=["SQLite", "PostgreSQL"])
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="usher-bench-"))
    try:
        with throwaway_postgres() as server, Sink() as sink:
            bench = Bench(options, folder)
            bench.measure_limits(server.database("limits"), sink)
            for engine in options.engines:
                for stored in options.stored:
                    database = (f"sqlite://{folder}/{stored}.sqlite" if engine == "SQLite"
                                else server.database(f"stored{stored}"))
                    bench.engine(engine, database, stored, sink)
            print(bench.table())
            (HERE / "results.json").write_text(json.dumps({"limits": bench.limits, "rows": bench.rows}, indent=1) + "\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
