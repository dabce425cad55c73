"""A revision comes into force while the mine is watched: what is unchanged goes on as it was."""

from dataclasses import replace

import pytest
from story import Story

from minesafe.engine import State
from minesafe.model.errors import BrokenFrame
from minesafe.model.events import AlarmMove, AlarmMoved, OrderIssued, RevisionApproved
from minesafe.model.frame import TagFlag
from minesafe.model.mine import Mine, Name
from minesafe.watch import Watch

OTHER = "fedcba9876543210"


def moves(story: Story, point: str = "") -> list[str]:
    """`move subject` of every alarm, or of one subject."""
    told = [b for b in story.bodies(AlarmMoved) if isinstance(b, AlarmMoved)]
    return [f"{b.move} {b.subject}" for b in told if b.subject == (point or b.subject)]


def limited(mine: Mine, point: str, **limits: float | None) -> Mine:
    """The next revision: one point's limits are others."""
    points = tuple(
        replace(p, limits=replace(p.limits, **limits)) if p.id == point else p
        for p in mine.points
    )  # fmt: skip
    return replace(mine, revision=OTHER, points=points)


def without(mine: Mine, point: str) -> Mine:
    return replace(mine, revision=OTHER, points=tuple(p for p in mine.points if p.id != point))


def troubled() -> Story:
    """The face is over its cut-off and ordered out; a slow sensor is 3 s into its five."""
    story = Story()
    for point, value in (("CH4", 0.2), ("CH4-SLOW", 0.2), ("WIND", 0.5), ("FAN", 1.0)):
        story.reads(point, value)
    story.at("P1", "A", 70)
    story.passes(2)
    story.reads("CH4", 1.7)
    story.passes(2)
    story.reads("CH4-SLOW", 1.2)
    story.passes(4)  # the first of them begins the delay: three seconds of five have gone
    return story


def test_a_limit_is_changed_while_an_alarm_stands_and_a_delay_runs() -> None:
    story = troubled()
    assert moves(story) == ["raise CH4"]
    order, before = story.order, story.now
    story.changes_to(limited(story.mine, "WIND", alarm_low=0.3, restore_low=0.35))
    story.passes(1)
    assert moves(story) == ["raise CH4"], "neither raised again nor cleared"
    assert story.order.order == order.order
    assert len(story.bodies(OrderIssued)) == 1
    story.passes(1)
    assert moves(story, "CH4-SLOW") == ["raise CH4-SLOW"], "after two seconds more, not five"
    slow = next(a for a in story.watch.book.alarms() if a.subject == "CH4-SLOW")
    assert (slow.began - before) / 1e6 == 2.0
    story.reads("WIND", 0.28)
    story.passes(1)
    assert moves(story, "WIND") == ["raise WIND"], "by the new limit at once"
    story.reads("CH4", 0.2)
    story.passes(1)
    assert moves(story, "CH4")[-1] == "return CH4", "and the alarm that was carried over ends"


def test_what_was_not_carried_over_is_in_the_journal() -> None:
    story = troubled()
    changed = limited(story.mine, "WIND", alarm_low=0.3, restore_low=0.35)
    story.changes_to(replace(changed, points=changed.points[:-1]))
    (said,) = story.bodies(RevisionApproved)
    assert isinstance(said, RevisionApproved)
    assert (said.anew, said.gone) == (("WIND alarm_low", "WIND cut_low"), ("FAN",))


def test_the_alarm_of_a_limit_that_is_now_another_goes_on_until_a_sample_ends_it() -> None:
    story = troubled()
    story.changes_to(limited(story.mine, "CH4", alarm_high=0.8, restore_high=0.7))
    story.passes(2)
    assert moves(story, "CH4") == ["raise CH4"]
    story.reads("CH4", 0.75)
    story.passes(1)
    assert moves(story, "CH4") == ["raise CH4"], "over the new limit it goes on"
    story.reads("CH4", 0.6)
    story.passes(1)
    assert moves(story, "CH4")[-1] == "return CH4"


