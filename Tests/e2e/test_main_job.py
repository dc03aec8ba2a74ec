"""From `POST /api/invitation` to a member, with the real binary on both engines."""

import email
import json
import uuid
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests

from harness import ABSENT, OWNER, eventually, fresh
from sink import link_in
from visitor import PASSWORD, Visitor


def only_letter(usher, address: str) -> dict:
    letters = usher.letters_to(address)
    assert len(letters) == 1, f"{len(letters)} letters to {address}"
    return letters[0]


def invited(usher, address: str, **fields) -> str:
    """Invites; the link of the letter."""
    response = usher.invite(address, **fields)
    assert response.status_code == 204, response.text
    return link_in(only_letter(usher, address)["text"])


def joined(usher, address: str, **fields) -> Visitor:
    """Invites and accepts; the browser that is signed in afterwards."""
    visitor = Visitor()
    response = visitor.join(visitor.open(invited(usher, address, **fields)))
    assert response.status_code == 303, response.text
    return visitor


def me(usher, visitor: Visitor) -> requests.Response:
    return visitor.session.get(f"{usher.url}/api/auth/me", timeout=10)


def problem(response: requests.Response) -> tuple[int, str]:
    body = response.json()
    assert body["status"] == response.status_code
    assert body["message"] and body["message"] == body["detail"]
    assert body["request_id"] == response.headers["X-Request-Id"]
    return response.status_code, body["code"]


# The way in


@pytest.mark.parametrize("role", [0, 1, 2])
def test_an_invitation_leads_to_membership_with_its_role(usher, role):
    """INV-01, AUT-01, WEB-01: 204, mail, link, clean page, password, member, signed in, at redirect_uri."""
    address, target = fresh(), "http://localhost:9/welcome?from=usher"
    response = usher.invite(address, user_role=role, redirect_uri=target)
    assert (response.status_code, response.content) == (204, b"")
    letter = only_letter(usher, address)
    link = link_in(letter["text"])
    query = parse_qs(urlsplit(link).query)
    assert link.startswith(f"{usher.url}/auth?inv_code=")
    assert query["organization_id"] == [usher.organization_id]
    assert query["redirect_uri"] == [target]

    visitor = Visitor()
    opened = visitor.get(link)
    code = query["inv_code"][0]
    assert opened.status_code == 303
    assert code not in opened.headers["Location"], "the code leaves the address bar"
    page = visitor.open(link)
    assert page.status == 200
    assert address in page.text and "Example & Söhne" in page.text
    assert code not in page.response.text
    assert me(usher, visitor).status_code == 401, "looking signs nobody in"
    assert usher.invitation_of(address)["used"] is False, "looking accepts nothing"

    accepted = visitor.join(page, name="Ada Lovelace")
    assert (accepted.status_code, accepted.headers["Location"]) == (303, target)
    person = me(usher, visitor).json()
    assert (person["email"], person["name"]) == (address, "Ada Lovelace")
    [membership] = person["user_orgs"]
    assert (membership["organization_id"], membership["role"]) == (usher.organization_id, role)
    assert [organization["name"] for organization in person["orgs"]] == ["Example & Söhne"]
    stored = usher.invitation_of(address)
    assert (stored["used"], stored["status"]) == (True, "accepted")
    assert len(usher.letters_to(address)) == 1


def test_the_link_works_once(usher):
    """INV-08: the same person is let through, nobody else gets in, no second account is made."""
    address = fresh()
    link = invited(usher, address)
    first, second = Visitor(), Visitor()
    first_page, second_page = first.open(link), second.open(link)
    assert first.join(first_page).status_code == 303
    again = second.join(second_page, password="another long password")
    assert again.status_code in (400, 403, 409, 410), again.status_code
    assert me(usher, second).status_code == 401
    assert second.open(link).status == 410
    assert first.open(link).status == 200
    assert me(usher, first).status_code == 200


def test_a_known_person_signs_in_and_joins_another_organization(usher):
    """State B; nothing is granted before the password is right."""
    address = fresh()
    joined(usher, address)
    other = json.loads(usher.command("org", "create", "Second", "--owner", "second@example.com", "--json"))
    organization = other["organization_id"]
    key = usher.make_key("admin", organization=organization)
    response = usher.invite(address, key=key, organization=organization, organization_id=organization)
    assert response.status_code == 204, response.text
    link = link_in(usher.letters_to(address)[-1]["text"])
    if organization not in link:
        link = next(link_in(letter["text"]) for letter in usher.letters_to(address) if organization in letter["text"])

    visitor = Visitor()
    page = visitor.open(link)
    wrong = visitor.sign_in_and_join(page, password="not the password at all")
    assert wrong.status_code in (400, 401, 403), wrong.status_code
    assert me(usher, visitor).status_code == 401
    assert visitor.sign_in_and_join(visitor.open(link)).status_code == 303
    organizations = {item["organization_id"] for item in me(usher, visitor).json()["user_orgs"]}
    assert organizations == {usher.organization_id, organization}


