"""Every word a scenario has for a bad wire, played by the simulators to the server's own ears.

One table a kind of link. All rows are played side by side, with a healthy device among them, on a
clock turned by hand: what fails is named, what is said of it is right, and the rest goes on.
"""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from fakes import FindingBook, HandClock, Inbox
from field import field_mine, free_port, on_register, substation

from device_sims.clock import Micros
from device_sims.devices.device import Device
from device_sims.devices.substation import SubstationDevice
from device_sims.diary import Diary
from device_sims.faults.manners import WIRE_FAULTS
from device_sims.faults.wires import Wires
from device_sims.faults.words import WORDS, FaultSource, placed
from device_sims.mine import decode
from device_sims.stage import Stage
from device_sims.world.site import Site
from minesafe.config import emit
from minesafe.links.backoff import Backoff
from minesafe.links.modbus import ModbusDevice
from minesafe.model.events import FindingKind
from minesafe.model.mine import Mine
from minesafe.model.quality import Quality
from minesafe.sources.modbus import SubstationPoller

BEGINS_S, ENDS_S = 10.0, 20.0
HEALTHY = "healthy"


class SimHand(HandClock):
    """As the simulators ask it; the same hand turns both sides."""

    speed = 1.0

    async def sleep_until(self, moment: Micros) -> None:
        if moment > self.now():
            await self.sleep((moment - self.now()) / 1e6)


async def turned(clock: HandClock, seconds: float) -> None:
    """Turn the hand, and let those who waited act."""
    clock.turn(seconds)
    for _ in range(20):
        await asyncio.sleep(0)


def staged(mine: Mine, clock: SimHand, sources: Iterable[FaultSource]) -> Stage:
    """The simulators' side of a mine; its world stands still."""
    sim = decode(json.dumps(emit(mine)).encode())
    diary = Diary(clock, lambda _line: None)  # type: ignore[arg-type]  # its hand is ours
    return Stage(Site.of(sim), clock, diary, 1, placed(sources, sim))  # type: ignore[arg-type]  # likewise


@asynccontextmanager
async def wired(stage: Stage) -> AsyncIterator[tuple[Wires, list[Device]]]:
    """The proxies listen; devices that are put into the list while inside are found behind them."""
    wires = Wires(stage)
    async with AsyncExitStack() as running:
        for proxy in wires.proxies:
            await running.enter_async_context(proxy)
        stage.site = replace(stage.site, mine=wires.inside())
        substations = stage.site.mine.substations
        devices: list[Device] = [
            SubstationDevice(s, stage, port=wires.port_of([s])) for s in substations
        ]
        for device in devices:
            await running.enter_async_context(device)
        wires.found(devices)
        yield wires, devices


# --- substations ------------------------------------------------------------------------------

LINK, ANSWER = {FindingKind.LINK_DOWN}, {FindingKind.WRONG_ANSWER}
SUBSTATIONS: dict[str, tuple[float | None, set[FindingKind]]] = {
    "substation_lost": (None, LINK),
    "drop": (1.0, LINK),
    "delay": (0.4, LINK),
    "freeze": (None, LINK),
    "half_open": (None, LINK),
    "garbage": (None, LINK | ANSWER),  # by chance it may look like the head of a frame
    "trickle": (None, LINK | ANSWER),  # whether a part of the frame was there when time was up
    "close": (None, LINK),
    "late_other_id": (0.4, LINK),
    "tid_zero": (None, ANSWER),
    "short_reply": (None, ANSWER),
    "wrong_function": (None, ANSWER),
    "exception": (None, ANSWER),
    "double_reply": (None, set()),
    HEALTHY: (None, set()),
}
"""The word's amount, and which finding names it; none: its values are believed all the while."""


def mine_of_substations() -> Mine:
    """One for each word, and a healthy one, each with two points of its own."""
    stations, points = [], []
    for unit, name in enumerate(SUBSTATIONS, 1):
        stations.append(replace(substation(name, free_port()), unit=unit))
        points += [
            on_register(f"CH4-{name}", 0, 2, device=name),
            on_register(f"T-{name}", 3, None, device=name, encoding="int16", scale=0.1),
        ]
    return field_mine(
        substations=tuple(stations), points=tuple(points), gateways=(), stations=(), outputs=(),
    )  # fmt: skip


class Ears:
    """The server's end of every substation."""

    def __init__(self, mine: Mine, clock: HandClock) -> None:
        self.mine, self.book, self.inbox = mine, FindingBook(), Inbox()
        pause = Backoff(0.1, 0.1)
        self.links = {
            s.id: ModbusDevice(s.host, s.port, s.unit, timeout_s=0.3, retries=0, backoff=pause)
            for s in mine.substations
        }
        self.pollers = [
            SubstationPoller(mine, s, self.links[s.id], self.inbox, clock, self.book)
            for s in mine.substations
        ]

    async def poll(self) -> dict[str, list[tuple[float, int]]]:
        """Ask all at once; (value, quality) of the points of each."""
        self.inbox.batches.clear()
        await asyncio.gather(*(p.poll() for p in self.pollers))
        heard: dict[str, list[tuple[float, int]]] = {name: [] for name in SUBSTATIONS}
        for row, value, quality, *_ in self.inbox.readings():
            heard[self.mine.points[row].device].append((value, quality))
        return heard

    def named(self, substation_: str) -> set[FindingKind]:
        return {kind for kind, subject in self.book.now if subject == substation_}


def test_no_word_for_a_substations_wire_is_left_out() -> None:
    sim = decode(json.dumps(emit(mine_of_substations())).encode())
    fitting = {w for w in WIRE_FAULTS if w in WORDS and WORDS[w].where(sim, "drop")}
    assert fitting == set(SUBSTATIONS) - {HEALTHY}


async def test_every_word_for_a_substations_wire_is_named_and_its_values_are_not_believed() -> None:
    mine, clock = mine_of_substations(), SimHand()
    words = [
        FaultSource(name, name, BEGINS_S, ENDS_S, amount)
        for name, (amount, _) in SUBSTATIONS.items()
        if name != HEALTHY
    ]
    async with wired(staged(mine, clock, words)):
        ears = Ears(mine, clock)
        try:
            before = await ears.poll()
            assert all(q == Quality.GOOD for rows in before.values() for _, q in rows)
            await turned(clock, BEGINS_S)
            for _ in range(3):
                heard = await ears.poll()
            for name, (_, findings) in SUBSTATIONS.items():
                check(name, heard[name], before[name], ears.named(name), findings)
            await turned(clock, ENDS_S - BEGINS_S)
            await asyncio.sleep(0.5)  # what was on its way arrives now, and must meet nobody
            for _ in range(2):
                healed = await ears.poll()
            assert healed == before, "recovered within two scans"
            assert not ears.book.now
        finally:
            for link in ears.links.values():
                await link.close()


def check(
    name: str,
    heard: list[tuple[float, int]],
    before: list[tuple[float, int]],
    named: set[FindingKind],
    findings: set[FindingKind],
) -> None:
    """A value is believed as it was, or there is none and it is told why."""
    if not findings:
        assert (heard, named) == (before, set()), name
        return
    assert all(math.isnan(v) and q == Quality.COMMS_LOST for v, q in heard), name
    assert len(named) == 1, name
    assert named <= findings, name
