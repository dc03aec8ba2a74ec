#!/usr/bin/env python3
"""Brings the program into every state that people can meet, and takes its picture: 320 and 1280 px, light and dark.

`python3 Tests/browser/screenshots.py [folder]`; the folder is docs/screenshots unless named. Needs a built `usher`."""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))

from playwright.sync_api import sync_playwright  # noqa: E402

from harness import ROOT, eventually, start_usher, stop_postgres  # noqa: E402
from person import PASSWORD  # noqa: E402
from sink import link_in  # noqa: E402
from visitor import Visitor  # noqa: E402

WIDTHS, THEMES = (320, 1280), ("light", "dark")
SETUP = "setup"


class Studio:
    def __init__(self, browser, folder: Path, usher):
        self.browser, self.folder, self.usher = browser, folder, usher
        self.key = usher.make_key("owner", user="olga.keller@example.com")

    def shoot(self, name: str, url: str, cookies=(), steps=None, locale: str = "en-GB") -> None:
        """One page in each size and theme. `steps` brings it where it shall be, anew each time."""
        for width in WIDTHS:
            for theme in THEMES:
                with self.browser.new_context(
                        viewport={"width": width, "height": 720}, color_scheme=theme, locale=locale) as context:
                    context.add_cookies(list(cookies))
                    page = context.new_page()
                    page.goto(url)
                    if steps:
                        steps(page)
                    if name[1] == "-":
                        state = page.locator("main").get_attribute("data-state")
                        assert state == name[0], f"{name} shows state {state}"
                    page.evaluate("document.activeElement && document.activeElement.blur()")
                    page.screenshot(path=self.folder / f"{name}-{width}-{theme}.png", full_page=True)
        print(name, flush=True)

    def invite(self, address: str, **fields) -> str:
        response = self.usher.invite(address, key=self.key, **({"user_role": 1} | fields))
        assert response.status_code == 204, response.text
        return link_in(self.usher.letters_to(address)[0]["text"])

    def member(self, address: str, name: str, **fields) -> list[dict]:
        """Somebody who joined; the cookies of their session."""
        visitor = Visitor()
        response = visitor.join(visitor.open(self.invite(address, **fields)), name=name)
        assert response.status_code == 303, response.text
        return [{"name": cookie.name, "value": cookie.value, "url": self.usher.url} for cookie in visitor.session.cookies]

    def outsider(self, address: str, name: str) -> list[dict]:
        """Somebody with an account and no organization; the cookies of their session."""
        session = self.member(address, name)
        self.usher.sql(
            "DELETE FROM memberships WHERE user_id = "
            f"(SELECT id FROM users WHERE email_canonical = '{address}')")
        return session

    def change(self, address: str, setting: str) -> None:
        identifier = self.usher.invitation_of(address)["id"]
        self.usher.sql(f"UPDATE invitations SET {setting} WHERE id = '{identifier}'")


def invitations(studio: Studio) -> None:
    usher, ada = studio.usher, "ada.lovelace@example.org"
    studio.shoot("A-new-person", studio.invite(ada))
    studio.shoot("A-refused-password", studio.invite("ada.short@example.org"), steps=refused_password)
    studio.shoot("A-decline-open", studio.invite("ada.doubts@example.org"),
                 steps=lambda page: page.locator("summary").click())
    studio.shoot("A-german", studio.invite("anna.schmidt@example.org", locale="de"), locale="de-DE")
    studio.shoot("A-arabic", studio.invite("layla@example.org", locale="ar"), locale="ar")
    session = studio.member("grace.hopper@example.org", "Grace Hopper")
    other = json.loads(usher.command("org", "create", "Orchard Lane", "--owner", "olga.keller@example.com", "--json"))
    elsewhere = {"organization": other["organization_id"], "organization_id": other["organization_id"]}

    def invite_there(address: str) -> str:
        key = usher.make_key("owner", user="olga.keller@example.com", organization=other["organization_id"])
        response = usher.invite(address, key=key, **elsewhere)
        assert response.status_code == 204, response.text
        return link_in(usher.letters_to(address)[0]["text"])

    there = invite_there("grace.hopper@example.org")
    studio.shoot("B-known-person", there)
    studio.shoot("C-signed-in", there, session)
    studio.shoot("D-somebody-else", studio.invite("katherine@example.org"), session)
    link = studio.invite("mary.jackson@example.org")
    visitor = Visitor()
    assert visitor.join(visitor.open(link), name="Mary Jackson").status_code == 303
    mary = [{"name": c.name, "value": c.value, "url": usher.url} for c in visitor.session.cookies]
    studio.shoot("F-accepted-by-you", link, mary)
    studio.shoot("G-used", link)
    already(studio, there, session, other["organization_id"])
    for state, address, setting in (
            ("H-expired", "late@example.org", f"expires_at = {int(time.time() * 1000) - 86_400_000}"),
            ("I-withdrawn", "withdrawn@example.org", "status = 'revoked'"),
            ("J-superseded", "newer@example.org", "status = 'superseded'"),
            ("L-needs-approval", "approval@example.org", "status = 'needs_approval'")):
        link = studio.invite(address)
        studio.change(address, setting)
        studio.shoot(state, link)
    studio.shoot("K-unknown", f"{usher.url}/auth?inv_code={'A' * 43}")
    requests(studio)


