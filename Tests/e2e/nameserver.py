"""A name server of one's own: says about each name what a test told it to, by UDP and TCP."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from harness import free_port


class NameServer:
    """Answers on 127.0.0.1 until it is left. A name that it was told nothing about does not exist."""

    def __init__(self) -> None:
        self.port = free_port()
        self.records: dict[str, list[list[bytes]]] = {}
        self.trouble: dict[str, str] = {}
        self.questions: list[tuple[str, str]] = []
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for one in (self._udp, self._tcp):
            one.bind(("127.0.0.1", self.port))
        self._tcp.listen(16)
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def __enter__(self) -> NameServer:
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._udp, self._tcp):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def say(self, name: str, *texts: str | list[str]) -> None:
        """TXT records at a name; a list is one record of several strings. None: the name is there, and has none."""
        self.records[name.lower()] = [
            [part.encode() for part in ([text] if isinstance(text, str) else text)] for text in texts]

    def fail(self, name: str, how: str | None) -> None:
        """`silent`, `servfail`, or `cut`: UDP cuts the answer off. None: not any more."""
        if how is None:
            self.trouble.pop(name.lower(), None)
        else:
            self.trouble[name.lower()] = how

    def _answer(self, wire: bytes, way: str) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.questions.append((name, way))
        how = self.trouble.get(name)
        if how == "silent":
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if how == "servfail":
            response.set_rcode(dns.rcode.SERVFAIL)
        elif how == "cut" and way == "udp":
            response.flags |= dns.flags.TC
        elif name not in self.records:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif self.records[name]:
            texts = [" ".join(f'"{part.decode()}"' for part in record) for record in self.records[name]]
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", "TXT", *texts))
        return response.to_wire()

    def _serve_udp(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                wire, sender = self._udp.recvfrom(4096)
                if not wire:
                    return
                answer = self._answer(wire, "udp")
                if answer:
                    self._udp.sendto(answer, sender)

    def _serve_tcp(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._tcp.accept()
                with connection, contextlib.suppress(OSError, struct.error):
                    connection.settimeout(5)
                    [length] = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))
                    answer = self._answer(connection.recv(length, socket.MSG_WAITALL), "tcp")
                    if answer:
                        connection.sendall(struct.pack("!H", len(answer)) + answer)
