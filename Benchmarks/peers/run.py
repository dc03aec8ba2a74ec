#!/usr/bin/env python3
"""`make bench-peers`: Usher beside what else a team would take, the same job under the same load, in turns. Prints
Markdown, writes it with a plot to docs/ and the raw figures to .build/benchmarks-peers.json."""

import argparse
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import page
import report
from bench import CLIENTS, EMPTY, GROUPED, PGBENCH, SINGLE, SMTP, say, wrk
from contenders import PEERS, Contender, Gunicorn, OfUsher
from limits import busy, pgbench, smtp_source, sqlite_commits
from server import Sink, Usher, counted, seed, throwaway_postgres


def ask(it: Contender, number: str) -> None:
    """One invitation, whose answer must be the good one."""
    connection = http.client.HTTPConnection(it.url.removeprefix("http://"), timeout=120)
    connection.request("POST", it.path, it.body.replace("{n}", number), it.headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    if response.status != it.good or (it.good_text and it.good_text not in text):
        raise SystemExit(f"{it.name} answered {response.status}: {text[:2000]}")


def post(it: Contender, run: int, seconds: int) -> dict:
    environment = {
        "BENCH_RUN": str(run), "BENCH_BODY": it.body, "BENCH_GOOD": str(it.good),
        "BENCH_HEADERS": "\n".join(f"{name}: {value}" for name, value in it.headers.items())}
    if it.good_text:
        environment["BENCH_GOOD_TEXT"] = it.good_text
    flags = ["-t2", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "60s"]
    output = subprocess.run(
        ["wrk", *flags, "-s", HERE.parent / "wrk/post.lua", it.url + it.path], check=True, capture_output=True,
        text=True, env=os.environ | environment).stdout
    for line in re.findall(r"^BAD (.*)", output, re.MULTILINE):
        say(f"    answered {line}")
    figures = json.loads(re.search(r"^POST (.*)", output, re.MULTILINE).group(1))
    return figures | {"rate": figures["good"] / figures["seconds"]}


@dataclass
class Course:
    """One engine with one number of stored invitations, and everybody's database of that kind."""

    engine: str
    stored: int
    usher: OfUsher
    asynchronous: OfUsher
    peers: list[Gunicorn]


class Race:
    def __init__(self, options: argparse.Namespace, folder: Path, sink: Sink):
        self.options, self.folder, self.sink = options, folder, sink
        self.runs: list[dict] = []
        self.limits: dict[str, list[float]] = {name: [] for name in (EMPTY, SINGLE, GROUPED, PGBENCH, SMTP)}
        self.busy: list[float] = []
        self.number = 0
        # Before the work: it may be long, and others may commit meanwhile.
        self.commit = report.commit(options.binary)

    def prepare(self, engine: str, stored: int, databases: Callable[[str], str]) -> Course:
        say(f"prepares {engine} with {stored:,} stored")
        usher = Usher(self.options.binary, self.folder / f"{engine}-{stored}", databases("usher"), self.sink.url)
        usher.prepare()
        peers = [kind(databases(kind.seeds), self.sink, self.options.threads) for kind in PEERS]
        if stored:
            seed(usher.database, usher.organization, stored)
            for peer in peers:
                peer.seed(stored)
        course = Course(engine, stored, OfUsher(usher), OfUsher(usher, is_async=True), peers)
        for it in (course.usher, *peers):
            self.probe(it)
        return course

    def probe(self, it: Contender) -> None:
        """One invitation makes one row and one mail, or what is measured is not the job."""
        it.start()
        try:
            rows, mails = self.made(it)
            ask(it, "probe")
        finally:
            it.stop()
        found = tuple(after - before for after, before in zip(self.made(it), (rows, mails), strict=True))
        if found != (1 if it.rows else 0, 1):
            raise SystemExit(f"{it.name}: one invitation made {found[0]} rows and {found[1]} mails")

    def made(self, it: Contender) -> tuple[int, int]:
        return counted(it.database, it.rows) if it.rows else 0, self.sink.messages()

    def warm_up(self, it: Contender) -> None:
        """Whole requests for a second, so that no unfinished one runs into the measurement."""
        def work(thread: int) -> None:
            for count in range(1_000_000):
                ask(it, f"warm-{self.number}-{thread}-{count}")
                if time.monotonic() > end:
                    return

        end = time.monotonic() + 1
        threads = [threading.Thread(target=work, args=(thread,)) for thread in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def run(self, course: Course, it: Contender) -> float:
        self.number += 1
        is_slow = course.stored and isinstance(it, Gunicorn)
        it.start()
        try:
            self.warm_up(it)
            it.settle()
            before = self.made(it)
            figures = post(it, self.number, self.options.slow_seconds if is_slow else self.options.seconds)
            memory, ended = it.megabytes(), time.monotonic()
            it.settle()
            late = time.monotonic() - ended
        finally:
            it.stop()
        rows, mails = (after - earlier for after, earlier in zip(self.made(it), before, strict=True))
        # Up to one request of each connection is under way when the load ends.
        right = range(figures["good"], figures["good"] + figures["bad"] + CLIENTS + 1)
        figures |= {"rows": rows, "mails": mails, "agrees": mails in right and (not it.rows or rows in right),
                    "start_ms": it.started_in * 1000, "memory_mb": memory, "late_s": late}
        self.runs.append({"engine": course.engine, "stored": course.stored, "name": it.name, **figures})
        told = "" if figures["agrees"] else f"  {figures['good']} good answers, {rows} rows, {mails} mails!"
        if late > 5:
            told += f"  its last letters took {late:.0f} s more!"
        if figures["bad"] > page.MOST_BAD * (figures["good"] + figures["bad"]):
            told += f"  {figures['bad']} bad answers!"
        say(f"  {it.name:24} {figures['rate']:8,.1f}/s  p50 {figures['p50']:8.1f}  p99 {figures['p99']:8.1f} ms  "
            f"{memory:4.0f} MB  ready in {it.started_in * 1000:5.0f} ms{told}")
        return figures["rate"]

    def round(self, course: Course, number: int) -> None:
        say(f"round {number + 1} of {self.options.rounds}: {course.engine}, {course.stored:,} stored")
        for peer in course.peers:
            usher = self.run(course, course.usher)
            ours = len(self.runs) - 1
            theirs = self.run(course, peer)
            self.runs[-1] |= {"usher": ours, "ratio": usher / theirs if theirs else None}
        self.run(course, course.asynchronous)

    def measure_limits(self, postgres: str, usher: Usher) -> None:
        seconds = self.options.seconds
        usher.start()
        empty = wrk(usher.url + "/livez", "get.lua", seconds)["rate"]
        usher.stop()
        with Sink() as sink:
            smtp = smtp_source(sink.address, 8, self.options.messages)
        for name, rate in (
            (EMPTY, empty), (SINGLE, sqlite_commits(self.folder, 1, seconds)),
            (GROUPED, sqlite_commits(self.folder, CLIENTS, seconds)), (PGBENCH, pgbench(postgres, CLIENTS, seconds)),
            (SMTP, smtp),
        ):
            self.limits[name].append(rate)
            say(f"  {name:58} {rate:9,.0f}/s")

    def results(self) -> dict:
        return {
            "commit": self.commit, "busy": self.busy, "machine": report.machine(), "clients": CLIENTS,
            "seconds": self.options.seconds, "slow_seconds": self.options.slow_seconds,
            "threads": self.options.threads, "repeats": self.options.rounds, "limits": self.limits, "runs": self.runs}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=str(os.environ.get("USHER_BINARY") or report.BUILT))
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement, after a second of warming up")
    parser.add_argument("--slow-seconds", type=int, default=8, help="of peers with a full database: few answers come")
    parser.add_argument("--rounds", type=int, default=5, help="times that everything is measured")
    parser.add_argument("--threads", type=int, default=4, help="of each gunicorn worker; 1 is its default")
    parser.add_argument("--messages", type=int, default=10_000, help="for smtp-source")
    parser.add_argument("--stored", type=int, nargs="*", default=[0, 1_000_000])
    parser.add_argument("--engines", nargs="*", default=["SQLite", "PostgreSQL"])
    parser.add_argument("--docs", type=Path, default=report.ROOT / "docs", help="folder of the page and the plot")
    return parser.parse_args()


def main() -> None:
    options = parse()
    # Leaves no server and no database behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="usher-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = stack.enter_context(throwaway_postgres())
        race = Race(options, folder, stack.enter_context(Sink(folder / "sink")))
        limits = postgres.database("limits")
        courses = [
            race.prepare(engine, stored, lambda name: f"sqlite://{folder}/{name}{stored}.sqlite"
                         if engine == "SQLite" else postgres.database(f"{name}{stored}"))
            for engine in options.engines for stored in options.stored]
        # Round after round, so that what else the machine does meets all of them alike.
        for number in range(options.rounds):
            say(f"round {number + 1} of {options.rounds}: limits")
            race.busy.append(busy())
            race.measure_limits(limits, courses[0].usher.usher)
            for course in courses:
                race.round(course, number)
    results = race.results()
    raw = report.ROOT / ".build/benchmarks-peers.json"
    raw.write_text(json.dumps(results, indent=1) + "\n")
    options.docs.mkdir(parents=True, exist_ok=True)
    page.write(results, options.docs)
    print(page.page(results))


if __name__ == "__main__":
    main()
