"""EML-14: what a relay, or whoever stands in between, can do about TLS: neither a mail nor a credential in the clear."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from harness import FAST_RETRY, eventually, fresh, start_usher
from raw_relay import Plan, RawRelay, Talk, certificate

USER, PASSWORD = "relay-user", "pass word"
SECRETS = [
    secret for text in (USER, PASSWORD, f"\0{USER}\0{PASSWORD}")
    for secret in (text.encode(), base64.b64encode(text.encode()).rstrip(b"="))]
# A whole conversation that somebody in between adds to the last clear reply.
INJECTED = "220 Go ahead\r\n250-fake\r\n250 AUTH PLAIN\r\n235 fine\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken"
TLS = ("STARTTLS", "AUTH PLAIN LOGIN")


@dataclass
class Case:
    """A relay; whether a letter may get through to it."""

    plan: dict
    certificate: str = "good"
    trusted: str = "good"
    tls: str = "required"
    delivers: bool = False


CASES = {
    "all is well": Case({"offers": TLS, "offers_in_tls": ("AUTH PLAIN",)}, delivers=True),
    "all is well, login": Case({"offers": TLS, "offers_in_tls": ("AUTH LOGIN",)}, delivers=True),
    "STARTTLS is not offered": Case({"offers": ("AUTH PLAIN LOGIN",)}),
    "STARTTLS is not offered, opportunistic": Case({"offers": ("AUTH PLAIN LOGIN",)}, tls="opportunistic"),
    "STARTTLS is stripped to X's": Case({"offers": ("XXXXXXXA", "AUTH PLAIN")}, tls="opportunistic"),
    "STARTTLS is refused": Case({"offers": TLS, "replies": {"STARTTLS": "454 4.7.0 TLS not available"}}),
    "STARTTLS is refused for good": Case({"offers": TLS, "replies": {"STARTTLS": "502 5.5.1 unknown"}}),
    "STARTTLS is refused, opportunistic": Case(
        {"offers": TLS, "replies": {"STARTTLS": "454 4.7.0 TLS not available"}}, tls="opportunistic"),
    "clear text after the go-ahead": Case({"offers": TLS, "replies": {"STARTTLS": "220 go\r\nno TLS here"}}),
    "EHLO is refused": Case({"replies": {"EHLO": "502 what?", "HELO": "250 hello"}}),
    "the certificate is another host's": Case({"offers": TLS}, "other", "other"),
    "the certificate is another host's, opportunistic": Case({"offers": TLS}, "other", "other", "opportunistic"),
    "the certificate has expired": Case({"offers": TLS}, "expired", "expired"),
    "the certificate is nobody's": Case({"offers": TLS}, "good", "other"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def contexts(folder) -> dict:
    return {
        "good": certificate(folder, "good"), "other": certificate(folder, "other", "other.example.com"),
        "expired": certificate(folder, "expired", is_expired=True)}


@dataclass
class Met:
    status: int
    reason: str
    mails: int
    talks: list[Talk]


def meet(folder, plan: Plan, trusted: str, tls: str) -> Met:
    """Two invitations, one that waits and one that does not, and the tries that follow."""
    options = f"?tls={tls}&ca={folder}/{trusted}.pem"
    user = f"{USER}:{PASSWORD.replace(' ', '%20')}@"
    first, second = fresh(), fresh()
    with RawRelay(plan, options=options, user=user, host="localhost") as relay, \
            start_usher("sqlite", relay.url, USHER_LIMITS="off", **FAST_RETRY) as usher:
        status = usher.invite(first).status_code
        usher.invite(second, headers={"Prefer": "respond-async"})
        if status == 202:
            # More than one try: what was refused once is not done the second time.
            eventually(lambda: len([talk for talk in relay.talks if talk.clear or talk.taken]) >= 3)
        else:
            eventually(lambda: relay.mails_to(second))
        reason = str(usher.invitation_of(first).get("delivery_reason"))
        assert PASSWORD not in reason + usher.log and SECRETS[-1].decode() not in reason + usher.log
        return Met(status, reason, len(relay.taken), relay.talks)


@pytest.fixture(scope="module")
def met(folder, contexts) -> dict:
    with ThreadPoolExecutor(4) as pool:
        return {
            name: pool.submit(
                meet, folder, Plan(context=contexts[case.certificate], **case.plan), case.trusted, case.tls)
            for name, case in CASES.items()}


def check_silence(talks: list[Talk]) -> None:
    """Nothing but EHLO, HELO, STARTTLS, QUIT and a handshake went in the clear."""
    for talk in talks:
        assert not [secret for secret in SECRETS if secret in talk.clear], "a credential in the clear"
        for word in (b"MAIL FROM", b"RCPT TO", b"AUTH ", b"DATA\r\n", b"@example.org"):
            assert word not in talk.clear, talk.clear


@pytest.mark.parametrize("name", CASES)
def test_nothing_goes_in_the_clear(met, name):
    """EML-14: with a user and a password."""
    found = met[name].result()
    check_silence(found.talks)
    print(f"\n{name}: {found.status}, {len(found.talks)} connections, {found.reason}")
    if CASES[name].delivers:
        assert (found.status, found.mails) == (204, 2)
        assert all(b"AUTH " in talk.encrypted for talk in found.talks if talk.messages)
    else:
        assert (found.status, found.mails) == (202, 0)
        assert not any(talk.messages for talk in found.talks)


def test_what_was_said_before_tls_is_forgotten(folder, contexts):
    """EML-14: clear text behind `220 Go ahead` answers nothing that is asked in TLS."""
    plan = Plan({"STARTTLS": INJECTED}, offers=TLS, offers_in_tls=("AUTH PLAIN",), context=contexts["good"])
    found = meet_injected(folder, plan)
    check_silence(found.talks)
    # Taken at its true word, or not at all.
    messages = sum(len(talk.messages) for talk in found.talks)
    assert found.mails == messages and (found.status == 204) == (messages > 0), (found.status, messages)


def meet_injected(folder, plan: Plan) -> Met:
    user = f"{USER}:{PASSWORD.replace(' ', '%20')}@"
    with RawRelay(plan, options=f"?tls=required&ca={folder}/good.pem", user=user, host="localhost") as relay, \
            start_usher("sqlite", relay.url, **FAST_RETRY) as usher:
        address = fresh()
        status = usher.invite(address).status_code
        return Met(status, str(usher.invitation_of(address).get("delivery_reason")), len(relay.taken), relay.talks)


def test_auth_that_is_offered_only_before_tls(folder, contexts):
    """EML-14: nobody signs in before TLS because it is offered there. In TLS, where it is not offered, the letter may go
    without: the certificate proved the relay, and whether it takes mail from us is its own decision."""
    plan = Plan(offers=TLS, offers_in_tls=("8BITMIME",), context=contexts["good"])
    found = meet_injected(folder, plan)
    check_silence(found.talks)
    assert (found.status == 204) == (found.mails == 1)
    print(f"\n{found.status}: {found.reason}")
