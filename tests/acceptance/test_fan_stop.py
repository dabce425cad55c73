"""The main fan stops: the whole mine comes out, and every single one is accounted for."""

from ring_mine import at_the_face, ways
from story import Story

from minesafe.model.events import OrderKind, Whereabouts
from minesafe.model.mine import Role


def stopped() -> Story:
    story = at_the_face()
    story.reads("FAN", 0.0)
    story.passes(1)
    return story


def test_everybody_underground_is_ordered_out_towards_the_intake() -> None:
    story = stopped()
    assert (story.order.order_kind, story.order.zones) == (OrderKind.EVACUATE, ("MINE",))
    assert ways(story) == dict.fromkeys(("P1", "P2", "P3", "P4"), ("P", "P"))
    assert story.order.feeds == ("FEED",)


def test_the_order_is_closed_when_the_last_is_out_and_not_before() -> None:
    story = stopped()
    crew = ("P1", "P2", "P3", "P4")
    for chainage in (300.0, 150.0, 5.0):
        for person in crew:
            story.at(person, "A", chainage)
        story.passes(20, step=10)
    assert {r.whereabouts for r in story.order.muster.values()} == {Whereabouts.MOVING}
    for person in crew[:3]:
        story.vanishes(person)
    story.passes(60, step=10)
    assert story.order.unaccounted == ("P4",)
    story.vanishes("P4")
    story.reads("FAN", 1.0)
    story.passes(120, step=10)
    assert story.order.unaccounted == ()
    story.signs("P4", Role.LEADER)
    story.signs("DESK", Role.DISPATCHER)
    assert not story.order.is_open
