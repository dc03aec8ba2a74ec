"""What comes back after the relay took a letter, with a whole Postfix between Usher and whoever refuses it (EML-10,
EML-11, EML-23)."""

from __future__ import annotations

import os
import smtplib
import subprocess
import time
from email.message import EmailMessage

import pytest

from harness import ENGINES, binary, eventually, fresh, fresh_word, start_usher
from postfix import Postfix
from sink import Sink
from visitor import Visitor


@pytest.fixture(scope="module")
def hop():
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def mail(hop):
    with Postfix(hop.port) as postfix:
        yield postfix


@pytest.fixture(scope="module", params=ENGINES)
def usher(request, mail):
    with start_usher(
        request.param, mail, USHER_LIMITS="off", USHER_MAIL_BOUNCES=str(mail.maildir),
        USHER_MAIL_RETURN_PATH="bounces@example.com",
    ) as server:
        yield server


def newest(usher, address: str) -> dict:
    return next(one for one in usher.invitations(status="pending,undeliverable") if one["email"] == address)


def details(usher, address: str) -> dict:
    found = usher.request("GET", f"/api/invitation/{newest(usher, address)['id']}")
    assert found.status_code == 200, found.text
    return found.json()


def status(usher, address: str) -> tuple[str, str]:
    found = newest(usher, address)
    return found["status"], found["delivery"]


def send_to(mail, recipient: str, message: EmailMessage | bytes, sender: str = "") -> None:
    with smtplib.SMTP("127.0.0.1", mail.port, timeout=30) as client:
        text = message if isinstance(message, bytes) else message.as_bytes()
        client.sendmail(sender, [recipient], text)


def test_what_a_mail_system_sends_back_ends_the_invitation(usher, hop, mail):
    hop.behave("-f", "RCPT")
    before = len(mail.set_aside())
    address = fresh().replace("@example.org", "@gmial.com")
    assert usher.invite(address).status_code == 204, "the relay took it"
    eventually(lambda: status(usher, address) == ("undeliverable", "bounced"))
    found = details(usher, address)
    assert [entry["kind"] for entry in found["timeline"]] == ["created", "bounced"]
    bounced = next(entry for entry in found["timeline"] if entry["kind"] == "bounced")
    assert bounced["actor"] is None and 500 <= bounced["code"] < 600 and bounced["reason"].startswith("5.")
    assert found["next"]["code"] == "correct_address"
    assert found["next"]["suggestion"] == address.replace("@gmial.com", "@gmail.com")
    assert [one["email"] for one in usher.invitations(status="undeliverable", delivery="bounced")].count(address) == 1
    eventually(lambda: not mail.unread())
    assert len(mail.set_aside()) == before
    shown = subprocess.run(
        [binary(), "invite", "show", found["id"]], capture_output=True, text=True,
        env=usher.env | {"USHER_API_KEY": usher.key, "USHER_ORGANIZATION": usher.organization_id})
    assert shown.returncode == 0 and "bounced" in shown.stdout, shown.stderr
    assert address.replace("@gmial.com", "@gmail.com") in shown.stderr
    # Once the right address is known, or the mailbox is there again.
    hop.behave()
    assert usher.invite(address).status_code == 204
    eventually(lambda: hop.mails_to(address))
    assert status(usher, address) == ("pending", "handed_over")


def test_a_letter_that_arrives_comes_from_an_address_of_its_own(usher, hop):
    hop.behave()
    addresses = [fresh(), fresh()]
    for address in addresses:
        assert usher.invite(address).status_code == 204
    senders = [eventually(lambda a=address: hop.mails_to(a))[0].sender for address in addresses]
    assert len(set(senders)) == 2
    assert all(sender.startswith("bounces+") and sender.endswith("@example.com") for sender in senders)
    assert hop.mails_to(addresses[0])[0].message["From"].endswith("<invitations@example.com>")
    assert Visitor().open(hop.mails_to(addresses[0])[0].link).status == 200


