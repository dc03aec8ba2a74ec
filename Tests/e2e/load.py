"""Many clients at once, each remembering what it was told."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass, field

from harness import Usher


@dataclass
class Sent:
    """One request and its answer; `status` is None when the connection ended without one."""

    email: str
    idempotency_key: str
    is_async: bool
    begun: float
    status: int | None = None
    # Seconds until all of the answer was here.
    took: float = 0
    location: str | None = None
    body: str = ""
    error: str = ""

    @property
    def is_promised(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Load:
    """Clients that invite fresh addresses until they are told to stop, or their share is done."""

    usher: Usher
    clients: int
    share: int | None = None
    async_every: int = 0
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(self.clients)]

    def start(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self.join()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive(), "a request is never answered"

    def _work(self, number: int) -> None:
        connection = None
        count = 0
        while not self._stop.is_set() and (self.share is None or count < self.share):
            count += 1
            is_async = bool(self.async_every) and (count + number) % self.async_every == 0
            # Letters first, so that every part is a word of letters and digits.
            sent = Sent(f"u{uuid.uuid4().hex}@example.org", str(uuid.uuid4()), is_async, time.monotonic())
            with self._lock:
                self.sent.append(sent)
            connection = connection or http.client.HTTPConnection("127.0.0.1", self.usher.port, timeout=60)
            try:
                post(self.usher, connection, sent)
            except (OSError, http.client.HTTPException) as error:
                sent.error = repr(error)
                connection.close()
                connection = None
                # The server is gone; whoever asks does not ask a thousand times a second.
                self._stop.wait(0.05)
        if connection:
            connection.close()


def post(usher: Usher, connection: http.client.HTTPConnection, sent: Sent) -> None:
    headers = {
        "Authorization": usher.key, "TR-Organization": usher.organization_id, "Content-Type": "application/json",
        "Idempotency-Key": sent.idempotency_key,
    }
    if sent.is_async:
        headers["Prefer"] = "respond-async"
    connection.request("POST", "/api/invitation", json.dumps(usher.invitation(sent.email)), headers)
    response = connection.getresponse()
    body = response.read().decode()
    sent.location, sent.body = response.headers.get("Location"), body
    sent.took = time.monotonic() - sent.begun
    # Last: an answer counts when all of it is here.
    sent.status = response.status
