"""Raw sockets, and what can be seen of a server from outside: memory, descriptors, how long healthy clients wait."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import socket
import struct
import threading
import time
from pathlib import Path

from harness import Usher

IS_LONG = os.environ.get("USHER_CHAOS") == "long"
MEGABYTE = 1 << 20


def connect(usher: Usher, receive_buffer: int | None = None, source: str = "127.0.0.1") -> socket.socket:
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(60)
    connection.bind((source, 0))
    connection.connect(("127.0.0.1", usher.port))
    return connection


def reset(connection: socket.socket) -> None:
    """Hangs up without a goodbye: what is under way meets an RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def read_all(connection: socket.socket) -> bytes:
    """Everything until the server closes; fails when it does not within the socket's time-out."""
    answer = b""
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65536):
            answer += piece
    return answer


def talk(usher: Usher, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Sends pieces, with a pause between them; everything that comes back until the server closes."""
    with connect(usher) as connection:
        for number, piece in enumerate(pieces):
            if number:
                time.sleep(pause)
            # The server may have closed already; what it said before is still there to be read.
            with contextlib.suppress(ConnectionError):
                connection.sendall(piece)
        return read_all(connection)


def statuses(answer: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


def head(usher: Usher, line: str, *fields: str) -> bytes:
    """A request's head, with Host."""
    lines = [f"{line} HTTP/1.1", f"Host: 127.0.0.1:{usher.port}", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def credentials(usher: Usher) -> list[str]:
    return [f"Authorization: {usher.key}", f"TR-Organization: {usher.organization_id}"]


# What it costs


def memory(usher: Usher) -> int:
    """Resident bytes."""
    return int(Path(f"/proc/{usher.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def descriptors(usher: Usher) -> int:
    return len(os.listdir(f"/proc/{usher.process.pid}/fd"))


def threads(usher: Usher) -> int:
    return len(os.listdir(f"/proc/{usher.process.pid}/task"))


class Growth:
    """How much memory a block cost at its highest, looked at 20 times a second."""

    def __init__(self, usher: Usher) -> None:
        self.usher = usher
        self.before = self.peak = memory(usher)
        self._stop = threading.Event()

    def __enter__(self) -> Growth:
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            with contextlib.suppress(OSError):
                self.peak = max(self.peak, memory(self.usher))

    @property
    def megabytes(self) -> float:
        return (self.peak - self.before) / MEGABYTE


class Beside:
    """A healthy client that asks one thing again and again while others misbehave."""

    def __init__(self, usher: Usher, path: str = "/api/health", every: float = 0.02, source: str = "127.0.0.5") -> None:
        self.usher, self.path, self.every, self.source = usher, path, every, source
        self.took: list[float] = []
        self.failed: list[str] = []
        self._stop = threading.Event()

    def __enter__(self) -> Beside:
        self._thread = threading.Thread(target=self._work)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while True:
            begun = time.monotonic()
            try:
                # A new connection each time: that is what has to be there for others.
                client = http.client.HTTPConnection(
                    "127.0.0.1", self.usher.port, timeout=60, source_address=(self.source, 0))
                with contextlib.closing(client):
                    client.request("GET", self.path)
                    response = client.getresponse()
                    response.read()
                if response.status != 200:
                    self.failed.append(str(response.status))
            except OSError as error:
                self.failed.append(repr(error))
            self.took.append(time.monotonic() - begun)
            if self._stop.wait(self.every):
                return

    def p99(self) -> float:
        return percentile(self.took, 0.99)

    def __str__(self) -> str:
        return f"{len(self.took)} beside it, p99 {self.p99() * 1000:.0f} ms, {len(self.failed)} failed"


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def calm(usher: Usher, seconds: float = 1.5) -> Beside:
    """How it is when nobody misbehaves."""
    with Beside(usher) as beside:
        time.sleep(seconds)
    assert not beside.failed
    return beside
