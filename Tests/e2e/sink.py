"""The relay: Postfix's smtp-sink, which writes down every message that it answered with 250, and can misbehave."""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from harness import eventually, free_port

PROGRAM = "/usr/sbin/smtp-sink"
LINK = re.compile(r"https?://\S+/auth\?\S*inv_code=\S+")


def link_in(text: str) -> str:
    """The invitation's link in the text of a letter."""
    found = LINK.search(text)
    assert found, f"no link in: {text}"
    return found.group(0)


@dataclass(frozen=True)
class Mail:
    sender: str
    recipients: list[str]
    message: EmailMessage
    # By the clock of time.time().
    taken: float

    @property
    def message_id(self) -> str:
        return self.message["Message-ID"]

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    @property
    def link(self) -> str:
        return link_in(self.text)


class Sink:
    """Takes mail on a port of its own, and keeps that port when it is stopped and started again."""

    def __init__(self, *flags: str) -> None:
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}?tls=off"
        self.folder = Path(tempfile.mkdtemp(prefix="usher-sink-"))
        self.folder.chmod(0o777)
        self._log = self.folder.with_suffix(".log")
        self.process: subprocess.Popen | None = None
        self._read: dict[str, Mail] = {}
        if flags != ("closed",):
            self.start(*flags)

    @classmethod
    def closed(cls) -> Sink:
        """A relay that is not there yet."""
        return cls("closed")

    def start(self, *flags: str) -> None:
        """Misbehaving as the flags of smtp-sink(1) say."""
        # It opens its port as root and insists on being somebody else afterwards.
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(
            [PROGRAM, *user, "-m", "512", *flags, "-d", f"{self.folder}/%H%M%S.", f"127.0.0.1:{self.port}", "512"],
            stdout=subprocess.DEVNULL, stderr=self._log.open("w"))
        eventually(self._listens)

    def _listens(self) -> bool:
        """smtp-sink listens"""
        assert self.process.poll() is None, f"smtp-sink: {self._log.read_text()}"
        # Looks without connecting: a connection could be the one that it is told to refuse.
        return f" 0100007F:{self.port:04X} 00000000:0000 0A " in Path("/proc/net/tcp").read_text()

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def behave(self, *flags: str) -> None:
        """Starts again with other flags."""
        self.stop()
        self.start(*flags)

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._log.unlink(missing_ok=True)

    def mails(self) -> list[Mail]:
        """Everything that was taken; messages under way are not."""
        for file in self.folder.iterdir():
            if file.name in self._read:
                continue
            mail = _parse(file)
            if mail:
                self._read[file.name] = mail
        return list(self._read.values())

    def wait_until_quiet(self) -> None:
        """Until no mail came for two seconds."""
        count = -1
        while count != (count := len(self.mails())):
            time.sleep(2)

    def mails_to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails() if mail.recipients == [address]]

    def by_recipient(self) -> dict[str, list[Mail]]:
        found: dict[str, list[Mail]] = {}
        for mail in self.mails():
            assert len(mail.recipients) == 1, "one message, one recipient"
            found.setdefault(mail.recipients[0], []).append(mail)
        return found


def _parse(file: Path) -> Mail | None:
    """Nil: it is being written. smtp-sink buffers, so a file is whole when it ends in the blank line that it adds."""
    try:
        content, taken = file.read_bytes(), file.stat().st_mtime
    except FileNotFoundError:
        return None
    if not content.endswith(b"\n\n"):
        return None
    message = email.message_from_bytes(content, policy=email.policy.default)
    # A message whose first part is there and whose last is not has no closing boundary.
    boundary = message.get_boundary()
    if boundary and f"--{boundary}--".encode() not in content:
        return None
    return Mail(
        sender=str(message["X-Mail-Args"]).split()[0].strip("<>"),
        recipients=[str(value).split()[0].strip("<>") for value in message.get_all("X-Rcpt-Args", [])],
        message=message, taken=taken)
