"""Five hundred slaves of forty registers, each asked once a second; beside plain pymodbus.

Both ask the same slaves, in turns, from this process; the slaves are in one of their own.
pymodbus reads and scales its registers and does no more; ours judges each value, gives it quality
and times, and hands a batch on, as in production.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import uvloop
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException

from minesafe.bench.sources.registers import POINTS, SCALE, answer, polled_mine
from minesafe.bench.sources.slaves import answering
from minesafe.clock import WallClock
from minesafe.links.modbus import devices_of
from minesafe.model.events import FindingKind
from minesafe.model.frame import Batch
from minesafe.model.mine import Mine
from minesafe.model.quality import Quality
from minesafe.sources.modbus import SubstationPoller

SLAVES = 500
PERIODS = 10
"""Seconds each of them asks at a time, and how often they change over."""
TURNS = 2
TAIL_S = 0.25
"""So long after the last period an answer may still come."""

Polled = Callable[[Mine, int], Awaitable[Counter[str]]]


def run(seed: int, *, slaves: int = SLAVES, periods: int = PERIODS) -> dict[str, float]:
    """Measure.

    Returns:
        `modbus_core_share` of one core that polling, decoding and handing on takes, `modbus_missed`
        polls that brought nothing within their period, of `modbus_slaves` each with
        `modbus_registers`; `pymodbus_core_share` and `pymodbus_missed`, plain pymodbus likewise;
        `modbus_vs_pymodbus`, how many times less ours takes.
    """
    with answering(answer(seed)) as port:
        mine = polled_mine(slaves, port)
        sides: dict[str, Polled] = {"modbus": _ours, "pymodbus": _plain}
        turns = [
            (name, *uvloop.run(_turn(poll, mine, periods)))
            for _ in range(TURNS)
            for name, poll in sides.items()
        ]
    share = {s: float(np.mean([c for name, c, _ in turns if name == s])) for s in sides}
    missed = {s: sum(m for name, _, m in turns if name == s) for s in sides}
    return {
        "modbus_slaves": slaves,
        "modbus_registers": POINTS,
        "modbus_missed": missed["modbus"],
        "modbus_core_share": round(share["modbus"], 3),
        "pymodbus_missed": missed["pymodbus"],
        "pymodbus_core_share": round(share["pymodbus"], 3),
        "modbus_vs_pymodbus": round(share["pymodbus"] / share["modbus"], 2),
    }


async def _turn(poll: Polled, mine: Mine, periods: int) -> tuple[float, int]:
    """Share of a core, and polls missed."""
    began, spent = time.monotonic(), time.process_time()
    good = await poll(mine, periods)
    share = (time.process_time() - spent) / (time.monotonic() - began)
    return share, sum(max(0, periods - good[s.id]) for s in mine.substations)


async def _for_periods(works: Sequence[Awaitable[None]], periods: int) -> None:
    left = {asyncio.ensure_future(work) for work in works}
    await asyncio.sleep(periods + TAIL_S)
    while left:  # a client may lose a cancellation that meets its answer (Python 3.11's wait_for)
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=1.0)


# --- ours -----------------------------------------------------------------------------------


@dataclass
class _Heard:
    """Where batches end: each good one is a poll of its slave."""

    mine: Mine
    good: Counter[str] = field(default_factory=Counter)

    async def hear(self, batch: Batch) -> None:
        told = batch.readings
        if len(told) and not (told.quality != Quality.GOOD).any():
            self.good[self.mine.points[told.point[0]].device] += 1


class _Untold:
    """Findings nobody reads: what went wrong is in the count."""

    def began(self, kind: FindingKind, subject: str, detail: str = "") -> None:
        """See `ports.Findings`."""

    def ended(self, kind: FindingKind, subject: str) -> None:
        """See `ports.Findings`."""

    def repeated(self, messages: int = 1) -> None:
        """See `ports.Findings`."""


async def _ours(mine: Mine, periods: int) -> Counter[str]:
    heard, devices, clock = _Heard(mine), devices_of(mine), WallClock()
    pollers = [
        SubstationPoller(
            mine, s, devices[s.id], heard, clock, _Untold(), phase=row / len(mine.substations)
        )
        for row, s in enumerate(mine.substations)
    ]
    await _for_periods([poller.run() for poller in pollers], periods)
    for device in devices.values():
        await device.close()
    return heard.good


# --- plain pymodbus -------------------------------------------------------------------------


async def _plain(mine: Mine, periods: int) -> Counter[str]:
    good: Counter[str] = Counter()
    clients = [
        AsyncModbusTcpClient(s.host, port=s.port, timeout=s.timeout_s, retries=s.retries)
        for s in mine.substations
    ]
    works = [
        _asked(client, s.id, row / len(clients), good)
        for row, (client, s) in enumerate(zip(clients, mine.substations, strict=True))
    ]
    await _for_periods(works, periods)
    for client in clients:
        client.close()
    return good


async def _asked(client: AsyncModbusTcpClient, name: str, phase: float, good: Counter[str]) -> None:
    """What one writes first: connect, then read and scale once a second."""
    due = time.monotonic() + phase
    await client.connect()
    while True:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        try:
            reply = await client.read_holding_registers(0, count=POINTS, device_id=1)
        except ModbusException:
            due += 1.0
            continue
        values = [register * SCALE for register in reply.registers]
        good[name] += len(values) == POINTS
        due += 1.0