def test_somebody_elses_session_cannot_take_an_invitation(usher):
    """State D, AUT-02."""
    stranger = joined(usher, fresh("stranger"))
    address = fresh()
    page = stranger.open(invited(usher, address))
    assert page.status == 403
    assert address not in page.text, "the invited address is masked"
    assert usher.invitation_of(address)["used"] is False


def test_a_short_password_is_refused_and_the_invitation_stays(usher):
    address = fresh()
    link = invited(usher, address)
    visitor = Visitor()
    refused = visitor.join(visitor.open(link), password="short")
    assert refused.status_code in (200, 400, 422), refused.status_code
    assert me(usher, visitor).status_code == 401
    assert visitor.join(visitor.open(link)).status_code == 303


def test_a_form_from_another_site_is_refused(usher):
    """WEB-04: neither without our token nor with a foreign Origin."""
    address = fresh()
    visitor = Visitor()
    page = visitor.open(invited(usher, address))
    form = page.form_with(autocomplete="new-password")
    field = form.input(autocomplete="new-password")["name"]
    target = urljoin(page.url, form.action)
    foreign = {"Origin": "https://example.com", "Sec-Fetch-Site": "cross-site"}
    crossing = visitor.session.post(
        target, data=form.values() | {field: PASSWORD}, headers=foreign, allow_redirects=False, timeout=10)
    assert crossing.status_code == 403
    bare = visitor.session.post(
        target, data={field: PASSWORD}, allow_redirects=False, timeout=10, headers={"Origin": usher.url})
    assert bare.status_code in (400, 403)
    assert usher.invitation_of(address)["used"] is False


def test_the_api_sends_the_old_link_to_the_page(usher):
    """`GET /api/auth` of the frozen family: 303 to the hosted page."""
    link = invited(usher, fresh())
    response = Visitor().get(link.replace("/auth?", "/api/auth?"))
    assert response.status_code == 303
    assert Visitor().open(link.replace("/auth?", "/api/auth?")).status == 200


def test_signing_out_ends_the_session(usher):
    """AUT-13: the cookie is worthless afterwards, not only forgotten."""
    visitor = joined(usher, fresh())
    cookies = dict(visitor.session.cookies)
    response = visitor.session.delete(f"{usher.url}/api/auth", timeout=10, headers={"Origin": usher.url})
    assert response.status_code == 200 and response.json()["logout_url"]
    assert requests.get(f"{usher.url}/api/auth/me", cookies=cookies, timeout=10).status_code == 401


# Letting go


def test_a_revoked_invitation_is_closed(usher):
    """INV-13: 204, the page says so, the address can be invited again."""
    address = fresh()
    link = invited(usher, address)
    visitor = Visitor()
    before = visitor.open(link)
    found = usher.invitation_of(address)
    assert usher.request("DELETE", f"/api/invitation/{found['id']}").status_code == 204
    assert usher.invitation_of(address) is None, "the list leaves out what was revoked"
    assert visitor.join(before).status_code in (400, 410)
    assert Visitor().open(link).status == 410
    assert me(usher, visitor).status_code == 401
    assert usher.invite(address).status_code == 204


