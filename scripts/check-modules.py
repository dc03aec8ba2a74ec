#!/usr/bin/env python3
"""check-modules.py TABLE: compares `swift package dump-package` on stdin with the table `target: dependencies`.
Prints one line for each difference."""

import json
import sys
from pathlib import Path


def declared(package: dict) -> dict[str, set[str]]:
    """Target to the names of the targets and products that it depends on. Tests may use what they test."""
    table = {}
    for target in package["targets"]:
        if target["type"] == "test":
            continue
        names = set()
        for dependency in target["dependencies"]:
            kind = next(iter(dependency))
            names.add(dependency[kind][0])
        table[target["name"]] = names
    return table


def allowed(path: Path) -> dict[str, set[str]]:
    table = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            target, _, names = line.partition(":")
            table[target.strip()] = set(names.split())
    return table


def main() -> None:
    is_declared, is_allowed = declared(json.load(sys.stdin)), allowed(Path(sys.argv[1]))
    for target in sorted(is_declared.keys() | is_allowed.keys()):
        if target not in is_allowed:
            print(f"{target}: not in {sys.argv[1]}")
        elif target not in is_declared:
            print(f"{target}: not in Package.swift")
        else:
            for name in sorted(is_declared[target] - is_allowed[target]):
                print(f"{target}: depends on {name}, which the table does not allow")
            for name in sorted(is_allowed[target] - is_declared[target]):
                print(f"{target}: {name} stands in the table and is not used")


if __name__ == "__main__":
    main()
