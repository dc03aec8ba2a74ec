"""Clients that send too much, or the wrong thing (RES-04..07, 17..21): refused early, at bounded cost, and the next
request is served."""

from __future__ import annotations

import contextlib
import gzip
import json
import time
import zlib

import pytest

from harness import fresh, start_usher
from visitor import Visitor
from wire import MEGABYTE, Growth, connect, credentials, head, memory, read_all, statuses, talk

# Bytes of a body that are taken, and of a URL, and of all fields together (HTTPSettings, CheckRequest).
BODY, URL, FIELDS = 65_536, 8192, 32_768
# What one hostile request may take until it is answered, by a debug build on a slow machine that does much else; what
# grows with the square of its size takes minutes. And what all may cost.
PROMPT = 10.0
BUDGET = 64


@pytest.fixture(scope="module")
def server():
    with start_usher("sqlite", USHER_LIMITS="off") as usher:
        yield usher


@pytest.fixture(autouse=True)
def lives(server):
    """After each test it serves as before, in the memory that it had."""
    before = memory(server)
    process = server.process.pid
    yield
    assert server.process.poll() is None and server.process.pid == process, "it died"
    assert server.invite(fresh("well")).status_code == 204
    grown = (memory(server) - before) / MEGABYTE
    assert grown < BUDGET, f"{grown:.0f} MB stayed"


def post(usher, body: bytes, *fields: str, length: int | None = None, path: str = "/api/invitation") -> bytes:
    fields = fields or ("Content-Type: application/json",)
    length = len(body) if length is None else length
    return head(usher, f"POST {path}", *fields, *credentials(usher), f"Content-Length: {length}") + body


def ask(usher, *pieces: bytes) -> tuple[list[int], float]:
    """The statuses of a request that ends its connection, or is ended by us after the answer; how long it took."""
    begun = time.monotonic()
    with connect(usher) as connection:
        for piece in pieces:
            with contextlib.suppress(ConnectionError):
                connection.sendall(piece)
        with contextlib.suppress(ConnectionError):
            answer = connection.recv(65536)
            return statuses(answer), time.monotonic() - begun
    return [], time.monotonic() - begun


# RES-04, RES-19, RES-20: heads


HEADS = {
    "100,000 fields": (["X-{n}: a"] * 100_000, "/api/health", (400, 431)),
    "250 fields": (["X-{n}: a"] * 250, "/api/health", (400, 431)),
    "a field of 2 MB": (["X-Thing: " + "a" * 2_000_000], "/api/health", (400, 431)),
    "a field's name of 2 MB": (["X" * 2_000_000 + ": a"], "/api/health", (400, 431)),
    "40 KB in many fields": (["X-{n}: " + "a" * 400] * 100, "/api/health", (431,)),
    "a URL of 1 MB": ([], "/api/health?" + "a" * 1_000_000, (400, 414)),
    "a path of 1 MB": ([], "/" + "a/" * 500_000, (400, 414)),
    "a URL one byte too long": ([], "/api/health?" + "a" * (URL - 11), (414,)),
    "a cookie of 64 KB": (["Cookie: usher_session=" + "a" * 65_000], "/api/health", (400, 431)),
    "10,000 cookies": (["Cookie: " + "; ".join(f"c{n}=1" for n in range(10_000))], "/api/health", (400, 431)),
    "10,000 Cookie fields": (["Cookie: c{n}=1"] * 10_000, "/api/health", (400, 431)),
    "100,000 parameters": ([], "/api/health?" + "a&" * 100_000, (400, 414)),
    "100,000 parameters with values": ([], "/signin?" + "&".join(f"a{n}=1" for n in range(100_000)), (400, 414)),
}


@pytest.mark.parametrize("name", HEADS)
def test_an_oversize_head_is_refused(server, name):
    """RES-04, RES-19, RES-20: 400, 414 or 431 and the connection ends, four times over in flat memory."""
    fields, path, expected = HEADS[name]
    numbered = [field.replace("{n}", str(number)) for number, field in enumerate(fields)]
    data = head(server, f"GET {path}", *numbered)
    with Growth(server) as growth:
        for _ in range(4):
            begun = time.monotonic()
            with connect(server) as connection:
                with contextlib.suppress(ConnectionError):
                    connection.sendall(data)
                # A server that stops in the middle may end with RST, which takes its answer along.
                told = statuses(read_all(connection))
            assert time.monotonic() - begun < PROMPT + 2
            assert set(told) <= set(expected) and (told or len(data) > BODY), (told, len(data))
    assert growth.megabytes < BUDGET


BELOW = {
    "cookies": ("/api/health", ["Cookie: " + "; ".join(f"c{n}=1" for n in range(3000))], 200),
    "the same cookie": ("/signin", ["Cookie: " + "; ".join(["usher_session=a"] * 1500)], 200),
    "parameters of the list": ("/api/invitations/{organization}?" + "status=pending&" * 500, [], 400),
    "unknown parameters": ("/api/health?" + "a&" * 4000, [], 200),
    "parameters of a page": ("/signin?" + "&".join(f"a{n}" for n in range(1300)), [], 200),
    "escapes": ("/signin?next=" + "%25" * 2600, [], 200),
}


