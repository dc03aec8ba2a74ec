"""From the letter to the application, in Chromium."""

import pytest

from harness import eventually, fresh
from person import PASSWORD, PHONE, Person, code_in, invite


def joined(chromium, usher, application) -> tuple[Person, str]:
    """Somebody who is a member already and signed in."""
    address = fresh("member")
    person = Person(chromium)
    person.open(invite(usher, address, redirect_uri=f"{application.url}/first"))
    person.join()
    person.page.wait_for_url(f"{application.url}/first")
    return person, address


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_a_new_person_joins_on_a_phone(chromium, usher, application, scripts):
    """State A, WEB-01, WEB-17: link, clean page, password, member, signed in, landed; nothing leaks."""
    address, landing = fresh("ada"), f"{application.url}/welcome?from=usher"
    link = invite(usher, address, user_role=1, app_url=application.url, redirect_uri=landing)
    # The application's own base of the link: the same path and query on the server itself.
    link = link.replace(application.url, usher.url)
    code, arrivals = code_in(link), len(application.arrivals)
    with Person(chromium, **PHONE, java_script_enabled=scripts) as person:
        assert person.open(link) == 200
        assert (person.state, person.page.url) == ("A", f"{usher.url}/invitation")
        assert code not in person.page.content()
        facts = person.page.locator("dl.facts").inner_text()
        assert all(word in facts for word in ("Example & Söhne", "Admin", address, "Valid until"))
        if scripts:
            assert not person.is_wider_than_the_screen()
            assert person.page.evaluate("document.cookie") == ""
        assert usher.invitation_of(address)["used"] is False

        person.join(password="too short")
        assert person.state == "A" and person.page.url.startswith(usher.url)
        assert usher.invitation_of(address)["used"] is False
        assert person.visited() == {usher.url}

        person.join()
        person.page.wait_for_url(landing)
        assert person.page.get_by_role("heading").inner_text() == "Welcome"
        assert usher.invitation_of(address)["status"] == "accepted"
        [(path, headers)] = application.arrivals[arrivals:]
        assert path == "/welcome?from=usher"
        assert code not in str(headers) and "invitation" not in headers.get("Referer", "")
        assert all(code not in request.headers.get("referer", "") for request in person.requests)
        # A refused password answers 400, which Chromium mentions; nothing else may be on the console.
        assert [line for line in person.complaints if "400" not in line and "422" not in line] == []

        person.open(f"{usher.url}/account")
        assert address in person.page.locator("main").inner_text()
        assert "Example & Söhne" in person.page.locator("main").inner_text()
        # Back to where the form was: it cannot be used again.
        person.open(link)
        assert person.state == "F"


def test_the_page_is_made_for_password_managers(chromium, usher, application):
    """WEB-17: labels, the names that password managers know, a reveal button, an error that is announced."""
    with Person(chromium) as person:
        person.open(invite(usher, fresh()))
        page = person.page
        assert page.locator("#email").get_attribute("autocomplete") == "username"
        assert page.locator("#email").get_attribute("readonly") is not None
        assert page.locator("#password").get_attribute("autocomplete") == "new-password"
        assert page.locator("input[type=password]").count() == 1
        page.get_by_role("button", name="Show").click()
        assert page.locator("#password").get_attribute("type") == "text"
        page.get_by_role("button", name="Hide").click()
        assert page.locator("#password").get_attribute("type") == "password"
        unlabelled = page.evaluate(
            """() => [...document.querySelectorAll('input:not([type=hidden]),textarea')]
                .filter(field => !field.labels || field.labels.length === 0).map(field => field.name)""")
        assert unlabelled == []
        person.join(password="password1234")
        assert page.locator("#password").get_attribute("aria-invalid") == "true"
        described = page.locator("#password").get_attribute("aria-describedby").split()
        assert any(page.locator(f"#{name}").inner_text().strip() for name in described)


def test_the_whole_way_with_the_keyboard(chromium, usher, application):
    """WEB-17: no mouse; each stop of the Tab key can be seen."""
    address = fresh()
    with Person(chromium) as person:
        person.open(invite(usher, address, app_url=application.url, redirect_uri=f"{application.url}/keys").replace(
            application.url, usher.url))
        page, seen = person.page, []
        for _ in range(12):
            page.keyboard.press("Tab")
            name = page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
            outline = page.evaluate(
                "(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none')(getComputedStyle(document.activeElement))")
            assert outline, f"{name} shows no focus"
            seen.append(name)
            if name == "password":
                page.keyboard.type(PASSWORD)
                page.keyboard.press("Enter")
                break
        assert "name" in seen
        page.wait_for_url(f"{application.url}/keys")
        assert usher.invitation_of(address)["used"] is True


