"""CON-17 with the real binary: two organizations of the same people, twelve people of whom eight act, a clock that jumps,
a relay that takes, refuses and puts off, and `kill -9` between requests and while they are under way. `history-model`
(Tests/history-model) plays the model of the rules beside it: it says what is tried next, and whether what was answered and
what is there afterwards is what the rules allow. Of what was killed nothing may have happened, or all of it, and what was
answered stays.

`USHER_HISTORIES` is how many histories there are for each engine (2); `USHER_HISTORY_SEED` plays one again. A kill hits
where the machine lets it, so a history that was played again may take another turn from there on."""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import os
import subprocess
import threading
import time
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from aiosmtpd.controller import Controller

from harness import ENGINES, FAST_RETRY, ROOT, Usher, free_port
from sink import link_in
from test_clock import Clock
from visitor import Page, Visitor

STEPS, ACTORS = 200, 8
SEEDS = (
    [int(os.environ["USHER_HISTORY_SEED"])] if "USHER_HISTORY_SEED" in os.environ
    else range(1, 1 + int(os.environ.get("USHER_HISTORIES", "2"))))
STATUSES = "pending,accepted,revoked,declined,expired,undeliverable,needs_approval,superseded,waitlisted"


def address(person: int) -> str:
    return f"p{person}@example.org"


def person(text: str) -> int:
    return int(text.removeprefix("p").partition("@")[0])


def milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


class Relay:
    """Takes every letter, unless it was told what to say to the next one of an organization to somebody."""

    def __init__(self) -> None:
        self.verdicts: dict[tuple[str, str], str] = {}
        self.links: dict[tuple[str, str], str] = {}
        self.taken = 0

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = letter.get_body(("plain",)).get_content()
        if "inv_code=" not in text:
            return "250 taken"
        link = link_in(text)
        key = (envelope.rcpt_tos[0], parse_qs(urlsplit(link).query)["organization_id"][0])
        match self.verdicts.pop(key, "takes"):
            case "refuses":
                return "550 5.1.1 nobody of that name"
            case "delays":
                return "451 4.7.1 come back later"
        self.links[key] = link
        self.taken += 1
        return "250 taken"


