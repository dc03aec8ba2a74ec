import pytest
from playwright.sync_api import sync_playwright

from application import Application
from fixtures import *  # noqa: F403

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def application():
    """Where the new member lands."""
    with Application() as server:
        yield server
