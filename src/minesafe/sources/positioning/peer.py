"""A TCP peer that speaks JSON lines, with little time and little room."""

import asyncio
from dataclasses import dataclass

import msgspec

from minesafe.sources.wire import Unreadable

LINE = 64 << 10
"""Bytes in a line."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Real seconds a peer is given."""

    hello_s: float = 5.0
    idle_s: float = 30.0
    """Between two lines; a station sends a heartbeat far more often."""
    write_s: float = 5.0


class Peer:
    """One connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: Patience
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._patience = patience

    async def hello(self) -> bytes:
        """The first line. Raises as `line`."""
        return await self._line(self._patience.hello_s)

    async def line(self) -> bytes:
        """The next whole line; empty at the end.

        Raises:
            Unreadable: the line is too long.
            OSError: the connection broke, or (TimeoutError) nothing whole came in time.
        """
        return await self._line(self._patience.idle_s)

    async def _line(self, seconds: float) -> bytes:
        try:
            async with asyncio.timeout(seconds):
                return await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return b""  # half a line was never acknowledged: it comes again, whole
        except asyncio.LimitOverrunError as error:
            raise Unreadable(f"a line longer than {LINE} bytes") from error
        except TimeoutError as error:
            raise TimeoutError(f"silent for {seconds:g} s") from error

    async def say(self, words: dict[str, str | int]) -> None:
        """Send one line.

        Raises:
            OSError: the connection broke, or (TimeoutError) the peer does not read.
        """
        self._writer.write(msgspec.json.encode(words) + b"\n")
        try:
            async with asyncio.timeout(self._patience.write_s):
                await self._writer.drain()
        except TimeoutError as error:
            raise TimeoutError("does not read its answers") from error

    def hang_up(self) -> None:
        """Close once what was said is sent, or the peer has had its time to take it."""
        self._writer.close()
        asyncio.get_running_loop().call_later(self._patience.write_s, self.cut)

    def cut(self) -> None:
        """Close at once."""
        self._writer.transport.abort()
