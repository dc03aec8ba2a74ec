"""Relays that put off, go away or mean harm, and the queue behind them (EML-13, 18, 24, 27)."""

from __future__ import annotations

import collections
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from aiosmtpd.controller import Controller

from harness import FAST_RETRY, Usher, eventually, free_port, fresh, start_usher
from raw_relay import Plan, RawRelay, drip, flood, long_line
from sink import Sink
from visitor import Visitor
from wire import IS_LONG, Beside, Growth, percentile

QUEUED = 10_000 if IS_LONG else 500
# How long a greylist puts off.
GREY = 90 if IS_LONG else 5
# With `USHER_MAIL_RETRY=1`: the pauses, a fifth more or less, and a second until the outbox is asked again.
PAUSES = (1, 2, 5, 10, 30, 60)
POLL = 1
# What a machine that does much else may add to it.
SLOW = 8


# EML-18: greylisting


class Greylist:
    """451 until an address was known for so long (RFC 6647)."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.tries: dict[str, list[float]] = collections.defaultdict(list)
        self.taken: dict[str, list[str]] = collections.defaultdict(list)

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tries[address].append(time.monotonic())
        if self.tries[address][-1] - self.tries[address][0] < self.seconds:
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            self.taken[address].append(envelope.content.decode())
        return "250 taken"


def test_a_greylisted_letter_comes_once(engine):
    """EML-18, EML-13: each is tried on its schedule, told as 202, and taken once."""
    grey = Greylist(GREY)
    controller = Controller(grey, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with start_usher(engine, f"smtp://127.0.0.1:{controller.port}?tls=off", USHER_LIMITS="off", **FAST_RETRY) as usher:
            addresses = [fresh() for _ in range(20)]
            for address in addresses:
                assert usher.invite(address).status_code == 202
                # Each by itself: the first of them may be taken before the last is asked for.
                assert usher.invitation_of(address)["delivery_code"] == 451
            eventually(lambda: len(grey.taken) == len(addresses), 4 * GREY + 60, 0.2)
            eventually(lambda: {found["delivery"] for found in usher.invitations()} == {"handed_over"})
            time.sleep(2)
    finally:
        controller.stop()
    assert {len(mails) for mails in grey.taken.values()} == {1}
    for address in addresses:
        times = grey.tries[address]
        for gap, pause in zip(itertools.pairwise(times), PAUSES, strict=False):
            assert 0.75 * pause < gap[1] - gap[0] < 1.25 * pause + POLL + SLOW, (pause, times)


# EML-24: a relay that is down


@dataclass
class Backlog:
    up: list[float]
    down: list[float]
    addresses: list[str]
    revoked: str
    expired: str


def timed(usher: Usher, addresses: list[str]) -> list[float]:
    """How long an invitation takes that does not wait for the relay, by four clients."""
    def one(address: str) -> float:
        response = usher.invite(address, headers={"Prefer": "respond-async"})
        assert response.status_code == 202, response.text
        return response.elapsed.total_seconds()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, addresses))


def ask_for_reset(usher: Usher, address: str) -> None:
    visitor = Visitor()
    page = visitor.open(f"{usher.url}/reset")
    assert visitor.submit(page, page.form_to("/reset"), email=address).status_code == 200


def queue_up(usher: Usher, sink: Sink) -> Backlog:
    up = timed(usher, [fresh("up") for _ in range(200)])
    eventually(lambda: len(sink.mails()) >= 201, 90, 0.2)
    sink.stop()
    addresses = [fresh("down") for _ in range(QUEUED)]
    down = timed(usher, addresses)
    revoked, expired = addresses[3], addresses[-3]
    waiting = {found["email"]: found for found in usher.invitations()}
    assert usher.request("DELETE", f"/api/invitation/{waiting[revoked]['id']}").status_code == 204
    past = int(time.time() * 1000) - 1000
    usher.sql(f"UPDATE invitations SET expires_at = {past} WHERE id = '{waiting[expired]['id']}'")
    usher.sql(f"UPDATE outbox SET not_after = {past} WHERE invitation_id = '{waiting[expired]['id']}'")
    return Backlog(up, down, addresses, revoked, expired)


def member(usher: Usher, sink: Sink) -> str:
    address = fresh("member")
    assert usher.invite(address).status_code == 204
    visitor = Visitor()
    [mail] = eventually(lambda: sink.mails_to(address))
    assert visitor.join(visitor.open(mail.link)).status_code == 303
    return address


def test_a_backlog_slows_nobody_and_a_reset_goes_first(engine):
    """EML-24: invitations are answered as before; after recovery whoever is locked out is not kept waiting by those who
    are invited, and what was revoked or has expired stays unsent."""
    with Sink() as sink, start_usher(engine, sink, USHER_LIMITS="off", **FAST_RETRY) as usher:
        somebody = member(usher, sink)
        backlog = queue_up(usher, sink)
        with Beside(usher, "/api/health") as beside:
            ask_for_reset(usher, somebody)
            # All of them were put off at least once.
            time.sleep(8)
            asleep = [found for found in usher.invitations() if found["delivery"] == "delayed"]
            sink.start()
            begun = time.time()
            wanted = set(backlog.addresses) - {backlog.revoked, backlog.expired}
            eventually(lambda: wanted <= sink.by_recipient().keys(), 180 + QUEUED / 20, 0.5)
            eventually(lambda: len(sink.mails_to(somebody)) == 2, 90, 0.5)
        mails = sorted(sink.mails(), key=lambda mail: mail.taken)
        late = [mail for mail in mails if mail.taken >= begun - 1 and not mail.recipients[0].startswith("up.")]
        rank = next(number for number, mail in enumerate(late) if mail.recipients == [somebody])
        print(f"\n{engine}: p99 {percentile(backlog.up, 0.99) * 1000:.0f} ms up, "
              f"{percentile(backlog.down, 0.99) * 1000:.0f} ms down; {len(asleep)} put off; first after "
              f"{late[0].taken - begun:.1f} s, reset as number {rank + 1} of {len(late)} after "
              f"{late[rank].taken - begun:.1f} s, last after {late[-1].taken - begun:.1f} s; {beside}")
        assert percentile(backlog.down, 0.9) < 4 * percentile(backlog.up, 0.9) + 0.5
        assert not beside.failed and beside.p99() < 10
        found = sink.by_recipient()
        assert backlog.revoked not in found and backlog.expired not in found
        assert all(len(found[address]) == 1 for address in wanted)
        # Those that are in the hands of a sender when it comes back may be faster.
        assert rank <= 40 + QUEUED // 50, "the reset waited for invitations"


# EML-27: a relay that means harm


HARMS = {
    "endless 250-": flood, "10 MB line": long_line, "a byte a second": drip,
    "NUL": "25\0 fi\0ne", "invalid code": "999 what", "no code": "hello", "nothing but NULs": "\0" * 5000,
    "a code of 4 digits": "2500 fine", "negative code": "-25 fine", "unending code": "2" * 5000,
}
if not IS_LONG:
    # The rest meets SMTPDialogue alone, in UsherSMTPTests.
    HARMS = {name: HARMS[name] for name in ("endless 250-", "10 MB line", "no code")}
STAGES = ("CONNECT", "EHLO", "RCPT", ".")
# Every lane of the courier meets it.
LANES = 8


@dataclass
class Harmed:
    statuses: list[int]
    seconds: float
    growth: float
    beside: Beside
    counts: list[int]
    ids: list[int]
    taken: int


def meet(harm: str, stage: str) -> Harmed:
    """As many letters as there are lanes meet the harm; later connections meet an honest relay."""
    plans = [Plan({stage: HARMS[harm]})] * LANES + [Plan()]
    with RawRelay(*plans) as relay, start_usher("sqlite", relay.url, USHER_LIMITS="off", **FAST_RETRY) as usher:
        addresses, begun = [fresh() for _ in range(LANES + 4)], time.monotonic()
        with Growth(usher) as growth, Beside(usher, every=0.2) as beside, ThreadPoolExecutor(len(addresses)) as pool:
            told = list(pool.map(lambda address: usher.invite(address).status_code, addresses))
            eventually(lambda: all(relay.mails_to(address) for address in addresses), 200, 0.2)
            took = time.monotonic() - begun
            eventually(lambda: {found["delivery"] for found in usher.invitations()} == {"handed_over"}, 60, 0.5)
        ids = [len(set(relay.mails_to(address))) for address in addresses]
        counts = [len(relay.mails_to(address)) for address in addresses]
        most = max(talk.taken for talk in relay.talks)
        return Harmed(told, took, growth.megabytes, beside, counts, ids, most)


@pytest.fixture(scope="module")
def harmed() -> dict:
    """A few at a time: most of them wait for time-outs."""
    with ThreadPoolExecutor(8) as pool:
        # The slow ones first.
        order = sorted(itertools.product(HARMS, STAGES), key=lambda case: case[0] != "a byte a second")
        return {case: pool.submit(meet, *case) for case in order}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("harm", HARMS)
def test_a_harmful_relay_is_bounded_and_the_next_letter_goes_out(harmed, harm, stage):
    """EML-27: bytes, memory and time are capped, nobody else waits, and all letters arrive once the relay is honest."""
    found = harmed[harm, stage].result()
    print(f"\n{harm} at {stage}: {collections.Counter(found.statuses)}, all there after {found.seconds:.0f} s, "
          f"+{found.growth:.0f} MB, {found.taken >> 10} KB taken at most; {found.beside}")
    assert set(found.statuses) <= {202, 204}
    assert found.counts == [1] * len(found.counts) and found.ids == [1] * len(found.ids)
    assert found.growth < 64 and found.seconds < 150
    # What the kernel's buffers hold comes on top of what is looked at.
    assert found.taken < 16 << 20
    assert not found.beside.failed
