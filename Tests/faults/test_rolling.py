"""CRS-11, the many nodes' part: the program that runs today is the previous one on the schema of tomorrow."""

import pytest

from harness import ROOT, eventually, start_usher
from load import Load

# The newest step of this program.
KNOWN = len(list((ROOT / "Sources/UsherSQL/Migrations").glob("M[0-9]*.swift")))


def step(usher, number: int, oldest_program: int, statement: str) -> None:
    """What `usher migrate up` of a later release does to the database."""
    usher.sql(statement)
    usher.sql(
        "INSERT INTO schema_migrations (number, name, checksum, applied_at, oldest_program) "
        f"VALUES ({number}, 'Later', '0000000000000000', 1, {oldest_program})")


def test_a_node_runs_on_and_starts_anew_on_a_schema_that_was_expanded(engine):
    """No request fails while the schema grows, and a node of the previous program can be restarted afterwards."""
    with start_usher(engine, USHER_LIMITS="off") as usher:
        load = Load(usher, clients=4).start()
        eventually(lambda: len(load.sent) > 20)
        before = len(load.sent)
        step(usher, KNOWN + 1, KNOWN, "ALTER TABLE invitations ADD COLUMN later BIGINT" if engine == "postgres"
             else "ALTER TABLE invitations ADD COLUMN later INTEGER")
        eventually(lambda: len(load.sent) > before + 50)
        load.stop()
        assert {sent.status for sent in load.sent} == {204}
        assert usher.is_ready()
        usher.restart()
        assert usher.is_ready()
        assert len(usher.invitations()) == len(load.sent)


@pytest.mark.parametrize("is_running", [True, False])
def test_a_node_refuses_a_schema_that_was_contracted(engine, is_running):
    """A step that does not suit it: told by /readyz, and at the next start in a sentence."""
    with start_usher(engine) as usher:
        if not is_running:
            assert usher.stop() == 0
        step(usher, KNOWN + 1, KNOWN + 1, "CREATE TABLE later (id BIGINT PRIMARY KEY)")
        if is_running:
            assert not usher.is_ready()
            assert usher.stop() == 0
        refused = usher.run("serve")
        assert refused.returncode == 1
        assert f"at step {KNOWN + 1}, made by a newer Usher" in refused.stderr
