"""What proves an address proves just that one, to the real binary on both engines."""

import itertools
import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from harness import OWNER, eventually, fresh, start_usher
from visitor import PASSWORD, Visitor

# What a template, a framework or an attacker puts where a code belongs.
NO_CODES = ["", " ", "null", "undefined", "0", "[]", "{}", "%00", "true", "A" * 43, "../", "' OR 1=1 --"]


def link_to(usher, address: str) -> str:
    letter = eventually(lambda: usher.letters_to(address))[0]
    return next(word for word in letter["text"].split() if "inv_code=" in word)


def members(usher) -> dict[str, int]:
    """The role by the address."""
    response = usher.request("GET", f"/api/organization/users/{usher.organization_id}?limit=1000")
    assert response.status_code == 200, response.text
    return {found["email"]: found["user_orgs"][0]["role"] for found in response.json()}


def signed_in(usher, address: str) -> Visitor:
    """A member who joined by an invitation, and whose browser is still open."""
    assert usher.invite(address).status_code == 204
    visitor = Visitor()
    assert visitor.join(visitor.open(link_to(usher, address))).status_code == 303
    return visitor


def test_naming_another_person_changes_nothing_for_them(usher):
    """INV-07: `user_id`, `member_id`, `email` and `role` of somebody else, in a form and in a body."""
    victim = signed_in(usher, fresh("victim")).session.get(f"{usher.url}/api/auth/me", timeout=10).json()
    foreign = {"user_id": victim["id"], "member_id": victim["user_orgs"][0]["id"], "email": victim["email"],
               "role": "2", "user_role": "2", "organization_id": str(uuid.uuid4())}
    before, guest = members(usher), fresh()
    assert usher.invite(guest).status_code == 204
    visitor = Visitor()
    page = visitor.open(link_to(usher, guest))
    form = page.form_with(autocomplete="new-password")
    mine = {form.input(autocomplete="new-password")["name"]: PASSWORD}
    wrong = visitor.submit(page, form, **mine, **{name: value for name, value in foreign.items() if name == "email"})
    assert wrong.status_code == 422, wrong.text
    assert members(usher) == before
    response = visitor.submit(page, form, **mine, **{name: foreign[name] for name in foreign if name != "email"})
    assert response.status_code == 303, response.text
    assert members(usher) == before | {guest: 0}
    me = visitor.session.get(f"{usher.url}/api/auth/me", timeout=10).json()
    assert me["email"] == guest and me["id"] != victim["id"]


