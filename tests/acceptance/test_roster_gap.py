"""Nobody is on the roster: that is said at once and loudly, and keeps no siren from sounding."""

from dataclasses import replace

from story import START, Story, story_mine

from minesafe.model.alarm import Alarm
from minesafe.model.events import FindingKind, LadderStepped, OrderKind
from minesafe.model.mine import Duty, Mine, Severity
from minesafe.model.time import SECOND

GAP_S = 600


def mine_with_a_gap() -> Mine:
    """The day shift ends ten seconds after the start; the night shift begins ten minutes later."""
    base = story_mine()
    day = replace(base.shifts[0], end=START + 10 * SECOND)
    posts = tuple((d, {"P4": "P3"}.get(p, p)) for d, p in day.posts)
    night = replace(base.shifts[0], name="night", start=START + (10 + GAP_S) * SECOND, posts=posts)
    return replace(base, shifts=(day, night))


def until_the_gap() -> Story:
    story = Story(mine_with_a_gap())
    story.at("P1", "A", 70)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(8)
    return story


def gap_alarm(story: Story) -> Alarm:
    return next(a for a in story.watch.book.alarms() if a.condition == "roster_gap")


def test_a_gap_is_a_level_two_alarm_the_moment_it_begins() -> None:
    story = until_the_gap()
    assert [a.condition for a in story.watch.book.alarms()] == ["shift_unfilled"]
    story.passes(2)
    assert gap_alarm(story).severity is Severity.II
    assert FindingKind.ROSTER_GAP in {f.finding for f, _ in story.watch.findings.open()}
    assert story.orders == []  # nobody stops work because a list is empty


def test_it_ends_when_the_next_shift_has_taken_over() -> None:
    story = until_the_gap()
    story.passes(GAP_S + 10, step=10)
    assert not gap_alarm(story).active
    assert story.watch.findings.open() == []


def test_gas_in_the_gap_sounds_every_horn_and_asks_those_who_were_on_duty_last() -> None:
    story = until_the_gap()
    story.passes(30)
    story.reads("CH4", 1.62)
    story.passes(1)
    assert story.order.order_kind is OrderKind.EVACUATE
    assert story.horns() == [("HORN", True)]
    assert story.order.leader is None  # nobody is: that is what the order says
    asked = [s.asked for s in story.bodies(LadderStepped) if isinstance(s, LadderStepped)]
    assert asked == [((Duty.LEADER, "P4"),), ((Duty.DISPATCHER, "DESK"),)]
    assert story.texts_to("P4") == ["issued"]
    story.acknowledges("P4")


def test_towards_the_end_of_the_gap_those_who_come_next_are_nearer() -> None:
    story = until_the_gap()
    story.passes(GAP_S - 30, step=10)
    story.reads("CH4", 1.62)
    story.passes(1)
    assert story.order.asked[0] == "P3"
    assert story.texts_to("P4") == []


def test_a_roster_that_is_empty_asks_nobody_and_says_so_rung_by_rung() -> None:
    story = Story(replace(story_mine(), shifts=()))
    story.at("P1", "A", 70)
    story.reads("CH4", 1.62)
    story.passes(5)
    steps = [s for s in story.bodies(LadderStepped) if isinstance(s, LadderStepped)]
    assert [s.asked for s in steps] == [()] * 5
    assert story.horns() == [("HORN", True)]
    assert story.order.is_open
