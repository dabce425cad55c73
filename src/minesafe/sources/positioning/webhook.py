"""A door that positioning hosts post their messages to: HTTP/1.1, a message a request, with a key.

Not a web server: one path, one method, a length that is told beforehand. The answer comes when the
disk has the message, so a host that tries again after an error loses nothing.
"""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from minesafe.ports import Clock, Findings
from minesafe.sources.positioning.doors import StreamDoor
from minesafe.sources.positioning.listener import same_key
from minesafe.sources.positioning.peer import Patience
from minesafe.sources.positioning.stations import StationEars
from minesafe.sources.wire import LONGEST, Unreadable

HEAD = 16 << 10
"""Bytes of a request's head."""

CONNECTIONS = 32
"""Open at one time."""

WORDS: Mapping[int, str] = {
    204: "No Content",
    400: "Bad Request",
    401: "Unauthorized",
    405: "Method Not Allowed",
    411: "Length Required",
    413: "Content Too Large",
}


class Refused(Exception):
    """A request that is answered with no more than its number; the connection is closed."""

    def __init__(self, status: int) -> None:
        super().__init__(WORDS[status])
        self.status = status


class Head(NamedTuple):
    """What a request says of itself."""

    length: int
    key: str
    last: bool
    """The host will close the connection."""


class PostDoor(StreamDoor):
    """Takes a message a request; a `ports.Source`."""

    limit = HEAD

    def __init__(
        self,
        host: str,
        ears: StationEars,
        clock: Clock,
        findings: Findings,
        *,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(host, ears, clock, findings, patience=patience)
        self._writers: set[asyncio.StreamWriter] = set()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str(writer.get_extra_info("peername")[0])
        wanted = self._ears.station.peer
        if len(self._writers) >= CONNECTIONS or (wanted and not self._may(address)):
            writer.transport.abort()
            return
        self._writers.add(writer)
        self._spawn(self._serve(reader, writer))

    def _cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not await self._request(reader, writer):
                continue
        except Refused as refused:
            await self._answer(writer, refused.status)
        except (OSError, asyncio.IncompleteReadError):  # gone, or too slow; it tries again
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether it was the last of its connection."""
        async with asyncio.timeout(self._patience.idle_s):
            try:
                head = head_of(await reader.readuntil(b"\r\n\r\n"))
            except asyncio.LimitOverrunError as error:
                raise Refused(413) from error
            if not same_key(head.key, self._ears.station.password):
                self._ears.garbage("a post with a wrong key")
                raise Refused(401)
            if head.length > LONGEST:
                raise Refused(413)
            body = await reader.readexactly(head.length)
        try:
            sighted = self._ears.decode(body)
        except Unreadable as error:
            raise Refused(400) from error
        self._alive()
        async with self._room:
            await self._ears.keep(sighted, body)
        await self._answer(writer, 204)
        return head.last

    async def _answer(self, writer: asyncio.StreamWriter, status: int) -> None:
        end = "" if status == 204 else "Connection: close\r\nContent-Length: 0\r\n"
        writer.write(f"HTTP/1.1 {status} {WORDS[status]}\r\n{end}\r\n".encode())
        async with asyncio.timeout(self._patience.write_s):
            await writer.drain()


def head_of(raw: bytes) -> Head:
    """Read a request's head.

    Raises:
        Refused: it is none that is answered.
    """
    first, *lines = raw.decode("latin-1").split("\r\n")
    if not first.startswith("POST "):
        raise Refused(405)
    said = [line.partition(":") for line in lines if line]
    fields = {name.strip().lower(): value.strip() for name, _, value in said}
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 12):
        raise Refused(411)
    scheme, _, key = fields.get("authorization", "").partition(" ")
    return Head(
        int(length),
        key.strip() if scheme.lower() == "bearer" else "",
        fields.get("connection", "").lower() == "close",
    )
