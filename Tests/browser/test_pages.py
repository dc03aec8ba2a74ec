"""How pages look and behave, whoever opens them: contrast, width, direction, focus, policy, hostile names."""

import json

import pytest

from harness import OWNER, fresh
from person import PASSWORD, PHONE, Person, invite

# Each text with less contrast than WCAG 2.2, 1.4.3 asks of small ones, and the ratio. Colours are opaque here.
TOO_PALE = """() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const behind = node => { for (; node; node = node.parentElement) {
    const colour = parse(getComputedStyle(node).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour; }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255]; };
  const found = []; let seen = 0;
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!(own || (node.matches('input,textarea') && node.type !== 'hidden')) || !node.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05); seen += 1;
    if (ratio < 4.5) found.push([node.tagName, node.textContent.trim().slice(0, 40), ratio.toFixed(2)]);
  }
  return [seen, found]; }"""
MOVING = """() => [...document.querySelectorAll('*')].filter(node => { const style = getComputedStyle(node);
  return [style.transitionDuration, style.animationDuration].some(time => parseFloat(time) > 0); }).length"""


def pages_of(usher) -> list[str]:
    address = fresh()
    link = invite(usher, address)
    letter = usher.letters_to(address)[0]["id"]
    join = json.loads(usher.command(
        "link", "create", "--organization", usher.organization_id, "--user", OWNER, "--max-uses", "9", "--redirect-uri",
        f"{usher.url}/account", "--allowed-domain", "a-rather-long-domain-name-of-somebody.example.org", "--json"))
    return [
        join["url"], f"{usher.url}/join/proof?token={'A' * 43}", f"{usher.url}/join?code={'A' * 43}",
        link, invite(usher, fresh(), locale="de"), invite(usher, fresh(), locale="ar"), f"{usher.url}/auth?inv_code=x",
        f"{usher.url}/organizations/address", f"{usher.url}/organizations/proof?token={'A' * 43}",
        f"{usher.url}/signin", f"{usher.url}/reset", f"{usher.url}/setup?token=x",
        f"{usher.url}/mailbox", f"{usher.url}/mailbox/{letter}", f"{usher.url}/mailbox/{letter}/html"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_can_be_read_on_a_small_screen(chromium, usher, theme):
    """WEB-13, WEB-17: contrast 4.5:1, 320 px, a title, a language, labels, nothing moving, nothing from elsewhere."""
    pages = pages_of(usher)
    with Person(chromium, **PHONE, color_scheme=theme, reduced_motion="reduce") as person:
        for url in pages:
            person.open(url)
            page = person.page
            if page.locator("details").count():
                page.locator("summary").click()
            seen, pale = page.evaluate(TOO_PALE)
            assert seen > 2 and pale == [], url
            assert not person.is_wider_than_the_screen(), url
            assert page.title() and page.locator("html").get_attribute("lang"), url
            assert page.evaluate(MOVING) == 0, url
            unlabelled = page.locator("input:not([type=hidden]), textarea").evaluate_all(
                "all => all.filter(field => !field.labels.length).map(field => field.name)")
            assert unlabelled == [], url
        assert person.visited() == {usher.url}
        assert [line for line in person.complaints if "Failed to load resource" not in line] == []


def test_an_arabic_invitation_reads_from_the_right(chromium, usher):
    """WEB-17: the invitation's language before the browser's; addresses and passwords stay left-to-right."""
    with Person(chromium, **PHONE, locale="en-GB") as person:
        person.open(invite(usher, fresh(), locale="ar"))
        html = person.page.locator("html")
        assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl")
        main = person.page.locator("main")
        assert main.evaluate("node => getComputedStyle(node).direction") == "rtl"
        for name in ("email", "password"):
            field = person.page.locator(f"#{name}")
            assert field.evaluate("node => getComputedStyle(node).direction") == "ltr"


@pytest.mark.parametrize("scripts", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_a_refused_password_is_where_the_focus_goes(chromium, usher, scripts):
    """WEB-17: focus, title and alert say what is wrong; the name stays, the password does not; nobody joined."""
    address = fresh()
    with Person(chromium, java_script_enabled=scripts) as person:
        person.open(invite(usher, address))
        person.join("Ada Lovelace", "password1234")
        page = person.page
        assert page.title().startswith("Error:")
        assert page.get_by_role("alert").inner_text().strip()
        assert page.evaluate("document.activeElement.id") == "password"
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", "the focus can be seen"
        assert page.locator("#name").input_value() == "Ada Lovelace"
        assert page.locator("#password").input_value() == ""
    assert usher.invitation_of(address)["used"] is False


def test_going_back_after_joining_does_no_harm(chromium, usher):
    """INV-13: the page of before says what became of it; whatever is pressed there changes nothing."""
    address = fresh()
    with Person(chromium) as person:
        person.open(invite(usher, address))
        person.join()
        person.page.wait_for_url(f"{usher.url}/account")
        accepted = usher.invitation_of(address)
        person.page.go_back()
        if person.page.locator("#password").count():
            person.join(password="another long password")
        assert person.page.locator("main").count() == 1
        assert usher.invitation_of(address) == accepted
        person.context.clear_cookies()
        person.open(f"{usher.url}/signin")
        person.sign_in(address, PASSWORD)
        person.page.wait_for_url(f"{usher.url}/account")


def test_cookies_are_out_of_reach_of_scripts(chromium, usher):
    """WEB-03, WEB-16: HttpOnly, Lax, this host, in a real cookie store; a form is answered with 303."""
    with Person(chromium) as person:
        answers: list = []
        person.page.on("response", lambda response: answers.append((response.request.method, response.status)))
        person.open(invite(usher, fresh()))
        cookies = person.context.cookies()
        person.join()
        person.page.wait_for_url(f"{usher.url}/account")
        cookies += person.context.cookies()
        assert len(cookies) >= 3
        for cookie in cookies:
            assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/"), cookie["name"]
            assert cookie["domain"] == "127.0.0.1"
        assert person.page.evaluate("document.cookie") == ""
        assert [status for method, status in answers if method == "POST"] == [303]


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' autofocus onfocus=alert(1) x='",
    "<svg/onload=alert(1)>", "</title><script>alert(1)</script>", '"\u0301 onfocus=alert(1) x="\u0301', "{{{state}}}",
    '<base href="https://example.com/">',
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(chromium, usher, name):
    """WEB-08: organization and inviter, on the page, in the letter, in the mailbox."""
    made = json.loads(usher.command("org", "create", name, "--owner", "second@example.com", "--json"))
    there = {"organization": made["organization_id"], "organization_id": made["organization_id"]}
    key = usher.make_key("owner", organization=made["organization_id"])
    with Person(chromium) as inviter:
        admin = fresh("admin")
        inviter.open(invite(usher, admin, key=key, user_role=1, **there))
        inviter.join(name)
        inviter.page.wait_for_url(f"{usher.url}/account")
    address, key = fresh(), usher.make_key("admin", user=admin, organization=made["organization_id"])
    with Person(chromium) as person:
        dialogs: list = []
        person.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        person.open(invite(usher, address, key=key, **there))
        assert person.page.locator("dl.facts dd").first.inner_text() == name
        assert name in person.page.locator("h1").inner_text()
        letter = usher.letters_to(address)[0]["id"]
        for path in ("/mailbox", f"/mailbox/{letter}", f"/mailbox/{letter}/html"):
            assert person.open(usher.url + path) == 200
            assert person.page.locator("script, img, svg, base[href]").count() == 0
        assert dialogs == [] and person.visited() == {usher.url}
        assert person.complaints == []


def test_what_is_injected_cannot_act(chromium, usher, application):
    """WEB-01, WEB-12: if markup ever got in, the policy would stop its scripts, its forms and its base."""
    arrivals = len(application.arrivals)
    with Person(chromium) as person:
        dialogs: list = []
        person.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        person.open(f"{usher.url}/signin")
        person.page.evaluate(
            """url => { document.body.insertAdjacentHTML('beforeend',
                `<img src="${url}/x.png" onerror="alert(1)"><base href="${url}/"><form method="post" action="${url}/take">
                </form>`); document.body.lastElementChild.submit() }""", application.url)
        assert person.hears("form-action", "img-src", "base-uri"), person.complaints
        assert person.page.url == f"{usher.url}/signin"
        assert person.page.evaluate("document.baseURI") == f"{usher.url}/signin"
        assert dialogs == [] and len(application.arrivals) == arrivals


@pytest.mark.parametrize("target", ["//{}", "///{}", "/\\{}", "/%5c{}", "https:{}", "\t//{}", "@{}", "http://{}/"])
def test_signing_in_leads_nowhere_else(chromium, usher, application, member, target):
    """WEB-10: as browsers read addresses, which is more generous than any list of bad ones."""
    arrivals = len(application.arrivals)
    with Person(chromium) as person:
        person.page.goto(f"{usher.url}/signin")
        person.page.evaluate(
            "target => { location.href = '/signin?next=' + encodeURIComponent(target) }",
            target.format(application.url.removeprefix("http://")))
        person.page.wait_for_url("**/signin?next=*")
        person.sign_in(member)
        person.page.wait_for_url(f"{usher.url}/account")
        assert person.visited() == {usher.url} and len(application.arrivals) == arrivals


@pytest.fixture(scope="module")
def member(chromium, usher) -> str:
    address = fresh("member")
    with Person(chromium) as person:
        person.open(invite(usher, address))
        person.join()
        person.page.wait_for_url(f"{usher.url}/account")
    return address


def test_a_name_that_was_bound_to_this_machine_opens_nothing(chromium, usher):
    """WEB-18: what DNS rebinding does; every name under localhost leads here."""
    with Person(chromium) as person:
        for path in ("/signin", "/mailbox", "/mailbox.json", "/reset"):
            status = person.open(f"http://rebound.localhost:{usher.port}{path}")
            assert status in (400, 421), path
            assert person.page.locator("form, table").count() == 0
