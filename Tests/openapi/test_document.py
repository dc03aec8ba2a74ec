"""openapi/usher.yaml is a valid document, and each route answers as it says."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest
import requests
from openapi_spec_validator import OpenAPIV31SpecValidator

from document import CODES, DOCUMENT, METHODS, operations, resolved
from harness import ORGANIZATION, OWNER, eventually, start_usher
from nameserver import NameServer
from sink import link_in
from visitor import PASSWORD, Visitor

PROBLEM = "#/components/schemas/Problem"
HEAD_LIMIT, BODY_LIMIT, URL_LIMIT = 32_768, 65_536, 8192


def bodies() -> dict[str, dict]:
    member, code = {"user_id": str(uuid.uuid4())}, {"code": "A" * 43}
    address = {"email": f"{uuid.uuid4().hex[:12]}@example.org"}
    return {
        "POST /api/organization": {"name": "Third"}, "PUT /api/organization": {"partner_configuration": {"a": [1]}},
        "POST /api/invitation/plan": {"rows": [{"email": f"{uuid.uuid4().hex[:12]}@example.org"}]},
        "POST /api/invitation/plan/{plan_id}/apply": {"confirm_typos": False},
        "POST /api/organization/api_key": {"name": "Third", "role": 0},
        "POST /api/user/api_key": {"name": "Third", "role": 0},
        "PATCH /api/organization/{organization_id}/settings": {"purge_after_days": 60},
        "POST /api/organization/{organization_id}/transfer": member, "PUT /api/user": member | {"role": 0},
        "PATCH /api/invitation/{invitation_id}": {"message": "Hello"},
        "POST /api/invitation/revoke": {"email": "nobody@example.org"}, "POST /api/invitation/lookup": code,
        "POST /api/invitation/decline": code, "DELETE /api/user": {"password": "not the right one"},
        "POST /api/suppression": address, "POST /api/suppression/check": address, "POST /api/suppression/remove": address,
        "POST /api/auth/me/invitation/{invitation_id}/decline": {"reason": "no"},
        "POST /api/organization/{organization_id}/domain": {"domain": f"{uuid.uuid4().hex[:12]}.example.org"},
        "PUT /api/organization/{organization_id}/domain/{domain_id}": {"role": 0},
        "POST /api/organization/{organization_id}/join_request/{request_id}/approve": {"role": 0},
        "POST /api/organization/{organization_id}/link": {
            "role": 0, "max_uses": 3, "redirect_uri": "http://localhost:9/welcome",
            "expires_at": f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}"},
        "POST /api/organization/{organization_id}/role": {
            "name": uuid.uuid4().hex, "permissions": {"invitation": ["read"]}},
        "PUT /api/organization/{organization_id}/role/{role_id}": {"permissions": {"invitation": ["create"]}}}


@pytest.fixture(scope="module")
def usher(engine):
    """With a name server of its own, so that domains can be proved."""
    with NameServer() as names, start_usher(engine, USHER_DNS_SERVERS=names.address) as server:
        server.names = names
        yield server


@pytest.fixture(scope="module")
def person(usher) -> str:
    """A key that may call everything."""
    return usher.make_key("owner", user=OWNER)


@pytest.fixture
def call(usher, person):
    """Calls a route with all that it needs, unless told otherwise, and holds the answer against the document."""
    def call(route: str, key=person, **more) -> requests.Response:
        method, template = route.split()
        path = template.replace("{organization_id}", more.pop("organization_id", usher.organization_id))
        for name in ("link_id", "role_id", "domain_id"):
            path = path.replace(f"{{{name}}}", more.pop(name, str(uuid.uuid4())))
        path = path.replace("{invitation_id}", more.pop("invitation_id", usher.organization_id))
        for name in ("plan_id", "request_id"):
            path = path.replace(f"{{{name}}}", more.pop(name, usher.organization_id))
        for name in ("user_id", "api_key_id"):
            path = path.replace(f"{{{name}}}", more.pop(name, str(uuid.uuid4())))
        if "json" not in more and "data" not in more and "requestBody" in operations()[route]:
            more["json"] = bodies().get(route) or usher.invitation(f"{uuid.uuid4().hex[:12]}@example.org")
        response = usher.request(method, path + more.pop("query", ""), key, **more)
        check(route, response)
        return response
    return call


def events(text: str) -> list[dict[str, str]]:
    """The events of a stream; what only keeps it alive or says when to come back is none."""
    blocks = [
        dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        for block in text.split("\n\n")]
    found = [block for block in blocks if "data" in block]
    assert found, text
    return found


def check(route: str, response: requests.Response) -> None:
    """Status, media type, required fields and body are documented."""
    answers = operations()[route]["responses"]
    status = str(response.status_code)
    assert status in answers, f"{route}: {status} {response.text}"
    answer = resolved(answers[status])
    for name, field in answer.get("headers", {}).items():
        assert name in response.headers or not resolved(field).get("required"), f"{route} {status}: {name}"
    if "content" not in answer:
        assert response.content == b""
        return
    kind = response.headers["Content-Type"].split(";")[0]
    assert kind in answer["content"], f"{route} {status}: {kind}"
    schema = answer["content"][kind]["schema"] | {"components": DOCUMENT["components"]}
    told = events(response.text) if kind == "text/event-stream" else [
        response.json() if kind.endswith("json") else response.text]
    for one in told:
        jsonschema.Draft202012Validator(schema).validate(one)
    if response.status_code >= 400 and schema.get("$ref") == PROBLEM:
        assert kind == "application/problem+json"
        assert response.json()["request_id"] == response.headers["X-Request-Id"]


def routes(status: str, route_filter=lambda operation: True) -> list[str]:
    return [
        route for route, operation in operations().items()
        if status in operation["responses"] and route_filter(operation)]


def told(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


# The document


def test_it_is_valid():
    OpenAPIV31SpecValidator(DOCUMENT).validate()


@pytest.mark.parametrize("route", operations())
def test_each_operation_is_described(route):
    operation = operations()[route]
    assert operation["operationId"] and operation["summary"] and operation["description"] and operation["tags"]
    assert operation["x-policy"] in ("anyone", "caller", "person", "session", "member")
    needed = {"400", "405", "500"}
    if operation["x-policy"] != "anyone":
        needed |= {"401"}
    if operation["x-policy"] == "member":
        assert operation["x-role"] in ("user", "admin", "owner")
        assert re.fullmatch("[a-z_]+:[a-z]+", operation["x-permission"])
        needed |= {"403"}
        assert {"$ref": "#/components/parameters/Organization"} in operation["parameters"]
    if "requestBody" in operation:
        needed |= {"408", "413", "415"}
    assert needed <= set(operation["responses"])


def test_operations_have_names_of_their_own():
    names = [operation["operationId"] for operation in operations().values()]
    assert len(names) == len(set(names))
    assert not {name for item in DOCUMENT["paths"].values() for name in item} - set(METHODS)


def test_each_error_is_a_problem():
    """VAL-16: but for /readyz, whose 503 tells which part is not well."""
    for route, operation in operations().items():
        for status, answer in operation["responses"].items():
            if status[0] in "45" and (route, status) != ("GET /readyz", "503"):
                content = resolved(answer)["content"]
                assert set(content) == {"application/problem+json", "application/json"}, f"{route} {status}"
                assert all(kind["schema"] == {"$ref": PROBLEM} for kind in content.values())
    assert DOCUMENT["components"]["schemas"]["Problem"]["properties"]["code"] == {
        "$ref": "#/components/schemas/ErrorCode"}
    assert len(CODES) == len(set(CODES)) and all(re.fullmatch("[a-z_]+", code) for code in CODES)


def test_it_is_served(usher):
    response = requests.get(f"{usher.url}/openapi.json", timeout=10)
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.json() == json.loads(json.dumps(DOCUMENT))


# What it says


def own_organization(call) -> dict:
    """One that may end."""
    made = call("POST /api/organization").json()["id"]
    return {"organization": made, "organization_id": made}


def second_owner(usher) -> tuple[str, str]:
    """Id and key."""
    address = f"{uuid.uuid4().hex[:12]}@example.org"
    made = usher.command("admin", "create", "--email", address, "--organization", ORGANIZATION, "--json",
                         stdin="quiet lamps over water\n")
    return json.loads(made)["user_id"], usher.make_key("owner", user=address)


def prepared(route: str, call, usher) -> dict:
    """What the plain case of a route needs beside its usual parameters."""
    def offered() -> dict:
        user, key = second_owner(usher)
        offer = call("POST /api/organization/{organization_id}/transfer", json={"user_id": user})
        assert offer.status_code == 200
        return {"key": key}

    match route:
        case _ if not route.startswith("GET ") and "{invitation_id}" in route:
            invitation = sent(call)
            if route.endswith("/resend"):
                usher.sql("UPDATE invitations SET last_letter_at = last_letter_at - 120000")
            return {"invitation_id": invitation}
        case "POST /api/invitation/lookup" | "POST /api/invitation/decline":
            address = f"{uuid.uuid4().hex[:12]}@example.org"
            assert usher.invite(address).status_code == 204
            return {"json": {"code": code_of(usher, address)}}
        case _ if "{plan_id}" in route:
            plan = call("POST /api/invitation/plan").json()["id"]
            if "/event" in route:
                # Only the stream of a plan that has ended ends by itself.
                assert call("DELETE /api/invitation/plan/{plan_id}", plan_id=plan).status_code == 204
            return {"plan_id": plan}
        case "DELETE /api/user":
            address = f"{uuid.uuid4().hex[:12]}@example.org"
            usher.command("admin", "create", "--email", address, "--organization", ORGANIZATION, stdin=f"{PASSWORD}\n")
            return {"key": usher.make_key("user", user=address), "json": {"password": PASSWORD}}
        case "POST /api/suppression/remove" | "POST /api/suppression/check":
            address = {"email": f"{uuid.uuid4().hex[:12]}@example.org"}
            assert call("POST /api/suppression", json=address).status_code < 300
            return {"json": address}
        case _ if "{link_id}" in route:
            return {"link_id": call("POST /api/organization/{organization_id}/link").json()["id"]}
        case _ if "{role_id}" in route:
            return {"role_id": call("POST /api/organization/{organization_id}/role").json()["id"]}
        case _ if "/join_request/" in route:
            return {"request_id": ask_to_join(usher).json()["request_id"]}
        case _ if "{request_id}" in route:
            return {"request_id": asked_request(usher)}
        case _ if "{domain_id}" in route:
            made = call("POST /api/organization/{organization_id}/domain").json()
            usher.names.say(made["record"]["name"], made["record"]["value"])
            return {"domain_id": made["id"]}
        case "DELETE /api/organization/{organization_id}":
            return own_organization(call)
        case "POST /api/organization/{organization_id}/restore":
            gone = own_organization(call)
            assert call("DELETE /api/organization/{organization_id}", **gone).status_code == 204
            return gone
        case "DELETE /api/organization/api_key/{api_key_id}" | "DELETE /api/user/api_key/{api_key_id}":
            made = call(route.removeprefix("DELETE ").removesuffix("/{api_key_id}").join(("POST ", "")))
            return {"api_key_id": made.json()["id"]}
        case "DELETE /api/organization/{organization_id}/user/{user_id}":
            return {"user_id": second_owner(usher)[0]}
        case "PUT /api/user" | "POST /api/organization/{organization_id}/transfer":
            return {"json": {"user_id": second_owner(usher)[0]}}
        case "GET /api/organization/{organization_id}/transfer" | "DELETE /api/organization/{organization_id}/transfer":
            offered()
        case _ if "/transfer/" in route:
            return offered()
    return {}


@pytest.mark.parametrize("route", operations())
def test_the_plain_case(call, usher, route):
    if operations()[route]["x-policy"] == "session":
        return test_the_plain_case_of_a_person(call, usher, route)
    response = call(route, **prepared(route, call, usher))
    assert 200 <= response.status_code < 400, response.text
    if "/transfer" in route:
        call("DELETE /api/organization/{organization_id}/transfer", key=second_owner(usher)[1])
        usher.command("member", "role", OWNER, "owner", "--organization", usher.organization_id)


def somebody_of_a_domain(usher) -> dict:
    """The header fields of a signed-in person whose domain lets them ask to join."""
    domain = f"{uuid.uuid4().hex[:12]}.example.org"
    path = f"/api/organization/{usher.organization_id}/domain"
    made = usher.request("POST", path, json={"domain": domain, "joining": "request"}).json()
    usher.names.say(made["record"]["name"], made["record"]["value"])
    assert usher.request("POST", f"{path}/{made['id']}/verify").status_code == 200
    usher.command(
        "admin", "create", "--email", f"ada@{domain}", "--organization", "Elsewhere", stdin=f"{PASSWORD}\n")
    visitor = Visitor()
    page = visitor.open(f"{usher.url}/signin")
    assert visitor.submit(
        page, page.form_to("/signin"), email=f"ada@{domain}", password=PASSWORD).status_code == 303
    return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.session.cookies)}


def ask_to_join(usher, fields: dict | None = None) -> requests.Response:
    path = f"/api/auth/me/organization/{usher.organization_id}/join"
    response = usher.request("POST", path, None, headers=fields or somebody_of_a_domain(usher))
    assert response.status_code == 202, response.text
    return response


def asked_request(usher) -> str:
    """An open request for a new link, of somebody whose invitation expired."""
    address = f"{uuid.uuid4().hex[:12]}@example.org"
    assert usher.invite(address).status_code == 204
    identifier = usher.invitation_of(address)["id"]
    usher.sql(
        "UPDATE invitations SET expires_at = created_at, last_letter_at = created_at - 120000 "
        f"WHERE id = '{identifier}'")
    visitor = Visitor()
    page = visitor.open(link_in(usher.letters_to(address)[0]["text"]))
    assert visitor.submit(page, page.form_to("/invitation/ask")).status_code == 303
    return next(
        found["id"] for found in usher.request("GET", "/api/invitation/request").json() if found["email"] == address)


def sent(call, **more) -> str:
    response = call("POST /api/invitation", headers={"Prefer": "respond-async"}, **more)
    assert response.status_code == 202
    return response.headers["Location"].rsplit("/", 1)[1]


def code_of(usher, address: str) -> str:
    [letter] = usher.letters_to(address)
    return re.search("inv_code=([\\w-]{43})", letter["text"]).group(1)


def test_the_plain_case_of_a_person(call, usher, route="POST /api/auth/me/invitation/{invitation_id}/accept"):
    """With a session: of somebody who joined, and is invited elsewhere; or whose domain lets them in."""
    if "{organization_id}" in route:
        fields = somebody_of_a_domain(usher)
        if route.startswith("DELETE "):
            ask_to_join(usher, fields)
        assert call(route, key=None, headers=fields).status_code in (202, 204)
        return
    address = f"{uuid.uuid4().hex[:12]}@example.org"
    visitor = Visitor()
    assert usher.invite(address).status_code == 204
    link = f"{usher.url}/auth?inv_code={code_of(usher, address)}"
    assert visitor.join(visitor.open(link)).status_code == 303
    other = json.loads(usher.command("org", "create", "Other", "--owner", OWNER, "--json"))["organization_id"]
    key = usher.make_key("owner", organization=other)
    body = usher.invitation(address, organization_id=other)
    response = usher.request(
        "POST", "/api/invitation", key, other, {"Prefer": "respond-async"}, json=body)
    assert response.status_code == 202, response.text
    fields = {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.session.cookies)}
    response = call(
        route, key=None, headers=fields, invitation_id=response.headers["Location"].rsplit("/", 1)[1])
    assert response.status_code in (200, 204), response.text


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_405_names_the_methods_that_there_are(usher, person, path):
    allowed = {method.upper() for method in METHODS if method in DOCUMENT["paths"][path]}
    allowed |= {"HEAD"} if "GET" in allowed else set()
    filled = re.sub(r"\{\w+\}", usher.organization_id, path)
    # No route is in the way of this one with more methods of its own.
    for method in sorted({"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - allowed):
        response = usher.request(method, filled, person)
        assert told(response) == (405, "method_not_allowed"), method
        assert set(response.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("route", routes("401"))
def test_401(call, route):
    for key in (None, "ush_wrong", "Basic dXNlcjpwYXNz"):
        assert told(call(route, key=key)) == (401, "not_signed_in")


@pytest.mark.parametrize("route", routes("403", lambda operation: operation["x-policy"] == "member"))
def test_400_and_403_for_the_organization(call, usher, route):
    assert told(call(route, organization=None)) == (400, "organization_header_missing")
    assert told(call(route, organization="7")) == (400, "organization_header_invalid")
    foreign = str(uuid.uuid4())
    assert told(call(route, organization=foreign, organization_id=foreign)) == (403, "not_a_member")
    if operations()[route]["x-role"] != "user":
        assert told(call(route, key=usher.make_key("user"))) == (403, "role_too_low")


@pytest.mark.parametrize("route", routes("413"))
def test_400_413_and_415_for_a_body(call, route):
    as_json = {"Content-Type": "application/json"}
    assert told(call(route, data="{", headers=as_json)) == (400, "invalid_body")
    assert told(call(route, data="[]", headers=as_json)) == (400, "invalid_body")
    assert told(call(route, data="{}", headers={"Content-Type": "text/plain"})) == (415, "unsupported_media_type")
    assert told(call(route, data="{}", headers={"Content-Type": "application/json; charset=utf-16"})) == (
        415, "unsupported_media_type")
    padded = "{" + " " * operations()[route].get("x-body-limit", BODY_LIMIT) + "}"
    assert told(call(route, data=padded, headers=as_json)) == (413, "body_too_large")


@pytest.mark.parametrize("route", routes("414"))
def test_414_421_and_431(call, route):
    assert told(call(route, query="?x=" + "a" * URL_LIMIT)) == (414, "uri_too_long")
    assert told(call(route, headers={"X-Long": "a" * HEAD_LIMIT})) == (431, "headers_too_large")
    assert told(call(route, headers={"Host": "other.example.com"})) == (421, "misdirected_request")


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_answer_for_any_host(usher, path):
    assert usher.request("GET", path, None, None, headers={"Host": "other.example.com"}).status_code == 200


def test_404_and_400_for_ids(call, usher):
    unknown = str(uuid.uuid4())
    assert told(call("DELETE /api/invitation/{invitation_id}", invitation_id=unknown)) == (404, "invitation_not_found")
    response = usher.request("GET", f"/api/invitations/{unknown}")
    check("GET /api/invitations/{organization_id}", response)
    assert told(response) == (400, "organization_mismatch")


def test_where_a_202_leads(call, usher):
    """Its Location tells one invitation; with the organization's id it is the list that older clients call."""
    sent = call("POST /api/invitation", headers={"Prefer": "respond-async"})
    assert (sent.status_code, sent.headers["Preference-Applied"]) == (202, "respond-async")
    route, id = "GET /api/invitation/{invitation_id}", sent.headers["Location"].removeprefix("/api/invitation/")
    def one() -> dict:
        """the letter is handed over"""
        response = call(route, invitation_id=id)
        assert response.status_code == 200
        return response.json()

    eventually(lambda: one()["delivery"] == "handed_over")
    assert one()["id"] == id
    listed, older = call("GET /api/invitations/{organization_id}").json(), call(route).json()
    found = one()
    assert found.pop("timeline") and found.pop("next")
    assert found in listed and found in older
    assert [found["id"] for found in older] == [found["id"] for found in listed]
    for unknown in (str(uuid.uuid4()), "7"):
        assert told(call(route, invitation_id=unknown)) == (404, "invitation_not_found")