def report(to: str, action: str = "failed", code: str = "5.1.1") -> bytes:
    return (
        f"From: MAILER-DAEMON@mail.example.net\r\nTo: {to}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; somebody@example.org\r\nAction: {action}\r\nStatus: {code}\r\n"
        "Diagnostic-Code: smtp; 550 no such person\r\n\r\n--b--\r\n").encode()


def test_whoever_cannot_make_a_tag_ends_nothing_and_what_is_no_report_is_set_aside(usher, hop, mail):
    hop.behave()
    address = fresh()
    assert usher.invite(address).status_code == 204
    sender = eventually(lambda: hop.mails_to(address))[0].sender
    before = len(mail.set_aside())
    forged = sender[:20] + ("a" if sender[20] != "a" else "b") + sender[21:]
    for recipient in ("bounces@example.com", "bounces+tag@example.com", forged):
        send_to(mail, recipient, report(recipient))
    away = EmailMessage()
    away["To"], away["Subject"], away["Auto-Submitted"] = sender, "Out of office", "auto-replied"
    away.set_content("Back on Monday.")
    send_to(mail, sender, away)
    send_to(mail, sender, report(sender, "delivered"))
    eventually(lambda: len(mail.set_aside()) == before + 5 and not mail.unread())
    assert status(usher, address) == ("pending", "handed_over")
    assert usher.is_ready()
    # Nobody is answered.
    assert not [one for one in hop.mails() if one.recipients[0].endswith("mail.example.net")]
    send_to(mail, sender, report(sender.upper(), "delayed", "4.4.1"))
    eventually(lambda: status(usher, address) == ("pending", "delayed"))
    send_to(mail, sender, report(sender))
    eventually(lambda: status(usher, address) == ("undeliverable", "bounced"))


def test_a_report_is_taken_once_though_it_comes_twice_and_the_server_dies(usher, hop, mail):
    hop.behave()
    address = fresh()
    assert usher.invite(address).status_code == 204
    sender = eventually(lambda: hop.mails_to(address))[0].sender
    usher.kill()
    for _ in range(3):
        send_to(mail, sender, report(sender))
    eventually(lambda: len(mail.unread()) == 3)
    usher.start()
    eventually(lambda: not mail.unread())
    assert status(usher, address) == ("undeliverable", "bounced")
    kinds = [entry["kind"] for entry in details(usher, address)["timeline"]]
    assert kinds == ["created", "bounced"]


def test_hostile_files_in_the_folder_stop_nobody(usher, hop, mail):
    hop.behave()
    address = fresh()
    assert usher.invite(address).status_code == 204
    sender = eventually(lambda: hop.mails_to(address))[0].sender
    new, name = mail.maildir / "new", fresh_word()
    before = len(mail.set_aside())
    (new / f"{name}.large").write_bytes(report(sender).replace(b"Sorry.", b"x" * (50 << 20)))
    (new / f"{name}.empty").write_bytes(b"")
    (new / f"{name}.link").symlink_to("/etc/passwd")
    os.mkfifo(new / f"{name}.pipe")
    head = f"To: {sender}\nContent-Type: multipart/report; boundary=b\n\n"
    (new / f"{name}.parts").write_bytes(head.encode() + b"--b\n\n" * 200_000)
    (new / f"{name}.bytes:2,S").write_bytes(os.urandom(1 << 20))
    (new / f"{name}.folder").mkdir()
    begun = time.monotonic()
    eventually(lambda: not mail.unread())
    assert time.monotonic() - begun < 30
    assert len(mail.set_aside()) == before + 7
    assert status(usher, address) == ("pending", "handed_over")
    assert usher.invite(fresh()).status_code == 204


def test_a_folder_that_is_none_is_said_at_the_start(usher, tmp_path):
    usher.env["USHER_MAIL_BOUNCES"], kept = str(tmp_path / "none"), usher.env["USHER_MAIL_BOUNCES"]
    try:
        assert "cannot read and write" in usher.run("doctor").stdout
        usher.stop()
        refused = usher.run("serve")
        assert refused.returncode == 78 and "USHER_MAIL_BOUNCES" in refused.stderr, refused.stderr
    finally:
        usher.env["USHER_MAIL_BOUNCES"] = kept
        usher.start()
    assert "bounces are read from" in usher.run("doctor").stdout
