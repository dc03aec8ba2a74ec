"""Seats and the waitlist, with the real binary on both engines."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

from harness import eventually, fresh
from sink import link_in
from visitor import Visitor


def organization(usher, **settings) -> dict:
    """One of its own, with settings, whose only member is its owner; what a call in it needs."""
    made = json.loads(usher.command("org", "create", "Seats", "--owner", fresh("owner"), "--json"))
    identifier = made["organization_id"]
    change(usher, identifier, **settings)
    return {"organization": identifier, "key": usher.make_key("owner", organization=identifier)}


def change(usher, identifier: str, **settings) -> None:
    usher.sql(f"UPDATE organizations SET settings = '{json.dumps(settings)}' WHERE id = '{identifier}'")


def invite(usher, place: dict, address: str):
    return usher.invite(address, **place, organization_id=place["organization"])


def seats(usher, place: dict) -> dict:
    response = usher.request("GET", f"/api/organization/{place['organization']}/seat", **place)
    assert response.status_code == 200, response.text
    told = response.json()
    command = json.loads(usher.command("org", "seats", place["organization"], "--json"))
    assert command == {name: told[name] for name in command}
    return told


def test_of_forty_requests_at_once_exactly_the_free_seats_are_given(usher):
    """CON-07: 204 for exactly as many as there are seats, 400 seat_limit_reached for the rest, no letter too many."""
    place = organization(usher, seats=11)
    addresses = [fresh() for _ in range(40)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda address: invite(usher, place, address), addresses))
    codes = [answer.status_code for answer in answers]
    assert codes.count(204) == 10 and codes.count(400) == 30
    assert {answer.json()["code"] for answer in answers if answer.status_code == 400} == {"seat_limit_reached"}
    told = seats(usher, place)
    assert (told["used"], told["held"], told["free"]) == (1, 10, 0)
    assert sum(len(usher.letters_to(address)) for address in addresses) == 10


def test_who_waits_is_sent_in_order_as_seats_become_free(usher):
    """A withdrawal, an expiry and a higher limit each let the next one go; everybody gets one letter."""
    place = organization(usher, seats=2, waitlist=True)
    addresses = [fresh(f"n{number}") for number in range(5)]
    answers = []
    for address in addresses:
        answers.append(invite(usher, place, address))
        time.sleep(0.01)
    assert [answer.status_code for answer in answers] == [204, 202, 202, 202, 202]
    assert seats(usher, place)["waiting"] == 4
    listed = usher.request("GET", f"/api/invitations/{place['organization']}", **place).json()
    ids = {found["email"]: found["id"] for found in listed}
    assert usher.request("DELETE", f"/api/invitation/{ids[addresses[0]]}", **place).status_code == 204
    eventually(lambda: usher.letters_to(addresses[1]))
    usher.sql(f"UPDATE invitations SET expires_at = 1 WHERE id = '{ids[addresses[1]]}'")
    eventually(lambda: usher.letters_to(addresses[2]))
    assert not usher.letters_to(addresses[3])
    change(usher, place["organization"], seats=4, waitlist=True)
    eventually(lambda: usher.letters_to(addresses[3]) and usher.letters_to(addresses[4]))
    assert [len(usher.letters_to(address)) for address in addresses] == [1] * 5
    told = seats(usher, place)
    assert (told["used"], told["held"], told["free"], told["waiting"]) == (1, 3, 0, 0)
    # What waited is an invitation like any other.
    visitor = Visitor()
    link = link_in(usher.letters_to(addresses[4])[0]["text"])
    assert visitor.join(visitor.open(link)).status_code == 303
    assert seats(usher, place)["used"] == 2


def test_a_limit_that_was_lowered_is_told_before_anybody_types(usher):
    """INV-22: the page says that it is full, the offer stays open, and works once there is room."""
    place = organization(usher)
    address = fresh()
    assert invite(usher, place, address).status_code == 204
    change(usher, place["organization"], seats=1)
    visitor, link = Visitor(), link_in(usher.letters_to(address)[0]["text"])
    page = visitor.open(link)
    assert page.status == 403 and "full at the moment" in page.text
    assert not any(form.input(autocomplete="new-password") for form in page.forms)
    change(usher, place["organization"], seats=2)
    assert visitor.join(visitor.open(link)).status_code == 303
    told = seats(usher, place)
    assert (told["used"], told["held"], told["free"]) == (2, 0, 0)


def test_what_happened_to_seats_can_be_read(usher):
    """Each movement with who and what stood after it, page by page, by API and command; and the doctor finds it sums up."""
    made = json.loads(usher.command("org", "create", "Ledger", "--owner", fresh("owner"), "--json"))
    place = {"organization": made["organization_id"], "key": usher.make_key("owner", organization=made["organization_id"])}
    path = f"/api/organization/{place['organization']}/seat/movement"
    assert usher.request("GET", path, **place).json() == []
    usher.command("org", "settings", place["organization"], "--patch", json.dumps({"seat_limit": 5}))
    address, other = fresh(), fresh()
    assert invite(usher, place, address).status_code == 204
    assert invite(usher, place, other).status_code == 204
    visitor = Visitor()
    assert visitor.join(visitor.open(link_in(usher.letters_to(address)[-1]["text"]))).status_code == 303
    [found] = [one for one in usher.request("GET", f"/api/invitations/{place['organization']}", **place).json()
               if one["email"] == other]
    assert usher.request("DELETE", f"/api/invitation/{found['id']}", **place).status_code == 204

    told = usher.request("GET", path, **place).json()
    kinds = [one["kind"] for one in told]
    assert kinds[0] == "released" and sorted(kinds[1:3]) == ["converted", "occupied"]
    assert kinds[3:] == ["held", "held", "opened"]
    assert told[0]["after"] == {"used": 2, "held": 0, "waiting": 0} and told[0]["invitation_id"] == found["id"]
    assert told[0]["actor"].startswith("key:") and told[-1]["actor"] == "operator" and told[-1]["limit"] == 5
    assert [one["change"]["held"] for one in told if one["kind"] == "held"] == [1, 1]

    pages, link = [], f"{path}?limit=2"
    while link:
        answer = usher.request("GET", link, **place)
        pages += answer.json()
        link = answer.links["next"]["url"].replace(usher.url, "") if "next" in answer.links else None
    assert pages == told
    assert json.loads(usher.command("org", "seats", place["organization"], "--movements", "--json")) == told
    lines = usher.command("org", "seats", place["organization"], "--movements", "--limit", "2").splitlines()
    assert len(lines) == 2 and "released" in lines[0] and "used 2" in lines[0]
    assert "what is written down about seats sums up" in usher.run("doctor").stdout
    usher.sql(f"DELETE FROM seat_movements WHERE organization_id = '{place['organization']}' AND kind = 'released'")
    assert place["organization"] in usher.run("doctor").stdout
    usher.sql(f"UPDATE seat_movements SET held = held - 1 WHERE organization_id = '{place['organization']}'"
              " AND kind = 'opened'")
