"""Hostile requests against the real binary: framing, forged hosts, guessed codes, and what answers must not tell."""

import json
import socket
import time
import uuid

import pytest
import requests

from harness import OWNER, eventually, fresh, start_usher
from sink import link_in
from visitor import PASSWORD, Visitor


# Framing (RFC 9112)


def smuggled(usher, address: str) -> bytes:
    """A whole request that would invite, for those who read the one before it wrongly."""
    body = json.dumps(usher.invitation(address)).encode()
    head = (
        f"POST /api/invitation HTTP/1.1\r\nHost: 127.0.0.1:{usher.port}\r\nAuthorization: {usher.key}\r\n"
        f"TR-Organization: {usher.organization_id}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n")
    return head.encode() + body


HOST = "Host: 127.0.0.1:{port}\r\n"
POST = "POST /api/invitation HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n"
GET = "GET /api/health HTTP/1.1\r\n" + HOST
FRAMES = {
    "CL.TE": POST + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "TE.CL": POST + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "TE.TE": POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "TE not ending in chunked": POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "xchunked": POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two lengths": POST + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    "list of lengths": POST + "Content-Length: 5, 6\r\n\r\nhello",
    "length with a sign": POST + "Content-Length: +5\r\n\r\nhello",
    "negative length": POST + "Content-Length: -5\r\n\r\nhello",
    "hexadecimal length": POST + "Content-Length: 0x5\r\n\r\nhello",
    "length beyond 64 bit": POST + "Content-Length: 18446744073709551617\r\n\r\nx",
    "folded field": GET + "X-Thing: a\r\n b\r\n\r\n",
    "space before colon": GET + "X-Thing : a\r\n\r\n",
    "length with a space before colon": POST + "Content-Length : 0\r\n\r\n",
    "bare CR in a field": GET + "X-Thing: a\rb\r\n\r\n",
    "NUL in a field": GET + "X-Thing: a\0b\r\n\r\n",
    "NUL in the path": "GET /api/he\0alth HTTP/1.1\r\n" + HOST + "\r\n",
    "no colon": GET + "X-Thing\r\n\r\n",
    "empty field name": GET + ": a\r\n\r\n",
    "chunk size with junk": POST + "Transfer-Encoding: chunked\r\n\r\n5g\r\nhello\r\n0\r\n\r\n",
    "chunk size beyond 64 bit": POST + "Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n",
    "negative chunk size": POST + "Transfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n",
    "line end in a chunk extension": POST + "Transfer-Encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n",
    "two hosts": GET + "Host: evil.example.com\r\n\r\n",
    "no host": "GET /api/health HTTP/1.1\r\n\r\n",
    "other host in the target": "GET http://evil.example.com/api/health HTTP/1.1\r\n" + HOST + "\r\n",
    "no version": "GET /api/health\r\n" + HOST + "\r\n",
    "version 3": "GET /api/health HTTP/3.0\r\n" + HOST + "\r\n",
    "space in the target": "GET /api/he alth HTTP/1.1\r\n" + HOST + "\r\n",
    "HTTP/2 preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


def talk(port: int, data: bytes) -> bytes:
    """Everything that comes back until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        answer = b""
        try:
            connection.sendall(data)
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionError:
            pass
        return answer


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_request_that_two_could_read_differently_is_refused(usher, frame):
    """VAL-19: 400 (421 for a foreign host), the connection ends, and what follows on it is not carried out."""
    address = fresh("smuggled")
    answer = talk(usher.port, frame.format(port=usher.port).encode("latin-1") + smuggled(usher, address))
    statuses = [line.split()[1] for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    assert set(statuses) <= {b"400", b"421", b"505"}, answer[:500]
    assert usher.invitation_of(address) is None
    assert usher.letters_to(address) == []


def test_one_connection_carries_several_requests(usher):
    """VAL-19: what is no attack still works; a plain second request on a connection is answered."""
    first, address = fresh("first"), fresh("second")
    opened = smuggled(usher, first).replace(b"Connection: close\r\n", b"")
    answer = talk(usher.port, opened + smuggled(usher, address))
    assert answer.count(b"HTTP/1.1 204") == 2
    assert usher.invitation_of(first) and usher.invitation_of(address)


# Forged hosts


FORGED = [
    {"X-Forwarded-Host": "evil.example.com"}, {"X-Forwarded-Proto": "https"}, {"X-Forwarded-Port": "444"},
    {"X-Forwarded-Prefix": "/evil"}, {"Forwarded": "host=evil.example.com;proto=https"},
    {"X-Original-URL": "https://evil.example.com/"}, {"X-Rewrite-URL": "/evil"}, {"X-Host": "evil.example.com"},
    {"Origin": "null"}, {"Referer": "https://evil.example.com/"},
]


def urls_of(letter: dict) -> set[str]:
    words = letter["text"].split() + letter["html"].replace('"', " ").replace("<", " ").replace(">", " ").split()
    return {word.strip("<>.") for word in words if word.strip("<>.").startswith(("http://", "https://"))}


@pytest.mark.parametrize("fields", FORGED, ids=lambda fields: next(iter(fields)))
def test_no_field_of_a_request_gets_into_a_letter(usher, fields):
    """EML-07: invitation and reset; every URL starts with the configured base."""
    address = fresh()
    response = usher.invite(address, headers=fields)
    assert response.status_code in (204, 403), response.text
    visitor = Visitor()
    page = visitor.open(f"{usher.url}/reset")
    form = page.form_to("/reset")
    visitor.session.headers.update({k: v for k, v in fields.items() if k not in ("Origin", "Referer")})
    before = len(usher.letters_to(OWNER))
    assert visitor.submit(page, form, email=OWNER).status_code in (200, 303, 429)
    letters = usher.letters_to(address) + usher.letters_to(OWNER)[before:]
    for letter in letters:
        # Whole words: four letters may stand in a code.
        everything = letter["raw"] + letter["text"] + letter["html"]
        assert "evil.example" not in everything and "/evil" not in everything
        assert urls_of(letter) and all((url + "/").startswith(usher.url + "/") for url in urls_of(letter))


@pytest.mark.parametrize("path", ["/api/invitation", "/reset", "/signin"])
def test_another_host_is_refused_on_every_route_that_sends_mail(usher, path):
    """EML-07, WEB-18: Host itself, and the absolute form of the target."""
    before = len(usher.mailbox())
    for host in ("evil.example.com", f"127.0.0.1.evil.example.com:{usher.port}", f"evil@127.0.0.1:{usher.port}", ""):
        response = usher.request("POST", path, headers={"Host": host}, json=usher.invitation(fresh()))
        assert response.status_code in (400, 421), (host, response.status_code)
    assert len(usher.mailbox()) == before


# Guessing


def test_guessing_codes_is_slowed_and_tells_nothing(engine):
    """INV-17: the same answer for every wrong code, 429 after a while, and others come in meanwhile."""
    with start_usher(engine) as usher:
        address = fresh()
        assert usher.invite(address).status_code == 204
        link = link_in(usher.letters_to(address)[0]["text"])
        bodies, statuses, begun = set(), [], time.monotonic()
        guesser = requests.Session()
        adapter = SourceAddress("127.0.0.9")
        guesser.mount("http://", adapter)
        for _ in range(700):
            code = uuid.uuid4().hex + "A" * 11
            response = guesser.get(f"{usher.url}/auth?inv_code={code}", headers={"Accept": "text/html"}, timeout=20)
            statuses.append(response.status_code)
            if response.status_code == 404:
                bodies.add(response.text.replace(code, "").split("<main")[-1])
        minutes = 1 + (time.monotonic() - begun) // 60
        assert 429 in statuses and statuses.count(404) <= 300 * minutes and set(statuses) <= {404, 429}, set(statuses)
        assert len(bodies) == 1
        page = Visitor().open(link)
        assert page.status == 200 and address in page.text


class SourceAddress(requests.adapters.HTTPAdapter):
    """Connections that come from another address of this machine."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args, **more):
        super().init_poolmanager(*args, source_address=(self.address, 0), **more)


# What answers tell


def test_no_answer_tells_a_secret(usher):
    """AZ-11: as every role, lists and single answers hold no code, hash, password or key."""
    address = fresh()
    assert usher.invite(address, user_role=1).status_code == 204
    link = link_in(usher.letters_to(address)[0]["text"])
    code = link.split("inv_code=")[1].split("&")[0]
    visitor = Visitor()
    assert visitor.join(visitor.open(link)).status_code == 303
    pending = fresh("pending")
    assert usher.invite(pending).status_code == 204
    one = usher.invitation_of(pending)
    keys = {"owner": usher.key, "admin": usher.make_key("admin"), "user": usher.make_key("user")}
    keys["person"] = usher.make_key("user", user=address)
    told = []
    for role, key in keys.items():
        for path in (
                f"/api/invitations/{usher.organization_id}", f"/api/invitation/{usher.organization_id}",
                f"/api/invitation/{one['id']}", "/api/auth/me", "/api/health", "/openapi.json", "/readyz"):
            response = usher.request("GET", path, key=key)
            if role == "user" and path.startswith("/api/invitation"):
                assert response.status_code == 403, (path, response.status_code)
            told.append(response.text if path != "/openapi.json" else "")
            told.append(str(response.headers))
    told.append(visitor.session.get(f"{usher.url}/api/auth/me", timeout=10).text)
    everything = "\n".join(told)
    pending_link = link_in(usher.letters_to(pending)[0]["text"])
    secrets = [code, pending_link.split("inv_code=")[1].split("&")[0], PASSWORD, *keys.values()]
    assert not [secret for secret in secrets if secret in everything]
    lowered = everything.lower()
    for word in ("argon2", "hash", "password", "inv_code", "api_key\":", "session_id", "secret"):
        assert word not in lowered, word


def test_other_members_are_not_told_of(usher):
    """AZ-11: a plain member learns nothing of the others' addresses."""
    first, second = fresh("first"), fresh("second")
    for address in (first, second):
        assert usher.invite(address).status_code == 204
        visitor = Visitor()
        assert visitor.join(visitor.open(link_in(usher.letters_to(address)[0]["text"]))).status_code == 303
    mine = visitor.session.get(f"{usher.url}/api/auth/me", timeout=10).text
    assert second in mine and first not in mine and OWNER not in mine


def test_letters_that_nobody_asked_for_are_not_sent(usher):
    """INV-17: a reset for an unknown address answers as for a known one and sends nothing."""
    unknown = fresh("unknown")
    answers = []
    for address in (unknown, OWNER):
        visitor = Visitor()
        page = visitor.open(f"{usher.url}/reset")
        response = visitor.submit(page, page.form_to("/reset"), email=address)
        answers.append((response.status_code, response.text.split("<main")[-1].replace(address, "")))
    assert answers[0] == answers[1]
    eventually(lambda: usher.letters_to(OWNER))
    assert usher.letters_to(unknown) == []
