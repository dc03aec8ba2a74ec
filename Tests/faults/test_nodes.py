"""Three nodes behind haproxy on one PostgreSQL: to whoever asks they are one server.

USHER_CHAOS=long waits for a dead node's lease in real time, and takes nodes away more often."""

import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import eventually, fresh
from load import Load
from nodes import Cluster, on
from postgres_server import locked
from sink import Sink
from visitor import PASSWORD, Visitor

NODES = 3
IS_LONG = os.environ.get("USHER_CHAOS") == "long"
# `Quotas.usual`: what one key may invite in an hour.
QUOTA = 500
# `CourierSettings.lease`, in seconds.
LEASE = 90


@pytest.fixture(scope="module")
def sink():
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def cluster(sink):
    """Shared by the tests that leave all nodes alive."""
    with Cluster(NODES, sink) as cluster:
        yield cluster


@pytest.fixture
def mortal(sink):
    """One whose nodes may be ended."""
    sink.behave()
    with Cluster(NODES, sink, USHER_LIMITS="off") as cluster:
        yield cluster
    sink.behave()


def at_once(count: int, work) -> list:
    """The results of `work(0)`, `work(1)` …, begun at the same moment."""
    barrier = threading.Barrier(count)

    def wait_and_work(number: int):
        barrier.wait(120)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_work, range(count)))


def link_to(cluster: Cluster, sink: Sink, address: str) -> str:
    assert cluster.front.invite(address).status_code == 204
    [mail] = sink.mails_to(address)
    return mail.link


def me(cluster: Cluster, visitor: Visitor, node: int) -> int:
    return visitor.session.get(f"{cluster.front.url}/api/auth/me", headers=on(node), timeout=10).status_code


# Any node answers any request


def test_every_node_is_asked(cluster):
    for _ in range(NODES * 4):
        assert cluster.front.request("GET", f"/api/invitations/{cluster.front.organization_id}").status_code == 200
    line = '"route":"/api/invitations/{organization_id}"'
    assert all(line in node.log for node in cluster.nodes), "each has its share"


def test_a_session_of_one_node_is_one_of_all(cluster, sink):
    """The page comes from one node, its form goes to the next; signed in here is signed in everywhere, and signed out
    here signed out everywhere."""
    address = fresh()
    visitor = Visitor()
    visitor.session.headers.update(on(1))
    page = visitor.open(link_to(cluster, sink, address))
    visitor.session.headers.update(on(2))
    assert visitor.join(page).status_code == 303
    assert [me(cluster, visitor, node) for node in (1, 2, 3)] == [200] * 3

    for out in (1, 2, 3):
        other = Visitor()
        other.session.headers.update(on(random.randint(1, NODES)))
        page = other.open(f"{cluster.front.url}/signin")
        form = page.form_with(autocomplete="current-password")
        names = [form.input(**{"type": kind})["name"] for kind in ("email", "password")]
        other.session.headers.update(on(out % NODES + 1))
        assert other.submit(page, form, **dict(zip(names, (address, PASSWORD), strict=True))).status_code == 303
        assert [me(cluster, other, node) for node in (1, 2, 3)] == [200] * 3
        cookies = other.session.cookies.copy()
        signed_out = other.session.delete(
            f"{cluster.front.url}/api/auth", headers=on(out) | {"Origin": cluster.front.url}, timeout=10)
        assert signed_out.status_code == 200, signed_out.text
        # With the cookie that it had, as somebody would who kept a copy.
        other.session.cookies = cookies
        assert [me(cluster, other, node) for node in (1, 2, 3)] == [401] * 3
    assert [me(cluster, visitor, node) for node in (1, 2, 3)] == [200] * 3, "the other session goes on"


# What is counted is counted once


def spend(cluster: Cluster, requests_made: int) -> Counter:
    """How requests of one new key were answered, from all nodes at once."""
    key = cluster.front.make_key("admin")

    def invite(number: int) -> int:
        headers = {"Prefer": "respond-async"} | on(number % NODES + 1)
        return cluster.front.invite(fresh("quota"), key, headers=headers).status_code

    with ThreadPoolExecutor(24) as pool:
        return Counter(pool.map(invite, range(requests_made)))


def test_a_limit_holds_over_all_nodes(cluster):
    """Exactly the quota is granted, however many nodes are asked at once."""
    over = 60
    hour = time.time() // 3600
    answers = spend(cluster, QUOTA + over)
    if time.time() // 3600 != hour:
        # The window ended in the middle; the next one is long enough.
        answers = spend(cluster, QUOTA + over)
    print(f"\none key at three nodes: {dict(answers)}")
    assert answers == {202: QUOTA, 429: over}


def test_an_idempotency_key_is_one_for_all_nodes(cluster, sink):
    """The same request at three nodes at once, twice at each: one effect, one mail, one answer."""
    for number in range(8):
        address, key = fresh(), uuid.uuid4().hex
        prefer = {"Prefer": "respond-async"} if number % 2 else {}
        answers = at_once(2 * NODES, lambda n: cluster.front.invite(
            address, headers={"Idempotency-Key": key} | prefer | on(n % NODES + 1)))
        told = {(answer.status_code, answer.headers.get("Location")) for answer in answers}
        found = [item for item in cluster.front.invitations() if item["email"] == address]
        assert len(told) == 1 and len(found) == 1, (told, found)
        # One answer for all. A repetition may find that the mail is out already, and then that is the answer.
        under_way = {(202, f"/api/invitation/{found[0]['id']}")}
        assert told == {(204, None)} or (prefer and told == under_way)
        eventually(lambda: sink.mails_to(address))
    time.sleep(1)
    assert {len(mails) for mails in sink.by_recipient().values()} == {1}


