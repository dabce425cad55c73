"""Base stations over TCP: reports in order, acknowledged on disk, whatever else connects."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fakes import FindingBook, HandClock, Inbox, Notes
from field import field_mine, until

from minesafe.model.events import FindingKind
from minesafe.model.mine import Reader
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.listener import GARBAGE_LINES, StationServer
from minesafe.sources.positioning.peer import Patience
from minesafe.sources.positioning.stations import StationEars

T = 1_764_000_000_000


@dataclass
class Site:
    """The listening server and what it heard."""

    server: StationServer
    inbox: Inbox
    book: FindingBook

    def tags(self) -> list[int]:
        return [row[0] for row in self.inbox.sightings()]


@contextlib.asynccontextmanager
async def site(patience: Patience | None = None) -> AsyncIterator[Site]:
    r1 = Reader("R1", field_mine().name, "BS1", "A", 50.0, 40.0, 0.3, 1.0)
    mine = field_mine(readers=(r1,))
    inbox, book, clock = Inbox(), FindingBook(), HandClock()
    ears = StationEars(mine, Common.of(mine, inbox, Notes()), mine.stations[0], clock, book)
    patience = patience or Patience(0.5, 2.0, 0.5)
    server = StationServer("127.0.0.1", 0, [ears], clock, book, patience=patience)
    run = asyncio.create_task(server.run())
    await server.listening.wait()
    try:
        yield Site(server, inbox, book)
    finally:
        run.cancel()
        await asyncio.wait([run])


class Station:
    """A base station's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    @contextlib.asynccontextmanager
    async def calling(cls, server: StationServer) -> "AsyncIterator[Station]":
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        try:
            yield cls(reader, writer)
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)

    async def hello(self, key: str = "key-1", name: str = "BS1", boot: int = 7) -> object:
        self.say(json.dumps({"hello": name, "key": key, "boot": boot}).encode())
        return await self.answer()

    def say(self, line: bytes) -> None:
        self.writer.write(line + b"\n")

    async def answer(self) -> object:
        async with asyncio.timeout(5):
            line = await self.reader.readline()
        return json.loads(line) if line else None

    async def hung_up(self) -> bool:
        try:
            async with asyncio.timeout(5):
                return await self.reader.read() == b""
        except ConnectionResetError:
            return True


def report(seq: int, tag: str = "2", boot: int = 7, **more: object) -> bytes:
    seen = {"reader": "R1", "tag": tag, "d": 10.0, "side": 1}
    body = {"station": "BS1", "boot": boot, "seq": seq, "t": T, "ranges": [seen], **more}
    return json.dumps(body).encode()


async def test_a_report_is_acknowledged_once_it_is_on_disk() -> None:
    async with site() as s, Station.calling(s.server) as station:
        assert await station.hello() == {"welcome": "BS1", "boot": 7, "ack": 0}
        s.inbox.gate.clear()
        station.say(report(1))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                raise AssertionError(f"too early: {await station.reader.readline()!r}")
        s.inbox.gate.set()
        assert await station.answer() == {"ack": 1}
        assert s.tags() == [1]


async def test_reports_come_as_fast_as_the_disk_commits_together() -> None:
    async with site() as s, Station.calling(s.server) as station:
        await station.hello()
        for seq in range(1, 501):
            station.say(report(seq))
        assert [await station.answer() for _ in range(500)] == [{"ack": n} for n in range(1, 501)]
        assert len(s.tags()) == 500


async def test_what_was_not_acknowledged_is_sent_again_and_heard_once() -> None:
    async with site() as s:
        async with Station.calling(s.server) as station:
            await station.hello()
            for seq in (1, 2):
                station.say(report(seq))
                assert await station.answer() == {"ack": seq}
            s.inbox.gate.clear()
            station.say(report(3))
            station.say(report(4)[:30])  # and the cable breaks within the next
            await asyncio.sleep(0.05)
        async with Station.calling(s.server) as station:
            assert await station.hello() == {"welcome": "BS1", "boot": 7, "ack": 2}
            station.say(report(3))
            station.say(report(4))
            await asyncio.sleep(0.05)
            s.inbox.gate.set()
            assert [await station.answer(), await station.answer()] == [{"ack": 3}, {"ack": 4}]
        assert len(s.tags()) == 4, "the third is stored once"
        assert (FindingKind.GAP, "BS1") not in s.book.now


