"""A base station's TCP connection to the host: a JSON object a line, acknowledged one by one."""

import asyncio
import json
from dataclasses import dataclass

from device_sims.devices.backlog import Backlog
from device_sims.devices.device import until_one_ends
from device_sims.diary import Diary
from device_sims.mine import Address

RETRY_S = 0.5
"""Pause before connecting again, in real seconds."""
PATIENCE_S = 5.0
"""How long the host may owe an answer, in real seconds, before the link is given up."""
LONGEST = 64 * 1024
"""The longest line, bytes."""


class LinkBroken(Exception):
    """The host went away, refused, owed an answer too long, or answered nonsense."""


@dataclass(frozen=True, slots=True)
class Hello:
    """How a station introduces itself."""

    station: str
    key: str
    boot: int


class TcpLink:
    """Carries a backlog to the host for as long as `run` runs."""

    def __init__(self, host: Address, hello: Hello, backlog: Backlog, diary: Diary) -> None:
        self._host = host
        self._hello = hello
        self._backlog = backlog
        self._diary = diary
        self._why_down: str | None = ""
        self._owed = 0

    async def run(self) -> None:
        """Connect, send, and connect again whenever the link has broken."""
        while True:
            try:
                await self._connection()
            except (LinkBroken, OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                self._changed(str(error) or type(error).__name__)
            self._backlog.rewind()
            await asyncio.sleep(RETRY_S)

    async def _connection(self) -> None:
        host, port = self._host.host, self._host.port
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_connection(host, port, limit=LONGEST)
        try:
            await self._introduce(reader, writer)
            self._changed(None)
            await until_one_ends(self._send(writer), self._hear(reader))
        finally:
            writer.close()

    async def _introduce(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = self._hello
        _write(writer, {"hello": hello.station, "key": hello.key, "boot": hello.boot})
        async with asyncio.timeout(PATIENCE_S):
            answer = await _read(reader)
        if "welcome" not in answer:
            raise LinkBroken(f"refused: {answer.get('refused', 'no welcome')}")
        ack = answer.get("ack", 0)
        if answer.get("boot", hello.boot) == hello.boot and isinstance(ack, int):
            self._backlog.acknowledged_through(ack)
        self._backlog.rewind()
        self._owed = 0

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        while True:
            _, report = await self._backlog.next()
            self._owed += 1
            writer.write(report + b"\n")
            async with asyncio.timeout(PATIENCE_S):
                await writer.drain()

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        while True:
            owed = self._owed
            try:
                async with asyncio.timeout(PATIENCE_S):
                    answer = await _read(reader)
            except TimeoutError:
                if owed:
                    raise LinkBroken("no acknowledgement") from None
                continue
            ack = answer.get("ack")
            if not isinstance(ack, int):
                raise LinkBroken("not understood")
            self._backlog.acknowledged(ack)
            self._owed = max(0, self._owed - 1)

    def _changed(self, why_down: str | None) -> None:
        if why_down != self._why_down:
            up = why_down is None
            self._diary.note("link", device=self._hello.station, up=up, why=why_down)
        self._why_down = why_down


def _write(writer: asyncio.StreamWriter, message: dict[str, object]) -> None:
    writer.write(json.dumps(message).encode() + b"\n")


async def _read(reader: asyncio.StreamReader) -> dict[str, object]:
    """One line of the host.

    Raises:
        LinkBroken: it closed, or said something else than a JSON object.
    """
    try:
        line = await reader.readline()
        answer = json.loads(line) if line else None
    except ValueError as error:
        raise LinkBroken(f"not understood: {error}") from error
    if not isinstance(answer, dict):
        raise LinkBroken("closed" if answer is None else "not understood")
    return answer
