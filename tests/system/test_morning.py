"""Reports are made each morning by themselves, once over restarts; which could not be is found."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path

import pytest
from fakes import HandClock
from line_on_disk import Line, line
from story import START, story_mine

from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.events import FindingBegan, FindingEnded, FindingKind, Origin
from minesafe.model.filing import Series
from minesafe.model.filing_acts import Drawn, FileReport
from minesafe.model.mine import Mine, MorningPolicy
from minesafe.model.time import SECOND
from minesafe.morning import AGAIN_S, LOOK_S, Morning
from minesafe.ports import Reporter
from minesafe.scribe import Scribe

HOUR = 3600
DAY = 24 * HOUR
"""Seconds. `START` is midnight in Shanghai, of 25 November."""

EARLY = MorningPolicy(time(0, 30), ("daily", "leaders"))


@dataclass
class Pen:
    """A reporter whose reports are told by when they were made, or why they cannot be."""

    now: Callable[[], int]
    refuses: Exception | None = None
    asked: list[str] = field(default_factory=list)

    async def draw(self, series: Series, day: str, named: frozenset[str]) -> Drawn:
        self.asked.append(f"{series}-{day}")
        if self.refuses is not None:
            raise self.refuses
        return Drawn(f"{series}{day}{self.now()}", 3, "h", self.now())


def mine_of(policy: MorningPolicy | None = EARLY) -> Mine:
    mine = story_mine()
    server = replace(mine.server, timezone="Asia/Shanghai")
    return replace(mine, server=server, policy=replace(mine.policy, morning=policy))


def served(
    folder: Path, clock: HandClock, mine: Mine | None = None
) -> AbstractAsyncContextManager[Line]:
    return line(folder, mine=mine or mine_of(), clock=clock)


def morning(mine: Line, pen: Pen) -> Morning:
    return Morning(mine.desk, pen, mine.clock, mine.pipeline)  # type: ignore[arg-type]  # it draws


def made(mine: Line) -> list[str]:
    return sorted(filed.report for filed in mine.desk.reports())


async def test_yesterday_is_made_once_however_often_the_server_is_started(tmp_path: Path) -> None:
    clock = HandClock(START)
    for _ in range(2):  # the second start is on the same morning
        async with served(tmp_path, clock) as mine:
            await mine.all_is_well()
            pen = Pen(clock.now)
            assert await morning(mine, pen).look() == LOOK_S
            clock.turn(START / SECOND + DAY + 29 * 60 - clock.now() / SECOND)
            await morning(mine, pen).look()
            assert not pen.asked or made(mine), "nothing before the hour"
            clock.turn(60)
            for _ in range(3):
                await morning(mine, pen).look()
            assert made(mine) == ["daily-20251125-1", "leaders-20251125-1"]
    assert pen.asked == [], "it had been made before"
    assert {filed.by for filed in mine.desk.reports()} == {"machine"}
    async with served(tmp_path, clock) as mine:
        clock.turn(DAY)
        await morning(mine, Pen(clock.now)).look()
        assert made(mine)[:2] == ["daily-20251125-1", "daily-20251126-1"]


async def test_days_the_server_was_away_for_are_made_up_for_and_none_before_the_journal(
    tmp_path: Path,
) -> None:
    clock = HandClock(START)
    async with served(tmp_path, clock) as mine:
        await mine.all_is_well()
    clock.turn(3 * DAY + HOUR)
    async with served(tmp_path, clock) as mine:
        pen = Pen(clock.now)
        await morning(mine, pen).look()
        days = ["2025-11-25", "2025-11-26", "2025-11-27"]
        assert pen.asked == [f"{series}-{day}" for day in days for series in ("daily", "leaders")]


async def test_what_somebody_made_of_a_day_that_was_over_is_made_no_more(tmp_path: Path) -> None:
    clock = HandClock(START)
    async with served(tmp_path, clock) as mine:
        await mine.all_is_well()
        pen = Pen(clock.now)
        for hour, series in ((12, Series.LEADERS), (12.2, Series.DAILY)):
            clock.turn(hour * HOUR)
            drawn = await pen.draw(series, "2025-11-25", frozenset())
            by_hand = FileReport.of(drawn, series, "2025-11-25", "DESK", Origin.CONSOLE)
            await mine.desk.file_report(by_hand)
        clock.turn(HOUR)
        await morning(mine, pen).look()
        assert made(mine) == ["daily-20251125-1", "leaders-20251125-1", "leaders-20251125-2"]


async def test_a_month_is_told_on_the_first_of_the_next(tmp_path: Path) -> None:
    clock = HandClock(START)
    monthly = mine_of(MorningPolicy(time(6), ("attendance_month",)))
    async with served(tmp_path, clock, monthly) as mine:
        await mine.all_is_well()
        pen = Pen(clock.now)
        for _ in range(8):
            clock.turn(DAY)
            await morning(mine, pen).look()
        assert pen.asked == ["attendance_month-2025-11"]


@pytest.mark.parametrize(
    ("why", "said"),
    [(Refused("report_failed"), "report_failed"), (StoreUnavailable("full"), "StoreUnavailable")],
)
async def test_what_could_not_be_made_is_a_finding_until_it_is(
    why: Exception, said: str, tmp_path: Path
) -> None:
    clock = HandClock(START)
    async with served(tmp_path, clock) as mine:
        await mine.all_is_well()
        clock.turn(DAY + HOUR)
        assert await morning(mine, Pen(clock.now, why)).look() == AGAIN_S
        await mine.settled()
        (daily, leaders) = mine.bodies(FindingBegan)
        assert (daily.finding, daily.subject) == (FindingKind.REPORT_MISSING, "daily")
        assert (daily.detail, leaders.subject) == (f"2025-11-25: {said}", "leaders")
    async with served(tmp_path, clock) as mine:
        await morning(mine, Pen(clock.now)).look()
        await mine.settled()
        ended = [b.subject for b in mine.bodies(FindingEnded)]
        assert ended == ["daily", "leaders"], "also what began before a restart"


async def test_a_report_that_waits_for_another_one_is_no_finding(tmp_path: Path) -> None:
    clock = HandClock(START)
    async with served(tmp_path, clock) as mine:
        await mine.all_is_well()
        clock.turn(DAY + HOUR)
        pen = Pen(clock.now, Refused("report_busy"))
        assert await morning(mine, pen).look() == LOOK_S
        await mine.settled()
        assert len(pen.asked) == 1
        assert mine.bodies(FindingBegan) == []


async def test_without_the_table_nobody_is_asked(tmp_path: Path) -> None:
    clock = HandClock(START)
    async with served(tmp_path, clock, mine_of(None)) as mine:
        await mine.all_is_well()
        clock.turn(DAY + HOUR)
        pen = Pen(clock.now)
        await morning(mine, pen).look()
        assert pen.asked == []


async def test_the_real_scribe_makes_it_of_a_real_journal(tmp_path: Path) -> None:
    clock = HandClock(START)
    async with served(tmp_path, clock, mine_of(MorningPolicy(time(0, 30), ("daily",)))) as mine:
        await mine.all_is_well()
        clock.turn(DAY + HOUR)
        scribe: Reporter = Scribe(lambda: mine.mine, tmp_path, clock.now)
        await Morning(mine.desk, scribe, clock, mine.pipeline).look()
        (filed,) = mine.desk.reports()
        assert (filed.report, filed.position) == ("daily-20251125-1", mine.events()[-2].position)
        assert (tmp_path / "reports" / f"{filed.digest}.json").exists()