async def test_a_line_in_pieces_is_one_line() -> None:
    async with site() as s, Station.calling(s.server) as station:
        await station.hello()
        for byte in report(1) + b"\n":
            station.writer.write(bytes([byte]))
            await asyncio.sleep(0)
        assert await station.answer() == {"ack": 1}


async def test_a_wrong_key_or_name_is_refused_and_told() -> None:
    async with site() as s:
        for key, name in (("key-2", "BS1"), ("", "BS1"), ("key-1", "BS9"), ("", "BS2")):
            async with Station.calling(s.server) as station:
                assert await station.hello(key, name) == {"refused": "key"}
                assert await station.hung_up()
        assert (FindingKind.GARBAGE, "BS1") in s.book.now
        assert (FindingKind.UNKNOWN_POINT, "BS9") in s.book.now
        assert s.tags() == []


async def test_nobody_is_heard_before_the_hello() -> None:
    async with site() as s:
        for first in (report(1), b"", b"GET / HTTP/1.1", b"[" * 50_000, b"\xff" * 300, b"{}"):
            async with Station.calling(s.server) as station:
                station.say(first)
                assert await station.hung_up()
        async with Station.calling(s.server) as station:  # says nothing at all
            assert await station.hung_up()
        assert s.tags() == []
        assert not s.book.now.keys() & {(FindingKind.TASK_CRASHED, "stations")}


async def test_a_station_that_falls_silent_is_missed() -> None:
    async with site(Patience(0.5, 0.2, 0.5)) as s, Station.calling(s.server) as station:
        await station.hello()
        station.writer.write(b'{"station":')  # half a line is silence, too
        assert await station.hung_up()
        assert s.book.now[FindingKind.LINK_DOWN, "BS1"] == "silent for 0.2 s"


async def test_a_station_that_never_came_is_missed() -> None:
    async with site(Patience(0.5, 0.1, 0.5)) as s:
        await until(lambda: (FindingKind.LINK_DOWN, "BS1") in s.book.now)
        async with Station.calling(s.server) as station:
            await station.hello()
            assert not s.book.now


async def test_a_line_of_64_kib_is_read_and_a_longer_one_hung_up_on() -> None:
    async with site() as s:
        async with Station.calling(s.server) as station:
            await station.hello()
            fits = report(1, pad="x" * (65_536 - len(report(1, pad=""))))
            assert len(fits) == 65_536
            station.say(fits)
            assert await station.answer() == {"ack": 1}
        async with Station.calling(s.server) as station:
            await station.hello()
            station.say(b"y" * 200_000)
            assert await station.hung_up()
        assert "longer than" in s.book.now[FindingKind.GARBAGE, "BS1"]


async def test_garbage_is_told_and_too_much_of_it_ends_the_connection() -> None:
    async with site() as s, Station.calling(s.server) as station:
        await station.hello()
        for _ in range(GARBAGE_LINES - 1):
            station.say(b"garbage")
        station.say(report(1))
        assert await station.answer() == {"ack": 1}
        assert (FindingKind.GARBAGE, "BS1") not in s.book.now, "it speaks again"
        for _ in range(GARBAGE_LINES):
            station.say(b"\x00\x01\x02")
        assert await station.hung_up()
        assert (FindingKind.GARBAGE, "BS1") in s.book.now


async def test_the_newer_of_two_connections_wins() -> None:
    async with site() as s, Station.calling(s.server) as older:
        await older.hello()
        async with Station.calling(s.server) as newer:
            await newer.hello()
            assert await older.hung_up()
            newer.say(report(1))
            assert await newer.answer() == {"ack": 1}
            assert (FindingKind.LINK_DOWN, "BS1") not in s.book.now


async def test_three_hundred_reconnects_leave_nothing_behind() -> None:
    async with site() as s:
        tasks = len(asyncio.all_tasks())
        for n in range(300):
            async with Station.calling(s.server) as station:
                await station.hello()
                station.say(report(n + 1))
                assert await station.answer() == {"ack": n + 1}
        await until(lambda: len(asyncio.all_tasks()) <= tasks)
        assert len(s.server._peers) <= 1


async def test_strangers_knocking_all_day_leave_the_station_its_place() -> None:
    async with site(Patience(0.3, 2.0, 0.5)) as s, contextlib.AsyncExitStack() as stack:
        station = await stack.enter_async_context(Station.calling(s.server))
        await station.hello()
        for _ in range(300):
            await stack.enter_async_context(Station.calling(s.server))
        station.say(report(1))
        assert await station.answer() == {"ack": 1}
        await until(lambda: len(s.server._serving) <= 1)
