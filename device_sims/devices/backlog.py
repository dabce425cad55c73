"""What a device has said and nobody has acknowledged yet."""

import asyncio
import time
from collections import deque

KEPT = 20_000
"""A device's memory: some hours of reports; then the oldest is lost, as in a real one."""


class Backlog:
    """Reports by sequence number, from when they are made until they are acknowledged."""

    def __init__(self, limit: int = KEPT) -> None:
        self.lost = 0
        """Reports that fell out of a full memory."""
        self._limit = limit
        self._kept: dict[int, bytes] = {}
        self._unsent: deque[int] = deque()
        self._more = asyncio.Event()

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, seq: int, report: bytes) -> None:
        """Keep a report until it is acknowledged."""
        self._kept[seq] = report
        self._unsent.append(seq)
        if len(self._kept) > self._limit:
            del self._kept[min(self._kept)]
            self.lost += 1
        self._more.set()

    async def next(self) -> tuple[int, bytes]:
        """The oldest report not yet sent on this connection; waits for one."""
        while True:
            while self._unsent:
                seq = self._unsent.popleft()
                if seq in self._kept:
                    return seq, self._kept[seq]
            self._more.clear()
            await self._more.wait()

    def acknowledged(self, seq: int) -> None:
        """Forget one report; repeating it does nothing."""
        self._kept.pop(seq, None)

    def acknowledged_through(self, seq: int) -> None:
        """Forget every report up to seq."""
        for old in [s for s in self._kept if s <= seq]:
            del self._kept[old]

    def take(self) -> list[bytes]:
        """Everything kept, oldest first, acknowledged by whoever stands beside the device."""
        said = [self._kept[seq] for seq in sorted(self._kept)]
        self._kept.clear()
        self._unsent.clear()
        return said

    def rewind(self) -> None:
        """After a lost connection: everything unacknowledged is to be sent again."""
        self._unsent = deque(sorted(self._kept))
        if self._unsent:
            self._more.set()


def boot_number() -> int:
    """A boot number that grows at each restart of a device, with nothing kept on disk.

    Milliseconds: a device may be back within the second in which it went.
    """
    return time.time_ns() // 1_000_000
