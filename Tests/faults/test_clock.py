"""The clock steps while Usher runs (CRS-14, INV-23): ends are those of the wall clock, nothing comes back to life, and
nothing waits for ever."""

from __future__ import annotations

import contextlib
import subprocess
import time
from pathlib import Path

import pytest
import requests

from harness import FAST_RETRY, Usher, eventually
from sink import Sink, link_in
from wire import IS_LONG
from visitor import Visitor

HOUR, DAY = 3600, 86400


class Clock:
    """A process's own, moved while it runs."""

    def __init__(self, folder: Path) -> None:
        self.file, self.library = folder / "clock", folder / "clock.so"
        source = Path(__file__).with_name("clock.c")
        subprocess.run(["clang", "-O1", "-shared", "-fPIC", "-o", self.library, source], check=True)
        self.step(0)

    def step(self, seconds: int) -> None:
        aside = self.file.with_name("clock.new")
        aside.write_text(f"{seconds}\n")
        aside.rename(self.file)

    @property
    def settings(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "TEST_CLOCK": str(self.file)}


@contextlib.contextmanager
def started(engine: str, tmp_path: Path, **more: str):
    clock = Clock(tmp_path)
    relay = more.pop("relay", None)
    with Usher(engine, relay, USHER_LIMITS="off", **more) as usher:
        usher.prepare()
        usher.env |= clock.settings
        usher.start()
        yield usher, clock


def joined(usher: Usher, address: str) -> Visitor:
    assert usher.invite(address).status_code == 204
    visitor = Visitor()
    assert visitor.join(visitor.open(link_in(usher.letters_to(address)[0]["text"]))).status_code == 303
    return visitor


def is_signed_in(usher: Usher, visitor: Visitor) -> bool:
    return visitor.session.get(f"{usher.url}/api/auth/me", timeout=10).status_code == 200


def test_ends_are_those_of_the_wall_clock(engine, tmp_path):
    with started(engine, tmp_path) as (usher, clock):
        visitor = joined(usher, "ada@example.org")
        assert usher.invite("ben@example.org").status_code == 204
        link = link_in(usher.letters_to("ben@example.org")[0]["text"])
        ids = [usher.invitation_of("ben@example.org")["id"]]

        clock.step(-2 * HOUR)
        assert is_signed_in(usher, visitor), "a small step ends no session"
        assert Visitor().open(link).status == 200
        assert usher.invite("cleo@example.org").status_code == 204
        ids.append(usher.invitation_of("cleo@example.org")["id"])

        clock.step(6 * DAY)
        assert Visitor().open(link).status == 200
        clock.step(8 * DAY)
        assert Visitor().open(link).status == 410
        assert usher.invite("ben@example.org").status_code == 204, "the expired one blocks nobody"
        newer = [letter for letter in usher.letters_to("ben@example.org")]
        ids.append(next(found["id"] for found in usher.invitations(status="pending") if found["email"] == "ben@example.org"))

        clock.step(0)
        again = Visitor().open(link)
        assert again.status == 410, "the clock went back, and what had ended stays so"
        assert len(newer) == 2 and Visitor().open(link_in(newer[1]["text"])).status in (200, 410)
        assert len(set(ids)) == len(ids)
        assert usher.process.poll() is None


@pytest.mark.parametrize("seconds", [-DAY, DAY, 365 * DAY, 20 * 365 * DAY], ids=["-1d", "+1d", "+1y", "+20y"])
def test_letters_wait_for_no_clock(engine, tmp_path, seconds):
    """The relay is away while the clock steps: the letter goes out once it is back, if it may still be sent."""
    with Sink() as sink, started(engine, tmp_path, relay=sink, **FAST_RETRY) as (usher, clock):
        sink.stop()
        assert usher.invite("before@example.org").status_code == 202
        clock.step(seconds)
        assert usher.invite("after@example.org").status_code == 202
        assert requests.get(f"{usher.url}/readyz", timeout=30).status_code == 200
        sink.start()
        eventually(lambda: sink.mails_to("after@example.org"), 120, 0.5)
        if seconds == -DAY:
            # Housekeeping finds it within a minute; UsherContractTests show how.
            if IS_LONG:
                eventually(lambda: sink.mails_to("before@example.org"), 120, 0.5)
        elif seconds <= DAY:
            eventually(lambda: sink.mails_to("before@example.org"), 120, 0.5)
        else:
            time.sleep(2)
            assert not sink.mails_to("before@example.org"), "its invitation has expired"
        assert len(sink.mails_to("after@example.org")) == 1
        assert usher.stop() == 0


def test_the_audit_is_ordered_by_sequence(engine, tmp_path):
    with started(engine, tmp_path) as (usher, clock):
        for number, seconds in enumerate((0, -DAY, DAY, -365 * DAY)):
            clock.step(seconds)
            assert usher.invite(f"a{number}@example.org").status_code == 204
        rows = usher.sql("SELECT subject FROM audit WHERE action = 'invitation.created' ORDER BY sequence")
        wanted = [usher.invitation_of(f"a{number}@example.org")["id"] for number in range(4)]
        assert [row[0] for row in rows] == wanted


def test_reminders_follow_the_wall_clock(engine, tmp_path):
    """One for each moment of the organization's schedule; after an outage the newest only; none after the answer."""
    with Sink() as sink, started(engine, tmp_path, relay=sink, **FAST_RETRY) as (usher, clock):
        schedule = f'{{"reminders":[{{"after":{2 * DAY * 1000}}},{{"after":{5 * DAY * 1000}}}]}}'
        usher.sql(f"UPDATE organizations SET settings = '{schedule}' WHERE id = '{usher.organization_id}'")
        for name in ("quiet", "joined"):
            assert usher.invite(f"{name}@example.org").status_code == 204
        visitor = Visitor()
        link = link_in(sink.mails_to("joined@example.org")[0].text)
        assert visitor.join(visitor.open(link)).status_code == 303
        assert len(sink.mails_to("quiet@example.org")) == 1
        for seconds, count in ((2 * DAY - HOUR, 1), (2 * DAY + HOUR, 2), (2 * DAY + 2 * HOUR, 2), (6 * DAY, 3)):
            clock.step(seconds)
            # Housekeeping looks once a minute, and at the start.
            assert usher.stop() == 0
            usher.start()
            if count > len(sink.mails_to("quiet@example.org")):
                eventually(lambda: len(sink.mails_to("quiet@example.org")) == count, 90, 0.2)
            time.sleep(2)
            assert len(sink.mails_to("quiet@example.org")) == count
        assert len(sink.mails_to("joined@example.org")) == 1
