"""The TCP listener base stations connect to: one JSON object a line (docs/wire.md)."""

import asyncio
import hmac
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

import msgspec

from minesafe.model.events import FindingKind
from minesafe.ports import Clock, Findings
from minesafe.sources.positioning.peer import LINE, Patience, Peer
from minesafe.sources.positioning.stations import StationEars
from minesafe.sources.strangers import Strangers
from minesafe.sources.wire import Count, Unreadable, document

GARBAGE_LINES = 5
"""After so many unreadable lines in a row the connection is closed."""

CONNECTIONS = 256
"""Open at one time, those without a hello included."""

PIPELINED = 64
"""Reports of one connection on their way to the disk at one time."""

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Hello(msgspec.Struct):
    """A station's first line."""

    hello: str
    """Its id."""
    key: str
    boot: Count


class _Reports:
    """What a greeted station says: each report is answered, in order, once the disk has it.

    Storing goes on when the connection breaks; the station then sends again, and the repeat is
    answered from what was stored.
    """

    def __init__(self, ears: StationEars, peer: Peer, spawn: Spawn) -> None:
        self._ears = ears
        self._peer = peer
        self._spawn = spawn
        self._stored: asyncio.Queue[tuple[int, asyncio.Task[None]] | None]
        self._stored = asyncio.Queue(PIPELINED)

    async def run(self) -> None:
        """Until the station hangs up or has sent too much garbage."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._hear())
            both.create_task(self._answer())

    async def _hear(self) -> None:
        garbage = 0
        while garbage < GARBAGE_LINES and (line := await self._line()):
            try:
                sighted = self._ears.decode(line)
            except Unreadable:
                garbage += 1
                continue
            garbage = 0
            task = self._spawn(self._ears.keep(sighted, line))
            await self._stored.put((sighted.seq, task))
        await self._stored.put(None)

    async def _line(self) -> bytes:
        try:
            return await self._peer.line()
        except Unreadable as error:
            self._ears.garbage(str(error))
            raise

    async def _answer(self) -> None:
        while (report := await self._stored.get()) is not None:
            seq, task = report
            await asyncio.shield(task)
            await self._peer.say({"ack": seq})


class StationServer:
    """Listens for base stations; a `ports.Source`.

    A peer has little time for its hello, and learns nothing from being refused. Each station has
    at most one connection: the newer wins, because a station that connects again has given up
    the older one, which may stay half-open for long.

    Args:
        host: address to listen at.
        port: 0 for any free one; `port` then tells which.
        stations: the ears of each station that may connect.
        clock: the mine's clock.
        findings: LINK_DOWN and GARBAGE of a station, UNKNOWN_POINT for a stranger.
        patience: how long peers may keep silent.
    """

    name = "stations"

    def __init__(
        self,
        host: str,
        port: int,
        stations: Sequence[StationEars],
        clock: Clock,
        findings: Findings,
        *,
        patience: Patience | None = None,
    ) -> None:
        self._host = host
        self.port = port
        self._ears = {e.station.id: e for e in stations}
        self._clock = clock
        self._findings = findings
        self._patience = patience or Patience()
        self._strangers = Strangers(FindingKind.UNKNOWN_POINT, findings)
        self._peers: dict[str, Peer] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._storing: set[asyncio.Task[None]] = set()
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            OSError: the address cannot be listened at.
        """
        server = await asyncio.start_server(self._accept, self._host, self.port, limit=LINE)
        self.port = server.sockets[0].getsockname()[1]
        self.listening.set()
        try:
            await asyncio.sleep(self._patience.idle_s)
            self._miss_the_absent()
            await asyncio.Event().wait()
        finally:
            self.listening.clear()
            server.close()
            await self._stop()

    def _miss_the_absent(self) -> None:
        for station in self._ears.keys() - self._peers.keys():
            self._findings.began(FindingKind.LINK_DOWN, station, "has not connected")

    async def _stop(self) -> None:
        tasks = self._serving | self._storing
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer, self._patience)
        if len(self._serving) >= CONNECTIONS:
            peer.cut()
        else:
            self._spawn_into(self._serving, self._serve(peer))

    def _spawn_into(
        self, tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        task.add_done_callback(self._tell_crash)
        return task

    def _tell_crash(self, task: asyncio.Task[None]) -> None:
        """A fault of ours in serving one peer: told, and nobody else's trouble."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._findings.began(FindingKind.TASK_CRASHED, self.name, repr(error)[:200])

    async def _serve(self, peer: Peer) -> None:
        ears = None
        why = "the connection was closed"
        try:
            ears = await self._greeted(peer)
            if ears is not None:
                await _Reports(ears, peer, partial(self._spawn_into, self._storing)).run()
        except* (OSError, Unreadable) as group:  # broken, too slow, or no hello at all
            why = str(group.exceptions[0])
        finally:
            self._leave(ears, peer, why)

    def _leave(self, ears: StationEars | None, peer: Peer, why: str) -> None:
        if ears is not None and self._peers.get(ears.station.id) is peer:
            del self._peers[ears.station.id]
            self._findings.began(FindingKind.LINK_DOWN, ears.station.id, why)
        peer.hang_up()

    async def _greeted(self, peer: Peer) -> StationEars | None:
        """Who is there? None when refused."""
        hello = greeting(await peer.hello())
        ears = self._ears.get(hello.hello)
        if ears is None or not same_key(hello.key, ears.station.password):
            self._tell_refused(hello.hello, ears)
            await peer.say({"refused": "key"})
            return None
        self._take_over(ears, peer)
        ack = ears.stored_through(hello.boot)
        await peer.say({"welcome": hello.hello, "boot": hello.boot, "ack": ack})
        return ears

    def _tell_refused(self, name: str, ears: StationEars | None) -> None:
        if ears is None:
            self._strangers.saw(name, "no such base station", self._clock.now())
        else:
            ears.garbage("hello with a wrong key")

    def _take_over(self, ears: StationEars, peer: Peer) -> None:
        older = self._peers.get(ears.station.id)
        self._peers[ears.station.id] = peer
        self._findings.ended(FindingKind.LINK_DOWN, ears.station.id)
        if older is not None:
            older.cut()


def greeting(line: bytes) -> Hello:
    """Who a peer says it is.

    Raises:
        Unreadable: it is no hello.
    """
    try:
        return msgspec.convert(document(line), Hello)
    except msgspec.ValidationError as error:
        raise Unreadable(str(error)) from error


def same_key(given: str, configured: str) -> bool:
    """Compare without telling by the time it takes where they differ; an empty key opens nothing.

    >>> same_key("k", "k"), same_key("k", "x"), same_key("", "")
    (True, False, False)
    """
    same = hmac.compare_digest(given.encode("utf-8", "replace"), configured.encode())
    return same and bool(configured)
