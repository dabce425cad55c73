"""Doors for positioning hosts that know no hello: lines over TCP, datagrams, one port a station.

Their makers gave these dialects no key. What may speak is one address, named by the configuration;
nobody else is heard, and is told as a stranger. Put the port on a network of its own all the same:
an address proves little.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any, ClassVar

from minesafe.model.events import FindingKind
from minesafe.ports import Clock, Findings
from minesafe.sources.positioning.peer import LINE, Patience, Peer
from minesafe.sources.positioning.stations import StationEars
from minesafe.sources.strangers import Strangers
from minesafe.sources.wire import Unreadable

IN_WORK = 256
"""Messages of one station on their way to the disk; a line then waits, a datagram is lost."""

GARBAGE_LINES = 5
"""After so many unreadable lines in a row the connection is closed."""


class Door:
    """What all have in common: who may speak, what is in work, and whether anybody does."""

    def __init__(
        self,
        host: str,
        ears: StationEars,
        clock: Clock,
        findings: Findings,
        *,
        patience: Patience | None = None,
    ) -> None:
        self.name = f"station {ears.station.id}"
        self.port = ears.station.port
        self.listening = asyncio.Event()
        self._host, self._ears, self._clock, self._findings = host, ears, clock, findings
        self._patience = patience or Patience()
        self._room = asyncio.Semaphore(IN_WORK)
        self._strangers = Strangers(FindingKind.UNKNOWN_POINT, findings)
        self._work: set[asyncio.Task[None]] = set()
        self._heard = 0.0
        self._down = True

    def _may(self, address: str) -> bool:
        if address == self._ears.station.peer:
            return True
        what = f"speaks at the door of {self._ears.station.id}"
        self._strangers.saw(address, what, self._clock.now())
        return False

    def _alive(self) -> None:
        self._heard = asyncio.get_running_loop().time()
        if self._down:
            self._findings.ended(FindingKind.LINK_DOWN, self._ears.station.id)
            self._down = False

    def _lost(self, why: str) -> None:
        self._down = True
        self._findings.began(FindingKind.LINK_DOWN, self._ears.station.id, why)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._findings.began(FindingKind.TASK_CRASHED, self.name, repr(error)[:200])

    async def _miss(self) -> None:
        """Tell of silence, for as long as the door is open."""
        self._heard = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(self._patience.idle_s / 4)
            silent = asyncio.get_running_loop().time() - self._heard
            if silent >= self._patience.idle_s:
                self._lost(f"silent for {self._patience.idle_s:g} s")

    async def _stop(self) -> None:
        for task in self._work:
            task.cancel()
        if self._work:
            await asyncio.wait(self._work)


class StreamDoor(Door, ABC):
    """One that listens for connections; a `ports.Source`."""

    limit: ClassVar[int]
    """Bytes of a line, or of a head, that are waited for."""

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            OSError: the address cannot be listened at.
        """
        server = await asyncio.start_server(self._accept, self._host, self.port, limit=self.limit)
        self.port = server.sockets[0].getsockname()[1]
        self.listening.set()
        try:
            await self._miss()
        finally:
            self.listening.clear()
            server.close()
            self._cut()
            await self._stop()

    @abstractmethod
    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Somebody has connected."""

    @abstractmethod
    def _cut(self) -> None:
        """Hang up on everybody, at once."""


class LineDoor(StreamDoor):
    """Takes one connection and a message a line. The newer connection wins."""

    limit = LINE
    _peer: Peer | None = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer, self._patience)
        if not self._may(str(writer.get_extra_info("peername")[0])):
            peer.cut()
            return
        self._cut()
        self._peer = peer
        self._spawn(self._serve(peer))

    def _cut(self) -> None:
        if self._peer is not None:
            self._peer.cut()

    async def _serve(self, peer: Peer) -> None:
        why = "the connection was closed"
        try:
            await self._hear(peer)
        except (OSError, Unreadable) as error:
            why = str(error)
        finally:
            peer.cut()
            if self._peer is peer:
                self._peer = None
                self._lost(why)

    async def _hear(self, peer: Peer) -> None:
        garbage = 0
        while garbage < GARBAGE_LINES and (line := await peer.line()):
            try:
                sighted = self._ears.decode(line)
            except Unreadable:
                garbage += 1
                continue
            garbage = 0
            self._alive()
            await self._room.acquire()
            self._spawn(self._keep(self._ears.keep(sighted, line)))

    async def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._room.release()


class DatagramDoor(Door):
    """Takes a message a datagram; a `ports.Source`. Nothing is acknowledged: lost is lost."""

    async def run(self) -> None:
        """Hear until cancelled.

        Raises:
            OSError: the address cannot be listened at.
        """
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self), (self._host, self.port)
        )
        self.port = transport.get_extra_info("sockname")[1]
        self.listening.set()
        try:
            await self._miss()
        finally:
            self.listening.clear()
            transport.close()
            await self._stop()

    def heard(self, data: bytes, address: str) -> None:
        """One datagram."""
        if not self._may(address):
            return
        if len(self._work) >= IN_WORK:
            self._findings.began(FindingKind.QUEUE_FULL, self.name, "datagrams come too fast")
            return
        self._findings.ended(FindingKind.QUEUE_FULL, self.name)
        try:
            sighted = self._ears.decode(data)
        except Unreadable:
            return
        self._alive()
        self._spawn(self._ears.keep(sighted, data))


class _Datagrams(asyncio.DatagramProtocol):
    """Hands datagrams on; what the network says of earlier ones is not about us: we send none."""

    def __init__(self, door: DatagramDoor) -> None:
        self._door = door

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """See `asyncio.DatagramProtocol`."""
        self._door.heard(data, str(addr[0]))