def test_looking_is_not_accepting(chromium, usher):
    """INV-03: a mail scanner with a whole browser loads the page, stays, moves the mouse, and changes nothing."""
    address = fresh()
    link = invite(usher, address)
    with Person(chromium) as scanner:
        scanner.open(link)
        for step in range(30):
            scanner.page.mouse.move(100 + step * 10, 100 + step * 10)
            scanner.page.wait_for_timeout(1000 if usher.engine == "sqlite" else 100)
        assert scanner.state == "A"
        assert [request.method for request in scanner.requests if request.method != "GET"] == []
    assert usher.invitation_of(address)["status"] == "pending"
    with Person(chromium) as person:
        person.open(link)
        person.join()
        assert usher.invitation_of(address)["used"] is True


def test_who_is_signed_in_joins_with_one_button(chromium, usher, application):
    """State C."""
    person, address = joined(chromium, usher, application)
    with person:
        organization, key = second_organization(usher)
        link = invite(
            usher, address, key=key, organization=organization, organization_id=organization,
            app_url=application.url, redirect_uri=f"{application.url}/second")
        assert person.open(link.replace(application.url, usher.url)) == 200
        assert person.state == "C"
        assert address in person.page.locator("main").inner_text()
        assert person.page.locator("input[type=password]").count() == 0
        person.press("Join Second")
        person.page.wait_for_url(f"{application.url}/second")
        person.open(f"{usher.url}/account")
        organizations = person.page.locator("main").inner_text()
        assert "Second" in organizations and "Example & Söhne" in organizations


def second_organization(usher) -> tuple[str, str]:
    import json

    made = json.loads(usher.command("org", "create", "Second", "--owner", "second@example.com", "--json"))
    return made["organization_id"], usher.make_key("admin", organization=made["organization_id"])


def test_who_is_signed_in_as_somebody_else_cannot_join(chromium, usher, application):
    """State D, INV-04: both addresses, the invited one masked; nothing is accepted; switching leads on."""
    person, address = joined(chromium, usher, application)
    invited = fresh("grace")
    link = invite(usher, invited)
    with person:
        assert person.open(link) == 403
        text = person.page.locator("main").inner_text()
        assert person.state == "D" and address in text
        assert invited not in person.page.content(), "the invited address is masked"
        assert person.page.get_by_role("button", name="Join").count() == 0
        assert usher.invitation_of(invited)["status"] == "pending"
        person.press("Switch account")
        assert person.state == "A"
        person.join("Grace")
        person.page.wait_for_url(f"{usher.url}/account")
        assert invited in person.page.locator("main").inner_text()


def test_a_link_from_another_site_finds_the_session(chromium, usher, application):
    """WEB-07: a click in webmail is cross-site; the page knows who is signed in, and joining still asks for a click."""
    person, address = joined(chromium, usher, application)
    with person:
        organization, key = second_organization(usher)
        link = invite(usher, address, key=key, organization=organization, organization_id=organization)
        person.open(f"{application.url}/webmail")
        person.page.evaluate("link => { location.href = link }", link)
        person.page.wait_for_url(f"{usher.url}/invitation")
        assert person.state == "C"
        pending = usher.request("GET", f"/api/invitations/{organization}", key=key, organization=organization).json()
        assert [found["used"] for found in pending] == [False]


def test_two_tabs_make_one_member(chromium, usher):
    """INV-13: the second tab's form comes too late; it says so, and makes no second account."""
    address = fresh()
    link = invite(usher, address)
    with Person(chromium) as person:
        person.open(link)
        second = person.context.new_page()
        second.goto(link)
        person.join()
        person.page.wait_for_url(f"{usher.url}/account")
        second.get_by_label("Password", exact=True).fill("another long password")
        second.get_by_role("button", name="Create account and join").click()
        second.wait_for_load_state()
        assert usher.invitation_of(address)["status"] == "accepted"
        person.open(f"{usher.url}/account")
        assert address in person.page.locator("main").inner_text()


