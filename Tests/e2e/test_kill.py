"""`kill -9` under load, again and again: what was promised is kept (CRS-01, CRS-06, CRS-07, CRS-26)."""

import contextlib
import http.client
import itertools
import random
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

from harness import Usher, eventually, start_usher
from load import Load, Sent, post
from sink import Mail, Sink

ROUNDS, CLIENTS = 20, 8
# What a dead process had leased is taken over when its lease runs out.
LEASE = 240
# The longest that a mail was taken before a kill and not yet written down as such.
UNDER_WAY = 5
# The sink may write a mail down a moment after the kill, from what the kernel had for it.
LATE = 2


def round_of_load(usher: Usher, sink: Sink, seconds: float, kills: list[float]) -> list[Sent]:
    """One life of the server, ended in the middle of its work."""
    load = Load(usher, CLIENTS, async_every=3).start()
    time.sleep(seconds)
    usher.kill()
    kills.append(time.time())
    load.stop()
    taken = sink.by_recipient()
    without = [sent.email for sent in load.sent if sent.status == 204 and sent.email not in taken]
    assert not without, f"204 without a mail: {without}"
    strange = {sent.status for sent in load.sent} - {204, 202, None}
    assert not strange, [(sent.status, sent.body) for sent in load.sent if sent.status in strange][:5]
    return load.sent


def was_under_way(mails: list[Mail], kills: list[float]) -> bool:
    """Each further mail is parted from the one before by a kill that came right after that."""
    mails = sorted(mails, key=lambda mail: mail.taken)
    return all(
        any(first.taken - LATE < kill < second.taken and kill - first.taken < UNDER_WAY for kill in kills)
        for first, second in itertools.pairwise(mails))


def ask_again(usher: Usher, sent: Sent) -> Sent:
    """The same request with the same key, as a client does that heard nothing."""
    again = Sent(sent.email, sent.idempotency_key, sent.is_async, time.monotonic())
    connection = http.client.HTTPConnection("127.0.0.1", usher.port, timeout=60)
    with contextlib.closing(connection):
        post(usher, connection, again)
    return again


def test_nothing_promised_is_lost_when_the_process_is_killed_20_times(engine):
    random.seed(engine)
    sent: list[Sent] = []
    kills: list[float] = []
    with Sink() as sink, start_usher(engine, sink, USHER_LIMITS="off") as usher:
        for number in range(ROUNDS):
            if number:
                begun = time.monotonic()
                usher.start()
                assert time.monotonic() - begun < 20, "back in seconds"
            sent += round_of_load(usher, sink, random.uniform(0.6, 1.5), kills)
        usher.start()

        promised = [item for item in sent if item.is_promised]
        unanswered = [item for item in sent if item.status is None]
        assert len(promised) > ROUNDS and unanswered, "the load was a load"

        # Every 2xx is there, under the id that was told.
        stored = {found["email"]: found for found in usher.invitations()}
        lost = [item.email for item in promised if item.email not in stored]
        assert not lost, f"promised and lost: {lost}"
        for item in promised:
            if item.location:
                assert item.location == f"/api/invitation/{stored[item.email]['id']}"
        assert stored.keys() <= {item.email for item in sent}

        # And every one of them gets its letter, also those that were under way at a kill.
        sink.wait_until_quiet()
        usher.let_leases_pass()
        eventually(lambda: sink.by_recipient().keys() >= stored.keys(), LEASE, 0.5)

        # Who heard nothing asks again: one effect, whether the first request had one or not.
        with ThreadPoolExecutor(CLIENTS) as pool:
            again = list(pool.map(lambda item: ask_again(usher, item), unanswered))
        assert {item.status for item in again} <= {204, 202}, {item.body for item in again}
        eventually(lambda: sink.by_recipient().keys() == {item.email for item in sent}, LEASE, 0.5)
        emails = [found["email"] for found in usher.invitations()]
        assert sorted(emails) == sorted(item.email for item in sent), "one invitation each"

        # A second mail only for what was under way at a kill, and then it is the same message.
        settled = {item.email for item in sent if item.status == 204}
        twice = {address: mails for address, mails in sink.by_recipient().items() if len(mails) > 1}
        assert not twice.keys() & settled, "a letter with a verdict was sent again"
        for mails in twice.values():
            assert len({mail.message_id for mail in mails}) == 1
            assert len({mail.link for mail in mails}) == 1
            assert was_under_way(mails, kills), ([mail.taken for mail in mails], kills)
        print(f"{engine}: {len(sent)} requests, {len(promised)} promised, {len(unanswered)} unanswered, "
              f"{len(twice)} sent twice")

        assert usher.stop() == 0, usher.log
        if engine == "sqlite":
            with contextlib.closing(sqlite3.connect(usher.database.removeprefix("sqlite://"))) as database:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert database.execute("PRAGMA foreign_key_check").fetchall() == []
