"""A person with a browser that runs no scripts: opens pages, fills in forms, keeps cookies."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

PASSWORD = "quiet lamps over water"


@dataclass
class Form:
    action: str
    method: str
    inputs: list[dict] = field(default_factory=list)
    buttons: list[dict] = field(default_factory=list)

    def values(self) -> dict[str, str]:
        """What would be sent if it were submitted untouched."""
        values = {}
        for item in self.inputs:
            if "name" not in item or "disabled" in item:
                continue
            if item.get("type") in ("checkbox", "radio") and "checked" not in item:
                continue
            values[item["name"]] = item.get("value") or ""
        return values

    def input(self, **attributes: str) -> dict | None:
        """The first input with these attributes; `autocomplete` may be one word of several."""
        for item in self.inputs:
            if all(value in (item.get(name.replace("_", "-")) or "").split() for name, value in attributes.items()):
                return item
        return None


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._open: Form | None = None
        self._button: dict | None = None
        self._area: dict | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list) -> None:
        attributes = {name: value if value is not None else "" for name, value in attrs}
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "form":
            self._open = Form(attributes.get("action", ""), attributes.get("method", "get").lower())
            self.forms.append(self._open)
        elif tag == "input" and self._open:
            self._open.inputs.append(attributes)
        elif tag == "textarea" and self._open:
            self._area = attributes | {"value": ""}
            self._open.inputs.append(self._area)
        elif tag == "button" and self._open:
            self._button = attributes | {"text": ""}
            self._open.buttons.append(self._button)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent -= 1
        elif tag == "form":
            self._open = None
        elif tag == "button":
            self._button = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._area is not None:
            self._area["value"] += data
            return
        self.text.append(data)
        if self._button is not None:
            self._button["text"] += data


class Page:
    def __init__(self, response: requests.Response) -> None:
        parser = _Forms()
        parser.feed(response.text)
        self.response, self.forms = response, parser.forms
        self.status, self.url = response.status_code, response.url
        self.text = " ".join(" ".join(parser.text).split())

    def form_with(self, **attributes: str) -> Form:
        """The form with such an input: `form_with(autocomplete="new-password")`."""
        for form in self.forms:
            if form.input(**attributes):
                return form
        raise AssertionError(f"no form with {attributes} on {self.url}: {self.text}")

    def form_to(self, ending: str) -> Form:
        for form in self.forms:
            if urlsplit(form.action).path.endswith(ending):
                return form
        raise AssertionError(f"no form to {ending} on {self.url}: {[form.action for form in self.forms]}")


class Visitor:
    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.headers["Accept"] = "text/html,application/xhtml+xml"

    def get(self, url: str) -> requests.Response:
        return self.session.get(url, allow_redirects=False, timeout=30, headers={"Sec-Fetch-Site": "none"})

    def open(self, url: str) -> Page:
        """Follows redirects as a browser does."""
        response = self.get(url)
        while response.is_redirect:
            response = self.get(urljoin(response.url, response.headers["Location"]))
        return Page(response)

    def submit(self, page: Page, form: Form, **values: str) -> requests.Response:
        """Presses the form's button; what the server says, with no redirect followed."""
        here = urlsplit(page.url)
        return self.session.request(
            form.method, urljoin(page.url, form.action), data=form.values() | values, allow_redirects=False, timeout=30,
            headers={
                "Origin": f"{here.scheme}://{here.netloc}", "Referer": page.url, "Sec-Fetch-Site": "same-origin",
                "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-User": "?1",
            })

    def join(self, page: Page, name: str = "Ada", password: str = PASSWORD) -> requests.Response:
        """State A: name and new password."""
        form = page.form_with(autocomplete="new-password")
        values = {form.input(autocomplete="new-password")["name"]: password}
        name_input = form.input(autocomplete="name") or form.input(name="name")
        if name_input:
            values[name_input["name"]] = name
        return self.submit(page, form, **values)

    def sign_in_and_join(self, page: Page, password: str = PASSWORD) -> requests.Response:
        """State B."""
        form = page.form_with(autocomplete="current-password")
        return self.submit(page, form, **{form.input(autocomplete="current-password")["name"]: password})
