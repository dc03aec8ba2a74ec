#!/usr/bin/env python3
"""totals.py FOLDER NAME=STATUS…: names what failed and sums the JUnit files of a folder into one line,
`N passed, N failed`.

STATUS is how the program that ran tests ended. One that ended badly without a failed test to show for it (it crashed,
hung, or could not be built) counts as one failure. Exits with 1 if anything failed, or nothing ran.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def cases(file: Path) -> tuple[int, int]:
    """Passed and failed test cases; skipped ones are neither."""
    passed = failed = 0
    for case in ElementTree.parse(file).getroot().iter("testcase"):
        fault = next((found for found in map(case.find, ("failure", "error")) if found is not None), None)
        if fault is not None:
            failed += 1
            why = (fault.get("message") or fault.text or "").strip().splitlines()
            print(f"failed: {case.get('classname')} {case.get('name')}: {(why or ['?'])[0][:300]}")
        elif case.find("skipped") is None:
            passed += 1
    return passed, failed


def total(folder: Path, statuses: dict[str, int]) -> tuple[int, int]:
    passed = failed = 0
    for name, status in statuses.items():
        failed_here = 0
        for file in sorted(folder.glob(f"{name}*.xml")):
            try:
                more, failed_more = cases(file)
            except ElementTree.ParseError:
                print(f"{file} is not whole", file=sys.stderr)
                more, failed_more = 0, 1
            passed += more
            failed_here += failed_more
        if status and not failed_here:
            print(f"{name} ended with {status}", file=sys.stderr)
            failed_here = 1
        failed += failed_here
    return passed, failed


def main() -> int:
    folder, *arguments = sys.argv[1:]
    statuses = {name: int(status) for name, status in (argument.split("=") for argument in arguments)}
    passed, failed = total(Path(folder), statuses)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
