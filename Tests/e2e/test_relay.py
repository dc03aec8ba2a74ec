"""What the relay says, and what Usher answers then (EML-13): smtp-sink misbehaves at every command in four ways."""

import itertools
import uuid

import pytest

from harness import FAST_RETRY, eventually, start_usher
from sink import Sink
from visitor import Visitor


@pytest.fixture(scope="module")
def relay():
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def usher(engine, relay):
    with start_usher(engine, relay, USHER_LIMITS="off", **FAST_RETRY) as server:
        yield server


@pytest.fixture(autouse=True)
def healthy(usher, relay):
    """Every test begins with a relay that Usher knows to be well: after several failures it only probes it."""
    relay.behave()
    eventually(lambda: usher.invite(fresh("probe")).status_code == 204, 90, 0.5)


def fresh(name: str = "guest") -> str:
    return f"{name}.{uuid.uuid4().hex[:12]}@example.org"


def test_accepted_means_204_and_one_mail(usher, relay):
    """EML-01: envelope, header and link are right; the link leads to the page."""
    address = fresh()
    assert usher.invite(address).status_code == 204
    [mail] = relay.mails_to(address)
    assert mail.sender.endswith("@example.com")
    assert mail.message["To"].addresses[0].addr_spec == address
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert Visitor().open(mail.link).status == 200
    assert usher.invitation_of(address)["delivery"] == "handed_over"


def test_a_refused_recipient_is_told_and_can_be_invited_again(usher, relay):
    """EML-03, INV-15: 550 at RCPT → 400 recipient_refused, undeliverable, no longer in the way."""
    address = fresh()
    relay.behave("-B", "550 5.1.1 No such user here", "-f", "RCPT")
    response = usher.invite(address)
    assert (response.status_code, response.json()["code"]) == (400, "recipient_refused")
    found = usher.invitation_of(address)
    assert (found["status"], found["delivery_code"]) == ("undeliverable", 550)
    assert "No such user here" in found["delivery_reason"]
    relay.behave()
    assert usher.invite(address).status_code == 204
    assert len(relay.mails_to(address)) == 1


def test_a_refusal_is_remembered_with_its_idempotency_key(usher, relay):
    address, headers = fresh(), {"Idempotency-Key": str(uuid.uuid4())}
    relay.behave("-B", "550 5.1.1 No such user here", "-f", "RCPT")
    first = usher.invite(address, headers=headers)
    relay.behave()
    second = usher.invite(address, headers=headers)
    assert first.status_code == second.status_code == 400
    assert first.json()["code"] == second.json()["code"] == "recipient_refused"
    assert not relay.mails_to(address)


def test_temporary_trouble_is_202_and_the_letter_comes_later(usher, relay):
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
    [mail] = eventually(lambda: relay.mails_to(address), 60)
    assert Visitor().open(mail.link).status == 200
    eventually(lambda: usher.invitation_of(address)["delivery"] == "handed_over")


def test_what_was_revoked_meanwhile_is_not_sent(usher, relay):
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


def test_waiting_letters_survive_a_restart(usher, relay):
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


@pytest.mark.parametrize(("way", "command"), itertools.product(WAYS, COMMANDS))
def test_every_fault_at_every_command(usher, relay, way, command):
    """EML-13: 5xx on this recipient → 400; 4xx, 421 and hanging up → 202 and one mail later; at QUIT → 204."""
    if command == "EHLO":
        command = "EHLO,HELO"
    address = fresh()
    relay.behave(way, command)
    response = usher.invite(address)
    if command == "QUIT":
        # The relay took it before: what comes after the final dot's 250 changes nothing.
        assert response.status_code == 204
    elif (way, command) in FINAL:
        assert (response.status_code, response.json()["code"]) == (400, "recipient_refused")
    else:
        assert response.status_code == 202, response.text
    # smtp-sink writes a message down at the final dot, also one that it then refuses.
    written = 1 if command in (".", "QUIT") else 0
    assert len(relay.mails_to(address)) == written
    relay.behave()
    later = 1 if response.status_code == 202 else 0
    eventually(lambda: len(relay.mails_to(address)) >= written + later, 90)
    eventually(lambda: usher.invite(fresh("after")).status_code == 204, 90)
    mails = relay.mails_to(address)
    assert len(mails) == written + later
    assert len({mail.message_id for mail in mails}) <= 1


def test_a_slow_relay_is_waited_for_and_then_202(engine, relay):
    """EML-13: no verdict within 10 s → 202; it is not sent a second time while the first try goes on."""
    relay.behave("-w", "15")
    with start_usher(engine, relay, **FAST_RETRY) as usher:
        address = fresh()
        response = usher.invite(address)
        assert response.status_code == 202
        assert 9 < response.elapsed.total_seconds() < 14
        eventually(lambda: relay.mails_to(address), 30)
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
