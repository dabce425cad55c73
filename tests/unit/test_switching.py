"""Outputs by hand: one asks, another confirms, and a cut is believed when its feed says so."""

from dataclasses import replace

import pytest
from cut_mine import DEAD, LIVE, ask, confirm, mine_with_cut
from story import Story, story_mine

from minesafe.model.commands import SetOutput
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmMoved,
    CutProven,
    FindingBegan,
    FindingEnded,
    FindingKind,
    OrderIssued,
    OrderKind,
    Origin,
    OutputAsked,
    OutputDropped,
)
from minesafe.model.mine import Severity
from minesafe.model.quality import Quality
from minesafe.model.switching import DropOutput, OutputAct
from minesafe.switching import decide_act


def asks(story: Story, act: OutputAct) -> None:
    story.does(decide_act(story.watch.switching, act))


def cut(*, feeds: float = LIVE) -> Story:
    """A face with power, and a cut that two people have asked for."""
    story = Story(mine_with_cut())
    story.reads("FEED-1", feeds)
    story.reads("FEED-2", feeds)
    story.passes(5)
    asks(story, ask())
    story.passes(1)
    asks(story, confirm())
    return story


def findings(story: Story, kind: type) -> list[FindingKind]:
    about = {FindingKind.FEED_AFTER_CUT, FindingKind.CUT_UNPROVEN}
    return [b.finding for b in story.bodies(kind) if b.finding in about]


def test_nothing_is_written_before_a_second_person_has_stood_for_it() -> None:
    story = Story(mine_with_cut())
    asks(story, ask())
    assert story.told == []
    with pytest.raises(Refused, match="same_person"):
        asks(story, confirm(by="DESK"))
    asks(story, confirm())
    [written] = story.told
    assert isinstance(written, SetOutput)
    assert (written.key, written.channel, written.recipient, written.on) == (
        "output#1", "cut", "CUT", True,
    )  # fmt: skip
    with pytest.raises(Refused, match="unknown_request"):
        asks(story, confirm())


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (ask("FAN"), "unknown_output"),
        (ask("CUT", by="DESK"), "output_asked"),
        (replace(ask("HORN"), reason=" "), "reason_needed"),
        (confirm(9), "unknown_request"),
        (DropOutput("DESK", Origin.CONSOLE, "output#9"), "unknown_request"),
    ],
)
def test_what_cannot_be_asked_is_refused(act: OutputAct, code: str) -> None:
    story = Story(mine_with_cut())
    asks(story, ask())
    with pytest.raises(Refused, match=code):
        asks(story, act)


def test_what_nobody_confirms_in_five_minutes_is_asked_for_anew() -> None:
    story = Story(mine_with_cut())
    asks(story, ask())
    story.passes(299, 10)
    assert story.bodies(OutputDropped) == []
    story.passes(2)
    [dropped] = story.bodies(OutputDropped)
    assert (dropped.by, dropped.reason) == (None, "lapsed")  # type: ignore[union-attr]  # it is one
    asks(story, ask())
    asks(story, DropOutput("DESK", Origin.CONSOLE, "output#2"))
    assert story.watch.switching.requests == {}
    assert story.told == []


def test_a_cut_that_every_feed_confirms_is_proven_and_no_alarm() -> None:
    story = cut()
    story.passes(3)
    story.reads("FEED-1", DEAD)
    story.passes(2)
    assert story.bodies(CutProven) == [], "one feed of two"
    story.reads("FEED-2", DEAD)
    story.passes(20)
    [proven] = story.bodies(CutProven)
    assert proven.after_s == pytest.approx(6.0, abs=0.2)  # type: ignore[union-attr]  # it is one
    assert findings(story, FindingBegan) == []


