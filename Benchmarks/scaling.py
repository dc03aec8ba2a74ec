#!/usr/bin/env python3
"""What one, two and three nodes behind haproxy do on one PostgreSQL. Prints the Markdown table of docs/scaling.md.
Needs what `make bench` needs, and haproxy. All of it runs on this machine, so the nodes share its cores: the table
shows what a node more costs, and who uses the processor, not what machines of their own would give."""

import argparse
import contextlib
import os
import resource
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import report
from bench import CLIENTS, say, wrk
from limits import busy
from processor import processor_seconds
from server import Postgres, Sink, Usher, free_port, program, throwaway_postgres, wait_for

CONFIGURATION = """
global
    maxconn 4000
    nbthread 2
defaults
    mode http
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    retry-on conn-failure
    option redispatch 1
    option forwardfor
frontend usher
    bind 127.0.0.1:{port}
    default_backend nodes
backend nodes
    balance roundrobin
    option httpchk GET /readyz
{servers}
"""


class Proxy:
    def __init__(self, folder: Path) -> None:
        self.file, self.port = folder / "haproxy.cfg", free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    @contextlib.contextmanager
    def running(self, nodes: list[Usher]):
        servers = "\n".join(f"    server n{node.port} 127.0.0.1:{node.port} check" for node in nodes)
        self.file.write_text(CONFIGURATION.format(port=self.port, servers=servers))
        process = subprocess.Popen(
            [program("haproxy"), "-db", "-f", self.file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(self.port)
            yield process.pid
        finally:
            process.kill()
            process.wait()


def family_seconds(postmaster: int) -> float:
    """Seconds of processor of a PostgreSQL server's processes: one for each connection, and its own."""
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(postmaster)], capture_output=True, text=True)
    seconds = 0.0
    for process in (postmaster, *map(int, children.stdout.split())):
        # Some live for a moment only.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            seconds += processor_seconds(process)
    return seconds


class Scaling:
    def __init__(self, options: argparse.Namespace, folder: Path, postgres: Postgres, sink: Sink) -> None:
        self.options, self.sink = options, sink
        self.proxy = Proxy(folder)
        self.postmaster = int((postgres.folder / "data/postmaster.pid").read_text().split("\n", 1)[0])
        database, key = postgres.database("scaling"), secrets.token_urlsafe(32)
        self.nodes = [Usher(options.binary, folder / f"node{number}", database, sink.url)
                      for number in range(max(options.nodes))]
        for node in self.nodes:
            node.environment |= {"USHER_SERVER_KEY": key, "USHER_TRUSTED_PROXIES": "127.0.0.1"}
        self.first = self.nodes[0]
        self.first.prepare()
        # Only now: a node is prepared by its own address.
        for node in self.nodes:
            node.environment["USHER_PUBLIC_URL"] = self.proxy.url
        self.rows: dict[tuple[str, int], list[dict]] = {}
        self.runs = 0

    def works(self):
        """What is measured: name, path, wrk's script, its settings."""
        self.runs += 1
        yield "`GET /api/auth/me`", "/api/auth/me", "get.lua", {"BENCH_HEADERS": f"Cookie: {self.first.session}"}
        yield "`POST /api/invitation`, `respond-async`", "", "invite.lua", {
            "BENCH_RUN": str(self.runs), "BENCH_KEY": self.first.key, "BENCH_ORGANIZATION": self.first.organization,
            "BENCH_TARGET": self.proxy.url, "BENCH_ASYNC": "1"}

    def spent(self, nodes: list[Usher], proxy: int) -> dict[str, float]:
        """Seconds of processor by who used them, so far."""
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {
            "usher": sum(processor_seconds(node.process.pid) for node in nodes),
            "postgres": family_seconds(self.postmaster),
            "haproxy": processor_seconds(proxy),
            "others": children.ru_utime + children.ru_stime + processor_seconds(self.sink.process.pid),
        }

    def measure(self, count: int) -> None:
        nodes = self.nodes[:count]
        with contextlib.ExitStack() as stack:
            for node in nodes:
                stack.callback(node.stop)
                node.start()
            proxy = stack.enter_context(self.proxy.running(nodes))
            for name, path, script, settings in self.works():
                # Each node opens its connections before it is measured.
                wrk(self.proxy.url + path, script, 1, **settings | {"BENCH_RUN": f"{self.runs}w"})
                self.first.drain()
                before, begun = self.spent(nodes, proxy), time.monotonic()
                figures = wrk(self.proxy.url + path, script, self.options.seconds, **settings)
                whole = (time.monotonic() - begun) * os.cpu_count()
                shares = {part: (seconds - before[part]) / whole for part, seconds in self.spent(nodes, proxy).items()}
                self.rows.setdefault((name, count), []).append(figures | shares)
                say(f"  {count} {name:40} {figures['rate']:9,.0f}/s")
                self.first.drain()

    def table(self) -> str:
        lines = [
            "| | nodes | requests/s | of one node | p50 ms | p99 ms | usher | PostgreSQL | haproxy | wrk, relay |",
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
        for name in dict.fromkeys(name for name, _ in self.rows):
            counts = [count for what, count in self.rows if what == name]
            found = {count: {part: median(row[part] for row in self.rows[name, count])
                             for part in self.rows[name, count][0]} for count in counts}
            for count, it in found.items():
                parts = " | ".join(f"{it[part]:.0%}" for part in ("usher", "postgres", "haproxy", "others"))
                refused = f" ({it['refused']:.0f} not answered well)" if it["refused"] else ""
                of_one = it["rate"] / found[counts[0]]["rate"]
                lines.append(f"| {name}{refused} | {count} | {it['rate']:,.0f} | {of_one:.2f} | {it['p50']:.1f} | "
                             f"{it['p99']:.1f} | {parts} |")
        return "\n".join(lines)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=str(os.environ.get("USHER_BINARY") or report.BUILT))
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="times that everything is measured")
    parser.add_argument("--nodes", type=int, nargs="+", default=[1, 2, 3])
    return parser.parse_args()


def main() -> None:
    options = parse()
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="usher-scaling-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres, sink = stack.enter_context(throwaway_postgres()), stack.enter_context(Sink())
        scaling = Scaling(options, folder, postgres, sink)
        most_busy = 0.0
        for number in range(options.rounds):
            most_busy = max(most_busy, busy())
            say(f"round {number + 1} of {options.rounds}")
            for count in options.nodes:
                scaling.measure(count)
    cores = os.cpu_count()
    print(f"Commit {report.commit(options.binary)} on {report.machine()}; medians of {options.rounds} rounds of "
          f"{options.seconds} s with {CLIENTS} connections.\n**The nodes, PostgreSQL, haproxy, the relay and wrk share "
          f"these {cores} cores**; shares are of all {cores}.")
    if most_busy >= 0.1:
        print(f"Others took up to {most_busy:.0%} of the machine between the rounds.")
    print(f"\n{scaling.table()}")


if __name__ == "__main__":
    main()
