"""A database that is full: what one request costs does not grow with what others have stored (RES-11, RES-12)."""

import sys
import time

import pytest

from harness import ROOT, Usher, eventually
from sink import link_in
from visitor import Visitor

sys.path.insert(0, str(ROOT / "Benchmarks"))

from server import seed  # noqa: E402

# Invitations and people; a tenth as many organizations, and a tenth of the invitations in the one that is asked about.
STORED = 200_000
OWN = STORED // 10


@pytest.fixture
def usher(engine):
    with Usher(engine, USHER_LIMITS="off") as usher:
        usher.prepare()
        seed(usher.database, usher.organization_id, STORED)
        yield usher.start()


def timed(work) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start


def test_pages_cost_the_same_wherever_they_are(usher):
    """RES-11: the last of twenty pages is not slower than the first, and each row comes once."""
    seen: set[str] = set()
    took: list[float] = []
    path: str | None = f"/api/invitations/{usher.organization_id}?limit=1000"
    while path:
        start = time.monotonic()
        response = usher.request("GET", path)
        took.append(time.monotonic() - start)
        assert response.status_code == 200, response.text
        seen |= {found["id"] for found in response.json()}
        path = response.links.get("next", {}).get("url", "").removeprefix(usher.url)
    assert len(seen) == OWN and len(took) == OWN // 1000 + (len(took) > OWN // 1000)
    assert max(took[-3:]) < 3 * max(took[:3]) + 0.2, took
    nothing = usher.request("GET", f"/api/invitations/{usher.organization_id}", params={"status": "accepted"})
    assert nothing.json() == [] and nothing.elapsed.total_seconds() < 1


def test_inviting_and_joining_do_not_look_at_everybody_else(usher):
    """RES-12: within what a debug build takes on an empty database, several times over."""
    assert timed(lambda: usher.invite("warm@example.org")) < 5
    took = sorted(timed(lambda: usher.invite(f"guest{number}@example.org")) for number in range(9))
    assert took[4] < 0.5, took

    def letter():
        return next(iter(usher.letters_to("guest0@example.org")), None)

    visitor = Visitor()
    page = visitor.open(link_in(eventually(letter)["text"]))
    start = time.monotonic()
    assert visitor.join(page).status_code == 303
    assert time.monotonic() - start < 3
