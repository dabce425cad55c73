"""Looks at what stands around us: the clock's keeper, back-ups, certificates that will end.

Each a file or a system call, and at most one handshake with our own address; once a minute, in a
thread, for any of them may wait.
"""

import asyncio
import json
import os
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import load_pem_x509_certificate

from minesafe.clock import synchronised
from minesafe.model.machine import Copied, Expiry, Machine
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND, Micros

NOTE = "copied.json"
"""What a back-up leaves in the directory it has copied."""

EVERY_S = 60.0
PATIENCE_S = 3.0


def note_copy(data: Path, made: datetime, to: Path) -> None:
    """Leave word of a back-up in the directory it was made of; raises OSError."""
    part = data / f"{NOTE}.part"
    part.write_text(json.dumps({"made": made.isoformat(), "to": str(to)}), "utf-8")
    part.replace(data / NOTE)


def copied(data: Path) -> Copied | None:
    """The newest back-up, None where none was made or its word cannot be read."""
    try:
        said = json.loads((data / NOTE).read_text("utf-8"))
        return Copied(round(datetime.fromisoformat(said["made"]).timestamp()) * SECOND, said["to"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def expiries(mine: Mine) -> Iterator[Expiry]:
    """The certificates our connections stand on; those devices show us are checked as they do."""
    tls = mine.broker.tls
    files = {"broker": tls.certificate, "broker_ca": tls.ca} if tls is not None else {}
    for what, path in files.items():
        if path:
            yield Expiry(what, _until(partial(Path(path).read_text, "ascii")))
    pages = urlsplit(mine.server.public_url)
    if pages.scheme == "https":
        where = (pages.hostname or "", pages.port or 443)
        asked = partial(ssl.get_server_certificate, where, timeout=PATIENCE_S)
        yield Expiry("pages", _until(asked))


def _until(read: Callable[[], str]) -> Micros | None:
    try:
        found = load_pem_x509_certificate(read().encode("ascii"))
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        return None
    return round(found.not_valid_after_utc.timestamp()) * SECOND


class MachineWatch:
    """Looks once a minute, under a supervisor as a source does."""

    name = "machine"

    def __init__(self, mine: Callable[[], Mine], data: Path, wall: Callable[[], Micros]) -> None:
        self._mine, self._data, self._wall = mine, data, wall
        self.newest: Machine | None = None
        """None before the first look."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.newest = await asyncio.to_thread(self.look)
            await asyncio.sleep(EVERY_S)

    def look(self) -> Machine:
        """One look; blocks."""
        return Machine(
            at=self._wall(),
            synchronised=synchronised(),
            petted="WATCHDOG_USEC" in os.environ,
            copied=copied(self._data),
            expiries=tuple(expiries(self._mine())),
        )
