"""kill -9 at the Nth system call that writes (CRS-02), N rising until a run is clean: all or nothing each time, and it
can be done again. USHER_CHAOS=long takes every N."""

from __future__ import annotations

import contextlib
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from disks import injected
from harness import Usher, binary, start_usher
from sink import link_in
from test_power_cut import check_file
from visitor import Visitor

LONG = os.environ.get("USHER_CHAOS") == "long"
WRITING = "write,pwrite64,pwritev,fdatasync,fsync,rename,renameat,renameat2,unlink,unlinkat,ftruncate"
# Nobody needs that many.
ENOUGH = 5000


def places() -> Iterator[int]:
    """1, 2, 3 … or 1, 2, 3, 5, 8, 13 …"""
    if LONG:
        yield from range(1, ENOUGH)
        return
    number, following = 1, 2
    while number < ENOUGH:
        yield number
        number, following = following, number + following


def sweep(usher: Usher, prepare: Callable, act: Callable, check: Callable) -> int:
    """Kills the server at call after call of what is done; the first N at which it was not killed."""
    for number in places():
        subject = prepare()
        answer = None
        with injected(usher, f"{WRITING}:signal=KILL:when={number}"):
            with contextlib.suppress(requests.RequestException):
                answer = act(subject)
        was_killed = has_died(usher, wait=answer is None)
        if was_killed:
            usher.start()
        check(subject, answer)
        if not was_killed:
            usher.restart()
            check_file(usher.data / "usher.sqlite")
            return number
    raise AssertionError("never clean")


def has_died(usher: Usher, wait: bool) -> bool:
    """A process that was killed may still be on its way out."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        usher.process.wait(30 if wait else 3)
    return usher.process.poll() is not None


@pytest.fixture
def usher():
    with start_usher("sqlite", USHER_LIMITS="off") as usher:
        yield usher


@pytest.mark.parametrize("headers", [None, {"Prefer": "respond-async"}], ids=["waiting", "async"])
def test_an_invitation_is_there_with_its_letter_or_not_at_all(usher, headers):
    def prepare() -> str:
        return f"{uuid.uuid4().hex}@example.org"

    def check(address: str, answer: requests.Response | None) -> None:
        rows = usher.sql(f"SELECT id FROM invitations WHERE email_canonical = '{address}'")
        letters = usher.sql(
            "SELECT o.id FROM outbox o JOIN invitations i ON i.id = o.invitation_id "
            f"WHERE i.email_canonical = '{address}'")
        assert len(rows) == len(letters) <= 1
        if answer is not None:
            assert answer.status_code in (204, 202) and rows, answer.text
        assert usher.invite(address).status_code == (400 if rows else 204)

    clean = sweep(usher, prepare, lambda address: usher.invite(address, headers=headers), check)
    print(f"clean from call {clean} on")


def test_joining_is_whole_or_has_not_happened(usher):
    def prepare() -> tuple[str, str]:
        address = f"{uuid.uuid4().hex}@example.org"
        assert usher.invite(address).status_code == 204
        return address, link_in(usher.letters_to(address)[0]["text"])

    def act(subject: tuple[str, str]) -> int:
        visitor = Visitor()
        return visitor.join(visitor.open(subject[1])).status_code

    def check(subject: tuple[str, str], status: int | None) -> None:
        address, link = subject
        accepted = usher.sql(
            f"SELECT id FROM invitations WHERE email_canonical = '{address}' AND status = 'accepted'")
        members = usher.sql(
            f"SELECT m.id FROM memberships m JOIN users u ON u.id = m.user_id WHERE u.email_canonical = '{address}'")
        people = usher.sql(f"SELECT id FROM users WHERE email_canonical = '{address}' AND password_hash IS NOT NULL")
        assert len(accepted) == len(members) == len(people) <= 1, (accepted, members, people)
        if status is not None:
            assert status == 303 and members
        if not members:
            assert act(subject) == 303

    print(f"clean from call {sweep(usher, prepare, act, check)} on")


def test_withdrawing_is_whole_or_has_not_happened(usher):
    def prepare() -> str:
        address = f"{uuid.uuid4().hex}@example.org"
        assert usher.invite(address).status_code == 204
        return usher.invitation_of(address)["id"]

    def act(invitation: str) -> int:
        return usher.request("DELETE", f"/api/invitation/{invitation}").status_code

    def check(invitation: str, status: int | None) -> None:
        [(state,)] = usher.sql(f"SELECT status FROM invitations WHERE id = '{invitation}'")
        noted = usher.sql(f"SELECT id FROM audit WHERE subject = '{invitation}' AND action = 'invitation.revoked'")
        assert (state == "revoked") == (len(noted) == 1), (state, noted)
        if status is not None:
            assert status == 204 and state == "revoked"
        assert act(invitation) == 204

    print(f"clean from call {sweep(usher, prepare, act, check)} on")


# Commands


def killed_at(usher: Usher, number: int, *command: str) -> bool:
    """Runs a command that is killed at its Nth call; whether it was."""
    result = subprocess.run(
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={WRITING}:signal=KILL:when={number}", binary(), *command],
        env=usher.env, cwd=usher.folder, capture_output=True, text=True, timeout=180)
    if "strace:" in result.stderr:
        pytest.skip(f"cannot trace here: {result.stderr.strip()}")
    assert result.returncode in (0, -9), result
    return result.returncode == -9


def restored(usher: Usher) -> int:
    """How many invitations there are; the schema may be incomplete."""
    if not (usher.data / "usher.sqlite").exists():
        return 0
    check_file(usher.data / "usher.sqlite")
    return usher.count("invitations") if usher.sql("SELECT 1 FROM sqlite_master WHERE name = 'invitations'") else 0


def test_a_schema_is_whole_or_can_be_made_again():
    for number in places():
        with Usher("sqlite") as usher:
            was_killed = killed_at(usher, number, "migrate", "up")
            usher.command("migrate", "up")
            check_file(usher.data / "usher.sqlite")
            assert usher.run("migrate", "status").returncode == 0
            usher.prepare()
            if not was_killed:
                break
    print(f"clean from call {number} on")


@pytest.fixture(scope="module")
def backup(tmp_path_factory) -> Iterator[tuple[Path, dict[str, int]]]:
    """A backup, and how many rows it has."""
    file = tmp_path_factory.mktemp("backup") / "backup"
    with start_usher("sqlite", USHER_LIMITS="off") as usher:
        for number in range(30):
            assert usher.invite(f"a{number}@example.org").status_code == 204
        usher.command("backup", str(file))
        yield file, {table: usher.count(table) for table in ("organizations", "invitations", "memberships")}


def test_a_restore_is_whole_or_can_be_done_again(backup):
    file, counts = backup
    for number in places():
        with Usher("sqlite") as usher:
            was_killed = killed_at(usher, number, "restore", str(file))
            found = restored(usher)
            assert found in (0, counts["invitations"]), f"half restored: {found}"
            assert was_killed or found
            if not found:
                # Half a schema is completed first, as the refusal says.
                usher.command("migrate", "up")
                usher.command("restore", str(file))
            assert {table: usher.count(table) for table in counts} == counts
            if not was_killed:
                break
    print(f"clean from call {number} on")