def requests(studio: Studio) -> None:
    """What somebody with a dead link asks for, and what an admin sees of it."""
    usher = studio.usher
    link = studio.invite("dead.link@example.org")
    studio.change("dead.link@example.org", f"expires_at = {int(time.time() * 1000) - 86_400_000}")
    visitor = Visitor()
    page = visitor.open(link)
    assert visitor.submit(page, page.form_to("/invitation/ask")).status_code == 303
    letter = eventually(lambda: next(
        (found for found in usher.letters_to("olga.keller@example.com") if "/request/" in found["text"]), None))
    admin, address = Visitor(), next(word for word in letter["text"].split() if "/request/" in word)
    page = admin.open(address)
    assert admin.submit(
        page, page.form_to("/signin"), email="olga.keller@example.com", password=PASSWORD).status_code == 303
    session = [{"name": c.name, "value": c.value, "url": usher.url} for c in admin.session.cookies]
    studio.shoot("asked", f"{usher.url}/invitation/asked")
    studio.shoot("asked-arabic", f"{usher.url}/invitation/asked", locale="ar")
    studio.shoot("sent-again", f"{usher.url}/invitation/again")
    studio.shoot("short-code", f"{usher.url}/code")
    studio.shoot("short-code-arabic", f"{usher.url}/code", locale="ar")
    studio.shoot("request", address, session)
    studio.shoot("request-german", address, session, locale="de-DE")
    studio.shoot("letter-request", f"{usher.url}/mailbox/{letter['id']}/html")


def ownership(studio: Studio) -> None:
    """An owner hands an organization over: the offer, who it is not for, and its ends."""
    usher, address = studio.usher, "dorothy.takes@example.org"
    session = studio.member(address, "Dorothy Vaughan")
    other = studio.member("margaret@example.org", "Margaret Hamilton")
    path = f"/api/organization/{usher.organization_id}/transfer"
    users = usher.request("GET", f"/api/organization/users/{usher.organization_id}").json()
    heir = next(user["id"] for user in users if user["email"] == address)

    def offer() -> str:
        made = usher.request("POST", path, key=studio.key, json={"user_id": heir})
        assert made.status_code == 200, made.text
        return f"{usher.url}/ownership/{usher.organization_id}/{made.json()['id']}"

    link = offer()
    letter = eventually(lambda: next(
        (found for found in usher.letters_to(address) if "/ownership/" in found["text"]), None))
    studio.shoot("letter-ownership", f"{usher.url}/mailbox/{letter['id']}/html")
    studio.shoot("ownership", link, session)
    studio.shoot("ownership-german", link, session, locale="de-DE")
    studio.shoot("ownership-arabic", link, session, locale="ar")
    studio.shoot("ownership-other", link, other)
    assert usher.request("DELETE", path, key=studio.key).status_code == 204
    studio.shoot("ownership-withdrawn", link, session)
    link = offer()
    usher.sql(f"UPDATE ownership_transfers SET expires_at = 1 WHERE organization_id = '{usher.organization_id}'")
    studio.shoot("ownership-expired", link, session)
    studio.shoot("ownership-unknown", f"{usher.url}/ownership/{usher.organization_id}/{usher.organization_id}", session)


