"""Gas at the face and at the heading: two orders where the air parts, one where it does not."""

from dataclasses import replace

from story import Story, mine_with_heading

from minesafe.evacuation import acts
from minesafe.model.events import OrderKind, OrderWidened, Whereabouts
from minesafe.model.mine import Feeder, Name, Role


def at_work(*, apart: bool) -> Story:
    story = Story(mine_with_heading(apart=apart))
    story.at("P1", "A", 70)
    story.at("P2", "B", 50)
    story.at("P4", "A", 20)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN", "CH4-B"):
        story.reads(point, 0.5)
    story.passes(3)
    return story


def both(story: Story) -> Story:
    story.reads("CH4", 1.7)
    story.passes(2)
    story.reads("CH4-B", 1.7)
    story.passes(2)
    return story


def test_two_faces_are_two_orders_with_numbers_and_horns_of_their_own() -> None:
    story = both(at_work(apart=True))
    first, second = sorted(story.orders, key=lambda o: o.number)
    assert (first.number, first.zones) == (1, ("FACE", "BLAST"))
    assert (second.number, second.zones) == (2, ("HEADING",))
    assert first.order != second.order
    assert set(second.muster) == {"P2"}
    assert story.horns() == [("HORN", True), ("HORN-B", True)]
    assert story.texts_to("P4") == ["issued", "issued"]


def one_feeder(*zones: str) -> Story:
    """The faces' airs part; what hangs on the switch is what the test says."""
    story = at_work(apart=True)
    feeder = Feeder("SW", Name("馈电开关", "switch"), zones, ())
    story.changes_to(replace(story.mine, revision="fedcba9876543210", feeders=(feeder,)))
    story.reads("CH4", 1.7)
    story.passes(2)
    return story


def test_what_hangs_on_one_switch_is_one_order_and_the_switch_is_named() -> None:
    story = one_feeder("FACE", "HEADING")
    assert story.order.zones == ("FACE", "BLAST", "HEADING")
    assert story.order.cuts == ("SW",)
    assert {"P1", "P2"} <= set(story.order.muster)
    assert ("HORN-B", True) in story.horns()
    story.reads("CH4-B", 1.7)
    story.passes(2)
    assert len(story.orders) == 1


def test_a_switch_of_other_ground_changes_nothing_and_is_not_named() -> None:
    story = one_feeder("HEADING")
    assert (story.order.zones, story.order.cuts) == (("FACE", "BLAST"), ())
    story.reads("CH4-B", 1.7)
    story.passes(2)
    assert (story.order.zones, story.order.cuts) == (("HEADING",), ("SW",))


def test_each_is_acknowledged_and_ended_by_itself() -> None:
    story = both(at_work(apart=True))
    first, second = sorted(story.orders, key=lambda o: o.number)
    story.acknowledges("P4")  # the newest
    assert story.order_of(second.order).acknowledged_by == "P4"
    assert story.order_of(first.order).acknowledged_by is None
    story.does(acts.tick(second, "P2", Whereabouts.OUT, "DESK", "seen at the portal"))
    story.signs("P4", Role.LEADER, override="hand-held reads 0.1")
    story.signs("DESK", Role.DISPATCHER, override="confirmed by phone")
    assert not story.order_of(second.order).is_open
    assert story.order_of(first.order).is_open
    assert story.horns()[2:] == [("HORN-B", False)]
    story.passes(31)
    assert story.texts_to("LEADER2") == ["issued"]  # of the first, which nobody acknowledged


def test_the_number_of_an_ended_order_is_not_the_next_ones() -> None:
    story = both(at_work(apart=True))
    second = story.order
    story.does(acts.tick(second, "P2", Whereabouts.OUT, "DESK", "seen at the portal"))
    for by, role in (("P4", Role.LEADER), ("DESK", Role.DISPATCHER)):
        story.signs(by, role, override="hand-held reads 0.1")
    story.reads("CH4-B", 0.4)
    story.passes(2)
    story.acknowledges_alarm("high:CH4-B#1", "DESK")
    story.reads("CH4-B", 1.7)
    story.passes(2)
    assert story.order.number == 3


def test_gas_that_drifts_from_the_face_to_the_heading_is_one_order() -> None:
    story = both(at_work(apart=False))
    (order,) = story.orders
    assert order.zones == ("FACE", "BLAST", "HEADING")
    assert set(order.causes) == {"high:CH4#1", "high:CH4-B#1"}
    assert story.texts_to("P4") == ["issued"]
    assert len(story.bodies(OrderWidened)) == 1


def test_gas_at_the_heading_first_widens_to_the_face_up_wind_when_that_alarms() -> None:
    story = at_work(apart=False)
    story.reads("CH4-B", 1.1)
    story.passes(2)
    assert (story.order.order_kind, story.order.zones) == (OrderKind.STOP_WORK, ("HEADING",))
    assert set(story.order.muster) == {"P2"}
    story.reads("CH4", 1.7)
    story.passes(2)
    (order,) = story.orders
    assert order.order_kind is OrderKind.EVACUATE
    assert order.zones == ("HEADING", "FACE", "BLAST")
    assert set(order.muster) == {"P1", "P2", "P4"}
    assert (order.subject, order.value) == ("CH4", 1.7)
    assert story.horns() == [
        ("HORN-B", True),  # issued
        ("HORN", True),  # widened
        *[("HORN", True), ("HORN-B", True)],  # raised: all of it, once more
    ]
