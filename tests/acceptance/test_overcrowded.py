"""Too many people at the face (超员): from the first one over to a fifth over, and back."""

from dataclasses import replace

from small_mine import person
from story import Story, story_mine

from minesafe.model.events import OrderKind
from minesafe.model.mine import Mine, Severity

LIMIT = 6
CREW = tuple(f"P{n}" for n in range(11, 19))
"""Eight miners that count; P4 is an inspector, and does not."""


def crowded_mine() -> Mine:
    base = story_mine()
    zones = tuple(replace(z, limit=LIMIT) if z.id == "FACE" else z for z in base.zones)
    crew = tuple(person(n) for n in range(11, 19))
    return replace(base, zones=zones, people=(*base.people, *crew))


def face_with(count: int, story: Story | None = None) -> Story:
    story = story or Story(crowded_mine())
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    for i, who in enumerate(CREW):
        story.at(who, "A", 60 if i < count else 30)
    story.passes(2)
    return story


def test_a_full_face_is_full_and_no_alarm() -> None:
    story = face_with(LIMIT)
    story.at("P4", "A", 60)
    story.passes(2)
    assert story.watch.book.alarms() == []


def test_one_over_is_to_be_attended_to() -> None:
    story = face_with(LIMIT + 1)
    (alarm,) = story.watch.book.alarms()
    assert (alarm.subject, alarm.severity) == ("FACE", Severity.III)
    assert (alarm.value, alarm.limit) == (7.0, 6.0)
    assert story.orders == []


def test_a_fifth_over_stops_work_at_the_face() -> None:
    story = face_with(LIMIT + 2)
    order = story.order
    assert (order.order_kind, order.severity) == (OrderKind.STOP_WORK, Severity.II)
    assert (order.subject, order.value, order.limit) == ("FACE", 8.0, 6.0)
    assert order.zones == ("FACE",)
    assert set(order.muster) == set(CREW)
    assert story.horns() == [("HORN", True)]
    assert story.texts_to("P4") == ["issued"]


def test_the_eighth_who_comes_later_makes_the_same_alarm_rise() -> None:
    story = face_with(LIMIT + 1)
    (alarm,) = story.watch.book.alarms()
    story.acknowledges_alarm(alarm.episode, "DESK")
    face_with(LIMIT + 2, story)
    (risen,) = story.watch.book.alarms()
    assert risen.episode == alarm.episode
    assert (risen.severity, risen.acknowledged_by) == (Severity.II, None)
    assert len(story.orders) == 1


def test_when_they_have_left_the_order_stands_until_two_have_signed() -> None:
    story = face_with(LIMIT + 2)
    face_with(3, story)
    story.passes(120)
    assert not story.watch.book.alarms()[0].active
    assert story.order.is_open
    assert story.order.clear_since is not None
