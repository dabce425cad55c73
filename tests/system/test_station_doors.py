"""Positioning hosts without a hello: lines or datagrams at a port of their own."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from fakes import FindingBook, HandClock, Inbox, Notes
from field import field_mine, until

from minesafe.model.events import FindingKind
from minesafe.model.mine import BaseStation, Mine, Name, Reader
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.doors import GARBAGE_LINES, DatagramDoor, LineDoor
from minesafe.sources.positioning.peer import Patience
from minesafe.sources.positioning.stations import StationEars

NO = Name("", "")


@dataclass
class Site:
    """A door and what came in by it."""

    door: LineDoor | DatagramDoor
    inbox: Inbox
    book: FindingBook

    def tags(self) -> list[int]:
        return [row[0] for row in self.inbox.sightings() if row[0] >= 0]


def mine(transport: str, peer: str) -> Mine:
    station = BaseStation("BS1", NO, transport, "", "", "", "nooploop", "m", "ms", 0, peer)
    reader = Reader("R1", NO, "BS1", "A", 50.0, 40.0, 0.3, 1.0)
    return replace(field_mine(), stations=(station,), readers=(reader,))


Door = Callable[..., LineDoor | DatagramDoor]


@contextlib.asynccontextmanager
async def site(door: Door, transport: str, peer: str = "127.0.0.1") -> AsyncIterator[Site]:
    m, inbox, book, clock = mine(transport, peer), Inbox(), FindingBook(), HandClock()
    ears = StationEars(m, Common.of(m, inbox, Notes()), m.stations[0], clock, book)
    opened = door("127.0.0.1", ears, clock, book, patience=Patience(0.5, 1.0, 0.5))
    run = asyncio.create_task(opened.run())
    await opened.listening.wait()
    try:
        yield Site(opened, inbox, book)
    finally:
        run.cancel()
        await asyncio.wait([run])


def pos(tag: str = "2") -> bytes:
    body = {"name": "Pos", "uid": tag, "data": {"pos": [12, 0, 0], "time": 1_764_000_000_000}}
    return json.dumps(body).encode()


@contextlib.contextmanager
def datagrams(port: int) -> "contextlib.AbstractContextManager[Callable[[bytes], None]]":
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        yield lambda data: sock.sendto(data, ("127.0.0.1", port)) and None


async def test_datagrams_of_the_named_address_are_heard_and_garbage_is_told() -> None:
    async with site(DatagramDoor, "udp") as s:
        with datagrams(s.door.port) as send:
            for data in (pos(), b"\xff" * 900, b"", pos(), b"[" * 5000):
                send(data)
            await until(lambda: s.tags() == [1, 1])
            await until(lambda: (FindingKind.GARBAGE, "BS1") in s.book.now)
            send(pos())
            await until(lambda: (FindingKind.GARBAGE, "BS1") not in s.book.now)


async def test_datagrams_of_anybody_else_are_not() -> None:
    async with site(DatagramDoor, "udp", peer="10.9.9.9") as s:
        with datagrams(s.door.port) as send:
            send(pos())
            await until(lambda: (FindingKind.UNKNOWN_POINT, "127.0.0.1") in s.book.now)
        assert s.tags() == []


async def test_a_host_that_falls_silent_is_told_and_heard_again() -> None:
    async with site(DatagramDoor, "udp") as s:
        with datagrams(s.door.port) as send:
            send(pos())
            await until(lambda: s.tags() == [1])
            await until(lambda: (FindingKind.LINK_DOWN, "BS1") in s.book.now)
            send(pos())
            await until(lambda: (FindingKind.LINK_DOWN, "BS1") not in s.book.now)


async def test_a_flood_of_datagrams_is_bounded_and_told() -> None:
    async with site(DatagramDoor, "udp") as s:
        s.inbox.gate.clear()
        with datagrams(s.door.port) as send:
            for _ in range(40):
                for _ in range(10):
                    send(pos())
                await asyncio.sleep(0)
            await until(lambda: any(kind is FindingKind.QUEUE_FULL for kind, _ in s.book.now))
            s.inbox.gate.set()
            await asyncio.sleep(0.05)
            send(pos())
            await until(lambda: not any(k is FindingKind.QUEUE_FULL for k, _ in s.book.now))


async def test_lines_are_heard_and_the_newer_connection_wins() -> None:
    async with site(LineDoor, "tcp") as s:
        first, one = await asyncio.open_connection("127.0.0.1", s.door.port)
        one.write(pos() + b"\n")
        await until(lambda: s.tags() == [1])
        _, two = await asyncio.open_connection("127.0.0.1", s.door.port)
        two.write(pos() + b"\n" + pos()[:20])
        await until(lambda: len(s.tags()) == 2)
        with contextlib.suppress(ConnectionResetError):
            assert await first.read() == b""
        for writer in (one, two):
            writer.transport.abort()
        await until(lambda: (FindingKind.LINK_DOWN, "BS1") in s.book.now)


async def test_somebody_else_and_somebody_with_nothing_but_garbage_are_hung_up_on() -> None:
    async with site(LineDoor, "tcp", peer="10.9.9.9") as s:
        reader, writer = await asyncio.open_connection("127.0.0.1", s.door.port)
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.transport.abort()
        assert (FindingKind.UNKNOWN_POINT, "127.0.0.1") in s.book.now
    async with site(LineDoor, "tcp") as s:
        reader, writer = await asyncio.open_connection("127.0.0.1", s.door.port)
        writer.write(b"nonsense\n" * GARBAGE_LINES)
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.transport.abort()
        assert (FindingKind.GARBAGE, "BS1") in s.book.now
