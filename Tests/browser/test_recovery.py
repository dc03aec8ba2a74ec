"""From a link that does not work, or cannot be followed, to a membership, in Chromium."""

import json
import re
import time
import uuid

import pytest

from harness import OWNER, eventually, fresh
from person import PASSWORD, PHONE, Person, code_in, invite
from sink import link_in

DAY = 86_400_000


def change(usher, address: str, setting: str) -> None:
    usher.sql(f"UPDATE invitations SET {setting} WHERE id = '{usher.invitation_of(address)['id']}'")


def admin(chromium, usher, **options) -> tuple[Person, str]:
    """An admin with a password, signed out; and their address."""
    address = fresh("admin")
    person = Person(chromium, **options)
    person.open(invite(usher, address, user_role=1))
    person.join("Alan Admin")
    person.page.wait_for_url(f"{usher.url}/account")
    person.press("Sign out")
    return person, address


def links_to(usher, address: str) -> set[str]:
    return {link_in(letter["text"]) for letter in usher.letters_to(address)}


def short_code(text: str) -> str:
    return re.search(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", text, re.MULTILINE)[0]


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_an_expired_link_is_replaced(chromium, usher, scripts):
    """State H, INV-02, INV-10: the invitee asks, the admin signs in and approves, the new link joins."""
    boss, boss_address = admin(chromium, usher)
    address = fresh("late")
    key = usher.make_key("admin", user=boss_address)
    old = invite(usher, address, key=key)
    yesterday = int(time.time() * 1000) - DAY
    change(usher, address, f"expires_at = {yesterday}, last_letter_at = {yesterday - 7 * DAY}")
    with boss, Person(chromium, **PHONE, java_script_enabled=scripts) as person:
        assert person.open(old) == 410
        assert person.state == "H"
        person.press("Ask Alan Admin for a new link")
        assert person.state == "asked"
        person.open(old)
        person.press("Ask Alan Admin for a new link")
        assert person.state == "asked", "twice is the same"
        letters = eventually(lambda: [
            letter for letter in usher.letters_to(boss_address) if "asks for a new" in letter["subject"]])
        assert len(letters) == 1
        assert len(usher.letters_to(address)) == 1, "nothing is sent before somebody approves"
        request = next(word for word in letters[0]["text"].split() if "/request/" in word)

        boss.open(request)
        assert boss.page.url.startswith(f"{usher.url}/signin")
        boss.sign_in(boss_address)
        boss.page.wait_for_url(request)
        assert boss.state == "request" and address in boss.page.locator("main").inner_text()
        boss.press("Approve and send")
        assert boss.state == "request-approved"
        new = eventually(lambda: next(iter(links_to(usher, address) - {old}), None))
        assert len(usher.letters_to(address)) == 2
        assert code_in(new) != code_in(old)

        person.open(old)
        assert person.state == "J", "the old link says that there is a newer one"
        assert person.open(new) == 200
        person.join()
        person.page.wait_for_url(f"{usher.url}/account")
        assert usher.invitation_of(address)["used"] is True


def test_an_older_link_sends_the_newest_letter_again(chromium, usher):
    """State J, INV-13: to the same address, once a minute, with the same link."""
    address = fresh("newer")
    old = invite(usher, address)
    found = usher.invitation_of(address)["id"]
    change(usher, address, f"last_letter_at = {int(time.time() * 1000) - 120_000}")
    response = usher.request("POST", f"/api/invitation/{found}/resend")
    assert response.status_code in (202, 204), response.text
    letters = eventually(lambda: usher.letters_to(address)[1:] and usher.letters_to(address))
    links = {link_in(letter["text"]) for letter in letters}
    with Person(chromium) as person:
        assert person.open(old) == 410
        assert person.state == "J" and "Look for the latest letter" in person.page.locator("main").inner_text()
        person.press("Send it again")
        assert person.state == "again"
        time.sleep(2)
        assert len(usher.letters_to(address)) == 2, "the last one is not a minute old"
        change(usher, address, f"last_letter_at = {int(time.time() * 1000) - 61_000}")
        person.open(old)
        person.press("Send it again")
        assert person.state == "again"
        letters = eventually(lambda: usher.letters_to(address)[2:] and usher.letters_to(address))
        assert {link_in(letter["text"]) for letter in letters} == links, "no third link"
        assert len({re.search(r"(?mi)^message-id: *(\S+)", letter["raw"])[1] for letter in letters}) == 3
        newest = (links - {old}).pop()
        person.open(newest)
        person.join()
        person.page.wait_for_url(f"{usher.url}/account")


def test_somebody_signed_in_with_another_address_is_invited_there(chromium, usher):
    """State D, INV-04, INV-05: both addresses, an admin's yes, a letter to the other address only."""
    boss, boss_address = admin(chromium, usher)
    key = usher.make_key("admin", user=boss_address)
    home = fresh("home")
    with boss, Person(chromium) as person:
        other = json.loads(usher.command("org", "create", "Elsewhere", "--owner", fresh("else"), "--json"))
        elsewhere = other["organization_id"]
        there = invite(
            usher, home, key=usher.make_key("admin", organization=elsewhere), organization=elsewhere,
            organization_id=elsewhere)
        person.open(there)
        person.join("Hanna Home")
        person.page.wait_for_url(f"{usher.url}/account")
        work = fresh("work")
        assert person.open(invite(usher, work, key=key)) == 403
        assert person.state == "D" and work not in person.page.content()
        person.press(f"Ask to be invited at {home}")
        assert person.state == "asked"
        letter = eventually(lambda: next(
            (found for found in usher.letters_to(boss_address) if "asks to be invited" in found["subject"]), None))
        boss.open(next(word for word in letter["text"].split() if "/request/" in word))
        boss.sign_in(boss_address)
        boss.page.wait_for_url("**/request/**")
        text = boss.page.locator("main").inner_text()
        assert home in text and work in text
        boss.press("Approve and send")
        link = eventually(lambda: next(iter(links_to(usher, home) - {there}), None))
        assert len(usher.letters_to(work)) == 1
        person.open(link)
        assert person.state == "C"
        person.press("Join Example & Söhne")
        person.page.wait_for_url(f"{usher.url}/account")
        assert usher.invitation_of(work)["status"] == "pending"


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_the_short_code_leads_in(chromium, usher, scripts):
    """INV-17, INV-27: typed as people type, from the letter, on another device."""
    address = fresh("coder")
    invite(usher, address)
    letter = usher.letters_to(address)[0]["text"]
    code = short_code(letter)
    assert f"{usher.url}/code" in letter
    with Person(chromium, **PHONE, java_script_enabled=scripts) as person:
        assert person.open(f"{usher.url}/code") == 200
        for typed, words in ((code[:4], "eight letters"), ("0000-0000", "does not belong")):
            person.page.get_by_label("E-mail address").fill(address)
            person.page.get_by_label("Code from the letter").fill(typed)
            person.press("Open invitation")
            assert words in person.page.locator("main").inner_text()
            assert person.page.get_by_label("E-mail address").input_value() == address
        person.page.get_by_label("Code from the letter").fill(code.lower().replace("-", " "))
        person.press("Open invitation")
        assert (person.state, person.page.url) == ("A", f"{usher.url}/invitation")
        assert usher.invitation_of(address)["used"] is False
        person.join()
        person.page.wait_for_url(f"{usher.url}/account")
        assert usher.invitation_of(address)["used"] is True


def test_an_account_that_exists_joins_signed_out(chromium, usher):
    """State B, INV-24: by the password that it has; the second press of a form is no second membership."""
    address = fresh("known")
    with Person(chromium) as person:
        person.open(invite(usher, address))
        person.join()
        person.page.wait_for_url(f"{usher.url}/account")
        person.press("Sign out")
        other = json.loads(usher.command("org", "create", "Branch", "--owner", fresh("branch"), "--json"))
        branch = other["organization_id"]
        link = invite(
            usher, address, key=usher.make_key("admin", organization=branch), organization=branch,
            organization_id=branch)
        assert person.open(link) == 200
        assert person.state == "B"
        person.page.get_by_label("Password", exact=True).fill("not the right password")
        person.press("Sign in and join")
        assert person.state == "B"
        person.page.get_by_label("Password", exact=True).fill(PASSWORD)
        person.press("Sign in and join")
        person.page.wait_for_url(f"{usher.url}/account")
        assert "Branch" in person.page.locator("main").inner_text()
        person.open(link)
        assert person.state == "F"


def test_an_account_that_was_never_proved_is_taken_over_by_the_letter(chromium, usher):
    """INV-05: its password and sessions end when the code proves the address."""
    address = fresh("squatted")
    link = invite(usher, address)
    now = int(time.time() * 1000)
    usher.sql(
        "INSERT INTO users (id, email_typed, email_canonical, email_wire, password_hash, created_at, updated_at) "
        f"SELECT '01a20b8c-0000-7000-8000-{now % 10**12:012d}', '{address}', '{address}', '{address}', password_hash, "
        f"{now}, {now} FROM users WHERE password_hash IS NOT NULL LIMIT 1")
    with Person(chromium) as person:
        assert person.open(link) == 200
        assert person.state == "A", "an account that nobody proved is no account"
        person.join()
        person.page.wait_for_url(f"{usher.url}/account")
        assert address in person.page.locator("main").inner_text()


def test_a_link_that_is_withdrawn_while_the_page_is_open(chromium, usher):
    """CON-03, INV-11: the form comes too late, says so, and makes nobody a member."""
    address = fresh("tardy")
    link = invite(usher, address)
    with Person(chromium) as person:
        person.open(link)
        identifier = usher.invitation_of(address)["id"]
        assert usher.request("DELETE", f"/api/invitation/{identifier}").status_code == 204
        person.join()
        assert person.state == "I"
        assert "Example" not in person.page.locator("main").inner_text()
        person.open(f"{usher.url}/account")
        assert person.page.url.startswith(f"{usher.url}/signin"), "no account and no session"


def test_a_link_survives_what_mail_does_to_it(chromium, usher):
    """INV-27: tracking parameters behind it, and pasted over two lines."""
    address = fresh("wrapped")
    link = invite(usher, address)
    with Person(chromium) as person:
        assert person.open(link + "&utm_source=mail&fbclid=x") == 200
        assert person.state == "A"
        person.context.clear_cookies()
        person.open(f"{usher.url}/invitation")
        assert person.state == "K"
        person.page.get_by_label("Link or code from the letter").fill(f"<{link[:60]} {link[60:]}>.")
        person.press("Open invitation")
        assert person.state == "A"


def test_a_request_is_for_admins_only(chromium, usher):
    """AZ-09: a member of another organization learns nothing; nor does who is signed out."""
    with Person(chromium) as person:
        person.open(f"{usher.url}/request/{usher.organization_id}/{usher.organization_id}")
        assert person.page.url.startswith(f"{usher.url}/signin")
        assert OWNER not in person.page.content()


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_an_ownership_is_taken_on_its_page(chromium, usher, scripts):
    """The letter's button leads to sign-in, that leads back, and one press makes an owner of who was a user."""
    made = json.loads(usher.command("org", "create", "Handover", "--owner", OWNER, "--json"))
    place = {"organization": made["organization_id"],
             "key": usher.make_key("owner", user=OWNER, organization=made["organization_id"])}
    address = fresh("heir")
    with Person(chromium, **PHONE, java_script_enabled=scripts) as person:
        answer = usher.invite(address, **place, organization_id=place["organization"])
        assert answer.status_code == 204, answer.text
        person.open(link_in(usher.letters_to(address)[0]["text"]))
        person.join("Hedy Heir")
        person.page.wait_for_url(f"{usher.url}/account")
        person.press("Sign out")
        [heir] = [user for user in usher.request(
            "GET", f"/api/organization/users/{place['organization']}", **place).json() if user["email"] == address]
        offered = usher.request(
            "POST", f"/api/organization/{place['organization']}/transfer", **place, json={"user_id": heir["id"]})
        assert offered.status_code == 200, offered.text
        letter = eventually(lambda: [found for found in usher.letters_to(address) if "hand" in found["subject"]])[0]
        link = next(word for word in letter["text"].split() if "/ownership/" in word)
        person.open(link)
        person.sign_in(address)
        assert person.state == "ownership"
        assert not person.is_wider_than_the_screen()
        person.press("Accept ownership")
        assert person.state == "ownership-accepted"
        assert person.complaints == []
    roles = {user["email"]: user["user_orgs"][0]["role"] for user in usher.request(
        "GET", f"/api/organization/users/{place['organization']}", **place).json()}
    assert roles[address] == 2 and roles[OWNER] == 1


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_who_has_an_address_of_the_organization_comes_in_without_an_invitation(chromium, usher, scripts):
    """From the page to sign in: the address, the letter, a password, and one press."""
    domain = f"d{uuid.uuid4().hex[:12]}.example.org"
    made = usher.request(
        "POST", f"/api/organization/{usher.organization_id}/domain", json={"domain": domain, "joining": "join"})
    assert made.status_code == 200, made.text
    usher.sql(
        f"UPDATE organization_domains SET verified_at = created_at, checked_at = {time.time_ns() // 1_000_000} "
        f"WHERE name = '{domain}'")
    address = f"ada@{domain}"
    with Person(chromium, **PHONE, java_script_enabled=scripts) as person:
        person.open(f"{usher.url}/organizations")
        person.page.get_by_role("link", name="Join with your work address").click()
        assert person.state == "sign-up"
        person.page.get_by_label("E-mail address").fill(address)
        person.press("Send me the letter")
        assert person.state == "sign-up-sent" and not person.is_wider_than_the_screen()
        letter = eventually(lambda: usher.letters_to(address))[0]
        person.open(next(word for word in letter["text"].split() if "/organizations/proof" in word))
        assert person.state == "sign-up-new" and "token" not in person.page.url
        assert not person.is_wider_than_the_screen()
        person.page.get_by_label("Your name").fill("Ada Lovelace")
        person.page.get_by_label("Password", exact=True).fill(PASSWORD)
        person.press("Create account")
        person.page.wait_for_url(f"{usher.url}/organizations")
        assert person.state == "open-join"
        person.page.locator("main form button[type=submit]").first.click()
        assert person.state == "open-joined"
        assert person.complaints == []