def test_only_the_own_organizations_invitations_can_be_revoked(usher):
    """AZ-03: a foreign id is as unknown as one that never was."""
    address = fresh()
    invited(usher, address)
    mine = usher.invitation_of(address)["id"]
    other = json.loads(usher.command("org", "create", "Third", "--owner", "third@example.com", "--json"))
    organization = other["organization_id"]
    key = usher.make_key("owner", organization=organization)
    answers = [
        usher.request("DELETE", f"/api/invitation/{identifier}", key=key, organization=organization)
        for identifier in (mine, uuid.uuid4())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert usher.invitation_of(address)["status"] == "pending"


def test_who_unsubscribes_is_not_invited_again(usher):
    """RFC 8058: POST to List-Unsubscribe, nothing on GET."""
    address = fresh()
    invited(usher, address)
    message = email.message_from_string(only_letter(usher, address)["raw"])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = "".join(message["List-Unsubscribe"].split()).strip("<>")
    assert requests.get(url, timeout=10).status_code in (200, 405)
    identifier = usher.invitation_of(address)["id"]
    assert requests.post(url, data={"List-Unsubscribe": "One-Click"}, timeout=10).status_code in (200, 202, 204)
    usher.request("DELETE", f"/api/invitation/{identifier}")
    assert problem(usher.invite(address)) == (400, "recipient_suppressed")
    assert len(usher.letters_to(address)) == 1


# Idempotency and waiting


def test_the_same_request_with_the_same_key_has_one_effect(usher):
    """CON-11: one invitation, one letter, the same answer; another body with that key is refused."""
    address, headers = fresh(), {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    answers = [usher.invite(address, headers=headers).status_code for _ in range(3)]
    assert answers == [204, 204, 204]
    assert len(usher.letters_to(address)) == 1
    assert len([found for found in usher.invitations() if found["email"] == address]) == 1
    other = usher.invite(fresh(), headers=headers)
    assert problem(other) == (422, "idempotency_mismatch")
    usher.restart()
    assert usher.invite(address, headers=headers).status_code == 204
    assert len(usher.letters_to(address)) == 1


def test_respond_async_answers_at_once(usher):
    """RFC 7240: 202, where to look, what was applied; the letter follows."""
    address = fresh()
    response = usher.invite(address, headers={"Prefer": "respond-async"})
    assert response.status_code == 202
    assert "respond-async" in response.headers["Preference-Applied"]
    identifier = response.headers["Location"].removeprefix("/api/invitation/")
    assert usher.invitation_of(address)["id"] == identifier
    eventually(lambda: usher.letters_to(address))


def test_inviting_twice_is_refused(usher):
    """INV-06: whatever the case of the domain, one invitation and one letter."""
    address = fresh()
    invited(usher, address)
    assert problem(usher.invite(address)) == (400, "already_invited")
    assert problem(usher.invite(address.replace("example.org", "EXAMPLE.ORG"))) == (400, "already_invited")
    assert len(usher.letters_to(address)) == 1


# The frozen call


def test_white_space_unknown_members_and_an_absent_organization_are_taken(usher):
    address = fresh()
    response = usher.invite(f" \t{address}\n", organization_id=ABSENT, unknown={"a": [1]}, scopes=None)
    assert response.status_code == 204, response.text
    assert usher.invitation_of(address)["role"] == 0


def test_every_form_of_the_key_is_taken(usher):
    for headers in (
        {"Authorization": usher.key}, {"Authorization": f"Bearer {usher.key}"}, {"X-API-Key": usher.key},
    ):
        response = usher.invite(fresh(), key=None, headers=headers)
        assert response.status_code == 204, (list(headers), response.text)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"email": "nobody"}, "invalid_email"),
        ({"email": ""}, "invalid_email"),
        ({"email": "a@example.org, b@example.org"}, "invalid_email"),
        ({"email": "a@example.org\r\nBcc: b@example.org"}, "invalid_email"),
        ({"email": "a@" + "x" * 300 + ".example.org"}, "invalid_email"),
        ({"email": ABSENT}, "invalid_body"),
        ({"email": None}, "invalid_body"),
        ({"email": 7}, "invalid_body"),
        ({"user_role": 3}, "invalid_role"),
        ({"user_role": -1}, "invalid_role"),
        ({"user_role": ABSENT}, "invalid_body"),
        ({"user_role": "owner"}, "invalid_role"),
        ({"app_url": "example.com"}, "invalid_url"),
        ({"app_url": "javascript:alert(1)"}, "invalid_url"),
        ({"redirect_uri": "/account"}, "invalid_url"),
        ({"redirect_uri": ABSENT}, "invalid_body"),
        ({"app_url": "https://evil.example.net"}, "origin_not_allowed"),
        ({"redirect_uri": "https://evil.example.net/x"}, "origin_not_allowed"),
        ({"redirect_uri": "http://localhost.evil.example.net/"}, "origin_not_allowed"),
        ({"organization_id": "11111111-1111-4111-8111-111111111111"}, "organization_mismatch"),
        ({"organization_id": "not-a-uuid"}, "invalid_body"),
        ({"email": OWNER}, "already_member"),
    ],
    ids=lambda value: None if isinstance(value, str) else ",".join(f"{k}={str(v)[:24]!r}" for k, v in value.items()))
def test_what_the_frozen_call_refuses(usher, fields, code):
    """VAL-01, INV-02: 400 with its code, and nothing is stored or sent."""
    before = len(usher.mailbox()), len(usher.invitations())
    response = usher.invite(**({"email": fresh()} | fields))
    found = problem(response)
    if found == (400, "invalid_body") and code.startswith("invalid_"):
        # A list of problems of the body names the member.
        assert {item["pointer"] for item in response.json()["errors"]} == {f"/{next(iter(fields))}"}
    else:
        assert found == (400, code)
    assert (len(usher.mailbox()), len(usher.invitations())) == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"email": "a@b.example", '])
