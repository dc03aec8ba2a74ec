"""Who does not want to be invited: the one-click link of the letter, and the list that admins keep (EML-20, EML-21)."""

import email
import json
import re
import uuid
from urllib.parse import parse_qs, urlsplit

import requests

from harness import fresh


def one_click(usher, address: str) -> str:
    """Invites; the URL behind the mail program's button."""
    assert usher.invite(address).status_code == 204
    message = email.message_from_string(usher.letters_to(address)[-1]["raw"])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    urls = re.findall("<([^>]+)>", "".join(message["List-Unsubscribe"].split()))
    assert len(urls) == 1 and urls[0].startswith(f"{usher.url}/")
    return urls[0]


def press(url: str, **more) -> requests.Response:
    """What a mail provider does (RFC 8058 section 3.2): no cookies, no page before, no redirect followed."""
    return requests.post(
        url, data={"List-Unsubscribe": "One-Click"}, timeout=10, allow_redirects=False, **more)


def refused(usher, address: str) -> bool:
    """Whether the address is suppressed: the frozen contract's answer is 400 (EML-21)."""
    if open_one := usher.invitation_of(address):
        usher.request("DELETE", f"/api/invitation/{open_one['id']}")
    response = usher.invite(address)
    if response.status_code == 204:
        return False
    assert (response.status_code, response.json()["code"]) == (400, "recipient_suppressed")
    return True


def test_only_a_post_suppresses(usher):
    """EML-20: GET and HEAD, as scanners do, change nothing; POST without cookies does, with 200 and no redirect."""
    address = fresh()
    url = one_click(usher, address)
    for _ in range(3):
        assert requests.get(url, timeout=10).status_code == 200
        assert requests.head(url, timeout=10).status_code == 200
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert requests.request(method, url, timeout=10).status_code == 405
    assert not refused(usher, address)
    done = press(url)
    assert done.status_code == 200 and "Location" not in done.headers
    assert refused(usher, address)
    assert len(usher.letters_to(address)) == 2


def test_the_link_still_works_when_the_invitation_is_over(usher):
    """EML-20: a letter is pressed days later, when the invitation was withdrawn."""
    address = fresh()
    url = one_click(usher, address)
    usher.request("DELETE", f"/api/invitation/{usher.invitation_of(address)['id']}")
    assert press(url).status_code == 200
    assert refused(usher, address)


def test_a_replay_changes_nothing_more(usher):
    """EML-20: pressed twenty times, it is noted once."""
    address = fresh()
    url = one_click(usher, address)
    assert [press(url).status_code for _ in range(20)] == [200] * 20
    identifier = parse_qs(urlsplit(url).query)["i"][0]
    entries = usher.request(
        "GET", "/api/audit", params={"subject": identifier, "action": "invitation.reported"}).json()
    assert [entry["actor"] for entry in entries] == ["invitee"]


def test_forged_links_do_nothing(usher):
    """EML-20: the token belongs to one invitation of one organization."""
    mine, other = fresh(), fresh()
    url, theirs = one_click(usher, mine), one_click(usher, other)
    parts, foreign = parse_qs(urlsplit(url).query), parse_qs(urlsplit(theirs).query)
    token, organization = parts["t"][0], parts["o"][0]
    flipped = ("B" if token[0] == "A" else "A") + token[1:]
    base = url.split("?")[0]
    for query in (
        {"i": foreign["i"][0], "o": organization, "t": token},
        {"i": parts["i"][0], "o": str(uuid.uuid4()), "t": token},
        {"i": parts["i"][0], "o": organization, "t": flipped},
        {"i": parts["i"][0], "o": organization, "t": token[:-1]},
        {"i": parts["i"][0], "o": organization, "t": ""},
        {"i": "x", "o": organization, "t": token},
        {"o": organization, "t": token},
        {},
    ):
        assert requests.post(base, params=query, timeout=10, allow_redirects=False).status_code == 404, query
    assert requests.post(base, params={"i": parts["i"][0], "o": organization, "t": token} | {"t": flipped},
                         timeout=10).status_code == 404
    assert not refused(usher, mine) and not refused(usher, other)


def test_admins_keep_a_list_and_cannot_overrule_the_owner_of_an_address(usher):
    """EML-20, EML-21: who asked may lift it, or the operator."""
    theirs, ours = fresh("theirs"), fresh("ours")
    assert press(one_click(usher, theirs)).status_code == 200
    added = usher.request("POST", "/api/suppression", json={"email": ours})
    assert (added.status_code, added.json()["source"]) == (200, "admin")
    assert refused(usher, ours) and refused(usher, theirs)
    listed = usher.request("GET", "/api/suppression", params={"limit": 2})
    assert {entry["source"] for entry in listed.json()} == {"admin", "invitee"}
    assert ours not in listed.text and theirs not in listed.text

    answer = usher.request("POST", "/api/suppression/remove", json={"email": theirs})
    assert (answer.status_code, answer.json()["code"]) == (400, "suppression_protected")
    assert usher.request("POST", "/api/suppression/remove", json={"email": ours}).status_code == 204
    assert not refused(usher, ours) and refused(usher, theirs)

    place = ("--organization", usher.organization_id)
    by_command = json.loads(usher.command("suppression", "list", *place, "--json"))
    assert listed.json()[-1]["hash"] in {entry["hash"] for entry in by_command}
    usher.command("suppression", "remove", theirs, *place)
    assert not refused(usher, theirs)
    again = usher.run("suppression", "remove", theirs, *place)
    assert again.returncode == 1 and "not on the" in again.stderr
    assert json.loads(usher.command("suppression", "add", ours, *place, "--json"))["source"] == "operator"
    assert refused(usher, ours)
    assert usher.request("POST", "/api/suppression/remove", json={"email": ours}).status_code == 400
