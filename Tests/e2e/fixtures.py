"""Fixtures for every folder of tests that talks to a real server: `from fixtures import *` in its conftest.py."""

import pytest

from harness import ENGINES, Usher, start_usher, stop_postgres

__all__ = ["engine", "pytest_sessionfinish", "usher"]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def usher(engine) -> Usher:
    """A server with the built-in mailbox, shared by the tests of a module."""
    with start_usher(engine) as server:
        yield server


def pytest_sessionfinish() -> None:
    stop_postgres()
