"""A database file that others touch (CRS-13): Usher refuses or stops loudly, and never makes an empty one in its place."""

from __future__ import annotations

import os
import shutil

import pytest
import requests

from harness import Usher, start_usher
from test_disk import FAILED_DISK, addresses
from test_power_cut import check_file

ASYNC = {"Prefer": "respond-async"}


def files(usher: Usher) -> list[str]:
    return [name for name in ("usher.sqlite", "usher.sqlite-wal", "usher.sqlite-shm") if (usher.data / name).exists()]


def take_away(usher: Usher) -> None:
    aside = usher.folder / "aside"
    aside.mkdir()
    for name in files(usher):
        os.rename(usher.data / name, aside / name)


def put_back(usher: Usher) -> None:
    for file in (usher.folder / "aside").iterdir():
        os.rename(file, usher.data / file.name)


def replace(usher: Usher) -> None:
    """By a copy, as an impatient restore does it."""
    take_away(usher)
    shutil.copy(usher.folder / "aside/usher.sqlite", usher.data / "usher.sqlite")


def take_log(usher: Usher) -> None:
    aside = usher.folder / "aside"
    aside.mkdir()
    os.rename(usher.data / "usher.sqlite-wal", aside / "usher.sqlite-wal")


def take_folder(usher: Usher) -> None:
    os.rename(usher.data, usher.folder / "elsewhere")


@pytest.mark.parametrize("change", [take_away, replace, take_log, take_folder])
def test_a_file_that_is_not_there_any_more_takes_no_writes(change):
    """What is written into a removed file is gone with the process, so it is never answered with 2xx."""
    with start_usher("sqlite", USHER_LIMITS="off") as usher:
        assert usher.invite("before@example.org").status_code == 204
        change(usher)
        for number in range(3):
            try:
                assert usher.invite(f"lost{number}@example.org", headers=ASYNC).status_code == 503
            except requests.ConnectionError:
                break
        assert usher.process.wait(60) == FAILED_DISK
        assert "removed or replaced" in usher.log


def test_a_missing_database_is_not_replaced_by_an_empty_one():
    with start_usher("sqlite") as usher:
        assert usher.invite("before@example.org").status_code == 204
        assert usher.stop() == 0
        take_away(usher)
        for command in (("serve",), ("migrate", "up"), ("org", "create", "Other", "--owner", "a@example.com")):
            refused = usher.run(*command)
            assert refused.returncode == 1, refused
            assert "is gone" in refused.stderr and refused.stderr.count("\n") == 1, refused.stderr
            assert files(usher) == []
        put_back(usher)
        usher.start()
        assert addresses(usher) == {"before@example.org"}


def test_a_second_server_is_refused_and_the_first_goes_on():
    with start_usher("sqlite") as usher:
        refused = usher.run("serve")
        assert refused.returncode == 1
        assert "in use by another Usher" in refused.stderr
        assert usher.invite("a@example.org").status_code == 204
        assert usher.stop() == 0
        check_file(usher.data / "usher.sqlite")


def test_a_file_that_somebody_else_holds_costs_a_wait_and_no_answer():
    """Another program writes for a second: those who ask wait for it."""
    import sqlite3
    import threading

    with start_usher("sqlite", USHER_LIMITS="off") as usher:
        other = sqlite3.connect(usher.data / "usher.sqlite", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(1, lambda: other.execute("ROLLBACK"))
        timer.start()
        assert usher.invite("a@example.org", headers=ASYNC).status_code == 202
        timer.join()
        other.execute("BEGIN IMMEDIATE")
        refused = usher.invite("b@example.org", headers=ASYNC)
        assert refused.status_code == 503 and int(refused.headers["Retry-After"]) > 0
        other.execute("ROLLBACK")
        other.close()
        assert usher.invite("c@example.org", headers=ASYNC).status_code == 202


@pytest.mark.parametrize("damage", ["header", "truncated", "text"])
def test_a_file_that_is_no_database_is_refused_in_one_sentence(damage):
    """CRS-19: at the start, before anything is answered."""
    with start_usher("sqlite") as usher:
        assert usher.invite("a@example.org").status_code == 204
        assert usher.stop() == 0
        file = usher.data / "usher.sqlite"
        whole = file.read_bytes()
        spoiled = {
            "header": b"\0" * 64 + whole[64:], "truncated": whole[:5000], "text": b"no database at all\n" * 400}[damage]
        file.write_bytes(spoiled)
        refused = usher.run("serve", timeout=60)
        assert refused.returncode == 1, refused
        assert refused.stderr.count("\n") == 1 and "usher.sqlite" in refused.stderr, refused.stderr
        assert file.read_bytes() == spoiled, "what is left of it is not touched"
