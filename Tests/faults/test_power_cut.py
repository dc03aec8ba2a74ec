"""The power goes, in the middle of a run: what was answered is on the disk (CRS-05).

The data folder is a file system of its own on a loop device. A copy of its image, made while it is mounted, holds what
had been flushed and nothing else; to mount that copy is the reboot.
"""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
import requests

from disks import Disk, mounted
from harness import Usher, eventually
from sink import link_in
from visitor import Visitor

LONG = os.environ.get("USHER_CHAOS") == "long"
# After how many answers the power goes.
CUTS = range(1, 201) if LONG else (1, 2, 3, 7, 50, 200)
# No commit of the file system's own comes in between.
OPTIONS = "loop,commit=600"
SETTINGS = {"USHER_LIMITS": "off"}


def invite(usher: Usher, number: int) -> tuple[str, int]:
    """Every third without waiting for the relay. The address, and what was answered."""
    address = f"guest{number}@example.org"
    headers = {"Prefer": "respond-async"} if number % 3 == 0 else None
    response = usher.invite(address, headers=headers)
    assert response.status_code in (204, 202), response.text
    return address, response.status_code


def check_file(database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def check_reboot(before: Usher, snapshot: Path, told: list[tuple[str, int]]) -> None:
    """A server on what was left of the disk."""
    with Usher("sqlite", **SETTINGS) as usher, mounted(snapshot, usher.data, "-o", "loop"):
        usher.key, usher.organization_id = before.key, before.organization_id
        # Usher recovers the log of writes by itself: the check comes after its start.
        usher.start()
        try:
            stored = {found["email"] for found in usher.invitations()}
            lost = [item for item in told if item[0] not in stored]
            assert not lost, f"{len(told)} answered, {len(lost)} lost: {lost[:5]}"
            # The mailbox is the relay here, and keeps the same promise.
            letters = {letter["to"]: letter for letter in usher.mailbox()}
            unsent = [address for address, status in told if status == 204 and address not in letters]
            assert not unsent, f"204 without its letter: {unsent[:5]}"
            last = [address for address, status in told if status == 204][-1]
            link = link_in(letters[last]["text"]).replace(before.url, usher.url)
            assert Visitor().open(link).status == 200, "the key is there too, and the link opens"
            assert usher.invite("after@example.org").status_code == 204
        finally:
            usher.kill()
        check_file(usher.data / "usher.sqlite")


def test_nothing_answered_is_lost_when_the_power_goes(tmp_path):
    disk = Disk(tmp_path)
    told: list[tuple[str, int]] = []
    with Usher("sqlite", **SETTINGS) as usher, mounted(disk.image, usher.data, "-o", OPTIONS):
        try:
            usher.prepare().start()
            for number in range(1, max(CUTS) + 1):
                told.append(invite(usher, number))
                if number not in CUTS:
                    continue
                snapshot = disk.cut(usher.process)
                check_reboot(usher, snapshot, told)
                snapshot.unlink()
        finally:
            usher.kill()
    print(f"{len(CUTS)} cuts after 1 to {max(CUTS)} answers: 0 lost")


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_what_a_command_reported_is_there_after_the_power_went(tmp_path, role):
    """No server runs: the database, an organization and its key were made by commands alone."""
    disk = Disk(tmp_path)
    with Usher("sqlite", **SETTINGS) as usher, mounted(disk.image, usher.data, "-o", OPTIONS):
        usher.prepare()
        usher.key = usher.make_key(role)
        snapshot = tmp_path / "snapshot.img"
        subprocess.run(["cp", "--sparse=always", disk.image, snapshot], check=True)
    with Usher("sqlite", **SETTINGS) as after, mounted(snapshot, after.data, "-o", "loop"):
        after.key, after.organization_id = usher.key, usher.organization_id
        try:
            after.start()
            assert after.invite("guest@example.org").status_code == 204
        finally:
            after.kill()


def test_what_a_visitor_was_told_is_there_after_the_power_went(tmp_path):
    """Joining, signing out and withdrawing."""
    disk = Disk(tmp_path)
    with Usher("sqlite", **SETTINGS) as usher, mounted(disk.image, usher.data, "-o", OPTIONS):
        try:
            usher.prepare().start()
            visitors = {}
            for address in ("member@example.org", "gone@example.org", "withdrawn@example.org"):
                assert usher.invite(address).status_code == 204
                page = Visitor().open(link_in(usher.letters_to(address)[0]["text"]))
                assert page.status == 200
                if address != "withdrawn@example.org":
                    visitors[address] = Visitor()
                    page = visitors[address].open(link_in(usher.letters_to(address)[0]["text"]))
                    assert visitors[address].join(page).status_code == 303
            cookies = {address: dict(visitor.session.cookies) for address, visitor in visitors.items()}
            withdrawn = usher.invitation_of("withdrawn@example.org")["id"]
            assert usher.request("DELETE", f"/api/invitation/{withdrawn}").status_code == 204
            left = visitors["gone@example.org"].session.delete(
                f"{usher.url}/api/auth", timeout=10, headers={"Origin": usher.url})
            assert left.status_code == 200
            snapshot = disk.cut(usher.process)
        finally:
            usher.kill()
    with mounted(snapshot, usher.data, "-o", "loop"):
        try:
            usher.start()
            here = {address: requests.get(f"{usher.url}/api/auth/me", cookies=jar, timeout=10).status_code
                    for address, jar in cookies.items()}
            assert here == {"member@example.org": 200, "gone@example.org": 401}
            found = usher.request("GET", f"/api/invitation/{withdrawn}").json()
            assert found["status"] == "revoked", found
        finally:
            usher.kill()
    shutil.rmtree(usher.folder, ignore_errors=True)


def test_the_cut_takes_what_was_not_flushed(tmp_path):
    """The test of the tests: the same cut loses what a careless program had told."""
    disk = Disk(tmp_path)
    folder = tmp_path / "mount"
    folder.mkdir()
    lost = {}
    with mounted(disk.image, folder, "-o", OPTIONS):
        (folder / "unsynced").write_text("told")
        connections = []
        for mode in ("FULL", "NORMAL"):
            connection = sqlite3.connect(folder / mode, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {mode}")
            connection.execute("CREATE TABLE told (number INTEGER)")
            for number in range(50):
                connection.execute("INSERT INTO told VALUES (?)", (number,))
            connections.append(connection)
        snapshot = disk.cut(subprocess.Popen(["true"]))
        for connection in connections:
            connection.close()
    with mounted(snapshot, folder, "-o", "loop"):
        assert not (folder / "unsynced").exists() or not (folder / "unsynced").read_text()
        for mode in ("FULL", "NORMAL"):
            with contextlib.closing(sqlite3.connect(folder / mode)) as connection:
                try:
                    lost[mode] = 50 - connection.execute("SELECT COUNT(*) FROM told").fetchone()[0]
                except sqlite3.OperationalError:
                    lost[mode] = 50
    assert lost["FULL"] == 0 and lost["NORMAL"] > 0, lost
