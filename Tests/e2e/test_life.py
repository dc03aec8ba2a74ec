"""What becomes of an invitation after it was sent, with the real binary, both engines and a real relay."""

import pytest

from harness import FAST_RETRY, eventually, fresh, start_usher
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


def let_time_pass(usher, invitation: dict) -> None:
    """As if the last letter had gone two minutes earlier."""
    usher.sql(f"UPDATE invitations SET last_letter_at = last_letter_at - 120000 WHERE id = '{invitation['id']}'")


def test_a_resend_sends_a_second_letter_whose_link_alone_works(usher, relay):
    """INV-12, EML-01: 429 within a minute; then 204, one more mail that refers to the first, and one link that opens."""
    address = fresh()
    assert usher.invite(address).status_code == 204
    invitation = usher.invitation_of(address)
    path = f"/api/invitation/{invitation['id']}/resend"

    early = usher.request("POST", path)
    assert (early.status_code, early.json()["code"]) == (429, "resend_too_soon")
    assert 1 <= int(early.headers["Retry-After"]) <= 60
    [first] = relay.mails_to(address)

    let_time_pass(usher, invitation)
    response = usher.request("POST", path)
    assert (response.status_code, response.content) == (204, b"")
    assert usher.request("POST", path).status_code == 429
    first, second = sorted(relay.mails_to(address), key=lambda mail: mail.taken)
    assert second.message["References"] == first.message_id != second.message_id
    assert first.link != second.link

    assert Visitor().open(first.link).status == 410, "the page that says that there is a newer one"
    visitor = Visitor()
    page = visitor.open(second.link)
    assert page.status == 200
    assert visitor.join(page).status_code == 303
    assert usher.invitation_of(address)["status"] == "accepted"
    assert usher.request("POST", path).json()["code"] == "invitation_not_pending"
    assert len(relay.mails_to(address)) == 2


def test_a_relay_that_refuses_the_resent_letter_is_told(usher, relay):
    """EML-03: 550 for the second letter makes the invitation undeliverable; a third one brings it back."""
    address = fresh()
    assert usher.invite(address).status_code == 204
    invitation = usher.invitation_of(address)
    path = f"/api/invitation/{invitation['id']}/resend"
    let_time_pass(usher, invitation)
    relay.behave("-B", "550 5.1.1 No such user here", "-f", "RCPT")
    response = usher.request("POST", path)
    assert (response.status_code, response.json()["code"]) == (400, "recipient_refused")
    assert usher.invitation_of(address)["status"] == "undeliverable"
    relay.behave()
    let_time_pass(usher, invitation)
    assert usher.request("POST", path).status_code == 204
    assert usher.invitation_of(address)["status"] == "pending"
    assert len(relay.mails_to(address)) == 2


def test_names_and_addresses_are_purged_after_the_days(usher):
    """Ninety days after its end the address is nowhere any more, and the list still tells that there was somebody."""
    address = fresh("purge")
    assert usher.invite(address, message="Hello Purge", name="Pauline Purge").status_code == 204
    identifier = usher.invitation_of(address)["id"]
    assert usher.request("DELETE", f"/api/invitation/{identifier}").status_code == 204
    usher.sql(f"UPDATE invitations SET updated_at = updated_at - 7776000000 WHERE id = '{identifier}'")
    usher.restart()

    def purged():
        """the address is gone"""
        found = usher.request("GET", f"/api/invitation/{identifier}").json()
        return found if found["email"] is None else None

    found = eventually(purged)
    assert (found["status"], found["message"], found["name"]) == ("revoked", None, None)
    assert found["timeline"][-1]["kind"] == "purged"
    for table, column in (("invitations", "email_typed"), ("outbox", "recipient_typed"), ("invitations", "name")):
        assert usher.sql(f"SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%urge%'")[0][0] in (0, "0")
    assert [each["id"] for each in usher.invitations(email=address, status="revoked")] == [identifier]
    assert usher.invite(address).status_code == 204