@pytest.mark.parametrize("name", BELOW)
def test_a_head_just_below_the_limits_is_cheap(server, name):
    """RES-19, RES-20: as many cookies and parameters as fit are answered at once."""
    path, fields, expected = BELOW[name]
    data = head(server, "GET " + path.format(organization=server.organization_id), *fields, *credentials(server))
    with Growth(server) as growth:
        for _ in range(10):
            told, took = ask(server, data)
            assert told == [expected]
            assert took < PROMPT
    assert growth.megabytes < BUDGET


# RES-05, RES-06, RES-07: bodies


BODIES = {
    "depth 100,000": b"[" * 100_000, "objects of depth 100,000": b'{"a":' * 100_000,
    "1,000,000 elements": b"[" + b"0," * 999_999 + b"0]",
    "1,000,000 keys": b"{" + b",".join(b'"k%d":0' % number for number in range(1_000_000)) + b"}",
    "a number of 10 MB": b'{"user_role":' + b"9" * 10_000_000 + b"}",
}
FITTING = {
    "depth": b"[" * 65_000, "objects": b'{"a":' * 13_000, "closed": b"[" * 32_000 + b"]" * 32_000,
    "elements": b"[" + b"0," * 32_000 + b"0]", "keys": b"{" + b",".join(b'"k%d":0' % n for n in range(6500)) + b"}",
    "the same key": b"{" + b",".join([b'"email":0'] * 6500) + b"}",
    "a number": b'{"user_role":' + b"9" * 65_000 + b"}", "an exponent": b'{"user_role":1e' + b"9" * 65_000 + b"}",
    "a fraction": b'{"user_role":0.' + b"0" * 65_000 + b"1}", "escapes": b'{"email":"' + rb"\u0301" * 10_000 + b'"}',
    "backslashes": b'{"email":"' + b"\\\\" * 32_000 + b'"}', "an open string": b'{"email":"' + b"a" * 65_000,
    "white space": b" " * 65_000, "combining marks": b'{"email":"' + "\u0301".encode() * 30_000 + b'"}',
    "an array as a key": b'{"a[999999999]":1}', "nested names": b'{"a' + b"[b]" * 10_000 + b'":1}',
}


def in_chunks(usher, body: bytes) -> list[bytes]:
    fields = ("Content-Type: application/json", "Transfer-Encoding: chunked", *credentials(usher))
    pieces = [body[start:start + 16_384] for start in range(0, len(body), 16_384)]
    return [head(usher, "POST /api/invitation", *fields),
            *(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces), b"0\r\n\r\n"]


@pytest.mark.parametrize("name", BODIES)
def test_a_body_over_the_limit_is_not_read(server, name):
    """RES-05, RES-06: 413 before the body is there, whether its length was said or it comes in chunks."""
    body = BODIES[name]
    with Growth(server) as growth:
        for _ in range(5):
            # Said to be so long, and none of it sent.
            told, took = ask(server, post(server, b"", length=len(body)))
            assert told == [413] and took < PROMPT
            told, took = ask(server, *in_chunks(server, body[:2 * MEGABYTE]))
            assert told in ([413], []) and took < PROMPT + 2
    assert growth.megabytes < BUDGET


@pytest.mark.parametrize("name", FITTING)
def test_a_hostile_body_within_the_limit_is_400(server, name):
    """RES-06, RES-18, RES-21: whatever fits is parsed to its end on a stack and in time that suffice."""
    body = FITTING[name]
    assert len(body) <= BODY
    with Growth(server) as growth:
        for _ in range(5):
            told, took = ask(server, post(server, body))
            assert told == [400] and took < PROMPT
    assert growth.megabytes < BUDGET


def test_a_body_that_never_ends_is_broken_off(server):
    """RES-05: chunks without end: nothing is kept of them, and the connection ends a second after the answer."""
    begun = time.monotonic()
    with Growth(server) as growth, connect(server) as connection:
        start, *chunks = in_chunks(server, b" " * 16_384)
        connection.sendall(start)
        sent = 0
        with pytest.raises(ConnectionError):
            while time.monotonic() - begun < 40:
                connection.sendall(chunks[0])
                sent += 16_384
    took = time.monotonic() - begun
    print(f"\nended after {took:.1f} s and {sent / MEGABYTE:.1f} MB; +{growth.megabytes:.0f} MB")
    assert took < 20 and growth.megabytes < BUDGET


