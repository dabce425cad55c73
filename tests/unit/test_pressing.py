"""Whatever is in alarm is asked for faster, with what stands around it, and slower again after."""

import asyncio
import struct
from collections.abc import Collection
from dataclasses import replace

from fakes import FindingBook, HandClock, Inbox
from field import field_mine, on_register, substation
from first_mine import first_mine

from minesafe.alarms import Pressing
from minesafe.model.alarm import Alarm
from minesafe.model.events import AlarmSource, AlarmState
from minesafe.model.mine import Mine, Severity
from minesafe.sources.modbus import SubstationPoller

MINE = first_mine()


def alarm(subject: str, severity: Severity, *, active: bool = True, **changes: object) -> Alarm:
    zones = ("FACE-1201",)
    base = Alarm(
        f"limit:{subject}#1", AlarmState.UNACKED, severity, AlarmSource.POINT, subject,
        "alarm_high", zones, 1.2, 1.0, None, "", 0, 0, 0,
        {"alarm_high": severity} if active else {},
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]  # fields by name


def pressed(*alarms: Alarm) -> set[str]:
    rows = Pressing(MINE, lambda: alarms, lambda: 1)()
    return {MINE.points[row].id for row in rows}


def test_a_stop_of_work_hurries_its_zone_and_a_warning_only_itself() -> None:
    assert pressed(alarm("CH4-MR", Severity.III)) == {"CH4-MR"}
    assert pressed(alarm("CH4-T1", Severity.II)) > {"CH4-T1", "CH4-T0", "CH4-T2", "FEED-1201"}
    assert pressed(alarm("CH4-T1", Severity.IV)) == set()


def test_somebody_who_calls_for_help_hurries_his_zone() -> None:
    sos = alarm("P07", Severity.I, source=AlarmSource.PERSON)
    assert pressed(sos) > {"CH4-T0", "CH4-T1"}


def test_what_has_gone_and_only_waits_for_somebody_hurries_nothing() -> None:
    assert pressed(alarm("CH4-T1", Severity.I, active=False)) == set()


def test_alarms_are_looked_at_once_a_record() -> None:
    looks, position = [], [1]

    def alarms() -> list[Alarm]:
        looks.append(1)
        return [alarm("CH4-MR", Severity.III)]

    pressing = Pressing(MINE, alarms, lambda: position[0])
    assert pressing() == pressing() == {MINE.point_row["CH4-MR"]}
    position[0] = 2
    pressing()
    assert len(looks) == 2


# --- the poller ------------------------------------------------------------------------------

NEAR, FAR, SLOW = 0, 1, 2


def slow_mine() -> Mine:
    """Two points of 10 s, one of a minute, a register each, far from each other."""
    points = tuple(
        on_register(f"T{i}", 100 * i, None, kind="temp", encoding="uint16", period_s=period)
        for i, period in enumerate((None, None, 60.0))
    )
    return field_mine(points=points, substations=(substation(period_s=10.0),))


class Answers:
    """Says of each register its address, and remembers when it was asked for."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self._began = clock.elapsed()
        self.asked: list[tuple[float, int]] = []

    async def read(self, function: int, address: int, count: int) -> bytes:
        self.asked.append((round(self._clock.elapsed() - self._began, 1), address))
        return struct.pack(f">{count}H", *range(address, address + count))

    def when(self, row: int) -> list[float]:
        """When a point was asked for."""
        return [at for at, address in self.asked if address == 100 * row]


async def test_each_point_at_its_own_period_and_faster_while_it_presses() -> None:
    mine, clock, inbox, now = slow_mine(), HandClock(), Inbox(), set[int]()
    answers = Answers(clock)

    def pressing() -> Collection[int]:
        return frozenset(now)

    unit, book = mine.substations[0], FindingBook()
    poller = SubstationPoller(mine, unit, answers, inbox, clock, book, pressing=pressing)
    task = asyncio.create_task(poller.run())

    async def seconds(n: float) -> None:
        for _ in range(round(n / 0.5)):
            clock.turn(0.5)
            for _ in range(5):
                await asyncio.sleep(0)

    await asyncio.sleep(0)
    await seconds(60)
    assert answers.when(NEAR) == answers.when(FAR) == [0, 10, 20, 30, 40, 50, 60]
    assert answers.when(SLOW) == [0, 60]
    now.add(NEAR)
    await seconds(10)
    hurried = [at for at in answers.when(NEAR) if at > 60]
    assert len(hurried) >= 9, "each second, and once with its neighbour"
    assert hurried[0] <= 61.0, "at once, not at the end of its period"
    assert answers.when(FAR)[-1] == 70
    now.clear()
    now.add(SLOW)
    await seconds(5)
    now.clear()
    await seconds(45)
    assert 4 <= len([at for at in answers.when(SLOW) if 70 < at <= 76]) <= 7
    assert [at for at in answers.when(NEAR) if at > 71] == [80, 90, 100, 110, 120]
    assert [at for at in answers.when(SLOW) if at > 76] == [120]
    values = {row: value for row, value, *_ in inbox.readings()}
    assert values == {NEAR: 0.0, FAR: 100.0, SLOW: 200.0}
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
