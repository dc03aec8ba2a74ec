"""A Python client, generated from openapi/usher.yaml, does the main job."""

import importlib
import sys
import uuid
from types import SimpleNamespace

import pytest

from document import FILE, generate
from harness import OWNER, fresh
from sink import link_in
from visitor import Visitor


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("client")
    generate("python", FILE, folder, packageName="usher_client")
    sys.path.insert(0, str(folder))
    yield importlib.import_module("usher_client")
    sys.path.remove(str(folder))


@pytest.fixture
def connect(generated, usher):
    """The generated APIs, called with a key: in the scheme `ApiKey` unless another is named; None is nobody."""
    def connect(key: str | None, scheme: str = "ApiKey") -> SimpleNamespace:
        settings = generated.Configuration(
            host=usher.url, access_token=key if scheme == "Bearer" else None,
            api_key={scheme: key} if key and scheme != "Bearer" else None)
        client = generated.ApiClient(settings)
        return SimpleNamespace(
            invitation=generated.InvitationApi(client), organization=generated.OrganizationApi(client),
            auth=generated.AuthApi(client), server=generated.ServerApi(client))
    return connect


@pytest.fixture
def draft(generated, usher):
    def draft(address: str, **fields):
        values = {
            "email": address, "user_role": generated.Role.NUMBER_0, "app_url": usher.url,
            "redirect_uri": f"{usher.url}/account"} | fields
        return generated.CreateInvitation(**values)
    return draft


def refused(generated, call, *args, **more):
    """The problem that the call ends with, as the client's own model."""
    with pytest.raises(generated.ApiException) as caught:
        call(*args, **more)
    problem = caught.value.data
    assert isinstance(problem, generated.Problem), caught.value
    assert problem.status == caught.value.status
    assert problem.message == problem.detail and problem.request_id
    return caught.type.__name__, problem.code.value


def test_from_a_key_to_a_member(generated, usher, connect, draft):
    """INV-01 with a generated client: key, invitation, letter, acceptance, and the list that shows it."""
    organization = usher.organization_id
    made = connect(usher.key).organization.create_organization_api_key(
        organization, generated.CreateAPIKey(name="Invitations", role=generated.Role.NUMBER_1))
    api = connect(made.api_key).invitation
    address = fresh()
    sent = api.post_invitation_with_http_info(organization, draft(address, organization_id=organization))
    assert (sent.status_code, sent.data) == (204, None)
    [pending] = [found for found in api.get_invitations(organization, organization) if found.email == address]
    assert (pending.status, pending.used, pending.accepted_at) == (generated.InvitationStatus.PENDING, False, None)

    [letter] = usher.letters_to(address)
    visitor = Visitor()
    assert visitor.join(visitor.open(link_in(letter["text"]))).status_code == 303

    listed = api.get_invitations(organization, organization, limit=1000, status=["accepted"])
    [accepted] = [found for found in listed if found.email == address]
    assert (accepted.id, accepted.used) == (pending.id, True)
    assert accepted.accepted_at is not None
    assert all(found.status == generated.InvitationStatus.ACCEPTED for found in listed)


def test_a_person_asks_who_they_are_and_makes_an_organization(generated, usher, connect):
    person = connect(usher.make_key("owner", user=OWNER))
    before = person.auth.get_me()
    assert before.email == OWNER
    [membership] = [found for found in before.user_orgs if found.organization_id == usher.organization_id]
    assert membership.role == generated.Role.NUMBER_2
    name = f"Second {uuid.uuid4().hex[:8]}"
    made = person.organization.create_organization(generated.CreateOrganization(name=name))
    assert made.name == name
    assert {found.id for found in person.auth.get_me().orgs} == {found.id for found in before.orgs} | {made.id}