def test_nobody_is_asked_to_send_what_is_too_large(server):
    """RES-05: `Expect: 100-continue` with a body over the limit hears the refusal, and never `100 Continue`."""
    data = post(server, b"", "Content-Type: application/json", "Expect: 100-continue", length=BODY + 1)
    answer = talk(server, data)
    assert statuses(answer) == [413] and b"100 Continue" not in answer
    body = json.dumps(server.invitation(fresh("full"))).encode()
    told, _ = ask(server, post(server, body + b" " * (BODY - len(body))))
    assert told == [204], "the limit itself is fine"


def brotli_bomb() -> bytes:
    """Not decodable; only its name matters."""
    return b"\x8b" * 1000


BOMBS = {
    "gzip": gzip.compress(b"[" * 50_000_000), "deflate": zlib.compress(b"[" * 50_000_000), "br": brotli_bomb(),
    "zstd": b"\x28\xb5\x2f\xfd" + b"\0" * 1000, "gzip, gzip": gzip.compress(gzip.compress(b"[" * 50_000_000)),
    "GZIP": b"a", "x-gzip": b"a", "identity, gzip": b"a", "": b"a",
}


@pytest.mark.parametrize("coding", BOMBS)
def test_nothing_is_unpacked(server, coding):
    """RES-07: 415 for every Content-Encoding, however small what is in it."""
    data = post(server, BOMBS[coding][:BODY], "Content-Type: application/json", f"Content-Encoding: {coding}")
    with Growth(server) as growth:
        told, took = ask(server, data)
    assert told == [415] and took < PROMPT
    assert growth.megabytes < BUDGET


# RES-18, RES-21: forms and text


def form_request(usher, body: str) -> bytes:
    """A sign-in with the token and cookie of a page that was really opened."""
    visitor = Visitor()
    form = visitor.open(f"{usher.url}/signin").form_to("/signin")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.session.cookies)
    content = f"form_token={form.values()['form_token']}&{body}".encode()
    return head(usher, "POST /signin", "Content-Type: application/x-www-form-urlencoded", f"Origin: {usher.url}",
                "Sec-Fetch-Site: same-origin", f"Cookie: {cookies}", f"Content-Length: {len(content)}") + content


FORMS = {
    "a[999999999]=1": (400, 401, 422), "a[999999999][999999999]=1": (400, 401, 422),
    "a" + "[b]" * 20_000 + "=1": (400, 401, 422), "a" + "%5B%5D" * 10_000 + "=1": (400, 401, 422),
    "&".join(f"a{n}=1" for n in range(8000)): (400,), "&".join(["email=a"] * 8000): (400,), "&" * 60_000: (400, 401, 422),
    "email=" + "%" * 60_000: (400,), "email=" + "%CC%81" * 10_000: (400, 401, 422),
    "password=" + "%CC%81" * 10_000: (400, 401, 422), "email=a&password=" + "a" * 60_000: (400, 401, 422),
    "email=%E2%80%AE" + "%E2%81%A6" * 6000 + "%40example.org": (400, 401, 422),
}


@pytest.mark.parametrize("body", FORMS, ids=lambda body: f"{body[:24]} {len(body)}")
def test_a_hostile_form_costs_nothing(server, body):
    """RES-18, RES-21: no index becomes an allocation, and lengths are looked at first."""
    data = form_request(server, body)
    with Growth(server) as growth:
        told, took = ask(server, data)
    assert len(told) == 1 and told[0] in FORMS[body], told
    assert took < PROMPT and growth.megabytes < BUDGET


ADDRESSES = {
    "a label of combining marks": "a@" + "\u0301" * 20_000 + ".org", "many labels": "a@" + "ü." * 15_000 + "org",
    "punycode": "a@xn--" + "9" * 60_000 + ".org", "punycode labels": "a@" + "xn--80ak6aa92e." * 4000 + "com",
    "a bidi local part": "\u202e" * 15_000 + "@example.org", "to be normalized": "\u1e9b\u0323" * 9000 + "@example.org",
    "to be decomposed": "\ufdfa" * 18_000 + "@example.org", "a long local part": "a" * 60_000 + "@example.org",
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_worst_case_address_is_refused_at_once(server, name):
    """RES-18: Unicode's and IDNA's worst cases are stopped by their length."""
    body = json.dumps(server.invitation(ADDRESSES[name]), ensure_ascii=False).encode()
    assert len(body) <= BODY
    told, took = ask(server, post(server, body))
    assert told == [400] and took < PROMPT


# RES-17: logs


def test_what_a_client_sends_does_not_size_the_log(server):
    """RES-17: requests with the largest fields there may be leave a line like any other."""
    count, large = 500, "a" * 7000
    data = head(server, f"GET /{large}?{large[:1000]}", f"X-Request-Id: {large}", f"User-Agent: {large}",
                f"Referer: https://example.org/{large}", f"Accept: {large}")
    before = len(server.log)
    for _ in range(count):
        told, _ = ask(server, data)
        assert told == [404]
    each = (len(server.log) - before) / count
    print(f"\n{each:.0f} bytes of log for a request of {len(data)}")
    assert each < 500 and "a" * 100 not in server.log[before:]