def test_a_body_that_is_no_object_is_refused(usher, body):
    response = usher.request("POST", "/api/invitation", data=body, headers={"Content-Type": "application/json"})
    assert problem(response) == (400, "invalid_body")


def test_an_origin_that_is_not_allowed_is_named_with_the_way_to_allow_it(usher):
    message = usher.invite(fresh(), app_url="https://evil.example.net/x").json()["message"]
    assert "https://evil.example.net" in message and "USHER_ALLOWED_ORIGINS" in message


def test_nobody_invites_above_their_own_role(usher):
    """AZ-10."""
    admin = usher.make_key("admin")
    assert problem(usher.invite(fresh(), key=admin, user_role=2)) == (400, "role_above_own")
    assert usher.invite(fresh(), key=admin, user_role=1).status_code == 204
    assert problem(usher.invite(fresh(), key=usher.make_key("user"))) == (403, "role_too_low")


def test_nobody_invites_themselves(usher):
    own = usher.make_key("owner", user=OWNER)
    assert problem(usher.invite(OWNER, key=own)) == (400, "self_invitation")


def test_the_order_of_checks(usher):
    """AZ-01: header, credential, member, role, body."""
    body = {"email": "nobody"}
    assert usher.invite(**body, key=None, organization=None).status_code == 400
    assert usher.invite(**body, key=None, organization="x").status_code == 400
    assert problem(usher.invite(**body, key=None)) == (401, "not_signed_in")
    for nobody in ("", "ush_nonsense", usher.key[:-1] + ("a" if usher.key[-1] != "a" else "b")):
        assert problem(usher.invite(**body, key=nobody)) == (401, "not_signed_in")
    other = json.loads(usher.command("org", "create", "Fourth", "--owner", "fourth@example.com", "--json"))
    foreign = usher.invite(**body, organization=other["organization_id"])
    unknown = usher.invite(**body, organization=str(uuid.uuid4()))
    assert problem(foreign) == problem(unknown) == (403, "not_a_member")
    assert foreign.json()["message"] == unknown.json()["message"]
    assert problem(usher.invite(**body, key=usher.make_key("user"))) == (403, "role_too_low")
    assert problem(usher.invite(**body))[0] == 400


def test_the_error_body_has_the_type_that_the_client_reads(usher):
    for accept, kind in (
        ("application/json", "application/json"), ("*/*", "application/problem+json"),
        ("application/problem+json, application/json", "application/problem+json"),
    ):
        response = usher.invite("nobody", headers={"Accept": accept})
        assert response.headers["Content-Type"].split(";")[0] == kind, accept
        assert response.json()["code"] == "invalid_email"


def test_a_persons_key_tells_who_they_are_and_an_organizations_does_not(usher):
    own = usher.make_key("owner", user=OWNER)
    answer = usher.request("GET", "/api/auth/me", key=own, organization=None)
    assert (answer.status_code, answer.json()["email"]) == (200, OWNER)
    assert usher.request("GET", "/api/auth/me", organization=None).status_code == 400
    assert usher.request("GET", "/api/auth/me", key=None, organization=None).status_code == 401


def test_the_list_is_for_admins_of_the_organization_in_the_path(usher):
    """AZ-02: pages of any size hold the same rows, newest first, without a code."""
    for _ in range(3):
        invited(usher, fresh())
    everything = usher.invitations()
    assert [found["id"] for found in usher.invitations(limit=2)] == [found["id"] for found in everything]
    times = [found["created_at"] for found in everything]
    assert times == sorted(times, reverse=True)
    assert not any("code" in name and name != "delivery_code" for name in everything[0])
    path = f"/api/invitations/{usher.organization_id}"
    assert usher.request("GET", path, key=usher.make_key("user")).status_code == 403
    assert usher.request("GET", f"/api/invitations/{uuid.uuid4()}").status_code in (400, 403)
    assert usher.request("GET", f"/api/invitation/{usher.organization_id}").status_code == 200


def test_codes_and_keys_stand_in_no_log(usher):
    """Architecture, section 3: no code, key, password or address in a log line."""
    address = fresh("logged")
    link = invited(usher, address)
    visitor = Visitor()
    visitor.join(visitor.open(link))
    usher.invite("logged-nobody")
    code = parse_qs(urlsplit(link).query)["inv_code"][0]
    log = usher.log
    for secret in (code, usher.key, PASSWORD, address, visitor.session.cookies.get("usher_session") or usher.key):
        assert secret not in log
