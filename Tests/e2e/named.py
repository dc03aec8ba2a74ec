"""Fixtures of a server that asks a name server of our own, for the modules that import them."""

import pytest

from harness import start_usher
from nameserver import NameServer


@pytest.fixture(scope="module")
def names():
    with NameServer() as server:
        yield server


@pytest.fixture(scope="module")
def usher(engine, names):
    with start_usher(engine, USHER_DNS_SERVERS=names.address) as server:
        yield server