def test_an_invitation_is_revoked(generated, usher, connect, draft):
    organization, api, address = usher.organization_id, connect(usher.key).invitation, fresh()
    api.post_invitation(organization, draft(address))
    [found] = [found for found in api.get_invitations(organization, organization) if found.email == address]
    for _ in range(2):
        assert api.delete_invitation_with_http_info(found.id, organization).status_code == 204
    assert address not in {left.email for left in api.get_invitations(organization, organization)}
    [revoked] = [
        left for left in api.get_invitations(organization, organization, status=["revoked"]) if left.id == found.id]
    assert revoked.status == generated.InvitationStatus.REVOKED


def test_where_a_202_leads(generated, usher, connect, draft):
    """Location is the path of one invitation; with the organization's own id it is the list of older clients."""
    organization, api, address = usher.organization_id, connect(usher.key).invitation, fresh()
    sent = api.post_invitation_with_http_info(organization, draft(address), prefer="respond-async")
    assert (sent.status_code, sent.headers["Preference-Applied"]) == (202, "respond-async")
    id = sent.headers["Location"].removeprefix("/api/invitation/")
    one = api.get_organization_invitations(id, organization).actual_instance
    assert isinstance(one, generated.InvitationDetails)
    assert (one.id, one.email, one.status) == (id, address, generated.InvitationStatus.PENDING)
    every = api.get_organization_invitations(organization, organization).actual_instance
    assert isinstance(every, list)
    assert id in {found.id for found in every}
    assert refused(generated, api.get_organization_invitations, str(uuid.uuid4()), organization) == (
        "NotFoundException", "invitation_not_found")


@pytest.mark.parametrize("scheme", ["ApiKey", "Bearer", "NamedApiKey"])
def test_each_way_to_send_a_key(usher, connect, scheme):
    api = connect(usher.key, scheme).invitation
    assert api.get_invitations_with_http_info(usher.organization_id, usher.organization_id).status_code == 200


def test_a_session_is_sent_as_a_cookie(usher, connect, draft):
    """The frozen contract's scheme `Cookie`. This generator sends a cookie's value without its name."""
    address, organization = fresh(), usher.organization_id
    connect(usher.key).invitation.post_invitation(organization, draft(address))
    visitor = Visitor()
    [letter] = usher.letters_to(address)
    assert visitor.join(visitor.open(link_in(letter["text"]))).status_code == 303
    session = f"Authorization={visitor.session.cookies['usher_session']}"
    assert connect(session, "Cookie").auth.get_me().email == address


def test_refusals_are_the_documented_model(generated, usher, connect, draft):
    """400, 401, 403, 404, 422 are parsed, and nothing comes of what was refused."""
    organization, stranger = usher.organization_id, str(uuid.uuid4())
    mine, address = connect(usher.key), fresh()
    send = mine.invitation.post_invitation
    cases = [
        (("BadRequestException", "invalid_email"), send, (organization, draft("nobody"))),
        (("BadRequestException", "origin_not_allowed"), send,
         (organization, draft(address, app_url="https://evil.example.com"))),
        (("BadRequestException", "organization_mismatch"), send,
         (organization, draft(address, organization_id=stranger))),
        (("BadRequestException", "person_required"), mine.auth.get_me, ()),
        (("UnauthorizedException", "not_signed_in"), connect(None).invitation.post_invitation,
         (organization, draft(address))),
        (("ForbiddenException", "not_a_member"), send, (stranger, draft(address))),
        (("ForbiddenException", "role_too_low"), connect(usher.make_key("user")).invitation.post_invitation,
         (organization, draft(address))),
        (("NotFoundException", "invitation_not_found"), mine.invitation.delete_invitation, (stranger, organization)),
    ]
    for expected, call, args in cases:
        assert refused(generated, call, *args) == expected
    assert usher.letters_to(address) == []
    key = uuid.uuid4().hex
    send(organization, draft(address), idempotency_key=key)
    again = refused(generated, send, organization, draft(fresh()), idempotency_key=key)
    assert again == ("ApiException", "idempotency_mismatch")
    assert len(usher.letters_to(address)) == 1