def test_of_many_invitations_of_one_address_one_stays(cluster, sink):
    for _ in range(3):
        address = fresh()
        answers = at_once(20, lambda n: cluster.front.invite(address, headers=on(n % NODES + 1)))
        told = Counter(answer.status_code for answer in answers)
        assert told == {204: 1, 400: 19}, told
        assert {answer.json()["code"] for answer in answers if answer.status_code == 400} == {"already_invited"}
        assert [item["status"] for item in cluster.front.invitations() if item["email"] == address] == ["pending"]
        assert len(sink.mails_to(address)) == 1


def test_of_many_acceptances_one_counts(cluster, sink):
    """Twenty browsers with the same link at three nodes."""
    address = fresh()
    link = link_to(cluster, sink, address)
    visitors = [Visitor() for _ in range(20)]
    for number, visitor in enumerate(visitors):
        visitor.session.headers.update(on(number % NODES + 1))
    pages = [visitor.open(link) for visitor in visitors]
    answers = at_once(20, lambda n: visitors[n].join(pages[n], password=f"{PASSWORD} {n}"))
    told = Counter(answer.status_code for answer in answers)
    signed_in = [n for n, visitor in enumerate(visitors) if me(cluster, visitor, n % NODES + 1) == 200]
    print(f"\ntwenty acceptances: {dict(told)}")
    assert len(signed_in) == 1, (signed_in, told)
    assert told[303] == 1 and not [status for status in told if status >= 500], told
    assert cluster.sql(
        "SELECT (SELECT count(*) FROM users WHERE email_canonical = '{0}'), (SELECT count(*) FROM memberships m "
        "JOIN users u ON u.id = m.user_id WHERE u.email_canonical = '{0}')".format(address)).strip() == "1|1"


# Nodes that go


def pass_time(cluster: Cluster) -> None:
    """A lease's time, as far as it is not waited for: the rest of it still has to run out."""
    if not IS_LONG:
        cluster.sql(f"UPDATE outbox SET leased_until = leased_until - {(LEASE - 10) * 1000} WHERE state = 'pending'")


def open_letters(cluster: Cluster) -> set[str]:
    return set(cluster.sql("SELECT recipient_typed FROM outbox WHERE state = 'pending'").split())


def test_letters_of_a_dead_node_are_taken_over(mortal, sink):
    """`kill -9` with letters at the relay, some of them taken and not noted: the others wait for the lease, and then
    send all of them, with the same Message-ID, and lose none."""
    sink.behave("-w", "2")
    addresses = [fresh("left") for _ in range(24)]

    def mailed() -> set[str]:
        return {mail.recipients[0] for mail in sink.mails()}

    for address in addresses:
        assert mortal.front.invite(address, headers={"Prefer": "respond-async"} | on(1)).status_code == 202
    with locked(mortal.database, "outbox"):
        # The relay takes letters, and the node cannot write that down.
        eventually(lambda: mailed() & open_letters(mortal))
        mortal.nodes[0].kill()
    died = time.monotonic()
    sink.behave()
    left = open_letters(mortal)
    time.sleep(3)
    assert open_letters(mortal) == left, "nobody takes them before the lease ends"
    unnoted = mailed() & left
    pass_time(mortal)
    eventually(lambda: not open_letters(mortal), LEASE + 90, 0.5)
    took = time.monotonic() - died
    mails = {address: sink.mails_to(address) for address in addresses}
    assert all(mails.values()), "none is lost"
    twice = {address for address, each in mails.items() if len(each) > 1}
    print(f"\n{len(addresses)} letters, {len(left)} open when the node died, {len(twice)} sent twice; "
          f"all out after {took:.0f} s")
    assert twice == unnoted, "twice is what the relay took and nobody could note"
    assert all(len({(mail.message_id, mail.link) for mail in each}) == 1 for each in mails.values())
    assert {item["delivery"] for item in mortal.front.invitations()} == {"handed_over"}


def test_nodes_are_restarted_one_by_one_and_no_request_fails(mortal, sink):
    """SIGTERM under load, behind a proxy that repeats only what never reached a node: no client notices."""
    load = Load(mortal.front, 12, async_every=3).start()
    for node in mortal.nodes * 3 if IS_LONG else mortal.nodes[:2]:
        time.sleep(1)
        node.process.send_signal(signal.SIGTERM)
        assert node.process.wait(90) == 0, node.log
        node.start()
    time.sleep(1)
    load.stop()
    told = Counter(sent.status for sent in load.sent)
    print(f"\na rolling restart: {dict(told)}")
    assert set(told) == {204, 202}, [(sent.status, sent.error, sent.body) for sent in load.sent
                                     if sent.status not in (204, 202)][:5]
    addresses = {sent.email for sent in load.sent}
    assert {found["email"] for found in mortal.front.invitations()} == addresses
    eventually(lambda: sink.by_recipient().keys() >= addresses, 120, 0.5)
    mails = sink.by_recipient()
    assert {len(mails[address]) for address in addresses} == {1}, "a polite end sends nothing twice"