class Model:
    """The program that plays the model."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([ROOT / ".build/debug/history-model"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, **message) -> dict:
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"history-model ended with {self.process.wait()}"
        return json.loads(line)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)


class House:
    """The server, and the people who use it."""

    def __init__(self, usher: Usher, clock: Clock, relay: Relay) -> None:
        self.usher, self.clock, self.relay, self.seconds = usher, clock, relay, 0
        self.kills = self.unheard = 0
        usher.command("migrate", "up")
        made = [self.create(name, 0) for name in ("Zero", "One")]
        self.organizations = [found["organization_id"] for found in made]
        self.users = [made[0]["owner_id"]]
        self.keys = [usher.make_key("owner", address(0), self.organizations[0])]
        for number in range(1, ACTORS):
            # A key of one's own has no more than its owner had when it was made: everybody owns something elsewhere.
            home = self.create("Home", number)
            self.users.append(home["owner_id"])
            self.keys.append(usher.make_key("owner", address(number), home["organization_id"]))
        self.views = [usher.make_key("owner", organization=found) for found in self.organizations]
        usher.env |= clock.settings
        self.start()

    def create(self, name: str, owner: int) -> dict:
        return json.loads(self.usher.command("org", "create", name, "--owner", address(owner), "--json"))

    def start(self) -> None:
        self.usher.start()
        self.session = requests.Session()

    def now(self) -> int:
        return int((time.time() + self.seconds) * 1000)

    # What is there

    def view(self) -> dict:
        return {"now": self.now(), "homes": [self.home(number) for number in range(2)]}

    def get(self, number: int, path: str):
        fields = {"Authorization": self.views[number], "TR-Organization": self.organizations[number]}
        response = self.session.get(self.usher.url + path, headers=fields, timeout=60)
        assert response.status_code in (200, 404), response.text
        return response.json() if response.status_code == 200 else None

    def home(self, number: int) -> dict:
        organization = self.organizations[number]
        path = f"/api/organization/{organization}"
        seats, transfer = self.get(number, f"{path}/seat"), self.get(number, f"{path}/transfer")
        return {
            "offers": [self.offer(found) for found in self.get(
                number, f"/api/invitations/{organization}?limit=1000&status={STATUSES}")],
            "members": [
                {"id": found["id"], "person": person(found["email"]), "role": found["user_orgs"][0]["role"],
                 "custom_role": self.custom(found["user_orgs"][0])}
                for found in self.get(number, f"/api/organization/users/{organization}?limit=1000")],
            "roles": [
                {"id": found["id"], "created_at": milliseconds(found["created_at"]),
                 "permissions": [f"{kind}:{action}" for kind, some in found["permissions"].items() for action in some]}
                for found in self.get(number, f"{path}/role?limit=100")],
            "seats": {name: seats[name] for name in ("limit", "used", "held", "waiting", "waitlist")},
            "transfer": transfer and {
                "giver": transfer["from_user_id"], "receiver": transfer["to_user_id"],
                "expires_at": milliseconds(transfer["expires_at"])},
        }

    def offer(self, found: dict) -> dict:
        moments = {name: milliseconds(found[name]) for name in ("created_at", "expires_at", "last_letter_at")}
        return moments | {
            "id": found["id"], "person": person(found["email"]), "role": found["role"],
            "custom_role": self.custom(found), "inviter": found["inviter"]["user_id"], "status": found["status"],
            "delivery": found["delivery"]}

    @staticmethod
    def custom(found: dict) -> str | None:
        return found["custom_role"] and found["custom_role"]["id"]

    # What happens

    def take(self, step: dict) -> dict:
        """Does it; what was told."""
        begun = self.now()
        told = None
        if "wait" in step:
            self.seconds += step["wait"]
            self.clock.step(self.seconds)
        elif "look" in step:
            told = {"status": self.open(step["look"]).status}
        elif "call" in step:
            told = self.perform(lambda: self.call(step["call"], step.get("verdict")), step.get("kill"))
        elif "enter" in step or "decline" in step:
            told = self.visit(step)
        else:
            self.kill()
            self.start()
        return {"told": told, "from": begun, "to": self.now()}

    def perform(self, request, kill: int | None) -> dict | None:
        """What was answered, if anything was before the server was killed."""
        if kill is None:
            return request()
        heard = []

        def ask() -> None:
            with contextlib.suppress(requests.RequestException):
                heard.append(request())

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(kill / 1000)
        self.kill()
        thread.join()
        self.start()
        self.unheard += not heard
        return heard[0] if heard else None

    def kill(self) -> None:
        self.kills += 1
        self.usher.kill()

    def call(self, call: dict, verdict: dict | None) -> dict:
        organization = self.organizations[call["organization"]]
        key = verdict and (address(verdict["person"]), self.organizations[verdict["organization"]])
        if verdict:
            self.relay.verdicts[key] = verdict["word"]
        response = self.usher.request(
            call["method"], call["path"], key=self.keys[call["person"]], organization=organization,
            **({"json": call["body"]} if "body" in call else {}))
        self.relay.verdicts.pop(key, None)
        body = response.json() if response.status_code >= 400 else {}
        return {"status": response.status_code, "code": body.get("code")}

    def open(self, page: dict, visitor: Visitor | None = None) -> Page:
        key = (address(page["person"]), self.organizations[page["organization"]])
        return (visitor or Visitor()).open(self.relay.links[key])

    def visit(self, step: dict) -> dict | None:
        """Opens the link of a letter, as somebody who is not signed in, and presses what there is to press."""
        visitor = Visitor()
        page = self.open(step.get("enter") or step["decline"], visitor)
        if "decline" in step:
            forms = [form for form in page.forms if form.action.endswith("/decline")]
            report = {"report": "yes"} if step["decline"]["report"] else {}
            press = forms and (lambda: visitor.submit(page, forms[0], **report))
        elif any(form.input(autocomplete="new-password") for form in page.forms):
            press = lambda: visitor.join(page)  # noqa: E731
        else:
            known = any(form.input(autocomplete="current-password") for form in page.forms)
            press = known and (lambda: visitor.sign_in_and_join(page))
        if not press:
            if "kill" in step:
                self.kill()
                self.start()
            return {"status": page.status}
        return self.perform(lambda: {"status": press().status_code}, step.get("kill"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("engine", ENGINES)
def test_whatever_happens_is_what_the_rules_allow(engine, seed, tmp_path):
    relay, model = Relay(), Model()
    controller = Controller(relay, hostname="127.0.0.1", port=free_port())
    controller.start()
    begun = time.monotonic()
    url = f"smtp://127.0.0.1:{controller.port}?tls=off"
    with contextlib.ExitStack() as stack:
        stack.callback(controller.stop)
        stack.callback(model.close)
        usher = stack.enter_context(Usher(engine, url, USHER_LIMITS="off", **FAST_RETRY))
        house = House(usher, Clock(tmp_path), relay)
        begin = {"seed": seed, "steps": STEPS, "url": usher.url, "organizations": house.organizations,
                 "users": house.users}
        reply, told = model.tell(begin=begin, view=house.view()), ""
        while "done" not in reply:
            if "again" in reply:
                time.sleep(0.5)
                reply = model.tell(view=house.view())
                continue
            assert "wrong" not in reply, f"{reply['wrong']}\nThe last answer: {told}\n{usher.log[-2000:]}"
            told = house.take(reply["step"])
            reply = model.tell(answer=told, view=house.view())
        states = [found["status"] for home in house.view()["homes"] for found in home["offers"]]
        print(f"{engine}, seed {seed}: {len(states)} invitations, {states.count('accepted')} accepted, "
              f"{relay.taken} letters, {house.kills} kills, {house.unheard} of them before an answer, "
              f"{time.monotonic() - begun:.0f} s")
        assert "accepted" in states and house.kills
