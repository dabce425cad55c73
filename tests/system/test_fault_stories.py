"""Scenarios of what fails, as `minesafe demo` plays them: over sockets, with real children."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from system.parts import open_folder
from system.whole import ROOT, Journal, change, demo_mine

from minesafe.app import Running
from minesafe.config import files_of, load
from minesafe.demo import demo
from minesafe.embedded.cluster import Cluster
from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    Event,
    FindingBegan,
    FindingEnded,
    FindingKind,
    Noted,
    OrderAcknowledged,
    OrderIssued,
    OrderRaised,
    ReceiptStatus,
)
from minesafe.model.frame import Readings
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND, Micros

SPEED = 30.0
SLOWER = 12.0
"""For what needs a database that lives before it is taken away: three minutes are 15 seconds."""


@dataclass
class Played:
    """A demo that plays a scenario, its journal, and what may be asked of it."""

    server: Running
    journal: Journal

    async def found(self, kind: FindingKind, subject: str) -> Event:
        return await self.journal.until(FindingBegan, 15, finding=kind, subject=subject)

    async def mended(self, kind: FindingKind, subject: str) -> Event:
        return await self.journal.until(FindingEnded, 30, finding=kind, subject=subject)

    def points_of(self, device: str) -> list[int]:
        return list(self.server.mine.points_of_device[device])

    def qualities(self, device: str) -> set[int]:
        picture = self.server.desk.picture()
        return {int(picture.quality[row]) for row in self.points_of(device)}

    def silent(self, device: str) -> bool:
        picture = self.server.desk.picture()
        return all(bool(picture.silent[row]) for row in self.points_of(device))

    def any_silent(self, device: str) -> bool:
        picture = self.server.desk.picture()
        return any(bool(picture.silent[row]) for row in self.points_of(device))

    def newest(self, device: str) -> Micros:
        picture = self.server.desk.picture()
        return max(int(picture.sampled[row]) for row in self.points_of(device))

    async def goes_on(self, device: str) -> None:
        """The device is heard anew, whatever else is wrong."""
        before = self.newest(device)
        await until(lambda: self.newest(device) > before)


async def until(true: Callable[[], bool], within_s: float = 15.0) -> None:
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110  real devices
            await asyncio.sleep(0.02)


def later(scenario: str, times: Mapping[str, str]) -> str:
    """A shipped scenario with other times: its fault finds a state that it can change.

    As shipped they begin after a minute, which is two seconds here: a server may not yet have
    heard a device by then.
    """
    shipped = ROOT / "device_sims" / "scenarios" / f"{scenario}.toml"
    path = open_folder() / shipped.name
    path.write_bytes(shipped.read_bytes())
    change(path, times)
    return str(path)


@asynccontextmanager
async def played(
    scenario: str, speed: float = SPEED, folder: Path | None = None
) -> AsyncIterator[Played]:
    folder = folder or open_folder()
    config, data = demo_mine(folder), folder / "data"
    async with demo(
        load(config), data, files=files_of(config), scenario=scenario, speed=speed
    ) as server:
        journal = Journal(data)
        try:
            yield Played(server, journal)
        finally:
            journal.close()


async def test_a_substation_that_is_lost_takes_its_points_along_and_nobody_is_evacuated() -> None:
    async with played(later("substation-lost", {"from_s = 60": "from_s = 240"})) as p:
        lost = p.server.mine.substations[0].id
        await until(lambda: p.qualities(lost) == {Quality.GOOD})
        assert not p.journal.has(FindingBegan, finding=FindingKind.LINK_DOWN, subject=lost)
        await p.found(FindingKind.LINK_DOWN, lost)
        await until(lambda: p.silent(lost))
        assert p.qualities(lost) == {Quality.COMMS_LOST}
        await p.goes_on("GW1")
        raised = {b.subject for b in p.journal.of(AlarmMoved) if b.move is AlarmMove.RAISE}
        assert {p.server.mine.points[row].id for row in p.points_of(lost)} <= raised

        await p.mended(FindingKind.LINK_DOWN, lost)
        await until(lambda: p.qualities(lost) == {Quality.GOOD})
        assert not p.journal.of(OrderIssued)


async def test_a_lost_broker_stops_no_substation_and_nothing_is_missing_afterwards() -> None:
    two_minutes = {"from_s = 60": "from_s = 240", "until_s = 180": "until_s = 360"}
    async with played(later("broker-lost", two_minutes)) as p:
        await until(lambda: p.qualities("GW1") == {Quality.GOOD} and not p.any_silent("GW1"))
        began = (await p.found(FindingKind.LINK_DOWN, "broker")).recorded
        await until(lambda: p.any_silent("GW1"))
        await p.goes_on(p.server.mine.substations[0].id)
        ended = (await p.mended(FindingKind.LINK_DOWN, "broker")).recorded
        await until(lambda: not p.any_silent("GW1"))
        await until(lambda: p.newest("GW1") > ended)
        assert not p.journal.has(FindingBegan, finding=FindingKind.GAP)
        assert not p.journal.of(OrderIssued)
        await kept_what_was_read_meanwhile(p, began, ended)


async def kept_what_was_read_meanwhile(p: Played, began: Micros, ended: Micros) -> None:
    """The history has a gateway's samples of the time it could not send, in their own time."""
    co = p.points_of("GW1")[0]
    period = p.server.mine.kind[p.server.mine.points[co].kind].period_s
    due = (ended - began) / 1e6 / period

    await stored(p, co, began, ended, due)


async def stored(p: Played, row: int, began: Micros, ended: Micros, due: float) -> Readings:
    """A point's samples once the history has nine tenths of what was due: a busy poll is missed."""
    async with asyncio.timeout(40):
        while True:
            with suppress(StoreUnavailable):  # it may not even have started
                samples = await p.server.history.values(row, began, ended, 10_000)
                if len(samples) > 0.9 * due - 1:
                    return samples
            await asyncio.sleep(0.1)


async def test_without_a_database_the_mine_is_warned_and_led_out_and_nothing_is_lost() -> None:
    folder = open_folder()
    made = Cluster(folder / "data" / "postgres")  # a later start: the database is there at once
    await asyncio.to_thread(made.start)
    await asyncio.to_thread(made.stop)
    async with played("database-lost", SLOWER, folder) as p:
        down = await p.found(FindingKind.DATABASE_DOWN, "history")
        order = await p.journal.until(OrderIssued, 20)
        told = {"order": order.body.order, "channel": "sms", "status": ReceiptStatus.DELIVERED}
        steps = [
            order,
            await p.journal.until(Noted, 20, **told),
            await p.journal.until(OrderAcknowledged, 20, order=order.body.order),
            await p.journal.until(OrderRaised, 20, order=order.body.order),
        ]
        up = await p.mended(FindingKind.DATABASE_DOWN, "history")
        assert all(down.position < step.position < up.position for step in steps)
        await the_gas_is_in_the_history(p, order.body.subject, down.recorded, up.recorded)


async def the_gas_is_in_the_history(p: Played, point: str, began: Micros, ended: Micros) -> None:
    """Every second of it, though nobody could store it then."""
    row = p.server.mine.point_row[point]
    samples = await stored(p, row, began, ended, (ended - began) / SECOND)
    highest = p.server.mine.points[row].limits.alarm_high
    assert highest is not None
    assert np.nanmax(samples.value) >= highest, "a poll that was missed has no number"