def test_power_behind_a_cut_is_the_worst_alarm_and_withdraws_people() -> None:
    story = cut()
    story.reads("FEED-2", DEAD)
    story.passes(9)
    assert findings(story, FindingBegan) == []
    story.passes(2)
    assert findings(story, FindingBegan) == [FindingKind.FEED_AFTER_CUT]
    [alarm] = [b for b in story.bodies(AlarmMoved) if b.condition == "feed_after_cut"]
    assert alarm.severity is Severity.I  # type: ignore[union-attr]  # it is one
    [order] = story.bodies(OrderIssued)
    assert order.order_kind is OrderKind.EVACUATE  # type: ignore[union-attr]  # it is one
    assert "FACE" in order.zones  # type: ignore[union-attr]  # it is one
    story.reads("FEED-1", DEAD)
    story.passes(2)
    assert findings(story, FindingEnded) == [FindingKind.FEED_AFTER_CUT]
    assert len(story.bodies(CutProven)) == 1


def test_power_that_comes_back_while_the_cut_stands_is_told_again() -> None:
    story = cut()
    for feed, value in (("FEED-1", DEAD), ("FEED-2", DEAD)):
        story.reads(feed, value)
    story.passes(60)
    assert findings(story, FindingBegan) == []
    story.reads("FEED-1", LIVE)
    story.passes(2)
    assert findings(story, FindingBegan) == [FindingKind.FEED_AFTER_CUT]


def test_a_feed_that_says_nothing_proves_nothing() -> None:
    story = cut()
    story.reads("FEED-1", DEAD)
    story.reads("FEED-2", DEAD, Quality.COMMS_LOST)
    story.passes(15)
    assert findings(story, FindingBegan) == [FindingKind.CUT_UNPROVEN]
    assert story.bodies(OrderIssued) == []
    story.reads("FEED-2", LIVE)
    story.passes(2)
    assert findings(story, FindingBegan)[1:] == [FindingKind.FEED_AFTER_CUT]
    assert findings(story, FindingEnded) == [FindingKind.CUT_UNPROVEN]


def test_what_a_feed_said_before_the_cut_is_no_proof() -> None:
    story = Story(mine_with_cut())
    for feed in ("FEED-1", "FEED-2"):
        story.reads(feed, DEAD)
    story.passes(2)
    asks(story, ask())
    story.values.clear()
    asks(story, confirm())
    story.passes(5)
    assert story.bodies(CutProven) == []


def test_power_that_is_given_back_is_no_alarm() -> None:
    story = cut()
    story.reads("FEED-1", DEAD)
    story.reads("FEED-2", DEAD)
    story.passes(15)
    asks(story, ask(on=False))
    asks(story, confirm(2))
    story.reads("FEED-1", LIVE)
    story.passes(60)
    assert findings(story, FindingBegan) == []
    assert [(c.recipient, c.on) for c in story.told] == [("CUT", True), ("CUT", False)]


def test_a_cut_outlives_the_process_and_its_proof_is_still_waited_for() -> None:
    story = cut()
    story.passes(3)
    story.dies_and_comes_back()
    assert story.watch.switching.cuts.keys() == {"CUT"}
    story.passes(10)
    assert findings(story, FindingBegan) == [FindingKind.FEED_AFTER_CUT]
    asks(story, ask(on=False))
    numbered = [b.request for b in story.bodies(OutputAsked)]
    assert numbered == ["output#1", "output#2"]


def test_a_revision_without_the_output_looks_at_its_cut_no_more() -> None:
    story = cut()
    story.changes_to(replace(story_mine(), revision="f" * 16))
    story.values.clear()
    story.passes(20)
    assert findings(story, FindingBegan) == []


def test_no_order_ever_cuts_power_by_itself() -> None:
    story = Story(mine_with_cut())
    story.reads("CH4", 2.0)
    story.at("P4", "A", 50.0)
    story.passes(30)
    assert story.bodies(OrderIssued)
    assert {command.recipient for command in story.told if isinstance(command, SetOutput)} == {
        "HORN"
    }
