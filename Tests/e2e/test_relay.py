"""What the relay says, and what Usher answers then (EML-13): smtp-sink misbehaves at every command in four ways."""

import itertools
import socket
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from harness import FAST_RETRY, eventually, fresh, postgres, start_usher
from sink import Mail, Sink
from visitor import Visitor


@pytest.fixture(scope="module")
def relay():
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def usher(engine, relay):
    with start_usher(engine, relay, USHER_LIMITS="off", **FAST_RETRY) as server:
        yield server


@pytest.fixture()
def healthy(usher, relay):
    """Every test begins with a relay that Usher knows to be well: after several failures it only probes it."""
    relay.behave()
    eventually(lambda: usher.invite(fresh("probe")).status_code == 204, 90, 0.5)


def test_accepted_means_204_and_one_mail(usher, relay, healthy):
    """EML-01: envelope, header and link are right; the link leads to the page."""
    address = fresh()
    assert usher.invite(address).status_code == 204
    [mail] = relay.mails_to(address)
    assert mail.sender.endswith("@example.com")
    assert mail.message["To"].addresses[0].addr_spec == address
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert Visitor().open(mail.link).status == 200
    assert usher.invitation_of(address)["delivery"] == "handed_over"


def test_a_refused_recipient_is_told_and_can_be_invited_again(usher, relay, healthy):
    """EML-03, INV-15: 550 at RCPT → 400 recipient_refused, undeliverable, no longer in the way."""
    address = fresh()
    relay.behave("-B", "550 5.1.1 No such user here", "-f", "RCPT")
    response = usher.invite(address)
    assert (response.status_code, response.json()["code"]) == (400, "recipient_refused")
    found = usher.invitation_of(address)
    assert (found["status"], found["delivery_code"]) == ("undeliverable", 550)
    assert "No such user here" in found["delivery_reason"]
    entries = usher.request("GET", "/api/audit", params={"subject": found["id"]}).json()
    assert [(entry["action"], entry["actor"]) for entry in entries][0] == ("invitation.undeliverable", "system")
    assert len(entries) == 2
    relay.behave()
    assert usher.invite(address).status_code == 204
    assert len(relay.mails_to(address)) == 1


def test_a_refusal_is_remembered_with_its_idempotency_key(usher, relay, healthy):
    address, headers = fresh(), {"Idempotency-Key": str(uuid.uuid4())}
    relay.behave("-B", "550 5.1.1 No such user here", "-f", "RCPT")
    first = usher.invite(address, headers=headers)
    relay.behave()
    second = usher.invite(address, headers=headers)
    assert first.status_code == second.status_code == 400
    assert first.json()["code"] == second.json()["code"] == "recipient_refused"
    assert not relay.mails_to(address)


def test_temporary_trouble_is_202_and_the_letter_comes_later(usher, relay, healthy):
    """EML-16: 450 at RCPT → 202 with Location; delivered once when the relay takes it, with a link that works."""
    address = fresh()
    relay.behave("-r", "RCPT")
    response = usher.invite(address)
    assert response.status_code == 202
    found = usher.invitation_of(address)
    assert response.headers["Location"] == f"/api/invitation/{found['id']}"
    assert (found["status"], found["delivery"], found["delivery_code"]) == ("pending", "delayed", 450)
    assert not relay.mails_to(address)
    relay.behave()
    [mail] = eventually(lambda: relay.mails_to(address), 120)
    assert Visitor().open(mail.link).status == 200
    eventually(lambda: usher.invitation_of(address)["delivery"] == "handed_over")


def test_what_was_revoked_meanwhile_is_not_sent(usher, relay, healthy):
    """EML-24: a letter that waits dies with its invitation."""
    address = fresh()
    relay.behave("-r", "RCPT")
    assert usher.invite(address).status_code == 202
    found = usher.invitation_of(address)
    assert usher.request("DELETE", f"/api/invitation/{found['id']}").status_code == 204
    relay.behave()
    later = fresh("later")
    assert usher.invite(later).status_code == 204
    usher.restart()
    assert usher.invite(fresh("later")).status_code == 204
    assert not relay.mails_to(address)


def test_waiting_letters_survive_a_restart(usher, relay, healthy):
    address = fresh()
    relay.behave("-r", "RCPT")
    assert usher.invite(address).status_code == 202
    usher.restart()
    relay.behave()
    eventually(lambda: relay.mails_to(address), 120)
    assert len(relay.mails_to(address)) == 1


# Refusals of the session are about us and not about this recipient; of the recipient or message they are final.
FINAL = {("-f", "RCPT"), ("-f", "DATA"), ("-f", ".")}
COMMANDS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT")
WAYS = ("-f", "-r", "-q", "-Q")


