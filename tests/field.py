"""Field devices for tests: a mine that has some, and peers on real sockets that misbehave."""

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import cycle

from small_mine import point, small_mine

from minesafe.links.modbus import ModbusDevice
from minesafe.model.mine import (
    BaseStation,
    Gateway,
    Limits,
    Mine,
    Name,
    Output,
    Point,
    Substation,
)

NO = Name("", "")


def substation(name: str = "FZ01", port: int = 0, **changes: object) -> Substation:
    base = Substation(name, NO, "127.0.0.1", port, 1, 0.2, 0.1, 0)
    return replace(base, **changes)  # type: ignore[arg-type]  # fields by name


def on_register(name: str, address: int, status: int | None, **changes: object) -> Point:
    base = point(name, "ch4", Limits())
    base = replace(base, device="FZ01", address=address, status_address=status)
    return replace(base, **changes)  # type: ignore[arg-type]  # fields by name


def field_mine(port: int = 0, **changes: object) -> Mine:
    """CH4 and TEMP on a substation, CO and WIND on a gateway, one station of each kind."""
    points = (
        on_register("CH4", 0, 2),
        on_register("TEMP", 10, None, kind="temp", encoding="int16", scale=0.1),
        replace(point("CO", "ch4", Limits()), device="GW1"),
        replace(point("WIND", "wind", Limits()), device="GW1"),
    )
    ch4, wind = small_mine().kinds
    mine = small_mine(
        kinds=(ch4, wind, replace(ch4, id="temp", low=-20.0, high=60.0)),
        points=points,
        substations=(substation(port=port),),
        gateways=(Gateway("GW1", NO, "mine/small/gateway/GW1", "", ""),),
        stations=(
            BaseStation("BS1", NO, "tcp", "", "", "key-1"),
            BaseStation("BS2", NO, "mqtt", "mine/small/station/BS2", "", ""),
        ),
        outputs=(Output("HORN", NO, "horn", "FZ01", 3, ()),),
    )
    return replace(mine, **changes)  # type: ignore[arg-type]  # fields by name


_SHARE = 10_000 + 2_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_PORTS = cycle(range(_SHARE + os.getpid() % 1_000, _SHARE + 2_000, 7))


def free_port() -> int:
    """A port for what is started later, of this process's own share of those below 32768.

    A port asked of the system is anybody's again until it is listened at: another worker's, or
    the near end of a connection. None of these is given to anybody who asks, and none comes
    twice before all have come. Between two of them is room for who moves to the next.
    """
    return next(port for port in _PORTS if _nobody_is_at(port))


def _nobody_is_at(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for it; a real socket gives no other sign."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  the condition is anybody's
            await asyncio.sleep(0.005)


async def holding(device: ModbusDevice, address: int, count: int) -> list[int]:
    """Holding registers, each 0 … 65,535."""
    return list(struct.unpack(f">{count}H", await device.read(3, address, count)))


# --- a substation made of bytes ------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    tid: int
    unit: int
    function: int
    address: int
    count: int
    """Or the value to write."""
    more: bytes = b""
    """Of functions 15 and 16: how many bytes, and those."""


def frame(tid: int, unit: int, pdu: bytes) -> bytes:
    return struct.pack(">HHHB", tid, 0, len(pdu) + 1, unit) + pdu


@dataclass
class RawSubstation:
    """Registers and coils, and a `manner` that may answer in any way at all."""

    registers: dict[int, int] = field(default_factory=dict)
    coils: dict[int, bool] = field(default_factory=dict)
    manner: "Manner | None" = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    port: int = 0

    def honest(self, r: Request) -> bytes:
        """What the protocol says."""
        if r.function in (3, 4):
            words = [self.registers.get(r.address + i, 0) for i in range(r.count)]
            return struct.pack(f">BB{r.count}H", r.function, 2 * r.count, *words)
        if r.function in (1, 2):
            bits = sum(self.coils.get(r.address + i, False) << i for i in range(r.count))
            size = (r.count + 7) // 8
            return bytes([r.function, size]) + bits.to_bytes(size, "little")
        if r.function == 5:
            self.coils[r.address] = r.count == 0xFF00
        elif r.function == 6:
            self.registers[r.address] = r.count
        elif r.function == 15:
            self.coils[r.address] = bool(r.more[1] & 1)
        else:
            self.registers[r.address] = int.from_bytes(r.more[1:3], "big")
        return struct.pack(">BHH", r.function, r.address, r.count)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_now += 1
        try:
            while True:
                head = await reader.readexactly(12)
                tid, _, size, unit, function, address, count = struct.unpack(">HHHBBHH", head)
                more = await reader.readexactly(size - 6)
                request = Request(tid, unit, function, address, count, more)
                self.requests.append(request)
                if self.manner is None:
                    writer.write(frame(tid, unit, self.honest(request)))
                else:
                    await self.manner(self, request, writer)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            self.open_now -= 1
            writer.transport.abort()


Manner = Callable[[RawSubstation, Request, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def listening(device: RawSubstation) -> AsyncIterator[RawSubstation]:
    talking: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(device.serve(reader, writer))
        talking[task] = writer
        task.add_done_callback(talking.pop)

    server = await asyncio.start_server(accept, "127.0.0.1", device.port)
    device.port = server.sockets[0].getsockname()[1]
    try:
        yield device
    finally:
        server.close()
        for task, writer in tuple(talking.items()):
            task.cancel()
            writer.transport.abort()  # by ourselves: a task that has not begun ends without a word
        await asyncio.gather(*talking, return_exceptions=True)
        await asyncio.sleep(0)  # aborted transports close at the next turn of the loop


def words_of(value: float) -> tuple[int, int]:
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    return high, low
