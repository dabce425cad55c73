"""What the book holds is no news to an engine that saw it begin."""

import pytest
from story import Story

from minesafe.engine import State, remember
from minesafe.model.frame import TagFlag
from minesafe.model.quality import Quality
from minesafe.model.verdict import Condition


def everything_wrong() -> Story:
    story = Story()
    story.at("P1", "A", 90)
    story.at("P2", "A", 40)
    story.at("P3", "A", 70)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(3)
    story.reads("CH4", 1.7)
    story.reads("CH4-SLOW", 0.5, Quality.FAULT)
    story.reads("WIND", 0.5, Quality.COMMS_LOST)
    story.flags["P1"] = TagFlag.SOS | TagFlag.LOW_BATTERY
    story.dead = {"R2"}
    story.vanishes("P2")
    story.passes(70)
    return story


def test_an_engine_that_saw_it_all_is_not_changed_by_being_told() -> None:
    story = everything_wrong()
    held = {c for a in story.watch.book.alarms() for c in a.conditions}
    assert held == {
        "alarm_high", "cut_high", "bad", "silent", "sos", "low_battery", "trespassing",
        "lost_contact", "reader_silent", "count_unknown",
    }  # fmt: skip
    before = story.watch.engine.snapshot()
    assert not story.watch.reconcile()
    assert story.watch.engine.snapshot() == before


def test_an_empty_engine_that_is_told_keeps_what_holds_and_counts_nobody_twice() -> None:
    story = everything_wrong()
    watch = story.watch
    watch.engine = State.fresh(watch.layout)
    assert not watch.reconcile()
    before = len(story.journal)
    story.passes(3)
    ended = [b for b, *_ in story.journal[before:] if getattr(b, "move", "") in ("return", "clear")]
    assert ended == []
    face = story.mine.zone_row["FACE"]
    assert watch.picture().count[face] == 2


@pytest.mark.parametrize("value", [float("nan"), 0.0, 77.0])
def test_a_bad_quality_nobody_remembers_is_a_fault(value: float) -> None:
    watch = Story().watch
    remember(watch.layout, watch.engine, 1, Condition.BAD, 0, -1, value)
    assert watch.engine.bad[0] == Quality.FAULT
