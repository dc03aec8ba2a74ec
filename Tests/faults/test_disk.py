"""Disks that fail or are full (CRS-03, CRS-04): no 2xx for what is not on the disk, and a clear end or a recovery."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import requests

from disks import injected, injections, mounted
from harness import Usher, eventually, start_usher
from test_power_cut import check_file

ASYNC = {"Prefer": "respond-async"}
# `EX_IOERR` of sysexits.h.
FAILED_DISK = 74


def let_it_rest(usher: Usher) -> None:
    """Until nothing is left to be written but what a client asks for: the seal of the audit log is the last."""
    eventually(lambda: json.loads(usher.run("audit", "verify", "--json").stdout)["unsealed"] == 0)


def addresses(usher: Usher) -> set[str]:
    return {found["email"] for found in usher.invitations()}


@pytest.mark.parametrize("call", [
    "fdatasync:error=EIO:when=1", "fdatasync:error=EIO", "pwrite64:error=EIO:when=1", "pwrite64:error=EIO",
])
def test_a_failed_disk_ends_the_process_and_no_answer_lies(call):
    """CRS-03: after a failed fsync nobody knows what is on the disk, and asking again may succeed without a reason. So
    nothing is written after it; the process says so and ends, and who starts it anew has all that was told."""
    with start_usher("sqlite", USHER_LIMITS="off") as usher:
        assert usher.invite("before@example.org").status_code == 204
        let_it_rest(usher)
        with injected(usher, call) as log:
            refused = usher.invite("during@example.org", headers=ASYNC)
            assert refused.status_code == 503 and int(refused.headers["Retry-After"]) > 0
            assert refused.json()["code"] == "unavailable"
            assert usher.process.wait(60) == FAILED_DISK
            assert injections(log) >= 1
        assert "the disk failed" in usher.log
        usher.start()
        assert addresses(usher) in ({"before@example.org"}, {"before@example.org", "during@example.org"})
        assert usher.invite("after@example.org").status_code == 204
        assert usher.stop() == 0
        check_file(usher.data / "usher.sqlite")


@pytest.mark.parametrize("call", ["fdatasync:error=EIO", "pwrite64:error=EIO"])
def test_a_disk_that_fails_when_the_log_is_copied_ends_the_process(call):
    """CRS-03 where nobody waits: copying the log into the file, after the answers. A log that was begun anew after a
    failed sync of the file would hold nothing of what the file does not have either."""
    with start_usher("sqlite", USHER_LIMITS="off") as usher:
        told: set[str] = set()
        with injected(usher, call, paths=("usher.sqlite",)) as log:
            for number in range(2000):
                try:
                    answer = usher.invite(f"person{number}@example.org", headers=ASYNC)
                except requests.ConnectionError:
                    break
                if answer.status_code != 202:
                    assert answer.status_code == 503, answer.text
                    break
                told.add(f"person{number}@example.org")
            assert usher.process.wait(60) == FAILED_DISK
            assert injections(log) >= 1
        assert "the disk failed" in usher.log and told
        usher.start()
        assert told <= addresses(usher)
        assert usher.invite("after@example.org").status_code == 204
        assert usher.stop() == 0
        check_file(usher.data / "usher.sqlite")


def test_reads_go_on_while_calls_for_space_fail():
    """CRS-04: ENOSPC on the log of writes: 503, reads as before, and well without a restart."""
    with start_usher("sqlite", USHER_LIMITS="off") as usher:
        assert usher.invite("before@example.org").status_code == 204
        let_it_rest(usher)
        with injected(usher, "pwrite64:error=ENOSPC"):
            for number in range(3):
                refused = usher.invite(f"during{number}@example.org", headers=ASYNC)
                assert refused.status_code == 503 and int(refused.headers["Retry-After"]) > 0
            assert addresses(usher) == {"before@example.org"}
            assert requests.get(f"{usher.url}/livez", timeout=5).status_code == 200
        assert usher.invite("after@example.org").status_code == 204
        assert addresses(usher) == {"before@example.org", "after@example.org"}


def fill(folder: Path) -> Path:
    """Takes all space that is left."""
    ballast = folder / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass
    return ballast


def test_a_full_disk_refuses_and_recovers():
    """CRS-04: on a file system that is really full, mailbox and all."""
    with Usher("sqlite", USHER_LIMITS="off") as usher:
        with mounted("tmpfs", usher.data, "-t", "tmpfs", "-o", "size=16m,mode=700"):
            try:
                usher.prepare().start()
                assert usher.invite("before@example.org").status_code == 204
                ballast = fill(usher.data)
                told = {}
                for number in range(400):
                    response = usher.invite(f"full{number}@example.org", headers=ASYNC)
                    told[f"full{number}@example.org"] = response.status_code
                    if number > 20 and response.status_code == 503:
                        break
                assert set(told.values()) <= {202, 503} and 503 in told.values()
                assert requests.get(f"{usher.url}/livez", timeout=5).status_code == 200
                assert "before@example.org" in addresses(usher)
                ballast.unlink()
                eventually(lambda: usher.invite("after@example.org").status_code in (204, 400), 60, 0.5)
                good = {address for address, status in told.items() if status == 202}
                assert good <= addresses(usher)
                # Letters that could not be written meanwhile are tried again.
                eventually(lambda: good <= {letter["to"] for letter in usher.mailbox()}, 90, 1)
                assert usher.process.poll() is None
                usher.restart()
                assert good | {"before@example.org", "after@example.org"} <= addresses(usher)
                assert usher.stop() == 0
                check_file(usher.data / "usher.sqlite")
            finally:
                usher.kill()


@pytest.mark.parametrize("stream", ["full", "closed"])
def test_a_log_that_cannot_be_written_stops_nobody(stream):
    """CRS-24: the log's disk is full, or nobody reads it any more."""
    with Usher("sqlite", USHER_LIMITS="off") as usher:
        usher.prepare()
        if stream == "full":
            output = open("/dev/full", "w")
        else:
            reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
            output = reader.stdin
        from harness import binary

        usher.process = subprocess.Popen(
            [binary(), "serve"], env=usher.env, cwd=usher.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        if stream == "closed":
            reader.wait()
        output.close()
        usher.wait_until_ready()
        for number in range(5):
            assert usher.invite(f"a{number}@example.org").status_code == 204
        assert usher.stop() == 0
