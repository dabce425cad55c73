"""A miner presses SOS: work stops around him, not in the whole mine, and somebody must decide."""

from story import Story, mine_with_heading

from minesafe.evacuation import acts
from minesafe.model.events import Decision, OrderKind, Origin
from minesafe.model.frame import TagFlag
from minesafe.model.mine import Severity


def at_work() -> Story:
    """P1 at the face, P2 at the heading, P3 in the refuge; P4 leads."""
    story = Story(mine_with_heading(apart=True))
    story.at("P1", "A", 70)
    story.at("P2", "B", 50)
    story.at("P3", "B", 30)
    story.at("P4", "A", 20)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN", "CH4-B"):
        story.reads(point, 0.5)
    story.passes(3)
    return story


def calls_for_help(story: Story, person: str) -> None:
    story.flags[person] = TagFlag.SOS
    story.passes(1)


def test_a_call_for_help_stops_work_in_its_zone_only() -> None:
    story = at_work()
    calls_for_help(story, "P1")
    order = story.order
    assert (order.order_kind, order.severity) == (OrderKind.STOP_WORK, Severity.II)
    assert (order.subject, order.condition, order.zones) == ("P1", "sos", ("FACE",))
    assert set(order.muster) == {"P1"}
    assert story.horns() == [("HORN", True)]
    assert story.called("broadcast") == ["FACE"]
    assert story.texts_to("P4") == ["issued"]


def test_a_call_that_lasts_is_one_call() -> None:
    story = at_work()
    calls_for_help(story, "P1")
    story.passes(60)
    assert len(story.orders) == 1
    assert story.texts_to("P4") == ["issued"]


def test_a_second_call_beside_the_first_joins_its_order() -> None:
    story = at_work()
    calls_for_help(story, "P1")
    story.at("P3", "A", 75)
    story.passes(2)
    calls_for_help(story, "P3")
    assert len(story.orders) == 1
    assert set(story.order.causes) == {"sos:P1#1", "sos:P3#1"}


def test_two_calls_in_different_places_are_two_orders() -> None:
    story = at_work()
    calls_for_help(story, "P1")
    calls_for_help(story, "P2")
    assert [(o.number, o.zones) for o in story.orders] == [(1, ("FACE",)), (2, ("HEADING",))]


def test_a_call_nobody_decides_on_brings_everyone_in_the_zone_out() -> None:
    story = at_work()
    calls_for_help(story, "P1")
    story.acknowledges("P4")
    story.passes(89)
    assert story.order.order_kind is OrderKind.STOP_WORK
    story.passes(2)
    assert story.order.order_kind is OrderKind.EVACUATE


def test_a_call_made_by_accident_is_decided_with_a_reason() -> None:
    story = at_work()
    calls_for_help(story, "P1")
    story.flags.clear()
    story.passes(2)
    story.does(
        *acts.decide(story.order, Decision.FALSE_ALARM, "P4", "pressed by accident", Origin.CONSOLE)
    )
    story.passes(300, step=5)
    assert story.order.order_kind is OrderKind.STOP_WORK


def test_a_second_call_after_a_false_one_must_be_decided_again() -> None:
    story = at_work()
    calls_for_help(story, "P1")
    story.does(
        *acts.decide(story.order, Decision.FALSE_ALARM, "P4", "pressed by accident", Origin.CONSOLE)
    )
    story.at("P3", "A", 75)
    story.passes(2)
    calls_for_help(story, "P3")
    assert story.order.decision is None
    assert story.texts_to("P4") == ["issued", "raised"]
    story.passes(91)
    assert story.order.order_kind is OrderKind.EVACUATE