def domains(studio: Studio) -> None:
    """A domain that is proved: its people join, or ask, and an admin decides."""
    usher, domain = studio.usher, "meridian.example.org"
    path = f"/api/organization/{usher.organization_id}/domain"
    made = usher.request("POST", path, key=studio.key, json={"domain": domain, "joining": "join"})
    assert made.status_code == 200, made.text
    usher.sql(f"UPDATE organization_domains SET verified_at = created_at, checked_at = {time.time_ns() // 1_000_000}")
    ida = studio.outsider(f"ida.rhodes@{domain}", "Ida Rhodes")
    page = f"{usher.url}/organizations"
    studio.shoot("organizations-join", page, ida)
    studio.shoot("organizations-none", page, studio.outsider("edith@example.net", "Edith Clarke"))
    usher.sql("UPDATE organization_domains SET joining = 'request'")
    studio.shoot("organizations-ask", page, ida)
    studio.shoot("organizations-ask-german", page, ida, locale="de-DE")
    studio.shoot("organizations-ask-arabic", page, ida, locale="ar")
    response = usher.request(
        "POST", f"/api/auth/me/organization/{usher.organization_id}/join", None, None,
        {"Cookie": "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in ida)})
    assert response.status_code == 202, response.text
    studio.shoot("organizations-asked", page, ida)
    owner = "olga.keller@example.com"
    letter = eventually(lambda: next((found for found in usher.letters_to(owner) if "/joining/" in found["text"]), None))
    studio.shoot("letter-joining", f"{usher.url}/mailbox/{letter['id']}/html")
    link = next(word for word in letter["text"].split() if "/joining/" in word)
    admin = studio.member("annie@example.org", "Annie Easley")
    studio.shoot("joining", link, admin)
    studio.shoot("joining-german", link, admin, locale="de-DE")
    request = link.rpartition("/")[2]
    decide = f"/api/organization/{usher.organization_id}/join_request/{request}/approve"
    assert usher.request("POST", decide, key=studio.key, json={}).status_code == 200
    studio.shoot("joining-approved", link, admin)
    letter = eventually(lambda: next(
        (found for found in usher.letters_to(f"ida.rhodes@{domain}") if "/account" in found["text"]), None))
    studio.shoot("letter-joining-approved", f"{usher.url}/mailbox/{letter['id']}/html")


def sign_up(studio: Studio) -> None:
    """Somebody with an address of a proved domain, and no account."""
    usher, domain = studio.usher, "meridian.example.org"
    start = f"{usher.url}/organizations/address"

    def letter(address: str, locale: str = "en-GB", path: str = "/organizations/proof") -> dict:
        with studio.browser.new_context(locale=locale) as context:
            page = context.new_page()
            page.goto(start)
            ask_for_reset(page, address)
        return eventually(lambda: next((found for found in usher.letters_to(address) if path in found["text"]), None))

    def link(found: dict) -> str:
        return next(word for word in found["text"].split() if "/organizations/proof" in word)

    usher.sql("UPDATE organization_domains SET joining = 'join'")
    studio.shoot("signin-sign-up", f"{usher.url}/signin")
    studio.shoot("sign-up", start)
    studio.shoot("sign-up-german", start, locale="de-DE")
    studio.shoot("sign-up-arabic", start, locale="ar")
    studio.shoot("sign-up-sent", start, steps=lambda page: ask_for_reset(page, "mary.golda.ross@example.net"))
    found = letter(f"mary.golda.ross@{domain}")
    studio.shoot("letter-sign-up", f"{usher.url}/mailbox/{found['id']}/html")
    studio.shoot("sign-up-new", link(found))
    studio.shoot("sign-up-new-german", link(found), locale="de-DE")
    studio.shoot("sign-up-new-arabic", link(found), locale="ar")
    usher.sql("UPDATE organization_domains SET joining = 'request'")
    studio.shoot("sign-up-new-ask", link(found))
    known = letter(f"ida.rhodes@{domain}", path="/signin?next=/organizations")
    for language, locale in (("german", "de-DE"), ("arabic", "ar")):
        found_too = letter(f"mary.{language}@{domain}", locale)
        studio.shoot(f"letter-sign-up-{language}", f"{usher.url}/mailbox/{found_too['id']}/html")
    studio.shoot("letter-sign-up-known", f"{usher.url}/mailbox/{known['id']}/html")
    usher.sql("UPDATE organization_domains SET joining = 'off'")
    studio.shoot("sign-up-closed", link(found))
    studio.shoot("sign-up-dead", f"{usher.url}/organizations/proof?token={'A' * 43}")


def join_links(studio: Studio) -> None:
    """A link that many can join by, from its page to the invitation that it makes; and a full organization."""
    usher = studio.usher

    def link(*more: str) -> dict:
        return json.loads(usher.command(
            "link", "create", "--organization", usher.organization_id, "--user", "olga.keller@example.com",
            "--max-uses", "30", "--redirect-uri", f"{usher.url}/account", "--json", *more))

    def ask(page, address: str) -> None:
        page.locator("#email").fill(address)
        page.locator("form[action='/join'] button").click()
        page.wait_for_load_state()

    made = link("--allowed-domain", "example.org")
    studio.shoot("join-link", made["url"])
    studio.shoot("join-link-arabic", made["url"], locale="ar")
    studio.shoot("join-wrong-domain", made["url"], steps=lambda page: ask(page, "ada@example.net"))
    studio.shoot("join-sent", made["url"], steps=lambda page: ask(page, "nobody@example.org"))
    studio.shoot("join-signed-in", link()["url"], studio.outsider("rear.admiral@example.net", "Grace Hopper"))
    visitor = Visitor()
    page = visitor.open(made["url"])
    visitor.submit(page, page.form_to("/join"), email="ada.joins@example.org")
    letter = eventually(lambda: usher.letters_to("ada.joins@example.org"))[0]
    studio.shoot("letter-join", f"{usher.url}/mailbox/{letter['id']}/html")
    studio.shoot("join-confirm", next(word for word in letter["text"].split() if "/join/proof?token=" in word))
    once = link("--max-uses", "1")
    usher.sql(f"UPDATE join_links SET uses = 1, max_uses = 1 WHERE id = '{once['id']}'")
    studio.shoot("join-used-up", once["url"])
    gone = link()
    usher.command("link", "revoke", gone["id"], "--organization", usher.organization_id)
    studio.shoot("join-revoked", gone["url"])
    studio.shoot("join-unknown", f"{usher.url}/join?code={'A' * 43}")
    offer = studio.invite("last.in@example.org")
    usher.sql(f"UPDATE organizations SET settings = '{{\"seats\":1}}' WHERE id = '{usher.organization_id}'")
    studio.shoot("L-full", offer)
    studio.shoot("join-full", made["url"])
    usher.sql(f"UPDATE organizations SET settings = '{{}}' WHERE id = '{usher.organization_id}'")


def already(studio: Studio, link: str, session: list[dict], organization: str) -> None:
    """State E: a member by another way, with an invitation that is still open."""
    visitor = Visitor()
    for cookie in session:
        visitor.session.cookies.set(cookie["name"], cookie["value"])
    studio.usher.sql(
        "INSERT INTO memberships (id, organization_id, user_id, role, scopes, created_at, updated_at) "
        f"SELECT '01a20b8c-0000-7000-8000-000000000001', '{organization}', user_id, 0, scopes, created_at, updated_at "
        f"FROM memberships WHERE organization_id = '{studio.usher.organization_id}' AND user_id = "
        "(SELECT id FROM users WHERE email_canonical = 'grace.hopper@example.org')")
    studio.shoot("E-already-member", link, session)


def refused_password(page) -> None:
    page.locator("#name").fill("Ada Lovelace")
    page.locator("#password").fill("password1234")
    page.locator("form[action='/invitation/accept'] button").last.click()
    page.wait_for_load_state()


def accounts(studio: Studio) -> None:
    usher, address = studio.usher, "dorothy@example.org"
    session = studio.member(address, "Dorothy Vaughan")
    studio.shoot("account", f"{usher.url}/account", session)
    studio.shoot("signin", f"{usher.url}/signin")
    studio.shoot("signin-refused", f"{usher.url}/signin", steps=wrong_sign_in)
    studio.shoot("reset", f"{usher.url}/reset")
    studio.shoot("reset-sent", f"{usher.url}/reset", steps=lambda page: ask_for_reset(page, "nobody@example.org"))
    visitor = Visitor()
    page = visitor.open(f"{usher.url}/reset")
    visitor.submit(page, page.form_to("/reset"), email=address)
    letter = eventually(lambda: next(
        (found for found in usher.letters_to(address) if "/reset?token=" in found["text"]), None))
    link = next(word for word in letter["text"].split() if "/reset?token=" in word)
    reset_letter = letter["id"]
    studio.shoot("reset-new-password", link)
    studio.shoot("reset-dead", f"{usher.url}/reset?token={'A' * 43}")
    declined = studio.invite("no.thanks@example.org")
    visitor = Visitor()
    page = visitor.open(declined)
    visitor.submit(page, page.form_to("/invitation/decline"), report="yes")
    studio.shoot("declined", f"{usher.url}/invitation/reported")
    studio.shoot("declined-link", declined)
    studio.shoot("mailbox", f"{usher.url}/mailbox")
    for language, to in (("english", "ada.lovelace"), ("german", "anna.schmidt"), ("arabic", "layla")):
        letter = usher.letters_to(f"{to}@example.org")[0]["id"]
        studio.shoot(f"letter-{language}", f"{usher.url}/mailbox/{letter}/html")
    letter = usher.letters_to("ada.lovelace@example.org")[0]["id"]
    studio.shoot("mailbox-letter", f"{usher.url}/mailbox/{letter}")
    studio.shoot("letter-reset", f"{usher.url}/mailbox/{reset_letter}/html")


def wrong_sign_in(page) -> None:
    page.locator("#email").fill("dorothy@example.org")
    page.locator("#password").fill("not the right password")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def ask_for_reset(page, address: str) -> None:
    page.locator("#email").fill(address)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def limited(browser, folder: Path) -> None:
    """State M: too many look-ups from one address."""
    with start_usher("sqlite", USHER_APP_NAME="Meridian") as usher:
        studio = Studio.__new__(Studio)
        studio.browser, studio.folder, studio.usher = browser, folder, usher
        visitor = Visitor()
        for _ in range(310):
            visitor.get(f"{usher.url}/invitation")
        studio.shoot("M-limited", f"{usher.url}/invitation")


def set_up(browser, folder: Path) -> None:
    from harness import Usher

    with Usher("sqlite") as usher:
        usher.start()
        link = next(word for word in usher.log.split() if "/setup?" in word)
        studio = Studio.__new__(Studio)
        studio.browser, studio.folder, studio.usher = browser, folder, usher
        studio.shoot(SETUP, link)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        with start_usher("sqlite", USHER_APP_NAME="Meridian", USHER_LIMITS="off") as usher:
            usher.command("admin", "create", "--email", "olga.keller@example.com", "--name", "Olga Keller",
                          "--organization", "Meridian Instruments", stdin=PASSWORD + "\n")
            organizations = json.loads(json.dumps(usher.request("GET", "/api/auth/me", key=personal(usher)).json()))
            usher.organization_id = organizations["orgs"][0]["id"]
            usher.key = usher.make_key("owner")
            studio = Studio(browser, folder, usher)
            invitations(studio)
            accounts(studio)
            join_links(studio)
            ownership(studio)
            domains(studio)
            sign_up(studio)
        limited(browser, folder)
        set_up(browser, folder)
    stop_postgres()


def personal(usher) -> str:
    database = usher.database.removeprefix("sqlite://")
    import sqlite3

    with sqlite3.connect(database) as connection:
        [(organization,)] = connection.execute(
            "SELECT id FROM organizations WHERE name = 'Meridian Instruments'").fetchall()
    return usher.make_key("owner", user="olga.keller@example.com", organization=organization)


if __name__ == "__main__":
    main()
