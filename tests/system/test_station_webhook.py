"""A positioning host that posts its messages: with the key, in time, and answered by the disk."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import pytest
from fakes import FindingBook, HandClock, Inbox, Notes
from field import field_mine, until

from minesafe.model.events import FindingKind
from minesafe.model.mine import BaseStation, Name, Reader
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.peer import Patience
from minesafe.sources.positioning.stations import StationEars
from minesafe.sources.positioning.webhook import HEAD, PostDoor
from minesafe.sources.wire import LONGEST

NO = Name("", "")
KEY = {"Authorization": "Bearer key-1"}
POS = {"name": "Pos", "uid": "2", "data": {"pos": [12, 0, 0], "time": 1_764_000_000_000}}


@dataclass
class Site:
    """A door and what came in by it."""

    door: PostDoor
    inbox: Inbox
    book: FindingBook

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.door.port}/"

    def tags(self) -> list[int]:
        return [row[0] for row in self.inbox.sightings() if row[0] >= 0]


@contextlib.asynccontextmanager
async def site(peer: str = "") -> AsyncIterator[Site]:
    station = BaseStation("BS1", NO, "http", "", "", "key-1", "nooploop", "m", "ms", 0, peer)
    reader = Reader("R1", NO, "BS1", "A", 50.0, 40.0, 0.3, 1.0)
    m = replace(field_mine(), stations=(station,), readers=(reader,))
    inbox, book, clock = Inbox(), FindingBook(), HandClock()
    ears = StationEars(m, Common.of(m, inbox, Notes()), station, clock, book)
    door = PostDoor("127.0.0.1", ears, clock, book, patience=Patience(0.5, 1.0, 0.5))
    run = asyncio.create_task(door.run())
    await door.listening.wait()
    try:
        yield Site(door, inbox, book)
    finally:
        run.cancel()
        await asyncio.wait([run])


async def test_a_post_is_answered_once_it_is_on_disk_and_a_connection_carries_many() -> None:
    async with site() as s, httpx.AsyncClient() as host:
        s.inbox.gate.clear()
        posting = asyncio.create_task(host.post(s.url, json=POS, headers=KEY))
        await asyncio.sleep(0.1)
        assert not posting.done()
        s.inbox.gate.set()
        assert (await posting).status_code == 204
        for _ in range(3):
            assert (await host.post(s.url, json=POS, headers=KEY)).status_code == 204
        assert s.tags() == [1] * 4


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"{}", 401),
        ({"Authorization": "Bearer key-2"}, b"{}", 401),
        ({"Authorization": "Basic key-1"}, b"{}", 401),
        (KEY, b"nonsense", 400),
        (KEY, b"x" * (LONGEST + 1), 413),
    ],
)
async def test_what_is_not_allowed_is_refused(
    headers: dict[str, str], body: bytes, status: int
) -> None:
    async with site() as s, httpx.AsyncClient() as host:
        with contextlib.suppress(httpx.TransportError):  # it may hang up on what is still sent
            assert (await host.post(s.url, content=body, headers=headers)).status_code == status
        assert s.tags() == []
        assert (await host.post(s.url, json=POS, headers=KEY)).status_code == 204


async def test_whatever_else_connects_ends_nothing() -> None:
    async with site() as s:
        for said in (
            b"GET / HTTP/1.1\r\n\r\n",
            b"\xff" * (HEAD + 9),
            b"POST / HTTP/1.1\r\n\r\n",
            b"",
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", s.door.port)
            writer.write(said)
            with contextlib.suppress(OSError):
                writer.write_eof()
                await asyncio.wait_for(reader.read(), 5)
            writer.transport.abort()
        async with httpx.AsyncClient() as host:
            assert (await host.post(s.url, json=POS, headers=KEY)).status_code == 204
        await until(lambda: (FindingKind.LINK_DOWN, "BS1") in s.book.now)


async def test_a_peer_that_is_named_is_the_only_one() -> None:
    async with site("10.9.9.9") as s, httpx.AsyncClient() as host:
        with pytest.raises(httpx.TransportError):
            await host.post(s.url, content=json.dumps(POS), headers=KEY)
        assert (FindingKind.UNKNOWN_POINT, "127.0.0.1") in s.book.now