@pytest.mark.parametrize("query", ["limit=0", "status=gone", "cursor=7", "other=1"])
def test_400_for_a_query(call, query):
    """AZ-16; of one invitation as of the list."""
    sent = call("POST /api/invitation", headers={"Prefer": "respond-async"})
    one, query = sent.headers["Location"].rsplit("/", 1)[1], f"?{query}"
    assert told(call("GET /api/invitations/{organization_id}", query=query)) == (400, "invalid_query")
    route = "GET /api/invitation/{invitation_id}"
    assert told(call(route, query=query)) == (400, "invalid_query")
    assert told(call(route, query=query, invitation_id=one)) == (400, "invalid_query")


def test_422_for_a_key_that_came_with_another_body(call, usher):
    fields, address = {"Idempotency-Key": uuid.uuid4().hex}, f"{uuid.uuid4().hex[:12]}@example.org"
    for _ in range(2):
        response = call("POST /api/invitation", headers=fields, json=usher.invitation(address))
        assert response.status_code == 204
    again = call("POST /api/invitation", headers=fields, json=usher.invitation(address, user_role=1))
    assert told(again) == (422, "idempotency_mismatch")
    assert len(usher.letters_to(address)) == 1


def test_429_tells_when(call, usher):
    """The recipient's limit is the smallest: the same address, again and again."""
    address = f"{uuid.uuid4().hex[:12]}@example.org"
    for _ in range(60):
        response = call("POST /api/invitation", json=usher.invitation(address))
        if response.status_code == 429:
            break
        for found in usher.invitations(status="pending"):
            if found["email"] == address:
                call("DELETE /api/invitation/{invitation_id}", invitation_id=found["id"])
    assert told(response) == (429, "limited")
    assert int(response.headers["Retry-After"]) >= 1
    assert response.headers["RateLimit"] and response.headers["RateLimit-Policy"]


@pytest.mark.parametrize("accept", ["application/json", "application/json, text/plain, */*"])
def test_older_clients_get_problems_as_json(usher, accept):
    response = usher.request("GET", "/api/auth/me", None, headers={"Accept": accept})
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    assert told(response) == (401, "not_signed_in")
