"""How long a refuge keeps those who are in it, whether they can live there, and who comes first."""

from ring_mine import at_the_face
from story import Story

from minesafe.evacuation.refuges import refuges
from minesafe.model.events import OrderKind
from minesafe.model.quality import Quality
from minesafe.model.refuge import Refuge, Verdict


def seen(story: Story) -> Refuge:
    evacuation, picture = story.watch.evacuation, story.watch.picture()
    (only,) = refuges(story.mine, evacuation.guide, picture, evacuation.orders.open(), story.now)
    return only


def sheltered(heads: int) -> Story:
    story = at_the_face()
    story.reads("CO", 150.0)
    story.passes(1)
    for person in ("P1", "P2", "P3", "P4")[:heads]:
        story.at(person, "C", 40.0)
    story.passes(1)
    return story


def test_an_empty_refuge_has_no_clock() -> None:
    found = seen(at_the_face())
    assert (found.inside, found.air_h, found.capacity) == (0, None, 2)


def test_what_is_stored_for_two_over_four_days_lasts_one_twice_as_long() -> None:
    assert seen(sheltered(1)).air_h == 192.0
    assert seen(sheltered(2)).air_h == 96.0
    assert seen(sheltered(4)).air_h == 48.0


def test_what_they_have_breathed_is_gone() -> None:
    story = sheltered(2)
    story.second += 10 * 3600
    story.passes(2)
    assert seen(story).air_h == 86.0


def test_a_refuge_that_is_too_full_is_attended_to_and_stops_no_work() -> None:
    story = sheltered(4)
    (order,) = story.orders
    assert order.order_kind is OrderKind.EVACUATE
    assert "crowd:REFUGE#1" not in order.causes
    story.passes(1)
    assert any(a.subject == "REFUGE" and a.active for a in story.watch.book.alarms())


def test_those_on_the_way_are_coming() -> None:
    assert seen(sheltered(0)).coming == 2
    assert seen(sheltered(4)).coming == 0


def test_gas_inside_makes_it_no_place_to_live_and_a_dead_sensor_one_nobody_knows() -> None:
    story = sheltered(1)
    assert seen(story).verdict is Verdict.HABITABLE
    story.reads("RF-CO", 2.0, Quality.FAULT)
    story.passes(1)
    assert (seen(story).verdict, seen(story).why) == (Verdict.UNKNOWN, ("RF-CO",))
    story.reads("RF-CO", 60.0)
    story.passes(1)
    assert (seen(story).verdict, seen(story).why) == (Verdict.UNINHABITABLE, ("RF-CO",))


def test_people_in_bad_air_come_before_people_with_little_and_those_before_an_empty_one() -> None:
    def one(node: str, inside: int, air_h: float | None, verdict: Verdict) -> Refuge:
        return Refuge(node, node, inside, 0, 20, air_h, verdict, ())

    found = [
        one("empty", 0, None, Verdict.UNINHABITABLE),
        one("long", 2, 90.0, Verdict.HABITABLE),
        one("bad", 2, 90.0, Verdict.UNINHABITABLE),
        one("short", 9, 8.0, Verdict.UNKNOWN),
    ]
    found.sort(key=lambda refuge: refuge.urgency)
    assert [refuge.node for refuge in found] == ["bad", "short", "long", "empty"]
