"""A database that is full: what one request costs does not grow with what others have stored (RES-11, RES-12)."""

import sys
import time
from statistics import median

import pytest

from harness import ROOT, Usher, eventually, start_usher
from sink import link_in
from visitor import Visitor

sys.path.insert(0, str(ROOT / "Benchmarks"))

from server import seed  # noqa: E402

# Invitations and people; a tenth as many organizations, and a tenth of the invitations in the one that is asked about.
STORED = 200_000
OWN = STORED // 10


@pytest.fixture(scope="module")
def usher(engine):
    """Shared, because it takes long to fill; each test may find a few more than were stored."""
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
    assert OWN <= len(seen) < OWN + 100 and len(took) in (OWN // 1000, OWN // 1000 + 1)
    # The middle ones of a few: a single one may meet a hiccup of the machine.
    assert median(took[-5:]) < 3 * median(took[:5]) + 0.2, took
    nothing = usher.request("GET", f"/api/invitations/{usher.organization_id}", params={"status": "declined"})
    assert nothing.json() == [] and nothing.elapsed.total_seconds() < 10 * median(took) + 1


def costs(usher) -> tuple[float, float]:
    """What an invitation and a way in take."""
    usher.invite("warm@example.org")
    inviting = median([timed(lambda: usher.invite(f"guest{number}@example.org")) for number in range(9)])
    joining = []
    for number in range(3):
        letter = eventually(lambda: next(iter(usher.letters_to(f"guest{number}@example.org")), None))
        visitor = Visitor()
        page = visitor.open(link_in(letter["text"]))
        start = time.monotonic()
        assert visitor.join(page).status_code == 303
        joining.append(time.monotonic() - start)
    return inviting, median(joining)


def test_inviting_and_joining_do_not_look_at_everybody_else(usher):
    """RES-12: what it takes on an empty database, a few times over."""
    full = costs(usher)
    with start_usher(usher.engine, USHER_LIMITS="off") as empty:
        usual = costs(empty)
    print(f"\n{usher.engine}: inviting and joining take {full}, and {usual} when nothing is stored")
    assert full[0] < 4 * usual[0] + 0.2 and full[1] < 4 * usual[1] + 0.5
