"""A relay on plain sockets that does as it is told, so that it can be as wrong as it likes, and remembers every byte."""

from __future__ import annotations

import contextlib
import email
import email.policy
import socket
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

MEGABYTE = 1 << 20
EHLO = "250-relay.example.com\r\n250-8BITMIME\r\n250 SIZE 10000000"


@dataclass
class Plan:
    """What one connection does.

    - replies: by command, `CONNECT` for the greeting and `.` for the final dot; a function sends what it likes.
    - offers, offers_in_tls: extensions before and after STARTTLS.
    """

    replies: dict[str, object] = field(default_factory=dict)
    offers: tuple[str, ...] = ("8BITMIME",)
    offers_in_tls: tuple[str, ...] = ("8BITMIME",)
    context: ssl.SSLContext | None = None


@dataclass
class Talk:
    """What the client said in one connection."""

    clear: bytes = b""
    encrypted: bytes = b""
    messages: list[bytes] = field(default_factory=list)
    # Bytes that it took of what the relay said, as far as the relay could send them.
    taken: int = 0


class RawRelay:
    """`plans` by connection, the last for all further ones."""

    def __init__(self, *plans: Plan, options: str = "?tls=off", user: str = "", host: str = "127.0.0.1") -> None:
        self.plans = list(plans)
        self.talks: list[Talk] = []
        self.taken: list[tuple[float, str, str]] = []
        self.stopped = False
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        port = self.listener.getsockname()[1]
        self.url = f"smtp://{user}{host}:{port}{options}"
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> RawRelay:
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped = True
        self.listener.close()

    def mails_to(self, address: str) -> list[str]:
        """Message-IDs of what was taken with 250."""
        return [message_id for _, recipient, message_id in self.taken if recipient == address]

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            plan = self.plans[min(len(self.talks), len(self.plans) - 1)]
            talk = Talk()
            self.talks.append(talk)
            threading.Thread(target=self._serve, args=(connection, plan, talk), daemon=True).start()

    def _serve(self, connection: socket.socket, plan: Plan, talk: Talk) -> None:
        connection.settimeout(60)
        with contextlib.suppress(OSError, EOFError), contextlib.closing(Session(self, connection, plan, talk)) as session:
            session.run()


class Session:
    def __init__(self, relay: RawRelay, connection: socket.socket, plan: Plan, talk: Talk) -> None:
        self.relay, self.connection, self.plan, self.talk = relay, connection, plan, talk
        self.buffer, self.is_tls, self.recipient = b"", False, ""

    def close(self) -> None:
        self.connection.close()

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)
        self.talk.taken += len(data)

    def line(self, end: bytes = b"\r\n") -> bytes:
        while end not in self.buffer:
            data = self.connection.recv(65536)
            if not data:
                raise EOFError
            if self.is_tls:
                self.talk.encrypted += data
            else:
                self.talk.clear += data
            self.buffer += data
        found, self.buffer = self.buffer.split(end, 1)
        return found

    def answer(self, command: str, usual: str) -> bool:
        """Whether it was a yes."""
        reply = self.plan.replies.get(command, usual)
        if callable(reply):
            reply(self)
            return False
        self.send(reply.encode("latin-1") + b"\r\n")
        return reply[:3].isdigit() and reply[0] in "23"

    def secure(self) -> None:
        self.buffer = b""
        self.connection = self.plan.context.wrap_socket(self.connection, server_side=True)
        self.is_tls = True

    def run(self) -> None:
        self.answer("CONNECT", "220 relay.example.com ready")
        while True:
            line = self.line()
            word = line.split(b" ")[0].split(b":")[0].decode("latin-1").upper()
            if word == "EHLO":
                names = ["relay.example.com", *(self.plan.offers_in_tls if self.is_tls else self.plan.offers)]
                lines = [f"250-{name}" for name in names[:-1]] + [f"250 {names[-1]}"]
                self.answer(word, "\r\n".join(lines))
            elif word == "STARTTLS":
                if self.answer(word, "220 Go ahead"):
                    self.secure()
            elif word == "AUTH":
                self.authenticate(line)
            elif word == "DATA":
                self.data()
            elif word == "QUIT":
                self.answer(word, "221 bye")
                return
            else:
                if word == "RCPT":
                    self.recipient = line.split(b"<")[1].split(b">")[0].decode()
                self.answer(word, "250 fine")

    def authenticate(self, line: bytes) -> None:
        parts = line.split(b" ")
        for _ in range((2 if parts[1] == b"LOGIN" else 1) - (len(parts) > 2)):
            self.send(b"334 \r\n")
            self.line()
        self.answer("AUTH", "235 welcome")

    def data(self) -> None:
        if not self.answer("DATA", "354 go on"):
            return
        message = self.line(b"\r\n.\r\n")
        self.talk.messages.append(message)
        if self.answer(".", "250 taken"):
            parsed = email.message_from_bytes(message, policy=email.policy.default)
            self.relay.taken.append((time.monotonic(), self.recipient, str(parsed["Message-ID"])))


# Replies that harm


def flood(session: Session) -> None:
    """`250-` without end."""
    while not session.relay.stopped:
        session.send(b"250-more and more and more of it\r\n" * 1000)


def long_line(session: Session) -> None:
    for _ in range(10 * MEGABYTE // 65536):
        session.send(b"2" * 65536)
    session.send(b"\r\n")


def drip(session: Session) -> None:
    """A byte a second, of a reply that would be a good one."""
    for byte in b"250-" + b"x" * 200:
        session.send(bytes([byte]))
        time.sleep(1)


# Certificates


def certificate(folder: Path, name: str, host: str = "localhost", is_expired: bool = False) -> ssl.SSLContext:
    """Self-signed, in `name`.pem."""
    file, key = folder / f"{name}.pem", folder / f"{name}.key"
    new = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(key),
           "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    if is_expired:
        settings = folder / f"{name}.cnf"
        settings.write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={folder}/{name}.db\nserial={folder}/{name}.serial\n"
            f"new_certs_dir={folder}\ndefault_md=sha256\npolicy=p\ncopy_extensions=copy\n[p]\ncommonName=supplied\n")
        (folder / f"{name}.db").touch()
        (folder / f"{name}.serial").write_text("01\n")
        run([*new, "-out", f"{folder}/{name}.csr"])
        run(["openssl", "ca", "-batch", "-selfsign", "-config", str(settings), "-keyfile", str(key), "-in",
             f"{folder}/{name}.csr", "-out", str(file), "-notext",
             "-startdate", "20200101000000Z", "-enddate", "20210101000000Z"])
    else:
        run([*new, "-x509", "-days", "2", "-out", str(file)])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return context


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)
