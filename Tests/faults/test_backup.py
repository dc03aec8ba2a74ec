"""CRS-12: a backup made under load, restored on a fresh machine of either engine; and what an old one must not bring
back."""

import contextlib
import json
import sqlite3
import uuid

import pytest
import requests

from harness import ENGINES, Usher, eventually, fresh, start_usher
from load import Load
from sink import link_in
from visitor import PASSWORD, Visitor

# Tables in which a restore ends something.
CHANGED = {"sessions", "invitations", "one_time_links", "outbox", "audit", "schema_migrations"}


@pytest.fixture(scope="module")
def usher(engine):
    """Without limits: a fast machine's second of load is more than an organization's hour."""
    with start_usher(engine, USHER_LIMITS="off") as server:
        yield server


def content(path) -> dict[str, list]:
    """All rows of a backup, by table."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        names = [name for name, in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return {name: sorted(database.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}


def backup(usher: Usher, name: str):
    path = usher.folder / name
    told = json.loads(usher.command("backup", str(path), "--json"))
    assert told["rows"]["invitations"] == len(content(path)["invitations"])
    assert path.stat().st_mode & 0o077 == 0, "a backup holds hashes of passwords"
    return path


@contextlib.contextmanager
def fresh_machine(engine: str, like: Usher, backup):
    """A server that was never started here, with the key of the one before."""
    with Usher(engine, USHER_LIMITS="off") as usher:
        (usher.data / "server.key").write_bytes((like.data / "server.key").read_bytes())
        (usher.data / "server.key").chmod(0o600)
        usher.told = json.loads(usher.command("restore", str(backup), "--json"))
        usher.organization_id, usher.key = like.organization_id, like.key
        yield usher


def link_to(usher: Usher, email: str) -> str:
    """Invites; the letter's link."""
    assert usher.invite(email).status_code == 204
    [letter] = usher.letters_to(email)
    return link_in(letter["text"])


def joined(usher: Usher, email: str) -> Visitor:
    """Somebody who joined, and is signed in."""
    visitor = Visitor()
    assert visitor.join(visitor.open(link_to(usher, email))).status_code == 303
    return visitor


def is_signed_in(usher: Usher, visitor: Visitor) -> bool:
    cookies = {cookie.name: cookie.value for cookie in visitor.session.cookies}
    return requests.get(f"{usher.url}/api/auth/me", cookies=cookies, timeout=10).status_code == 200


def sign_in(usher: Usher, email: str) -> int:
    visitor = Visitor()
    page = visitor.open(f"{usher.url}/signin")
    form = page.form_with(autocomplete="current-password")
    names = (form.input(autocomplete="username")["name"], form.input(autocomplete="current-password")["name"])
    return visitor.submit(page, form, **dict(zip(names, (email, PASSWORD)))).status_code


@pytest.mark.parametrize("other", ENGINES)
def test_a_backup_under_load_is_whole_and_brings_all_back(usher, other):
    """Equal exports, from either engine to either; whatever was answered before the backup began is in it."""
    load = Load(usher, clients=4).start()
    eventually(lambda: sum(sent.is_promised for sent in load.sent) > 20)
    before = [sent.email for sent in load.sent if sent.is_promised]
    path = backup(usher, f"under-load-{other}.sqlite")
    load.stop()
    saved = content(path)
    emails = {row[2] for row in saved["invitations"]}
    assert before and set(before) <= emails
    about = {row[4] for row in saved["outbox"] if row[1] == "invitation"}
    assert about <= {row[0] for row in saved["invitations"]}

    with fresh_machine(other, usher, path) as copy:
        again = content(backup(copy, "again.sqlite"))
        for table in saved.keys() - CHANGED:
            assert again[table] == saved[table], table
        assert {row[0] for row in again["invitations"]} == {row[0] for row in saved["invitations"]}
        copy.start()
        listed = {found["email"] for found in copy.invitations(status="pending,expired")}
        assert set(before) <= listed
        assert copy.invite(fresh("after")).status_code == 204


