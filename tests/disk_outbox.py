"""The outbox as the pipeline offers it, on a real journal, for tests of what empties it."""

import asyncio
from pathlib import Path

from minesafe.model.commands import Command
from minesafe.model.events import Noted, ReceiptStatus
from minesafe.store.journal import SqliteJournal
from minesafe.store.thread import DiskThread


class DiskOutbox:
    """The outbox as the pipeline offers it: the journal, in its own thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = DiskThread()
        self._news = asyncio.Event()
        self._turned = asyncio.Condition()
        self.receipts: list[Noted] = []

    async def __aenter__(self) -> "DiskOutbox":
        self._journal = await self._thread.run(SqliteJournal, self._path)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._thread.close(self._journal.close)

    async def ask(self, *commands: Command) -> None:
        await self._thread.run(self._journal.append, [], now=1, commands=commands)
        self._news.set()

    async def pending(self) -> list[tuple[Command, int]]:
        return await self._thread.run(self._journal.pending)

    async def sending(self, key: str, attempt: int) -> None:
        await self._thread.run(self._journal.sending, key, attempt)

    async def receipt(self, noted: Noted) -> None:
        await self._thread.run(self._journal.receipt, noted, now=1)
        self.receipts.append(noted)
        async with self._turned:
            self._turned.notify_all()

    async def by_carrier_id(self, channel: str, carrier_id: str) -> Command | None:
        return await self._thread.run(self._journal.by_carrier_id, channel, carrier_id)

    async def wait(self) -> None:
        await self._news.wait()
        self._news.clear()

    async def until(self, *statuses: ReceiptStatus, within_s: float = 15.0) -> list[Noted]:
        """Wait for these, in this order, among the receipts."""
        async with asyncio.timeout(within_s), self._turned:
            await self._turned.wait_for(lambda: self._has(statuses))
        return self.receipts

    def _has(self, statuses: tuple[ReceiptStatus, ...]) -> bool:
        seen = iter(n.status for n in self.receipts)
        return all(status in seen for status in statuses)
