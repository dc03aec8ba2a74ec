"""Several `usher serve` on one PostgreSQL, behind haproxy."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

import requests

from harness import Usher, eventually, free_port, postgres

PROGRAM = "/usr/sbin/haproxy"

# Another node is tried when a connection could not be made, and in no other case: what a node has heard may have had
# its effect. `X-Node: 2` asks for the second node; haproxy goes by its own mind without it.
CONFIGURATION = """
global
    maxconn 2000
    stats socket {folder}/control mode 600 level admin
defaults
    mode http
    timeout connect 2s
    # Two that take longer than the interval would make a busy node a dead one.
    timeout check 5s
    timeout client 60s
    timeout server 60s
    retries 5
    retry-on conn-failure
    option redispatch 1
    option forwardfor
frontend usher
    bind 127.0.0.1:{port}
    default_backend nodes
backend nodes
    balance roundrobin
    option httpchk GET /readyz
    default-server inter 250ms fall 2 rise 1
{servers}
"""


class Proxy:
    """haproxy before nodes. Its address is known before it runs: it is the nodes' public URL."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="usher-haproxy-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self, ports: list[int]) -> Proxy:
        names = [(f"node{number}", port) for number, port in enumerate(ports, 1)]
        lines = [f"    use-server {name} if {{ req.hdr(X-Node) {name[4:]} }}" for name, _ in names]
        lines += [f"    server {name} 127.0.0.1:{port} check" for name, port in names]
        file = self.folder / "haproxy.cfg"
        file.write_text(CONFIGURATION.format(folder=self.folder, port=self.port, servers="\n".join(lines)))
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen([PROGRAM, "-db", "-f", file], stdout=log, stderr=log)
        eventually(self._is_through)
        return self

    def _is_through(self) -> bool:
        """haproxy has a node to send to"""
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            return requests.get(f"{self.url}/livez", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Cluster:
    """Nodes on one database and one key. `front` is what a client knows: a server like any other, at the proxy's
    address."""

    def __init__(self, count: int, relay, **env: str | None) -> None:
        self.proxy = Proxy()
        self.database = postgres().database()
        shared = {
            "USHER_DATABASE_URL": self.database, "USHER_PUBLIC_URL": self.proxy.url,
            "USHER_SERVER_KEY": secrets.token_urlsafe(32), "USHER_TRUSTED_PROXIES": "127.0.0.1",
            # Longer than haproxy needs to notice by /readyz that a node leaves.
            "USHER_SHUTDOWN_DELAY": "6s",
        } | env
        # "sqlite" keeps the harness from making a database for each of them.
        self.front, *self.nodes = (Usher("sqlite", relay, **shared) for _ in range(count + 1))
        self.front.port, self.front.url = self.proxy.port, self.proxy.url

    def __enter__(self) -> Cluster:
        self.front.prepare()
        for node in self.nodes:
            node.start(wait=False)
        for node in self.nodes:
            node.wait_until_ready()
        self.proxy.start([node.port for node in self.nodes])
        return self

    def __exit__(self, *_: object) -> None:
        self.proxy.stop()
        for node in [*self.nodes, self.front]:
            node.dispose()
        postgres().drop(self.database)

    def sql(self, statement: str) -> str:
        return postgres().query(self.database, statement)


def on(number: int) -> dict[str, str]:
    """The field that asks haproxy for this node, counted from 1."""
    return {"X-Node": str(number)}
