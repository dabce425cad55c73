"""What stands in a spoilt wire: takes connections, makes its own, hands bytes on as it likes."""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from device_sims.devices.device import Listener, until_one_ends
from device_sims.faults.frames import Framing, is_frame, split
from device_sims.faults.hand import turns
from device_sims.faults.manners import WIRE_FAULTS, Hand, HangUp, Piece
from device_sims.faults.words import Fault
from device_sims.mine import Address
from device_sims.stage import Stage

CHUNK = 16 * 1024
"""The most that is held of a connection at once, bytes; the rest waits in the sockets."""


@dataclass(frozen=True, slots=True)
class Link:
    """A wire between a simulated device and the world, or before a part of it."""

    name: str
    near: Address
    """Where the proxy listens; port 0: any."""
    far: Callable[[], Address]
    """What it stands before, asked at each connection.

    Raises:
        ConnectionError: that is not there yet.
    """
    far_speaks: bool = True
    """Whose words are spoilt: the far end's, or else those of whoever connects."""
    framing: Framing | None = None
    """Of Modbus replies; None: bytes are bytes."""
    units: Mapping[str, int] = field(default_factory=dict)
    """Unit by substation, of a port that several share: a fault spoils the words of its own."""


class Proxy(Listener):
    """One spoilt link, from the beginning of the scenario to its end."""

    def __init__(self, link: Link, faults: Sequence[Fault], stage: Stage) -> None:
        super().__init__(link.name, link.near.host, link.near.port)
        self._link = link
        self._faults = faults
        self._stage = stage
        self._acting: list[Fault] = []
        self._passing = asyncio.Event()
        self._passing.set()
        self._dice = random.Random(f"{stage.world.seed} {link.name}")

    @property
    def address(self) -> Address:
        """Where it is reached, once it listens."""
        return Address(self.host, self.port)

    async def start(self) -> None:
        """Listen, and follow the faults by the mine's clock.

        Raises:
            PortTaken: something else listens there.
        """
        await super().start()
        self.spawn(self._follow())

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until one of its ends closes."""
        if self._is_deaf:
            await self._pass(reader, writer, spoilt=False)
            return
        far_reader, far_writer = await self._connected()
        try:
            await until_one_ends(
                self._pass(reader, far_writer, spoilt=not self._link.far_speaks),
                self._pass(far_reader, writer, spoilt=self._link.far_speaks),
            )
        finally:
            far_writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the far end.

        Raises:
            ConnectionError: nobody is there.
        """
        far = self._link.far()
        try:
            return await asyncio.open_connection(far.host, far.port)
        except OSError as error:
            raise ConnectionRefusedError(str(error)) from error

    async def _pass(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, spoilt: bool
    ) -> None:
        kept = bytearray()
        while data := await source.read(CHUNK):
            for said in self._sayings(kept, data) if spoilt else (data,):
                await self._passing.wait()
                for piece in self._spoilt(said) if spoilt else (said,):
                    await self._put(piece, sink)

    def _sayings(self, kept: bytearray, data: bytes) -> Iterable[bytes]:
        if self._link.framing is None:
            return (data,)
        kept += data
        return split(self._link.framing, kept)

    def _spoilt(self, said: bytes) -> Iterable[Piece]:
        """Through every fault that acts, in the order of the file."""
        pieces: list[Piece] = [said]
        for fault in self._acting:
            pieces = [after for piece in pieces for after in self._through(fault, piece)]
        return pieces

    def _through(self, fault: Fault, piece: Piece) -> Iterable[Piece]:
        row, framing = WIRE_FAULTS[fault.kind], self._link.framing
        if not isinstance(piece, bytes) or (row.rewrites and not is_frame(framing, piece)):
            return (piece,)
        if framing and self._link.units and not self._concerns(fault, framing, piece):
            return (piece,)
        return row.manner(piece, Hand(fault.amount, self._dice, framing))

    def _concerns(self, fault: Fault, framing: Framing, said: bytes) -> bool:
        units = {self._link.units[name] for name in fault.on}
        return not is_frame(framing, said) or framing.unpack(said).unit in units

    async def _put(self, piece: Piece, sink: asyncio.StreamWriter) -> None:
        if isinstance(piece, HangUp):
            raise ConnectionAbortedError
        if isinstance(piece, bytes):
            if not self._is_deaf:
                sink.write(piece)
                await sink.drain()
        else:
            await asyncio.sleep(piece)

    # --- by the mine's clock ------------------------------------------------------------------

    @property
    def _is_deaf(self) -> bool:
        return any(WIRE_FAULTS[f.kind].deafens for f in self._acting)

    async def _follow(self) -> None:
        for at_s, fault, acts in turns(self._faults):
            await self._stage.until(at_s)
            self._acting = [f for f in self._acting if f is not fault] + [fault] * acts
            await self._turn(fault, acts)
        await asyncio.Event().wait()

    async def _turn(self, fault: Fault, acts: bool) -> None:
        row, acting = WIRE_FAULTS[fault.kind], [WIRE_FAULTS[f.kind] for f in self._acting]
        if any(a.holds for a in acting):
            self._passing.clear()
        else:
            self._passing.set()
        if row.shuts and acts:
            self._shut()
        elif row.shuts and not any(a.shuts for a in acting):
            await super().start()
        elif row.deafens and not acts:
            self._cut()

    def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
        self._cut()

    def _cut(self) -> None:
        for writer in self._sessions.values():
            writer.transport.abort()
