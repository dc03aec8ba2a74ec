#!/usr/bin/env python3
"""`make profile`: what the server's processor time goes to, by request. Prints Markdown and writes it to docs/profile.md.
Needs what `make bench` needs, and perf (Debian's linux-perf)."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import report
from bench import CLIENTS, parse, say, wrk
from server import Sink, Usher, throwaway_postgres

# A sample belongs to the innermost call that one of these knows; if none does, to what surrounds it.
PARTS = {
    "writing the letter": r"\$s9UsherMail|Mustache",
    "SMTP": r"^[Cc]url_|^multi_|^smtp_|\$s9UsherSMTP",
    "JSON": r"JSONEncoder|JSONDecoder|JSONScanner|JSONParser",
    "the log line": r"LogRequests|SwiftLog|LogHandler",
    "commits": r"GroupCommitter",
    "SQLite and GRDB": r"^sqlite3|GRDB|SQLiteSession|SQLiteDatabase",
    "libpq": r"^PQ|^pq[A-Z]|PostgresConnection|PostgresSession|PostgresPool",
}
SURROUNDINGS = {
    "the rest of Usher": r"\$s\d+Usher",
    "HTTP": r"NIOPosix|NIOHTTP1|llhttp|Hummingbird|HTTPTypes",
    "tasks and threads": r"swift_task|swift_job|_dispatch|ExecutorContext",
}
OTHER = "the rest"
HERTZ, SECONDS = 499, 5


def processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def part(stack: list[str]) -> str:
    for parts in PARTS, SURROUNDINGS:
        for symbol in stack:
            for name, pattern in parts.items():
                if re.search(pattern, symbol):
                    return name
    return OTHER


def shares(recording: Path) -> Counter:
    """Samples by part."""
    text = subprocess.run(
        ["perf", "script", "-i", recording, "-F", "ip,sym"], capture_output=True, text=True, errors="replace").stdout
    stacks = (
        [line.split(maxsplit=1)[-1] for line in block.splitlines() if line.strip()] for block in text.split("\n\n"))
    return Counter(part(stack) for stack in stacks if stack)


def measure(usher: Usher, folder: Path, path: str, script: str, **environment: str) -> tuple[float, float, Counter]:
    """Requests a second, processor time of each in microseconds with all that it brings about, and samples by part."""
    recording = folder / "perf.data"
    begun = processor_seconds(usher.process.pid)
    perf = subprocess.Popen(
        ["perf", "record", "-q", "-F", str(HERTZ), "-g", "-o", recording, "-p", str(usher.process.pid), "--", "sleep",
         str(SECONDS)], stderr=subprocess.DEVNULL)
    rate = wrk(usher.url + path, script, SECONDS, **environment)["rate"]
    perf.wait()
    usher.drain()
    return rate, (processor_seconds(usher.process.pid) - begun) * 1e6 / (rate * SECONDS), shares(recording)


def works(usher: Usher):
    """What is measured: name, path, wrk's script, its settings."""
    invite = {"BENCH_KEY": usher.key, "BENCH_ORGANIZATION": usher.organization, "BENCH_TARGET": usher.url}
    yield "empty route", "/livez", "get.lua", {}
    yield "`me` by session", "/api/auth/me", "get.lua", {"BENCH_HEADERS": f"Cookie: {usher.session}"}
    yield "async send", "", "invite.lua", invite | {"BENCH_RUN": "1", "BENCH_ASYNC": "1"}
    yield "waiting send", "", "invite.lua", invite | {"BENCH_RUN": "2", "BENCH_ASYNC": "0"}


def table(engine: str, rows: list[tuple[str, float, float, Counter]]) -> str:
    lines = [f"## {engine}", "", "| | " + " | ".join(row[0] for row in rows) + " |", "|---|" + "--:|" * len(rows),
             "| requests/s | " + " | ".join(f"{row[1]:,.0f}" for row in rows) + " |",
             "| µs of processor a request | " + " | ".join(f"{row[2]:,.0f}" for row in rows) + " |"]
    for name in [*PARTS, *SURROUNDINGS, OTHER]:
        found = [row[3][name] / max(1, row[3].total()) for row in rows]
        if max(found) >= 0.01:
            lines.append(f"| {name} | " + " | ".join(f"{share:.0%}" for share in found) + " |")
    return "\n".join(lines)


def main() -> None:
    if not shutil.which("perf"):
        raise SystemExit("make profile needs perf: apt-get install linux-perf")
    options = parse()
    sections = []
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="usher-profile-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres, sink = stack.enter_context(throwaway_postgres()), stack.enter_context(Sink())
        databases = {"SQLite": f"sqlite://{folder}/usher.sqlite", "PostgreSQL": postgres.database("usher")}
        for engine in options.engines:
            usher = Usher(options.binary, folder / engine, databases[engine], sink.url)
            usher.prepare()
            usher.start()
            rows = []
            for name, path, script, settings in works(usher):
                say(f"{engine}: {name}")
                rows.append((name, *measure(usher, folder, path, script, **settings)))
            usher.stop()
            sections.append(table(engine, rows))
    text = "\n\n".join([
        "# Profile", f"Written by `make profile` at commit {report.commit(options.binary)} on {report.machine()}, with "
        f"{CLIENTS} connections for {SECONDS} s each.\nShares are of the server's own processor time: of its samples, "
        "each counted for the innermost call that is known.", *sections]) + "\n"
    (options.docs / "profile.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
