"""Somebody walks into the blasting area: who may, who may not, and when it is over."""

from story import Story

from minesafe.model.alarm import Alarm
from minesafe.model.events import AlarmState
from minesafe.model.mine import Severity


def before_the_blast() -> Story:
    """P1 is a miner, P3 the blaster; the last 20 m of the face are restricted."""
    story = Story()
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.at("P1", "A", 60)
    story.at("P3", "A", 60)
    story.passes(3)
    return story


def trespasses(story: Story) -> list[Alarm]:
    return [a for a in story.watch.book.alarms() if a.condition == "trespassing"]


def test_the_blaster_may_and_the_miner_may_not() -> None:
    story = before_the_blast()
    story.at("P3", "A", 95)
    story.passes(2)
    assert trespasses(story) == []
    story.at("P1", "A", 95)
    story.passes(2)
    (alarm,) = trespasses(story)
    assert (alarm.subject, alarm.zones, alarm.severity) == ("P1", ("BLAST",), Severity.III)


def test_a_trespasser_is_attended_to_and_nobody_is_ordered_out() -> None:
    story = before_the_blast()
    story.at("P1", "A", 95)
    story.passes(300, step=2)
    assert story.orders == []
    assert story.told == []


def test_who_goes_back_leaves_an_alarm_that_somebody_must_have_seen() -> None:
    story = before_the_blast()
    story.at("P1", "A", 95)
    story.passes(2)
    story.at("P1", "A", 60)
    story.passes(2)
    (alarm,) = trespasses(story)
    assert alarm.state is AlarmState.RETURNED_UNACKED
    story.acknowledges_alarm(alarm.episode, "DESK")
    assert trespasses(story) == []
    story.at("P1", "A", 95)
    story.passes(2)
    assert trespasses(story)[0].episode == "trespass:P1:BLAST#2"


def test_the_very_edge_belongs_to_the_restricted_area() -> None:
    story = before_the_blast()
    story.at("P1", "A", 79.9)
    story.passes(2)
    assert trespasses(story) == []
    story.at("P1", "A", 80)
    story.passes(2)
    assert len(trespasses(story)) == 1


def test_who_is_seen_no_more_in_the_restricted_area_is_still_taken_to_be_there() -> None:
    story = before_the_blast()
    story.at("P1", "A", 95)
    story.passes(2)
    story.vanishes("P1")
    story.passes(60)
    held = {a.condition for a in story.watch.book.alarms() if a.active}
    assert held == {"trespassing", "lost_contact"}
