"""Too few open files, too little memory, files that may not grow (CRS-18, CRS-20): 503 and recovery, no busy loop."""

from __future__ import annotations

import resource
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from harness import Usher, binary, eventually, start_usher
from test_disk import FAILED_DISK, addresses
from wire import connect, descriptors

ASYNC = {"Prefer": "respond-async"}


def start_limited(usher: Usher, kind: int, limit: int) -> None:
    with open(usher.folder / "log", "ab") as log:
        usher.process = subprocess.Popen(
            [binary(), "serve"], env=usher.env, cwd=usher.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            preexec_fn=lambda: resource.setrlimit(kind, (limit, limit)))
    usher.wait_until_ready()


def seconds_of_processor(usher: Usher) -> float:
    with open(f"/proc/{usher.process.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_64_open_files_are_few_and_enough():
    """CRS-20: with all of them taken nobody spins, and once they are given back everybody is served."""
    with Usher("sqlite", USHER_LIMITS="off") as usher:
        usher.prepare()
        start_limited(usher, resource.RLIMIT_NOFILE, 64)
        assert usher.invite("before@example.org").status_code == 204
        idle = [connect(usher) for _ in range(150)]
        before, begun = seconds_of_processor(usher), time.monotonic()
        time.sleep(4)
        spent = (seconds_of_processor(usher) - before) / (time.monotonic() - begun)
        assert spent < 0.3, f"{spent:.0%} of a processor for doing nothing"
        for connection in idle:
            connection.close()
        eventually(lambda: usher.invite("after@example.org").status_code in (204, 400), 60, 0.5)
        # All are given back.
        eventually(lambda: descriptors(usher) < 40)
        assert addresses(usher) == {"before@example.org", "after@example.org"}
        with ThreadPoolExecutor(20) as pool:
            told = list(pool.map(lambda number: usher.invite(f"a{number}@example.org").status_code, range(40)))
        assert set(told) <= {202, 204}, told
        assert usher.stop() == 0


def test_files_that_may_not_grow():
    """A limit of the file's size (`ulimit -f`): the disk fails, and nothing that was told is lost."""
    with Usher("sqlite", USHER_LIMITS="off") as usher:
        usher.prepare()
        size = (usher.data / "usher.sqlite").stat().st_size
        start_limited(usher, resource.RLIMIT_FSIZE, size + 200_000)
        told = {}
        for number in range(200):
            address = f"a{number}@example.org"
            try:
                told[address] = usher.invite(address, headers=ASYNC).status_code
            except requests.ConnectionError:
                break
            if told[address] == 503:
                break
        assert 202 in told.values() and set(told.values()) <= {202, 503}, told
        assert usher.process.wait(60) == FAILED_DISK
        usher.start()
        assert {address for address, status in told.items() if status == 202} <= addresses(usher)
        assert usher.invite("after@example.org").status_code in (202, 204)


def test_the_data_of_256_megabytes():
    """CRS-18: sign-ins with Argon2id, invitations and lists beside each other in little memory: answered, or 503."""
    with Usher("sqlite", USHER_LIMITS="off") as usher:
        usher.prepare()
        start_limited(usher, resource.RLIMIT_DATA, 256 << 20)
        with ThreadPoolExecutor(32) as pool:
            told = list(pool.map(lambda number: usher.invite(f"a{number}@example.org").status_code, range(300)))
        assert set(told) <= {202, 204, 503}, set(told)
        assert usher.process.poll() is None
        assert len(addresses(usher)) >= sum(status in (202, 204) for status in told)
        assert usher.stop() == 0


def test_a_process_that_was_killed_for_its_memory_loses_nothing():
    """CRS-18: the kernel's way to end it is SIGKILL; see test_kill.py. Here: it leaves no lock behind."""
    with start_usher("sqlite") as usher:
        assert usher.invite("a@example.org").status_code == 204
        usher.kill()
        usher.start()
        assert addresses(usher) == {"a@example.org"}
