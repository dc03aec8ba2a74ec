"""File systems of our own, and system calls that fail when we say so."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
import uuid
from pathlib import Path

import pytest

from harness import Usher


@contextlib.contextmanager
def mounted(source: str | Path, folder: Path, *options: str):
    """Skips where this user may not mount. Whoever uses the folder must be gone at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    result = subprocess.run(["mount", *options, str(source), str(folder)], capture_output=True, text=True)
    if result.returncode:
        may_not = any(word in result.stderr for word in ("superuser", "permission", "loop device"))
        assert may_not, result.stderr
        pytest.skip(f"cannot mount here: {result.stderr.strip()}")
    try:
        yield folder
    finally:
        for _ in range(50):
            if subprocess.run(["umount", str(folder)], capture_output=True).returncode == 0:
                break
            time.sleep(0.1)
        else:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Disk:
    """An empty ext4 in a file."""

    def __init__(self, folder: Path) -> None:
        self.image = folder / "disk.img"
        with open(self.image, "wb") as image:
            image.truncate(64 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)

    def cut(self, process: subprocess.Popen) -> Path:
        """What the disk holds at this moment; the process writes nothing while it is copied."""
        snapshot = self.image.with_name(f"{uuid.uuid4().hex}.img")
        process.send_signal(signal.SIGSTOP)
        try:
            subprocess.run(["cp", "--sparse=always", self.image, snapshot], check=True)
        finally:
            process.send_signal(signal.SIGCONT)
        return snapshot


@contextlib.contextmanager
def injected(usher: Usher, *what: str, paths: tuple[str, ...] = ("usher.sqlite", "usher.sqlite-wal")):
    """`strace -e inject=…` on a running server, for calls on these files of its data folder."""
    log = usher.folder / f"strace-{uuid.uuid4().hex}"
    options = [part for call in what for part in ("-e", f"inject={call}")]
    options += [part for path in paths for part in ("-P", str(usher.data / path))]
    process = subprocess.Popen(
        ["strace", "-f", "-qq", "-o", log, *options, "-p", str(usher.process.pid)], stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 60
        # Every thread has to be held once before calls of it can fail.
        while not is_traced(usher.process.pid, process.pid):
            if process.poll() is not None:
                pytest.skip(f"cannot trace here: {process.stderr.read().strip()}")
            assert time.monotonic() < deadline, "strace does not begin"
            time.sleep(0.02)
        time.sleep(0.3)
        threading.Thread(target=let_go_of_the_dead, args=(usher.process.pid, process), daemon=True).start()
        yield log
    finally:
        process.kill() if is_zombie(usher.process.pid) else process.terminate()
        process.wait(60)


def let_go_of_the_dead(pid: int, strace: subprocess.Popen) -> None:
    """strace may wait for ever for a thread of a process that was killed, and its connections stay open meanwhile."""
    while strace.poll() is None:
        time.sleep(0.2)
        if is_zombie(pid):
            time.sleep(0.5)
            strace.kill()


def is_zombie(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    return False


def is_traced(pid: int, tracer: int) -> bool:
    """Whether this one traces every thread of a process."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return all(f"TracerPid:\t{tracer}\n" in file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/status"))
    return False


def injections(log: Path) -> int:
    return log.read_text(errors="replace").count("(INJECTED)") if log.exists() else 0