def test_another_site_cannot_act(chromium, usher, application):
    """WEB-04: a form on another site, aimed at joining and at signing out, does nothing."""
    person, address = joined(chromium, usher, application)
    with person:
        organization, key = second_organization(usher)
        person.open(invite(usher, address, key=key, organization=organization, organization_id=organization))
        assert person.state == "C"
        for path in ("/invitation/accept", "/invitation/decline", "/signout"):
            person.open(f"{application.url}/evil")
            person.page.evaluate(
                """url => { const form = document.createElement('form'); form.method = 'post'; form.action = url;
                    document.body.append(form); form.submit() }""", usher.url + path)
            person.page.wait_for_url(usher.url + path)
        pending = usher.request("GET", f"/api/invitations/{organization}", key=key, organization=organization).json()
        assert [found["status"] for found in pending] == ["pending"]
        person.open(f"{usher.url}/account")
        assert address in person.page.locator("main").inner_text(), "still signed in"


def test_no_other_site_may_frame_a_page(chromium, usher, application):
    """WEB-11."""
    with Person(chromium) as person:
        person.open(f"{application.url}/frame")
        person.page.evaluate(
            "url => { const f = document.createElement('iframe'); f.src = url; document.body.append(f) }",
            f"{usher.url}/signin")
        assert person.hears("frame"), person.complaints
        assert all("signin" not in frame.url for frame in person.page.frames[1:])


def test_a_letter_cannot_run_scripts_in_the_mailbox(chromium, usher):
    """The letter stands in a sandboxed frame."""
    address = fresh()
    invite(usher, address)
    letter = usher.letters_to(address)[0]
    with Person(chromium) as person:
        person.open(f"{usher.url}/mailbox")
        person.page.get_by_role("link", name="invited you").first.click()
        frame = person.page.locator("iframe")
        sandbox = frame.get_attribute("sandbox")
        assert sandbox is not None and "allow-scripts" not in sandbox and "allow-same-origin" not in sandbox
        response = person.page.request.get(f"{usher.url}/mailbox/{letter['id']}/html")
        assert "sandbox" in response.headers["content-security-policy"]
        assert person.page.frame_locator("iframe").locator("h1").inner_text().startswith("Join")


def test_signing_out_ends_the_session_for_real(chromium, usher, application):
    """AUT-02, WEB-15: the account page is gone, also with the back button, and the old cookie opens nothing."""
    person, address = joined(chromium, usher, application)
    with person:
        person.open(f"{usher.url}/account")
        cookies = person.context.cookies(usher.url)
        person.press("Sign out")
        assert address not in person.page.locator("main").inner_text()
        person.page.go_back()
        assert address not in person.page.content()
        person.context.add_cookies(cookies)
        person.open(f"{usher.url}/account")
        assert address not in person.page.content()
        person.open(f"{usher.url}/signin")
        person.sign_in(address)
        person.page.wait_for_url(f"{usher.url}/account")


def reset_link(text: str) -> str | None:
    return next((word for word in text.split() if "/reset?token=" in word), None)


def test_a_forgotten_password_is_replaced_by_mail(chromium, usher, application):
    """AUT-03, AUT-04: the link's secret leaves the address bar; nobody is signed in by it; old sessions end."""
    person, address = joined(chromium, usher, application)
    with person, Person(chromium, **PHONE) as other:
        other.open(f"{usher.url}/reset")
        other.page.get_by_label("E-mail address").fill(address)
        other.press("Send the link")
        # The page answers before the letter is written, so that its time tells nothing.
        link = eventually(lambda: reset_link(usher.letters_to(address)[0]["text"]))
        other.open(link)
        assert other.page.url == f"{usher.url}/reset/new"
        other.page.get_by_label("New password", exact=True).fill("an entirely new password")
        other.page.locator("main form button[type=submit]").first.click()
        other.page.wait_for_url(f"{usher.url}/reset/done")
        person.open(f"{usher.url}/account")
        assert address not in person.page.content(), "who was signed in is not any more"
        other.open(f"{usher.url}/signin")
        other.sign_in(address, "an entirely new password")
        other.page.wait_for_url(f"{usher.url}/account")
        other.open(link)
        assert other.page.get_by_label("New password", exact=True).count() == 0, "the link works once"
