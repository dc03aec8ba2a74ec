"""The page that everything started from is what OpenAPI Generator writes from openapi/invitation-v0.json."""

import json

import pytest

from document import FROZEN, generate, operations
from harness import ROOT

HERE = ROOT / "Tests/openapi"
SEED = ROOT.parent / "shared/seed"


@pytest.mark.parametrize(("ours", "original"), [
    (HERE / "InvitationApi.md", SEED / "InvitationApi.md"), (FROZEN, SEED / "invitation-v0.json")])
def test_our_copies_are_the_originals(ours, original):
    if not original.exists():
        pytest.skip(f"no {original.name} beside the repository to compare with")
    assert ours.read_bytes() == original.read_bytes()


def test_the_page_is_generated_byte_for_byte(tmp_path):
    """PRODUCT 1: `-g typescript` of OpenAPI Generator 7.8.0."""
    generate("typescript", FROZEN, tmp_path)
    assert (tmp_path / ".openapi-generator/VERSION").read_text().strip() == "7.8.0"
    assert (tmp_path / "InvitationApi.md").read_bytes() == (HERE / "InvitationApi.md").read_bytes()


def test_both_documents_tell_the_same_of_the_frozen_call():
    frozen = json.loads(FROZEN.read_text())
    old, new = frozen["paths"]["/api/invitation"]["post"], operations()["POST /api/invitation"]
    assert (new["operationId"], new["summary"]) == (old["operationId"], old["summary"])
    assert set(old["responses"]) <= set(new["responses"])
