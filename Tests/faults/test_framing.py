"""VAL-19: requests that two readers could take for different ones, on raw sockets. Each case hides a whole invitation
where the other reader would find it, and one more comes after it on the same connection; neither may be carried out
unless RFC 9112 has only that one reading."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass

import pytest

from harness import fresh, start_usher
from wire import connect, read_all, statuses, talk

HOST = "Host: {host}\r\n"
JSON = "Content-Type: application/json\r\n"
POST = "POST /api/invitation HTTP/1.1\r\n" + HOST + JSON
GET = "GET /api/health HTTP/1.1\r\n" + HOST
CHUNKED = "Transfer-Encoding: chunked\r\n"


@dataclass(frozen=True)
class Frame:
    """What is sent, and what may come back.

    - sent: `{inner}` is the hidden invitation, `{length}` its length, `{chunk}` the same as one chunk.
    - statuses: of the first answer; no further one may be a success.
    - after: whether the next request is carried out: it must when the first has one reading only; None: as the server
      likes.
    """

    sent: str
    statuses: tuple[int, ...] = (400,)
    after: bool | None = False


FRAMES = {
    # Two lengths, or two ways to say it (RFC 9112 sections 6.1 and 6.3)
    "CL.TE": Frame(POST + "Content-Length: 4\r\n" + CHUNKED + "\r\n0\r\n\r\n{inner}"),
    "CL.TE, long": Frame(POST + "Content-Length: {length}\r\n" + CHUNKED + "\r\n0\r\n\r\n{inner}"),
    "TE.CL": Frame(POST + CHUNKED + "Content-Length: 4\r\n\r\n{chunk}"),
    "TE.TE, identity": Frame(POST + CHUNKED + "Transfer-Encoding: identity\r\nContent-Length: 4\r\n\r\n{chunk}"),
    "TE.TE, cow": Frame(POST + "Transfer-Encoding: cow\r\n" + CHUNKED + "Content-Length: 4\r\n\r\n{chunk}"),
    "TE twice chunked": Frame(POST + "Transfer-Encoding: chunked, chunked\r\n\r\n{chunk}"),
    "TE gzip, chunked": Frame(POST + "Transfer-Encoding: gzip, chunked\r\n\r\n{chunk}", (400, 415, 501), after=None),
    "TE chunked, gzip": Frame(POST + "Transfer-Encoding: chunked, gzip\r\n\r\n{chunk}"),
    "TE xchunked": Frame(POST + "Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\n{chunk}"),
    "TE chunked with a vertical tab": Frame(
        POST + "Transfer-Encoding: \x0bchunked\r\nContent-Length: 4\r\n\r\n{chunk}"),
    # FAULT: taken as if it were not there, so that what follows four bytes is a request of its own.
    "TE with an empty value": Frame(POST + "Transfer-Encoding:\r\nContent-Length: 4\r\n\r\n{chunk}"),
    "TE with quotes": Frame(POST + 'Transfer-Encoding: "chunked"\r\nContent-Length: 4\r\n\r\n{chunk}'),
    "TE on a folded line": Frame(POST + "Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n{chunk}"),
    "TE behind a bare LF": Frame(POST + "X-Thing: a\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n{chunk}"),
    "TE behind a bare CR": Frame(POST + "X-Thing: a\rTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n{chunk}"),
    "TE with a space before the colon": Frame(
        POST + "Transfer-Encoding : chunked\r\nContent-Length: 4\r\n\r\n{chunk}"),
    "TE in HTTP/1.0": Frame("POST /api/invitation HTTP/1.0\r\n" + HOST + JSON + CHUNKED + "\r\n{chunk}", (400, 401)),
    "TE and CL in HTTP/1.0": Frame(
        "POST /api/invitation HTTP/1.0\r\n" + HOST + JSON + CHUNKED + "Content-Length: 4\r\n\r\n{chunk}"),
    "two CL": Frame(POST + "Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{inner}"),
    "two CL, the same": Frame(POST + "Content-Length: {length}\r\nContent-Length: {length}\r\n\r\n{inner}"),
    "CL: 5, 6": Frame(POST + "Content-Length: 5, 6\r\n\r\nhello{inner}"),
    "CL: +5": Frame(POST + "Content-Length: +5\r\n\r\nhello{inner}"),
    "CL: -5": Frame(POST + "Content-Length: -5\r\n\r\n{inner}"),
    "CL: 5 5": Frame(POST + "Content-Length: 5 5\r\n\r\nhello{inner}"),
    "CL: 1_0": Frame(POST + "Content-Length: 1_0\r\n\r\nhello{inner}"),
    "CL: 0x5": Frame(POST + "Content-Length: 0x5\r\n\r\nhello{inner}"),
    "CL: 5.0": Frame(POST + "Content-Length: 5.0\r\n\r\nhello{inner}"),
    "CL beyond 64 bit": Frame(POST + "Content-Length: 18446744073709551616\r\n\r\n{inner}"),
    "CL with no value": Frame(POST + "Content-Length:\r\n\r\n{inner}"),
    "CL on a folded line": Frame(POST + "Content-Length: 0\r\n\t5\r\n\r\n{inner}"),
    "CL with a NUL": Frame(POST + "Content-Length: 0\0\r\n\r\n{inner}"),
    # Lines
    "folded first field": Frame("GET /api/health HTTP/1.1\r\n X-Thing: a\r\n" + HOST + "\r\n{inner}"),
    "bare CR as the line end": Frame("GET /api/health HTTP/1.1\rHost: {host}\r\r\n\r\n{inner}"),
    "two spaces in the first line": Frame("GET  /api/health HTTP/1.1\r\n" + HOST + "\r\n", (200, 400), after=None),
    "tab in the first line": Frame("GET\t/api/health\tHTTP/1.1\r\n" + HOST + "\r\n{inner}"),
    "lower case version": Frame("GET /api/health http/1.1\r\n" + HOST + "\r\n{inner}"),
    "version 1.11": Frame("GET /api/health HTTP/1.11\r\n" + HOST + "\r\n{inner}", (400, 505)),
    "NUL in the target": Frame("GET /api/\0health HTTP/1.1\r\n" + HOST + "\r\n{inner}"),
    "NUL in a field's name": Frame(GET + "X-\0Thing: a\r\n\r\n{inner}"),
    "NUL in the method": Frame("G\0T /api/health HTTP/1.1\r\n" + HOST + "\r\n{inner}"),
    "line feed in the target": Frame("GET /api/health\nX-Thing: a HTTP/1.1\r\n" + HOST + "\r\n{inner}"),
    # Chunks (section 7.1)
    "chunk size beyond 64 bit": Frame(POST + CHUNKED + "\r\n1000000000000000f\r\n{inner}"),
    "chunk size with a sign": Frame(POST + CHUNKED + "\r\n+4\r\nabcd\r\n0\r\n\r\n{inner}"),
    "chunk size with 0x": Frame(POST + CHUNKED + "\r\n0x4\r\nabcd\r\n0\r\n\r\n{inner}"),
    "no chunk size": Frame(POST + CHUNKED + "\r\n\r\n{inner}"),
    "LF in a chunk extension": Frame(POST + CHUNKED + "\r\n4;a\nb\r\nabcd\r\n0\r\n\r\n{inner}"),
    "CR in a chunk extension": Frame(POST + CHUNKED + "\r\n4;a\rb\r\nabcd\r\n0\r\n\r\n{inner}"),
    "chunk longer than its size": Frame(POST + CHUNKED + "\r\n4\r\nabcdef\r\n0\r\n\r\n{inner}"),
    "chunk that ends in LF": Frame(POST + CHUNKED + "\r\n4\r\nabcd\n0\r\n\r\n{inner}"),
    "chunk that ends in CR": Frame(POST + CHUNKED + "\r\n4\r\nabcd\r0\r\n\r\n{inner}"),
    # Hosts (section 3.2)
    "two hosts": Frame(GET + "Host: evil.example.com\r\n\r\n{inner}"),
    "two hosts, the same": Frame(GET + HOST + "\r\n{inner}"),
    "hosts with a comma": Frame("GET /api/health HTTP/1.1\r\nHost: {host}, evil.example.com\r\n\r\n{inner}", (400, 421)),
    "no host": Frame("GET /api/health HTTP/1.1\r\n\r\n{inner}"),
    "no host in HTTP/1.0": Frame("GET /api/health HTTP/1.0\r\n\r\n{inner}"),
    "empty host": Frame("GET /api/health HTTP/1.1\r\nHost:\r\n\r\n{inner}"),
    "host with a user": Frame("GET /api/health HTTP/1.1\r\nHost: evil@{host}\r\n\r\n{inner}", (400, 421)),
    "host with a path": Frame("GET /api/health HTTP/1.1\r\nHost: {host}/a\r\n\r\n{inner}", (400, 421)),
    "absolute target, other host": Frame(
        "GET http://evil.example.com/api/health HTTP/1.1\r\n" + HOST + "\r\n{inner}", (400, 421)),
    "absolute target, other Host field": Frame(
        "GET http://evil.example.com/api/health HTTP/1.1\r\nHost: evil.example.com\r\n\r\n{inner}", (400, 421)),
    # Other protocols
    "HTTP/2 preface": Frame("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{inner}", (400, 505)),
    "HTTP/0.9": Frame("GET /api/health\r\n{inner}"),
    "TLS": Frame("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00{inner}"),
    "SMTP": Frame("EHLO example.com\r\nMAIL FROM:<a@example.com>\r\n\r\n{inner}"),
    # A bad one first, and a body that nobody reads: it is a body all the same
    "misdirected first": Frame("GET /api/health HTTP/1.1\r\nHost: evil.example.com\r\n\r\n{inner}", (421,)),
    "URL too long first": Frame("GET /api/health?" + "a" * 9000 + " HTTP/1.1\r\n" + HOST + "\r\n{inner}", (414,)),
    "fields too long first": Frame(GET + "X-Thing: " + "a" * 40_000 + "\r\n\r\n{inner}", (431,)),
    "body too large first": Frame(POST + "Content-Length: 70000\r\n{keys}\r\n{inner}", (413,)),
    "GET with a body": Frame(GET + "Content-Length: {length}\r\n\r\n{inner}", (200,), after=True),
    "GET with a chunked body": Frame(GET + CHUNKED + "\r\n{chunk}", (200,), after=True),
    "unknown path with a body": Frame(
        "POST /nothing HTTP/1.1\r\n" + HOST + JSON + "Content-Length: {length}\r\n\r\n{inner}", (404,), after=True),
    "other media type": Frame(
        "POST /api/invitation HTTP/1.1\r\n" + HOST + "Content-Type: text/plain\r\n{keys}"
        "Content-Length: {length}\r\n\r\n{inner}", (415,), after=True),
    "no credential": Frame(
        "POST /api/invitation HTTP/1.1\r\n" + HOST + JSON + "Content-Length: {length}\r\n\r\n{inner}",
        (400, 401), after=True),
    # FAULT: these two are answered, and then the connection stays open and deaf for a minute.
    "h2c upgrade": Frame(
        GET + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n"
        "Content-Length: {length}\r\n\r\n{inner}", (200,), after=None),
    "CONNECT": Frame("CONNECT evil.example.com:443 HTTP/1.1\r\n" + HOST + "\r\n{inner}", (400, 404, 405, 421, 501)),
    "chunk extensions": Frame(GET + CHUNKED + "\r\n4;a=b;c=\"d\"\r\nabcd\r\n0\r\n\r\n", (200,), after=True),
    "trailers that name lengths": Frame(
        GET + CHUNKED + "\r\n4\r\nabcd\r\n0\r\nContent-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n",
        (200, 400), after=None),
}


@pytest.fixture(scope="module")
def server():
    with start_usher("sqlite", USHER_LIMITS="off") as usher:
        yield usher


def invitation(usher, address: str, *fields: str) -> str:
    """A whole request that would invite."""
    body = json.dumps(usher.invitation(address))
    more = "".join(f"{field}\r\n" for field in fields)
    return (POST + keys(usher) + f"Content-Length: {len(body)}\r\n" + more + "\r\n").format(
        host=f"127.0.0.1:{usher.port}") + body


def keys(usher) -> str:
    return f"Authorization: {usher.key}\r\nTR-Organization: {usher.organization_id}\r\n"


def text(usher, frame: Frame, address: str) -> bytes:
    inner = invitation(usher, address)
    return frame.sent.format(
        host=f"127.0.0.1:{usher.port}", keys=keys(usher), inner=inner, length=len(inner),
        chunk=f"{len(inner):x}\r\n{inner}\r\n0\r\n\r\n").encode("latin-1")


# In one packet, and with what comes after it on its own once the answer is on its way.
@pytest.mark.parametrize("pause", [None, 0.1], ids=["at once", "in two"])
@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_hidden_request_is_not_carried_out(server, frame, pause):
    """VAL-19: refused and the connection ended, or read in the one way that there is. RES-10: HTTP/2 is not spoken."""
    hidden, after = fresh("hidden"), fresh("after")
    first = text(server, frame, hidden)
    second = invitation(server, after, "Connection: close").encode()
    answer = talk(server, first + second) if pause is None else talk(server, first, second, pause=pause)
    told = statuses(answer)
    assert told and told[0] in frame.statuses, answer[:300]
    invited = {found["email"] for found in server.invitations()}
    assert hidden not in invited, "the hidden request was carried out"
    if frame.after:
        assert after in invited and told[1:] == [204], "a request with one reading does not end the connection"
    elif frame.after is False:
        assert after not in invited and all(status >= 400 for status in told[1:])
    assert {letter["to"] for letter in server.mailbox()} & {hidden, after} == invited & {after}


def test_a_body_that_ends_early_has_no_effect(server):
    """RES-02: half of a body and then the end of the connection, by FIN and in a chunk."""
    address = fresh("short")
    whole = invitation(server, address).encode()
    for cut in (1, 20, len(whole) // 4):
        with connect(server) as connection:
            connection.sendall(whole[:-cut])
            connection.shutdown(socket.SHUT_WR)
            assert all(status >= 400 for status in statuses(read_all(connection)))
    assert server.invitation_of(address) is None
