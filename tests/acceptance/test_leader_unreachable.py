"""The leader cannot be reached: the next is asked at once, up to the whole roster."""

import pytest
from msgspec.structs import replace
from story import START, Story, noted

from minesafe.evacuation import acts
from minesafe.model.errors import Refused
from minesafe.model.events import LadderStepped, Origin, ReceiptStatus, Told
from minesafe.model.time import SECOND

FAILED, DELIVERED = ReceiptStatus.FAILED, ReceiptStatus.DELIVERED


def outburst() -> Story:
    story = Story()
    story.at("P1", "A", 70)
    story.at("P4", "A", 20)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(3)
    story.reads("CH4", 1.62)
    story.passes(1)
    return story


def rungs(story: Story) -> list[tuple[int, tuple[str, ...], str]]:
    steps = story.bodies(LadderStepped)
    return [
        (s.step, tuple(p for _, p in s.asked), s.reason)
        for s in steps
        if isinstance(s, LadderStepped)
    ]


def test_no_network_at_all_brings_the_whole_roster_within_the_same_second() -> None:
    story = outburst()
    for _ in range(4):
        story.carrier_says("sms", FAILED)
        story.carrier_says("call", FAILED)
    assert rungs(story) == [
        (0, ("P4",), "issued"),
        (1, ("DESK",), "issued"),
        (2, ("LEADER2",), "unreachable"),
        (3, ("HEAD",), "unreachable"),
        (4, ("ENGINEER", "DESK"), "unreachable"),
    ]
    assert story.order.steps[-1].taken == START + 4 * SECOND


def test_a_message_that_was_taken_and_never_arrived_moves_the_ladder_when_that_is_said() -> None:
    """The leader's telephone has failed; ten seconds later the carrier cannot deliver his SMS."""
    story = outburst()
    story.carrier_says("call", FAILED, "P4")
    story.carrier_says("sms", ReceiptStatus.ACCEPTED, "P4")
    story.passes(10)
    assert rungs(story)[-1][0] == 1
    (sms,) = [c for c in story.told if c.channel == "sms" and c.recipient == "P4"]
    late = replace(noted(sms, FAILED), detail="carrier_undeliv")
    story.hears_back(late)
    assert rungs(story)[-1] == (2, ("LEADER2",), "unreachable")
    story.hears_back(late)  # carriers repeat themselves
    assert len(rungs(story)) == 3
    story.hears_back(noted(sms, ReceiptStatus.ACCEPTED))  # sent again
    story.hears_back(noted(sms, DELIVERED))
    assert story.order.receipts[sms.key].status is DELIVERED


def test_who_is_reached_but_silent_is_given_his_time() -> None:
    story = outburst()
    story.carrier_says("sms", DELIVERED, "P4")
    story.carrier_says("call", FAILED)
    story.passes(28)
    assert [who for _, who, _ in rungs(story)] == [("P4",), ("DESK",)]
    story.passes(2)
    assert rungs(story)[-1] == (2, ("LEADER2",), "unacknowledged")


def test_an_unreachable_deputy_is_passed_while_the_leader_is_waited_for_no_more() -> None:
    story = outburst()
    story.carrier_says("sms", DELIVERED, "P4")
    story.passes(30)
    story.carrier_says("sms", FAILED, "LEADER2")
    story.carrier_says("call", FAILED, "LEADER2")
    assert rungs(story)[-1] == (3, ("HEAD",), "unreachable")
    story.passes(60)
    assert rungs(story)[-1][0] == 3
    story.passes(31)
    assert rungs(story)[-1] == (4, ("ENGINEER", "DESK"), "unacknowledged")


def test_the_desk_having_seen_it_does_not_stop_the_ladder() -> None:
    story = outburst()
    story.carrier_says("console", DELIVERED)
    with pytest.raises(Refused, match="not_asked"):
        acts.acknowledge(story.order, "DESK", Origin.CONSOLE)
    story.passes(121)
    assert rungs(story)[-1][0] == 4


def test_nobody_answering_changes_nothing_for_those_underground() -> None:
    story = outburst()
    story.carrier_says("sms", FAILED)
    story.carrier_says("call", FAILED)
    assert story.horns() == [("HORN", True)]
    story.carrier_says("horn", DELIVERED)
    assert story.muster("P1").told is Told.NOTIFIED
    story.passes(600, step=5)
    assert story.order.is_open
    assert story.horns() == [("HORN", True)]


def test_a_late_answer_of_anybody_who_was_asked_counts() -> None:
    story = outburst()
    story.passes(100)
    with pytest.raises(Refused, match="not_asked"):
        story.acknowledges("ENGINEER")
    story.acknowledges("P4")
    assert story.order.acknowledged_by == "P4"
    story.passes(100)
    assert rungs(story)[-1][0] == 3
    with pytest.raises(Refused, match="already_acknowledged"):
        story.acknowledges("HEAD")
