"""CON-17 with the real binary: one script of steps by eight people, on both engines at once, with a clock that jumps and
`kill -9` between steps. Each step is answered alike by both, and both end alike.

`USHER_HISTORIES` is how many scripts there are (2); `USHER_HISTORY_SEED` plays one again."""

from __future__ import annotations

import contextlib
import os
import random

import pytest

from harness import ENGINES, Usher
from sink import link_in
from test_clock import Clock
from visitor import Visitor

STEPS = 200
PEOPLE = 12
HOUR = 3600
SEEDS = (
    [int(os.environ["USHER_HISTORY_SEED"])] if "USHER_HISTORY_SEED" in os.environ
    else range(1, 1 + int(os.environ.get("USHER_HISTORIES", "2"))))


class House:
    """One server, and what the script knows of it: nothing that differs between engines."""

    def __init__(self, usher: Usher, clock: Clock) -> None:
        self.usher, self.clock, self.seconds = usher, clock, 0
        # Eight who act: the owner's key, and others of each role.
        self.keys = [usher.key] + [usher.make_key(role) for role in ("owner", "admin", "admin", "admin")]
        self.keys += [usher.make_key("user"), usher.make_key("user"), "ush_unknown"]
        self.visitors: dict[int, Visitor] = {}
        self.links: dict[int, list[str]] = {}

    @staticmethod
    def address(person: int) -> str:
        return f"p{person}@example.org"

    def said(self, response) -> str:
        return f"{response.status_code} {response.json()['code'] if response.status_code >= 400 else ''}"

    def invite(self, actor: int, person: int, role: int) -> str:
        before = len(self.usher.letters_to(self.address(person)))
        told = self.said(self.usher.invite(self.address(person), key=self.keys[actor], user_role=role))
        letters = self.usher.letters_to(self.address(person))
        if len(letters) > before:
            newest = {link_in(letter["text"]) for letter in letters} - set(self.links.get(person, []))
            self.links.setdefault(person, []).extend(sorted(newest))
        return f"{told} {len(letters) - before} letters"

    def revoke(self, actor: int, person: int) -> str:
        found = self.open_one(person)
        if not found:
            return "nothing to revoke"
        return self.said(self.usher.request("DELETE", f"/api/invitation/{found['id']}", key=self.keys[actor]))

    def open_one(self, person: int) -> dict | None:
        return next((found for found in self.state() if found["email"] == self.address(person)
                     and found["status"] in ("pending", "needs_approval")), None)

    def look(self, person: int, link: int) -> str:
        links = self.links.get(person, [])
        return str(Visitor().open(links[link % len(links)]).status) if links else "no link"

    def join(self, person: int, link: int) -> str:
        links = self.links.get(person, [])
        if not links:
            return "no link"
        visitor = self.visitors.get(person) or Visitor()
        page = visitor.open(links[link % len(links)])
        told = [str(page.status)]
        with contextlib.suppress(AssertionError):
            if any(form.input(autocomplete="new-password") for form in page.forms):
                told.append(str(visitor.join(page).status_code))
                self.visitors[person] = visitor
            elif any(form.input(autocomplete="current-password") for form in page.forms):
                told.append(str(visitor.sign_in_and_join(page).status_code))
                self.visitors[person] = visitor
            elif page.status == 200:
                told.append(str(visitor.submit(page, page.form_to("/accept")).status_code))
        return " ".join(told)

    def wait(self, seconds: int) -> str:
        self.seconds += seconds
        self.clock.step(self.seconds)
        return "waited"

    def kill(self) -> str:
        self.usher.kill()
        self.usher.start()
        return "killed"

    def state(self) -> list[dict]:
        every = "pending,accepted,revoked,declined,expired,undeliverable,needs_approval,superseded,waitlisted"
        return self.usher.invitations(status=every)

    def outcome(self) -> list[str]:
        told = sorted(f"{found['email']} {found['role']} {found['status']} {found['delivery']}" for found in self.state())
        for person, visitor in sorted(self.visitors.items()):
            me = visitor.session.get(f"{self.usher.url}/api/auth/me", timeout=10)
            roles = [place["role"] for place in me.json()["user_orgs"]] if me.status_code == 200 else []
            told.append(f"p{person} {me.status_code} {roles}")
        return told


def step(numbers: random.Random) -> tuple:
    actor, person, link = numbers.randrange(8), numbers.randrange(PEOPLE), numbers.randrange(4)
    chance = numbers.randrange(100)
    if chance < 35:
        return "invite", actor, person, numbers.choice((0, 0, 1, 2))
    if chance < 45:
        return "revoke", actor, person
    if chance < 55:
        return "look", person, link
    if chance < 80:
        return "join", person, link
    if chance < 92:
        return "wait", numbers.choice((1, 600, 7 * HOUR, 24 * HOUR, 8 * 24 * HOUR, -30, -2 * HOUR))
    return ("kill",)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_engines_tell_and_end_alike(seed, tmp_path):
    numbers = random.Random(seed)
    with contextlib.ExitStack() as stack:
        houses = []
        for engine in ENGINES:
            folder = tmp_path / engine
            folder.mkdir()
            clock = Clock(folder)
            usher = stack.enter_context(Usher(engine, USHER_LIMITS="off"))
            usher.prepare()
            usher.env |= clock.settings
            usher.start()
            houses.append(House(usher, clock))
        for number in range(STEPS):
            name, *values = step(numbers)
            told = [getattr(house, name)(*values) for house in houses]
            assert told[0] == told[1], f"USHER_HISTORY_SEED={seed}, step {number}, {name} {values}: {told}"
        outcomes = [house.outcome() for house in houses]
        assert outcomes[0] == outcomes[1], f"USHER_HISTORY_SEED={seed}"
        assert any(" accepted " in line for line in outcomes[0])
