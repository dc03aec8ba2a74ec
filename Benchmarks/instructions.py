#!/usr/bin/env python3
"""`make instructions`: how many instructions the server takes for a request, with all that the request brings about,
counted by callgrind (Debian's valgrind). A count does not depend on what else the machine does. Prints Markdown, and
writes it to docs/instructions.md; with `--before`, the JSON of an earlier run, beside what it was then.

A count is that of some requests, less what the idle server takes in the same time, divided by their number."""

import argparse
import contextlib
import http.client
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import report
from bench import say
from server import Usher, throwaway_postgres

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Tests/e2e"))

from sink import Sink  # noqa: E402
from visitor import Visitor  # noqa: E402

IDLE_SECONDS = 10


class Counter:
    """The server under callgrind."""

    def __init__(self, usher: Usher, folder: Path):
        self.usher, self.folder, self.dumps = usher, folder, 0
        folder.mkdir()
        # Valgrind gives up on debugging information that is newer than itself.
        self.bare, self.shim = folder / "usher", folder / "sigsuspend.so"
        subprocess.run(["strip", "--strip-debug", "-o", self.bare, usher.binary], check=True)
        subprocess.run(["clang", "-O1", "-shared", "-fPIC", "-o", self.shim, HERE / "sigsuspend.c"], check=True)

    def start(self) -> None:
        self.usher.start(
            "env", f"LD_PRELOAD={self.shim}", "valgrind", "-q", "--tool=callgrind",
            f"--callgrind-out-file={self.folder}/out", str(self.bare))
        self.idle = 0.0
        instructions, seconds = self.count(lambda: time.sleep(IDLE_SECONDS))
        self.idle = instructions / seconds

    def _control(self, flag: str) -> None:
        subprocess.run(
            ["callgrind_control", flag, str(self.usher.process.pid)], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def count(self, work: Callable[[], None]) -> tuple[int, float]:
        """Instructions while the work is done, and the seconds that it took."""
        self._control("--zero")
        begun = time.monotonic()
        work()
        seconds = time.monotonic() - begun
        self._control("--dump")
        self.dumps += 1
        dump, deadline = self.folder / f"out.{self.dumps}", time.monotonic() + 60
        while not (dump.exists() and (found := re.search(r"^(?:totals|summary): (\d+)", dump.read_text(), re.M))):
            if time.monotonic() > deadline:
                raise SystemExit(f"callgrind wrote no {dump.name}")
            time.sleep(0.1)
        return int(found.group(1)), seconds

    def each(self, name: str, work: Callable[[], None], times: int) -> int:
        work()
        def all_of_them() -> None:
            for _ in range(times):
                work()
            self.usher.drain()
        instructions, seconds = self.count(all_of_them)
        result = round((instructions - self.idle * seconds) / times)
        say(f"  {name:44} {result:14,}")
        return result


class Works:
    """Requests of each kind, one after another."""

    def __init__(self, usher: Usher, sink: Sink):
        self.usher, self.sink, self.sent = usher, sink, 0
        # Kept, as applications keep theirs.
        self.connection = http.client.HTTPConnection("127.0.0.1", usher.port, timeout=60)
        self.key = {"Authorization": usher.key, "TR-Organization": usher.organization}
        self.pages: list = []

    def all(self):
        """Name, what does it once, how often."""
        usher, me = self.usher, "/api/auth/me"
        yield "empty route (`/livez`)", lambda: self.expect(200, "GET", "/livez"), 200
        yield "`GET /api/auth/me` by session", lambda: self.expect(200, "GET", me, Cookie=usher.session), 100
        yield "`GET /api/auth/me` by key", lambda: self.expect(200, "GET", me, Authorization=usher.own_key), 100
        yield "`POST /api/invitation`, `respond-async`", lambda: self.invite(202, Prefer="respond-async"), 50
        yield "`POST /api/invitation`, waiting", lambda: self.invite(204), 50
        path = f"/api/invitations/{usher.organization}?limit=50"
        yield "`GET /api/invitations/…`, 50 of them", lambda: self.expect(200, "GET", path, **self.key), 20
        self.open_pages(12)
        yield "joining as a new person (Argon2id counted)", self.join, 10

    def expect(self, status: int, method: str, path: str, body: str | None = None, **headers: str) -> None:
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != status:
            raise SystemExit(f"{method} {path} was answered {answer.status}: {text[:200]}")

    def invite(self, status: int, **headers: str) -> str:
        self.sent += 1
        address, url = f"instructions{self.sent}@example.org", self.usher.url
        body = json.dumps({
            "app_url": url, "email": address, "organization_id": self.usher.organization,
            "redirect_uri": url + "/account", "user_role": 0})
        headers |= self.key | {"Content-Type": "application/json"}
        self.expect(status, "POST", "/api/invitation", body, **headers)
        return address

    def open_pages(self, count: int) -> None:
        addresses = [self.invite(204) for _ in range(count)]
        self.sink.mails()
        time.sleep(1)
        links = {mail.recipients[0]: mail.link for mail in self.sink.mails()}
        for address in addresses:
            visitor = Visitor()
            self.pages.append((visitor, visitor.open(links[address])))

    def join(self) -> None:
        visitor, page = self.pages.pop()
        status = visitor.join(page).status_code
        if status != 303:
            raise SystemExit(f"joining was answered {status}")


def table(counts: dict, before: dict | None) -> str:
    engines = list(counts)
    lines = ["| | " + " | ".join(
        f"{engine} before | {engine} | change" if before else engine for engine in engines) + " |",
        "|---|" + "--:|" * len(engines) * (3 if before else 1)]
    for name in counts[engines[0]]:
        cells = []
        for engine in engines:
            now, then = counts[engine][name], (before or {}).get(engine, {}).get(name)
            cells += [f"{then:,}" if then else "", f"{now:,}", f"{now / then - 1:+.0%}" if then else ""] if before else [
                f"{now:,}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=str(report.BUILT))
    parser.add_argument("--engines", nargs="*", default=["SQLite", "PostgreSQL"])
    parser.add_argument("--before", type=Path, help="JSON of an earlier run")
    parser.add_argument("--json", type=Path, default=HERE.parent / ".build/instructions.json", help="where to keep it")
    parser.add_argument("--keep", type=Path, help="folder for callgrind's own files")
    parser.add_argument("--docs", type=Path, default=HERE.parent / "docs")
    return parser.parse_args()


def main() -> None:
    options = parse()
    counts: dict[str, dict[str, int]] = {}
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="usher-instructions-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres, sink = stack.enter_context(throwaway_postgres()), stack.enter_context(Sink())
        databases = {"SQLite": f"sqlite://{folder}/usher.sqlite", "PostgreSQL": postgres.database("usher")}
        for engine in options.engines:
            say(engine)
            usher = Usher(options.binary, folder / engine, databases[engine], sink.url)
            usher.prepare()
            counter = Counter(usher, folder / f"{engine}-counts")
            counter.start()
            counts[engine] = {name: counter.each(name, work, times) for name, work, times in Works(usher, sink).all()}
            usher.stop()
            if options.keep:
                shutil.copytree(counter.folder, options.keep / engine, dirs_exist_ok=True)
    options.json.write_text(json.dumps({"commit": report.commit(options.binary), "counts": counts}, indent=1) + "\n")
    before = json.loads(options.before.read_text()) if options.before else None
    then = f", before it at commit {before['commit']}" if before else ""
    text = "\n\n".join([
        "# Instructions", f"Written by `make instructions` at commit {report.commit(options.binary)}{then}, on "
        f"{report.machine()}:\ninstructions of the server for one request with all that it brings about, counted by "
        "callgrind.", table(counts, before and before["counts"])]) + "\n"
    (options.docs / "instructions.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