def test_ones_own_list_takes_nobody_elses_offer(usher):
    """INV-07: with another's ids in the body, an offer is still accepted by whoever is signed in, or not at all."""
    mine, other = fresh("mine"), fresh("other")
    visitors = {address: signed_in(usher, address) for address in (mine, other)}
    second = json.loads(usher.command("org", "create", "Second", "--owner", OWNER, "--json"))["organization_id"]
    key = usher.make_key("owner", organization=second)
    for address in (mine, other):
        response = usher.invite(address, key=key, organization=second, organization_id=second)
        assert response.status_code == 204, response.text

    def call(address: str, method: str, path: str, body: dict | None = None) -> requests.Response:
        return visitors[address].session.request(
            method, f"{usher.url}/api/auth/me/invitation{path}", json=body, timeout=30,
            headers={"Origin": usher.url, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"})

    offers = {address: call(address, "GET", "").json() for address in (mine, other)}
    foreign = {"user_id": str(uuid.uuid4()), "email": other, "role": 2}
    stolen = call(mine, "POST", f"/{offers[other][0]['id']}/accept", foreign)
    assert stolen.status_code == 404, stolen.text
    assert call(mine, "POST", f"/{offers[mine][0]['id']}/accept", foreign).status_code == 200
    joined = usher.request("GET", f"/api/organization/users/{second}", key=key, organization=second).json()
    roles = {found["email"]: [held["role"] for held in found["user_orgs"] if held["organization_id"] == second]
             for found in joined}
    assert roles == {OWNER: [2], mine: [0]}


def test_an_account_elsewhere_is_not_told(usher):
    """INV-16: whoever invites an address learns nothing of accounts that are not in their organization."""
    elsewhere, unknown = fresh("elsewhere"), fresh("unknown")
    usher.command("org", "create", "Elsewhere", "--owner", elsewhere)
    told = []
    for address in (elsewhere, unknown):
        response = usher.invite(address, user_role=1)
        listed = usher.invitation_of(address)
        one = usher.request("GET", f"/api/invitation/{listed['id']}").json()
        planned = usher.request("POST", "/api/invitation/plan", json={"rows": [{"email": fresh()}]})
        known = {address: "ADDRESS", listed["id"]: "ID"}
        fields = {name: value for name, value in response.headers.items()
                  if name.lower() not in ("date", "x-request-id", "location") and not name.startswith("RateLimit")}
        text = json.dumps([response.status_code, response.text, sorted(fields), sorted(listed), sorted(one)])
        for value, word in known.items():
            text = text.replace(value, word)
        told.append((text, planned.status_code, listed["status"], one["status"]))
    assert told[0] == told[1]


def test_a_session_that_was_ended_stays_so(usher):
    """CON-15: twenty requests under way while it is ended; none of them, and nothing afterwards, brings it back."""
    for _ in range(5):
        visitor = signed_in(usher, fresh())
        cookie = {"Cookie": "; ".join(f"{found.name}={found.value}" for found in visitor.session.cookies),
                  "Origin": usher.url, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}

        def ask(number: int, fields: dict = cookie) -> tuple[int, int, bool]:
            method = "DELETE" if number == 10 else "GET"
            response = requests.request(
                method, f"{usher.url}/api/auth{'' if number == 10 else '/me'}", headers=fields, timeout=30)
            live = "usher_session=" in response.headers.get("Set-Cookie", "") and number != 10
            return number, response.status_code, live

        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(ask, range(20)))
        assert {status for number, status, _ in answers if number == 10} == {200}
        assert {status for number, status, _ in answers if number != 10} <= {200, 401}, answers
        assert not [answer for answer in answers if answer[2]]
        assert ask(0)[1] == 401


@pytest.fixture(scope="module")
def unlimited(engine):
    """No limit on look-ups hides what stands behind it."""
    with start_usher(engine, USHER_LIMITS="off") as server:
        yield server


@pytest.mark.parametrize("door", ["invitation", "reset", "proof", "lookup"])
def test_no_blank_code_opens_a_half_built_row(unlimited, door):
    """CON-16: twenty ask with blank, doubled and array codes while ten people register; only those ten get in."""
    usher = unlimited
    guests = [fresh() for _ in range(10)]
    for guest in guests:
        assert usher.invite(guest).status_code == 204
    before = members(usher)
    links = [link_to(usher, guest) for guest in guests]

    def register(link: str) -> int:
        visitor = Visitor()
        return visitor.join(visitor.open(link)).status_code

    with ThreadPoolExecutor(30) as pool:
        attacks = [pool.submit(attack, usher, door, code) for code in NO_CODES * 4]
        joined = [pool.submit(register, link) for link in links]
        answers = list(itertools.chain.from_iterable(found.result() for found in attacks))
        assert [found.result() for found in joined] == [303] * 10
    assert set(status for status, _ in answers) <= {400, 403, 404, 410, 422, 429}, answers
    assert not [cookie for _, cookie in answers if cookie]
    assert members(usher) == before | dict.fromkeys(guests, 0)


def attack(usher, door: str, code: str) -> list[tuple[int, bool]]:
    """The statuses of some requests, and whether one was given a session."""
    if door == "lookup":
        bodies = [{"code": value} for value in (code, [code], {"0": code}, None, False, 0)]
        return [answer(requests.post(f"{usher.url}/api/invitation/lookup", json=body, timeout=30)) for body in bodies]
    path, cookie = {
        "invitation": ("/invitation", "usher_code"), "reset": ("/reset/new", "usher_reset"),
        "proof": ("/join/proof", "usher_proof")}[door]
    # The page looks the code up as the form does, which no request without the page's token gets to.
    found = [answer(requests.get(
        usher.url + path, headers={"Cookie": f"{cookie}={value}", "Accept": "text/html"}, timeout=30,
        allow_redirects=False)) for value in (code, f"{code}; {cookie}={code}")]
    if door == "invitation":
        spare = fresh("spare")
        assert usher.invite(spare).status_code == 204
        visitor = Visitor()
        page = visitor.open(link_to(usher, spare))
        visitor.session.cookies.set(cookie, code, domain="127.0.0.1", path="/")
        found.append(answer(visitor.join(page)))
        assert usher.invitation_of(spare)["status"] == "pending"
    return found


def answer(response: requests.Response) -> tuple[int, bool]:
    return response.status_code, "usher_session=" in response.headers.get("Set-Cookie", "")
