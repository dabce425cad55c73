"""The pipeline's time: what is recorded never runs back, and never runs ahead of the clock."""

from dataclasses import replace
from pathlib import Path

from line_on_disk import line
from story import START

from minesafe.model.events import (
    AlarmMoved,
    FindingBegan,
    FindingEnded,
    FindingKind,
    LadderStepped,
    LoggedIn,
)
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND


async def test_time_keeps_with_the_clock_however_much_people_do(tmp_path: Path) -> None:
    """A hundred acts between two frames bring no rung of the ladder nearer."""
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.shown.reads("CH4", 1.7)
        await mine.passes()
        for _ in range(100):
            mine.clock.turn(0.009)
            await mine.desk.note(LoggedIn(user="desk", address="127.0.0.1"))
            assert mine.pipeline.now() == mine.clock.now()
        await mine.couriers()
        assert mine.pipeline.now() == mine.clock.now()
        assert len(mine.bodies(LadderStepped)) == 2


async def test_a_clock_set_back_an_hour_stops_neither_time_nor_the_ladder(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.shown.reads("CH4", 1.7)
        await mine.passes()
        issued = mine.pipeline.now()
        mine.clock.set_back(3600)
        await mine.passes(40)
        steps = mine.bodies(LadderStepped)
        assert [s.asked[0][1] for s in steps] == ["P4", "DESK", "LEADER2"]
        went_on = mine.pipeline.now() - issued
        assert 34 * SECOND <= went_on <= 40 * SECOND
        off = {"finding": FindingKind.CLOCK_OFF, "subject": "host"}
        assert FindingBegan(**off, detail="set back") in mine.bodies(FindingBegan)
        mine.clock.set_back(-3600)
        await mine.passes(2)
        assert FindingEnded(**off) in mine.bodies(FindingEnded)
        recorded = [e.recorded for e in mine.events()]
        assert recorded == sorted(recorded)


async def test_a_clock_set_back_is_not_hurried_on_by_what_people_do(tmp_path: Path) -> None:
    """While the clock is behind, time goes by `elapsed`, a little slower than it should."""
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.clock.set_back(3600)
        began = mine.pipeline.now()
        for _ in range(200):
            mine.clock.turn(0.01)
            await mine.desk.note(LoggedIn(user="desk", address="127.0.0.1"))
        assert began + 1.7 * SECOND <= mine.pipeline.now() <= began + 2 * SECOND


async def test_samples_of_a_clock_set_back_are_judged_all_the_same(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.clock.set_back(3600)
        mine.shown.reads("CH4", 1.7)
        await mine.passes(3)
        assert any(isinstance(b, AlarmMoved) and b.subject == "CH4" for b in mine.bodies())
        assert not mine.pipeline.watch.picture().silent.any()


async def test_what_was_heard_before_the_clock_was_set_back_is_not_put_off(
    tmp_path: Path,
) -> None:
    """It waits to be stamped while somebody sets the clock: its label is right as it is."""
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.clock.turn(1)
        waited = mine.batch()
        mine.clock.set_back(3600)
        await mine.hears(waited)
        mine.shown.reads("CH4", 1.7)
        await mine.passes(2)
        assert mine.order.subject == "CH4"


async def test_a_device_that_keeps_the_right_time_is_believed_again(tmp_path: Path) -> None:
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.clock.set_back(3600)
        mine.clock.turn(1)
        batch = mine.batch()
        own = replace(batch.readings, sampled=batch.readings.sampled + 3600 * SECOND)
        await mine.hears(replace(batch, readings=own))
        picture = mine.pipeline.watch.picture()
        assert (picture.quality == Quality.GOOD).all()


async def test_a_restart_with_the_clock_behind_goes_on_from_what_was_recorded(
    tmp_path: Path,
) -> None:
    async with line(tmp_path) as mine:
        await mine.all_is_well()
        mine.shown.reads("CH4", 1.7)
        await mine.passes(5)
        last, clock, shown = mine.pipeline.now(), mine.clock, mine.shown
    clock.set_back(3600)
    async with line(tmp_path, clock=clock, shown=shown) as mine:
        assert mine.pipeline.now() >= last > START
        await mine.passes(30)
        steps = mine.bodies(LadderStepped)
        assert [s.asked[0][1] for s in steps] == ["P4", "DESK", "LEADER2"]
