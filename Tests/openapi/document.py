"""What tests of the documents in openapi/ share."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import yaml

from harness import ROOT

FILE = ROOT / "openapi/usher.yaml"
FROZEN = ROOT / "openapi/invitation-v0.json"
DOCUMENT = yaml.safe_load(FILE.read_text())
CODES = DOCUMENT["components"]["schemas"]["ErrorCode"]["enum"]
METHODS = ("get", "post", "put", "patch", "delete")


def resolved(node: dict) -> dict:
    """What a `$ref` of this document leads to."""
    while "$ref" in node:
        target = DOCUMENT
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        node = target
    return node


def operations() -> dict[str, dict]:
    """By route: `GET /api/health`."""
    return {
        f"{method.upper()} {path}": item[method]
        for path, item in DOCUMENT["paths"].items() for method in METHODS if method in item}


def program(name: str) -> str:
    """A command of the Python that runs the tests."""
    beside = Path(sysconfig.get_path("scripts")) / name
    return str(beside) if beside.exists() else name


def generate(generator: str, document: Path, folder: Path, **properties: str) -> None:
    """A client written by OpenAPI Generator."""
    more = [f"--additional-properties={name}={value}" for name, value in properties.items()]
    done = subprocess.run(
        [program("openapi-generator-cli"), "generate", "-g", generator, "-i", str(document), "-o", str(folder), *more],
        capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
