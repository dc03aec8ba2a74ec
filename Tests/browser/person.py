"""Somebody at a browser, who also sees what the browser does behind their back."""

from urllib.parse import urlsplit

from sink import link_in

PASSWORD = "quiet lamps over water"
PHONE = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1280, "height": 900}}


class Person:
    def __init__(self, chromium, **options):
        self.context = chromium.new_context(**(DESK | options))
        # A slow machine's browser takes its time.
        self.context.set_default_timeout(90_000)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list = []
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request))

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_) -> None:
        self.context.close()

    @property
    def state(self) -> str:
        return self.page.locator("main").get_attribute("data-state")

    def open(self, url: str) -> int:
        return self.page.goto(url).status

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def join(self, name: str = "Ada Lovelace", password: str = PASSWORD) -> None:
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.press("Create account and join")

    def sign_in(self, address: str, password: str = PASSWORD) -> None:
        self.page.get_by_label("E-mail address").fill(address)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.press("Sign in")

    def hears(self, *words: str) -> bool:
        """Whether the console complains about all of that, within a minute. Events come while the page is waited for."""
        for _ in range(600):
            said = " ".join(self.complaints).lower()
            if all(word in said for word in words):
                return True
            self.page.wait_for_timeout(100)
        return False

    def visited(self) -> set[str]:
        """Origins that anything was asked of."""
        return {"{0.scheme}://{0.netloc}".format(urlsplit(request.url)) for request in self.requests}

    def is_wider_than_the_screen(self) -> bool:
        return self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def invite(usher, address: str, **fields) -> str:
    """The link of the letter."""
    response = usher.invite(address, **fields)
    assert response.status_code == 204, response.text
    return link_in(usher.letters_to(address)[0]["text"])


def code_in(link: str) -> str:
    return link.split("inv_code=")[1].split("&")[0]
