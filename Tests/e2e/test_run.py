"""What `make run` does after it has built: an empty folder, nothing configured, and the first invitation by paste."""

import contextlib
import re
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
import requests

from harness import binary, clean_environment, eventually, free_port
from sink import link_in
from visitor import Visitor


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


@pytest.fixture
def started():
    """`usher serve` in an empty folder: its folder, its address, and what it said."""
    # Nothing is configured, unless somebody else on this machine has the usual port.
    environment, port = clean_environment(), 8080
    if not is_free(port):
        port = free_port()
        environment["USHER_LISTEN"] = f"127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="usher-run-") as folder:
        log = Path(folder) / "log"
        place = Path(folder) / "place"
        place.mkdir()
        with open(log, "wb") as out:
            process = subprocess.Popen(
                [binary(), "serve"], env=environment, cwd=place, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            eventually(lambda: "user_role" in log.read_text() or process.poll() is not None, 120)
            assert process.poll() is None, log.read_text()
            yield place, f"http://127.0.0.1:{port}", log
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def pasted(said: str) -> str:
    """The `curl …` as it stands there, to the end of its last line."""
    command = re.search(r"^ *curl .*(?:\\\n.*|\n +\S.*)*", said, re.MULTILINE)
    assert command, said
    return command.group(0)


def test_the_first_invitation_by_paste(started):
    """Issue, section 1: address, mailbox, setup link and a curl; pasted as it is it gives 204; its link leads in."""
    place, url, log = started
    said = log.read_text()
    assert url in said and f"{url}/mailbox" in said
    [link] = re.findall(r"http\S+/setup\?token=\S+", said)
    assert Visitor().open(link).status == 200
    assert (place / "usher-data" / "server.key").stat().st_mode & 0o777 == 0o600

    answer = subprocess.run(
        ["bash", "-c", pasted(said)], env=clean_environment(), capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("HTTP/1.1 204"), answer.stdout

    [letter] = requests.get(f"{url}/mailbox.json", timeout=10).json()
    assert letter["subject"] and letter["to"] in pasted(said)
    assert letter["to"] in requests.get(f"{url}/mailbox", timeout=10).text
    visitor = Visitor()
    page = visitor.open(link_in(letter["text"]))
    assert (page.status, letter["to"] in page.text) == (200, True)
    assert visitor.join(page).status_code == 303
    person = visitor.session.get(f"{url}/api/auth/me", timeout=10).json()
    assert person["email"] == letter["to"] and len(person["user_orgs"]) == 1

    again = subprocess.run(
        ["bash", "-c", pasted(said)], env=clean_environment(), capture_output=True, text=True, timeout=60)
    assert "HTTP/1.1 400" in again.stdout and "already_member" in again.stdout
