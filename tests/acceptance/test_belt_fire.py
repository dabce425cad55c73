"""Fire on the belt in the intake, and then the return is blocked: who goes where, and is told."""

from ring_mine import at_the_face, ways
from story import Story

from minesafe.model.commands import CallOut
from minesafe.model.events import (
    FindingBegan,
    FindingKind,
    OrderKind,
    Origin,
    PersonSent,
    RoadwayBlocked,
    RoadwayCleared,
    WaysChanged,
)
from minesafe.model.mine import Danger


def burning() -> Story:
    """CO at 150 ppm 250 m up-wind of the face."""
    story = at_the_face()
    story.reads("CO", 150.0)
    story.passes(1)
    assert story.order.order_kind is OrderKind.EVACUATE
    return story


def sent(story: Story) -> list[str]:
    """Whom a tag calls because his way has changed."""
    return [c.recipient for c in story.told if isinstance(c, CallOut) and c.about == "way"]


def test_the_refuge_takes_two_and_the_others_go_by_the_return() -> None:
    """The way back leads through the fire; those nearest to the refuge have its two places."""
    story = burning()
    assert ways(story) == {
        "P1": ("Q", "M"),
        "P2": ("Q", "M"),
        "P3": ("R", "M"),
        "P4": ("R", "M"),
    }
    (told,) = story.bodies(WaysChanged)
    assert isinstance(told, WaysChanged)
    assert told.dangers == (Danger.FIRE,)
    assert (told.afire, told.smoky) == (("A",), ("A", "B"))
    assert sent(story) == []  # the order itself has told them


def test_when_the_return_is_blocked_those_on_it_are_sent_back_within_the_second() -> None:
    story = burning()
    story.at("P1", "B", 100.0)
    story.passes(1)
    story.does(RoadwayBlocked(roadway="B", by="DESK", reason="roof fall at 400 m, by telephone"))
    assert ways(story)["P1"] == ("P", "M")
    assert ways(story)["P2"] == ("P", "P")
    assert set(sent(story)) == {"P1", "P2"}
    before = len(story.bodies(PersonSent))
    story.passes(30)
    assert len(story.bodies(PersonSent)) == before  # nobody is told the same way twice


def test_who_walks_on_to_where_he_was_sent_is_told_nothing_more() -> None:
    story = burning()
    for chainage in (470.0, 490.0, 499.0):
        story.at("P1", "A", chainage)
        story.passes(5)
    for chainage in (10.0, 200.0, 590.0):
        story.at("P1", "B", chainage)
        story.passes(5)
    assert sent(story) == []


def test_a_level_left_with_one_exit_is_an_alarm_until_it_has_two_again() -> None:
    story = at_the_face()
    story.does(RoadwayBlocked(roadway="B", by="DESK", reason="roof fall"))
    story.passes(1)
    (found,) = story.bodies(FindingBegan)
    assert isinstance(found, FindingBegan)
    assert (found.finding, found.subject) == (FindingKind.ONE_EXIT, "L1")
    assert [a.subject for a in story.watch.book.alarms() if a.active] == ["L1"]
    story.does(RoadwayCleared(roadway="B", by="DESK", reason="cleared, walked by the deputy"))
    story.passes(1)
    assert story.watch.findings.open() == []


def test_a_refuge_with_bad_air_is_no_destination_and_whoever_is_on_the_way_turns() -> None:
    story = burning()
    assert ways(story)["P4"][0] == "R"
    story.reads("RF-CO", 90.0)
    story.passes(1)
    assert {destination for destination, _ in ways(story).values()} == {"Q"}
    assert {"P3", "P4"} <= set(sent(story))


def test_after_kill_nine_everybody_is_on_the_same_way_and_nobody_is_told_again() -> None:
    story = burning()
    story.does(RoadwayBlocked(roadway="B", by="DESK", reason="roof fall"))
    before, told = ways(story), len(story.told)
    story.dies_and_comes_back()
    story.passes(5)
    assert ways(story) == before
    assert [c for c in story.told[told:] if isinstance(c, CallOut) and c.about == "way"] == []


def test_of_two_orders_somebody_is_in_one_sends_him_another_way() -> None:
    story = burning()
    watch = story.watch
    story.does(
        *watch.evacuation.order_by_hand(
            OrderKind.EVACUATE, ("FACE",), "smoke", "DESK", Origin.CONSOLE,
            watch.picture(), story.now,
        )
    )  # fmt: skip
    assert len(story.orders) == 2
    story.does(RoadwayBlocked(roadway="B", by="DESK", reason="roof fall"))
    told = sent(story)
    assert told
    assert len(told) == len(set(told))
