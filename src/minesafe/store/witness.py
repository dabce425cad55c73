"""The witness: a folder of another machine, or a web address, that keeps signed heads."""

import asyncio
import contextlib
import http.client
import os
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import FindingKind
from minesafe.model.mine import Witness as Where
from minesafe.model.time import Micros
from minesafe.ports import Findings
from minesafe.store.heads import HeadKey, SignedHead, line_of
from minesafe.store.journal import SqliteJournal

PATIENCE_S = 10.0
"""Real seconds a witness is given to take a head."""

AGAIN_S = 30.0
"""Real seconds until a head that was not taken is offered again."""


class Witness:
    """Sends the newest head whenever there is one; runs under a supervisor, as a source does."""

    name = "witness"

    def __init__(
        self,
        where: Where,
        mine: str,
        journal: SqliteJournal,
        key: HeadKey,
        wall: Callable[[], Micros],
        findings: Findings,
    ) -> None:
        self._where, self._mine, self._journal = where, mine, journal
        self._key, self._wall, self._findings = key, wall, findings
        self._sent = 0
        """Position of the newest head that is kept elsewhere."""
        self._hanging: threading.Thread | None = None
        """Whoever waits for a witness that hangs; until it lets go, nobody else is sent."""

    async def run(self) -> None:
        """Until cancelled. A witness that hangs holds one thread up, and not even our own end."""
        while True:
            trouble = await self._send()
            if trouble:
                self._findings.began(FindingKind.WITNESS_DOWN, self._where.to, trouble)
            else:
                self._findings.ended(FindingKind.WITNESS_DOWN, self._where.to)
            await asyncio.sleep(AGAIN_S if trouble else self._where.every_s)

    async def _send(self) -> str:
        """What went wrong, empty where nothing did."""
        position, digest = self._journal.head
        if position == self._sent:
            return ""
        if self._hanging is not None and self._hanging.is_alive():
            return "it hangs"
        head = SignedHead(
            mine=self._mine,
            journal=self._journal.identity,
            epoch=self._journal.epoch,
            position=position,
            hash=digest,
            at=self._wall(),
            signature="",
        )
        try:
            await self._aside(line_of(self._key.signed(head)))
        except StoreUnavailable as error:
            return str(error)
        except TimeoutError:
            return "it hangs"
        self._sent = position
        return ""

    async def _aside(self, line: bytes) -> None:
        """Hand over in a thread that no shutdown joins: a mount that hangs never lets go of it.

        Raises:
            StoreUnavailable: it was not taken.
            TimeoutError: no answer in `PATIENCE_S`.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def settle(error: StoreUnavailable | None) -> None:
            if done.done():
                return
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

        def work() -> None:
            trouble = None
            try:
                hand_over(self._where.to, line)
            except StoreUnavailable as error:
                trouble = error
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile: nobody asks
                loop.call_soon_threadsafe(settle, trouble)

        self._hanging = threading.Thread(target=work, name="witness", daemon=True)
        self._hanging.start()
        async with asyncio.timeout(PATIENCE_S):
            await done


def hand_over(to: str, line: bytes) -> None:
    """Give a witness one line; blocks.

    Raises:
        StoreUnavailable: it did not take it.
    """
    try:
        if to.startswith(("http://", "https://")):
            _post(to, line)
        else:
            _append(Path(to) / "heads.jsonl", line)
    except (OSError, http.client.HTTPException) as error:
        raise StoreUnavailable(str(error) or type(error).__name__) from error


def _append(path: Path, line: bytes) -> None:
    """A line at the end of a file, on disk when this returns."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        if os.write(file, line) != len(line):
            raise OSError(f"{path}: no room")
        os.fsync(file)
    finally:
        os.close(file)


def _post(url: str, line: bytes) -> None:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    wire = http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        wire = http.client.HTTPSConnection(host, port, timeout=PATIENCE_S, context=context)
    try:
        target = parts.path or "/"
        wire.request("POST", target, line, {"Content-Type": "application/x-ndjson"})
        status = wire.getresponse().status
        if not 200 <= status < 300:
            raise OSError(f"the witness answered {status}")
    finally:
        wire.close()
