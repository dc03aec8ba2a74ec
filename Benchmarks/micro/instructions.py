#!/usr/bin/env python3
"""Counts the instructions of each hot function with valgrind, and holds them to instructions.json.

    instructions.py            builds, counts, and fails when a function takes more than its threshold
    instructions.py --update   builds, counts, and writes instructions.json anew

A count is that of 2N calls less that of N calls, divided by N: start-up and first-time work cancel out. It is the same
on every run of the same binary, whatever else the machine does, so 5 percent are enough room; another version of the
compiler or of the C libraries can mean more, and then the file is written anew in a commit of its own.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FILE = HERE / "instructions.json"
ROOM = 0.05
CALLS = {"letter-english": 20, "letter-arabic": 20, "list-page": 10, "strict-json-30-kib": 5}
USUAL_CALLS = 200


def build() -> pathlib.Path:
    environment = os.environ | {"USHER_INSIDE": "1"}
    command = ["swift", "build", "-c", "release", "--product", "CountInstructions"]
    subprocess.run(command, cwd=HERE, env=environment, check=True, stdout=sys.stderr)
    # Valgrind gives up on debugging information that is newer than itself.
    program = HERE / ".build/release/CountInstructions"
    bare = program.with_name("CountInstructions.bare")
    subprocess.run(["strip", "-o", bare, program], check=True)
    return bare


def count(program: pathlib.Path, name: str, times: int) -> int:
    """Instructions of the whole process."""
    # The order of a dictionary is random otherwise, and with it the way through it.
    environment = os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"}
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, name, str(times)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        sys.exit(f"{name}: valgrind did not count\n{done.stderr[-2000:]}")
    return int(found.group(1))


def main() -> int:
    program = build()
    names = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    counts: dict[str, int] = {}
    slower = []
    print(f"{'function':28}{'instructions':>14}{'before':>14}{'change':>9}")
    for name in names:
        calls = CALLS.get(name, USUAL_CALLS)
        counts[name] = (count(program, name, 2 * calls) - count(program, name, calls)) // calls
        before = known.get(name)
        change = f"{counts[name] / before - 1:+.1%}" if before else "new"
        print(f"{name:28}{counts[name]:>14,}{before or 0:>14,}{change:>9}", flush=True)
        if before is None or counts[name] > before * (1 + ROOM):
            slower.append(name)
    if "--update" in sys.argv:
        FILE.write_text(json.dumps(counts, indent=2) + "\n")
        return 0
    gone = sorted(set(known) - set(names))
    if slower or gone:
        print(f"Above the threshold or without one: {', '.join(slower) or 'none'}; gone: {', '.join(gone) or 'none'}")
    return 1 if slower or gone else 0


if __name__ == "__main__":
    sys.exit(main())