def test_the_alarm_of_a_point_that_is_gone_ends_and_says_why() -> None:
    story = troubled()
    story.values.pop("CH4")
    story.changes_to(without(story.mine, "CH4"))
    last = [b for b in story.bodies(AlarmMoved) if isinstance(b, AlarmMoved)][-1]
    assert (last.move, last.subject) == (AlarmMove.RETURN, "CH4")
    assert last.reason == "no_longer_watched"
    assert story.order.is_open, "and the order is not ended by it: only two people end one"
    assert story.muster("P1").whereabouts, "whoever was in it still is"


def test_rolled_back_everything_is_as_if_nothing_had_been_tried() -> None:
    story, calm = troubled(), troubled()
    first = story.mine
    story.changes_to(limited(first, "WIND", alarm_low=0.3, restore_low=0.35))
    story.passes(1)
    story.changes_to(first)
    story.passes(3)
    calm.passes(4)
    assert moves(story) == moves(calm)
    assert story.watch.engine.snapshot() == calm.watch.engine.snapshot()


def test_a_new_point_has_its_time_to_be_heard_before_it_is_called_silent() -> None:
    story = troubled()
    new = replace(story.mine.points[0], id="CH4-NEW", name=Name("新", "new"))
    story.changes_to(
        replace(story.mine, revision=OTHER, points=(new, *story.mine.points))
    )  # fmt: skip
    story.passes(5)
    assert not story.watch.picture().silent[0]
    story.passes(40)
    assert moves(story, "CH4-NEW") == ["raise CH4-NEW"]


def test_people_stay_where_they_are_and_are_held_against_the_new_ground() -> None:
    story = Story()
    story.at("P1", "A", 70)
    story.at("P2", "B", 30)
    story.flags["P2"] = TagFlag.SOS
    story.passes(3)
    people = tuple(p for p in reversed(story.mine.people) if p.id != "P3")
    zones = tuple(
        replace(z, intervals=(replace(z.intervals[0], from_m=75.0),)) if z.id == "FACE" else z
        for z in story.mine.zones
    )
    story.changes_to(replace(story.mine, revision=OTHER, people=people, zones=zones))
    picture, mine = story.watch.picture(), story.mine
    who = mine.person_row["P1"]
    assert picture.chainage[who] == 70
    assert picture.inside[who, mine.zone_row["FACE"]], "until he is seen again"
    story.passes(1)
    picture = story.watch.picture()
    assert not picture.inside[who, mine.zone_row["FACE"]]
    assert picture.inside[who, mine.zone_row["MINE"]]
    assert moves(story, "P2") == ["raise P2"], "an SOS is not called out twice"
    assert not moves(story, "P1")


def test_a_snapshot_of_another_revision_is_taken_over_and_one_of_another_format_refused() -> None:
    story = troubled()
    other = limited(story.mine, "WIND", alarm_low=0.3, restore_low=0.35)
    data, watch = story.watch.snapshot(), Watch(other)
    watch.restore(data)
    assert watch.engine.revision == OTHER
    assert watch.engine.active.any()
    assert watch.passage is not None
    fresh = Watch(other)
    for broken, why in (
        (b"MSW9" + data[4:], "format b'MSW9'"),
        (data[:10], "format|checksum|register"),
        (data[:60] + b"\0" + data[61:], "checksum"),
        (data[:-200], "length|checksum|trunc"),
    ):
        with pytest.raises(BrokenFrame, match=why):
            fresh.restore(broken)
        assert fresh.engine.snapshot() == State.fresh(fresh.layout).snapshot()


def test_a_person_who_is_gone_from_the_list_is_out_of_every_count() -> None:
    story = Story()
    story.at("P1", "A", 70)
    story.at("P2", "A", 72)
    story.passes(2)
    story.vanishes("P1")
    people = tuple(p for p in story.mine.people if p.id != "P1")
    story.changes_to(replace(story.mine, revision=OTHER, people=people))
    story.passes(1)
    assert story.watch.picture().count[story.mine.zone_row["FACE"]] == 1
