#!/usr/bin/env python3
"""`make soak` (RES-15): an hour at half of the measured peak. Fails when memory, open files or threads grow, when an
answer takes longer than a second, or when one is wrong. Prints Markdown for docs/reliability.md, and a line a minute on the way."""

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import report
from bench import HERE, say
from server import Sink, Usher, throwaway_postgres

CLIENTS = 32
# Of what was there after the warm-up. An allocator keeps a little more each time that many happen to come at once.
ROOM = 0.15
SLOWEST = 1000


class Soak:
    def __init__(self, usher: Usher) -> None:
        self.usher, self.runs = usher, 0
        self.minutes: list[dict] = []

    def run(self, seconds: int, delay: float) -> dict:
        self.runs += 1
        usher = self.usher
        environment = os.environ | {
            "BENCH_RUN": str(self.runs), "BENCH_KEY": usher.key, "BENCH_OWN_KEY": usher.own_key,
            "BENCH_SESSION": usher.session, "BENCH_ORGANIZATION": usher.organization, "BENCH_TARGET": usher.url,
            "BENCH_DELAY": f"{delay:.1f}"}
        command = ["wrk", "-t2", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "30s", "-s", HERE / "wrk/soak.lua"]
        output = subprocess.run(
            [*command, usher.url], check=True, capture_output=True, text=True, env=environment).stdout
        figures = json.loads(re.search(r"^SOAK (.*)$", output, re.MULTILINE).group(1))
        return figures | {"rate": figures["requests"] / figures["seconds"]}

    def peak(self) -> float:
        """Requests a second of clients that never pause."""
        rates = [self.run(10, 0)["rate"] for _ in range(3)]
        self.usher.drain()
        return median(rates)

    def size(self) -> dict:
        process = Path(f"/proc/{self.usher.process.pid}")
        status = (process / "status").read_text()
        number = lambda name: int(re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE).group(1))
        return {
            "memory": number("RssAnon") / 1024, "threads": number("Threads"), "files": len(os.listdir(process / "fd"))}

    def minute(self, delay: float) -> dict:
        figures = self.run(60, delay) | self.size() | {"waiting": self.usher.waiting()}
        self.minutes.append(figures)
        say(f"{len(self.minutes):4}  {figures['rate']:7.0f}/s  p50 {figures['p50']:6.1f}  p99 {figures['p99']:7.1f}  "
            f"max {figures['max']:7.1f} ms  {figures['memory']:6.1f} MB  {figures['files']:3} files  "
            f"{figures['threads']:3} threads  {figures['waiting']} letters wait")
        return figures


def faults(minutes: list[dict]) -> list[str]:
    """What is not as it should be."""
    found = []
    # Queues, caches and connections fill first.
    tenth = max(1, len(minutes) // 10)
    early, late = minutes[tenth:2 * tenth] or minutes, minutes[-tenth:]
    for name in ("memory", "files", "threads"):
        before, after = (median(minute[name] for minute in some) for some in (early, late))
        if after > before * (1 + ROOM):
            found.append(f"{name}: {before:.0f} at first, {after:.0f} at the end")
    slowest = max(minute["max"] for minute in minutes)
    if slowest > SLOWEST:
        found.append(f"the slowest answer took {slowest:.0f} ms")
    for name in ("failed", "broken"):
        if count := sum(minute[name] for minute in minutes):
            found.append(f"{count} answers {name}")
    expected = sum(minute["requests"] for minute in minutes) / 10
    refused = sum(minute["refused"] for minute in minutes)
    if abs(refused - expected) > expected * 0.05:
        found.append(f"{refused} refused, where about {expected:.0f} had to be")
    return found


def table(engine: str, peak: float, minutes: list[dict]) -> str:
    last = len(minutes)
    chosen = sorted({0, last // 4, last // 2, 3 * last // 4, last - 1})
    lines = [
        f"{engine}: {sum(minute['requests'] for minute in minutes):,} requests in {last} minutes, "
        f"{sum(minute['rate'] for minute in minutes) / last:,.0f} a second; peak {peak:,.0f} a second; slowest answer "
        f"{max(minute['max'] for minute in minutes):,.0f} ms.", "",
        "| minute | requests/s | p50 ms | p99 ms | slowest ms | memory MB | open files | threads | letters waiting |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for number in chosen:
        row = minutes[number]
        lines.append(
            f"| {number + 1} | {row['rate']:,.0f} | {row['p50']:.1f} | {row['p99']:.1f} | {row['max']:.0f} | "
            f"{row['memory']:.1f} | {row['files']} | {row['threads']} | {row['waiting']} |")
    return "\n".join(lines)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=os.environ.get("USHER_BINARY") or str(report.BUILT))
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--engine", choices=["SQLite", "PostgreSQL"], default="SQLite")
    return parser.parse_args()


def main() -> int:
    options = parse()
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="usher-soak-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        sink = stack.enter_context(Sink())
        database = f"sqlite://{folder}/soak.sqlite"
        if options.engine == "PostgreSQL":
            database = stack.enter_context(throwaway_postgres()).database("soak")
        usher = Usher(options.binary, folder / "data", database, sink.url)
        usher.prepare()
        usher.start()
        stack.callback(usher.stop)
        soak = Soak(usher)
        peak = soak.peak()
        # Half of the peak: a client that pauses so long does so many a second, less the time of the answer.
        delay = 1000 * CLIENTS / (peak / 2)
        say(f"{options.engine}: peak {peak:,.0f}/s, so {peak / 2:,.0f}/s for {options.minutes} minutes")
        for _ in range(options.minutes):
            figures = soak.minute(delay)
            delay = max(1.0, delay * figures["rate"] / (peak / 2))
        usher.drain()
        print(table(options.engine, peak, soak.minutes))
    bad = faults(soak.minutes)
    print("\n".join(bad) or "Nothing grew, and every answer was right and in time.", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
