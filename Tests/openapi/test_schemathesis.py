"""Schemathesis attacks the server with what openapi/usher.yaml allows and what it forbids, on both engines.

USHER_TEST_EXAMPLES is how many requests each operation gets in each run (30), and USHER_TEST_SEEDS what the runs
begin with (1,20261124,7919), for a longer search by hand.
"""

import copy
import os
import subprocess

import pytest
import yaml

from document import DOCUMENT, program
from harness import OWNER, start_usher
from nameserver import NameServer

EXAMPLES = os.environ.get("USHER_TEST_EXAMPLES", "30")
SEEDS = [int(seed) for seed in os.environ.get("USHER_TEST_SEEDS", "1,20261124,7919").split(",")]
APP = "https://app.example.com"
# A schema can't tell which origins are allowed, which cursors are ours, or which times have not passed yet; and DELETE
# revokes an invitation, which stays to be seen as revoked.
CHECKS = ("--checks", "all", "--exclude-checks", "positive_data_acceptance,use_after_free")


@pytest.fixture(scope="module")
def unlimited(engine):
    """No 429 hides what stands behind it; the key is a person's, so that no route refuses it for being nobody's."""
    with NameServer() as names, start_usher(
            engine, USHER_LIMITS="off", USHER_ALLOWED_ORIGINS=APP, USHER_DNS_SERVERS=names.address) as usher:
        usher.key = usher.make_key("owner", user=OWNER)
        yield usher


# It ends the organization that everything else is asked of.
DEADLY = ("delete_organization",)


def attack(usher, folder, document: dict, *options: str, without: tuple[str, ...] = DEADLY) -> None:
    file, settings = folder / "openapi.yaml", folder / "schemathesis.toml"
    file.write_text(yaml.safe_dump(document))
    settings.write_text(
        # Its own list of what refuses a wrong request knows all of these but 414.
        "[checks]\nnegative_data_rejection.expected-statuses = "
        '["400", "401", "403", "404", "405", "406", "409", "413", "414", "415", "422", "428", "429", "5xx"]\n'
        "[parameters]\n"
        f'"TR-Organization" = "{usher.organization_id}"\n"path.organization_id" = "{usher.organization_id}"\n')
    options += tuple(word for name in without for word in ("--exclude-operation-id", name))
    done = subprocess.run(
        [program("schemathesis"), "--config-file", str(settings), "run", str(file), "--url", usher.url,
         "--header", f"Authorization:{usher.key}", "--max-examples", EXAMPLES, "--generation-database", "none",
         "--request-timeout", "30", "--warnings", "off", "--no-color", *options],
        cwd=folder, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr
    tested = sum(len(item) for item in document["paths"].values()) - len(without)
    assert f"Tested: {tested}" in done.stdout, done.stdout
    assert usher.request("GET", "/readyz").status_code == 200
    assert "request failed" not in usher.log


@pytest.mark.parametrize("seed", SEEDS)
def test_every_answer_is_as_documented(unlimited, tmp_path, seed):
    """VAL-17: all phases and checks find no 5xx, no undocumented status, field or body, and no request that should
    have been refused. The seeds stand fast, so that the same is asked each time."""
    attack(unlimited, tmp_path, DOCUMENT, *CHECKS, "--seed", str(seed))


def test_what_lies_behind_the_checks_of_the_body(unlimited, tmp_path):
    """VAL-17: bodies that are good enough to be carried out are, or are refused for a reason that is documented."""
    document = copy.deepcopy(DOCUMENT)
    schemas = document["components"]["schemas"]
    fields = schemas["CreateInvitation"]["properties"]
    fields["email"] = {"type": "string", "pattern": r"^[a-z0-9]{8,30}@example\.org$"}
    fields["app_url"] = {"type": "string", "enum": [APP, unlimited.url]}
    fields["redirect_uri"] = {"type": "string", "pattern": r"^https://app\.example\.com/[a-z?=&%/0-9]{0,40}$"}
    fields["organization_id"] = {"enum": [None, unlimited.organization_id]}
    fields["locale"] = {"enum": [None, "en", "de-AT", "zh-Hant"]}
    fields["expires_at"], fields["expires_in"] = {"enum": [None]}, {"enum": [None, 86_400]}
    fields["scopes"] = {"enum": [None, ["GET /api/auth/me"]]}
    # No role has an id that was made up.
    fields["role_id"] = {"enum": [None]}
    fields["metadata"] = {"enum": [None, {}, {"team": "blue"}]}
    for name in ("name", "message"):
        fields[name] = {"anyOf": [{"type": "null"}, {"type": "string", "pattern": "^[A-Za-z]{1,60}$"}]}
    parameters = document["components"]["parameters"]
    parameters["IdempotencyKey"]["schema"] = {"type": "string", "pattern": "^[a-z0-9]{8,30}$"}
    parameters["Prefer"]["schema"] = {"enum": ["respond-async", "wait=1"]}
    # Settings would refuse what is to be carried out.
    before = {letter["id"] for letter in unlimited.mailbox()}
    attack(unlimited, tmp_path, document, *CHECKS, "--mode", "positive", "--phases", "examples,fuzzing,stateful",
           "--seed", "7", without=(*DEADLY, "update_organization_settings"))
    sent = [letter for letter in unlimited.mailbox() if letter["id"] not in before]
    assert len(sent) > 5, "hardly any invitation was carried out"
