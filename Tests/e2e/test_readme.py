"""What the README shows is what is run here."""

import os
import re
import subprocess
from pathlib import Path

from harness import ROOT, binary
from sink import link_in


def test_the_swift_example_is_the_program_that_is_built():
    shown = re.search(r"```swift\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)
    assert shown == (ROOT / "Examples/InviteTeam/main.swift").read_text()


def test_the_swift_example_invites_and_does_it_once(usher):
    program = Path(binary()).with_name("invite-team")
    environment = os.environ | {
        "USHER_SERVER": usher.url, "USHER_ORGANIZATION": usher.organization_id, "USHER_API_KEY": usher.key}
    team = ["one@example.org", "two@example.org"]

    def run(*addresses: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(program), *addresses], env=environment, capture_output=True, text=True, timeout=60)

    first = run(*team)
    assert first.returncode == 0, first.stderr
    sent, rest = first.stdout.splitlines()[:2], first.stdout.splitlines()[2:]
    assert sent == [f"{address}: the letter is out" for address in team]
    opened = [line for line in rest if line.split(":")[0] in team]
    assert [line.split(": open until ")[0] for line in opened] == team[::-1], rest
    assert run(*team).stdout == first.stdout, "the same keys, the same answers"
    for address in team:
        [letter] = usher.letters_to(address)
        assert link_in(letter["text"]).startswith(usher.url)
    owner = run("owner@example.com")
    assert owner.stdout.startswith("owner@example.com: nothing to do. ")
