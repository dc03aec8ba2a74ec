"""A client that others published for this API family does the membership part against Usher.

It is installed without its dependencies, because it asks for older ones than the other tests do; where it is not there,
the shapes that it reads are tested all the same, in Tests/e2e and with our own generated client.
"""

import uuid
from types import SimpleNamespace

import pytest

from harness import OWNER

trieve = pytest.importorskip("trieve_py_client", reason="pip install --no-deps trieve-py-client")


@pytest.fixture
def connect(usher):
    def connect(key: str) -> SimpleNamespace:
        settings = trieve.Configuration(host=usher.url, api_key={"ApiKey": key})
        client = trieve.ApiClient(settings)
        return SimpleNamespace(
            organization=trieve.OrganizationApi(client), user=trieve.UserApi(client), auth=trieve.AuthApi(client),
            invitation=trieve.InvitationApi(client))
    return connect


def test_the_membership_part_of_the_published_client(usher, connect):
    person, organization = connect(usher.make_key("owner", user=OWNER)), usher.organization_id
    me = person.auth.get_me()
    assert me.email == OWNER and organization in [found.id for found in me.orgs]

    made = person.organization.create_organization(trieve.CreateOrganizationReqPayload(name="Another"))
    renamed = person.organization.update_organization(made.id, trieve.UpdateOrganizationReqPayload(name="Renamed"))
    assert (renamed.id, renamed.name, renamed.deleted) == (made.id, "Renamed", 0)
    found = person.organization.get_organization(made.id, made.id)
    assert (found.organization.name, found.plan, found.subscription) == ("Renamed", None, None)

    key = person.organization.create_organization_api_key(
        made.id, trieve.CreateApiKeyReqPayload(name="ci", role=1))
    listed = person.organization.get_organization_api_keys(made.id)
    assert [(item.name, item.role, item.organization_id) for item in listed] == [("ci", 1, made.id)]
    assert connect(key.api_key).organization.get_organization_users(made.id, made.id)[0].email == OWNER
    person.organization.delete_organization_api_key(listed[0].id, made.id)
    with pytest.raises(trieve.ApiException) as refused:
        connect(key.api_key).organization.get_organization_users(made.id, made.id)
    assert refused.value.status == 401

    person.invitation.post_invitation(made.id, trieve.InvitationData(
        app_url=usher.url, email=f"{uuid.uuid4().hex}@example.org", organization_id=made.id,
        redirect_uri=f"{usher.url}/account", user_role=0))
    invitations = person.invitation.get_invitations(made.id, made.id)
    assert [item.used for item in invitations] == [False]
    person.invitation.delete_invitation(made.id, invitations[0].id)

    own = person.user.get_user_api_keys()
    assert own and {item.name for item in own} == {"Made by usher key create"}
    with pytest.raises(trieve.ApiException) as refused:
        person.user.update_user(made.id, trieve.UpdateUserOrgRoleReqPayload(user_id=me.id, role=1))
    assert refused.value.status == 400 and "last_owner" in refused.value.body
    with pytest.raises(trieve.ApiException) as refused:
        person.user.delete_user_api_key(str(uuid.uuid4()))
    assert refused.value.status == 404
    person.organization.delete_organization(made.id, made.id)
    with pytest.raises(trieve.ApiException) as refused:
        person.organization.get_organization(made.id, made.id)
    assert refused.value.status == 403