def test_what_was_open_then_is_closed_now(usher):
    """An old backup brings back codes that were used or withdrawn since, and sessions that ended: none of them works."""
    withdrawn, waiting, person = fresh("withdrawn"), fresh("waiting"), fresh("member")
    links = [link_to(usher, email) for email in (withdrawn, waiting)]
    member = joined(usher, person)
    assert is_signed_in(usher, member)
    path = backup(usher, f"old-{uuid.uuid4().hex[:6]}.sqlite")
    assert usher.request("DELETE", f"/api/invitation/{usher.invitation_of(withdrawn)['id']}").status_code == 204

    with fresh_machine(usher.engine, usher, path) as copy:
        ended = copy.told["ended"]
        assert ended["sessions"] >= 1 and ended["invitations"] >= 2
        copy.start()
        for link in links:
            page = Visitor().open(link.replace(usher.url, copy.url))
            assert page.status == 410, page.text
            assert not any(form.input(autocomplete="new-password") for form in page.forms)
        assert not is_signed_in(copy, member)
        assert copy.mailbox() == []
        # The address is free again, and people sign in as before.
        assert copy.invite(waiting).status_code == 204
        assert sign_in(copy, person) == 303


def test_a_database_with_data_is_not_restored_into(usher):
    path = backup(usher, f"full-{uuid.uuid4().hex[:6]}.sqlite")
    with Usher(usher.engine) as other:
        other.prepare()
        refused = other.run("restore", str(path))
        assert refused.returncode == 1 and "holds data already" in refused.stderr
        other.start()
        assert other.invite(fresh()).status_code == 204


def test_in_place_ends_what_is_open(engine):
    """For those who brought the database back by their own means."""
    with start_usher(engine) as usher:
        link = link_to(usher, fresh())
        assert usher.stop() == 0
        ended = json.loads(usher.command("restore", "--in-place", "--json"))["ended"]
        assert ended["invitations"] == 1
        usher.start()
        assert Visitor().open(link).status == 410


@pytest.mark.parametrize("damage", ["cut", "flipped", "other", "text"])
def test_a_damaged_backup_is_refused_and_makes_nothing(usher, damage):
    path = backup(usher, f"{damage}-{uuid.uuid4().hex[:6]}.sqlite")
    data = bytearray(path.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    elif damage == "flipped":
        for place in range(4096 * 3, len(data), 4096):
            data[place:place + 16] = bytes(byte ^ 0xFF for byte in data[place:place + 16])
    elif damage == "text":
        data = bytearray(b"not a database at all\n" * 100)
    else:
        path.unlink()
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("CREATE TABLE other (x)")
        data = bytearray(path.read_bytes())
    path.write_bytes(data)
    with Usher("sqlite") as copy:
        refused = copy.run("restore", str(path))
        assert refused.returncode == 1, refused.stderr
        assert path.name in refused.stderr and "Fatal" not in refused.stderr
        assert not list(copy.data.glob("*.sqlite*")), "nothing is left behind"


def test_a_backup_never_takes_anothers_place(usher):
    path = backup(usher, f"first-{uuid.uuid4().hex[:6]}.sqlite")
    before = path.read_bytes()
    assert usher.run("backup", str(path)).returncode == 2
    assert path.read_bytes() == before
    missing = usher.run("backup", str(usher.folder / "no-such-folder" / "x.sqlite"))
    assert missing.returncode == 1 and "Cannot write" in missing.stderr
    assert not list(usher.folder.glob("*.partial"))


def test_a_running_server_is_not_restored_over():
    with start_usher("sqlite") as usher:
        path = backup(usher, "running.sqlite")
        refused = usher.run("restore", str(path))
        assert refused.returncode == 1 and "in use by another Usher" in refused.stderr