CASES = list(itertools.product(WAYS, COMMANDS))


# Long enough for the relay to be stopped before the second try.
LATER = {"USHER_MAIL_RETRY": "4"}


@dataclass
class Fault:
    """What came of one invitation that met a faulty relay, which was mended after the answer."""

    status: int
    code: str | None
    written: int
    mails: list[Mail]


def meet(engine: str, way: str, command: str) -> Fault:
    address = fresh()
    command = "EHLO,HELO" if command == "EHLO" else command
    with Sink(way, command) as sink, start_usher(engine, sink, USHER_LIMITS="off", **LATER) as usher:
        response = usher.invite(address)
        # Before the next try, which may write another one.
        sink.stop()
        written = len(sink.mails_to(address))
        sink.start()
        later = 1 if response.status_code == 202 else 0
        eventually(lambda: len(sink.mails_to(address)) >= written + later, 120)
        eventually(lambda: usher.invite(fresh("after")).status_code == 204, 120, 0.5)
        code = response.json().get("code") if response.status_code == 400 else None
        return Fault(response.status_code, code, written, sink.mails_to(address))


@pytest.fixture(scope="module")
def faults(engine) -> dict[tuple[str, str], Future]:
    """All of them beside each other, each with a server and a relay of its own, because most wait for a second try."""
    if engine == "postgres":
        postgres()
    with ThreadPoolExecutor(7) as pool:
        return {case: pool.submit(meet, engine, *case) for case in CASES}


@pytest.mark.parametrize(("way", "command"), CASES)
def test_every_fault_at_every_command(faults, way, command):
    """EML-13: 5xx on this recipient → 400; 4xx, 421 and hanging up → 202 and one mail later; at QUIT → 204."""
    fault = faults[way, command].result()
    if command == "QUIT":
        # The relay took it before: what comes after the final dot's 250 changes nothing.
        assert fault.status == 204
    elif (way, command) in FINAL:
        assert (fault.status, fault.code) == (400, "recipient_refused")
    else:
        assert fault.status == 202
    # smtp-sink writes a message down at the final dot, also one that it then refuses.
    assert fault.written == (1 if command in (".", "QUIT") else 0)
    assert len(fault.mails) == fault.written + (1 if fault.status == 202 else 0)
    assert len({mail.message_id for mail in fault.mails}) <= 1


def test_a_slow_relay_is_waited_for_and_then_202(engine):
    """EML-13: no verdict within 10 s → 202; it is not sent a second time while the first try goes on."""
    with Sink("-w", "20") as relay, start_usher(engine, relay, **FAST_RETRY) as usher:
        address = fresh()
        response = usher.invite(address)
        assert response.status_code == 202
        assert 9 < response.elapsed.total_seconds() < 18
        eventually(lambda: relay.mails_to(address), 90)
        eventually(lambda: usher.invitation_of(address)["delivery"] == "handed_over")
        assert len(relay.mails_to(address)) == 1


@pytest.mark.parametrize("restarted", [False, True])
def test_a_relay_that_is_down_at_start_costs_nothing(engine, restarted):
    """Issue: a relay that is down at start; Usher is ready, answers 202, and sends when the relay is there."""
    with Sink.closed() as sink, start_usher(engine, sink, **FAST_RETRY) as usher:
        addresses = [fresh() for _ in range(3)]
        for address in addresses:
            assert usher.invite(address).status_code == 202
        if restarted:
            usher.restart()
        sink.start()
        eventually(lambda: all(sink.mails_to(address) for address in addresses), 120)
        assert sorted(mail.recipients[0] for mail in sink.mails()) == sorted(addresses)


def test_a_relay_that_hangs_costs_an_answer_its_ten_seconds_and_no_letter(engine):
    """Issue: a relay that hangs; it takes connections and says nothing. 202, and sent once it has come to itself."""
    with Sink.closed() as sink, start_usher(engine, sink, **FAST_RETRY) as usher:
        address, beside = fresh(), fresh()
        with socket.create_server(("127.0.0.1", sink.port)):
            response = usher.invite(address)
            assert response.status_code == 202
            assert 9 < response.elapsed.total_seconds() < 20
            quick = usher.invite(beside, headers={"Prefer": "respond-async"})
            assert quick.status_code == 202
            assert quick.elapsed.total_seconds() < 8
            assert usher.is_ready()
        sink.start()
        eventually(lambda: sink.mails_to(address) and sink.mails_to(beside), 120)
        assert sorted(mail.recipients[0] for mail in sink.mails()) == sorted([address, beside])
