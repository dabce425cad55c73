"""A gateway that is connected and says nothing is one finding, not an alarm a point."""

from dataclasses import replace

from small_mine import point
from story import Story, story_mine

from minesafe.alarms.flood import grouped
from minesafe.model.events import (
    BROKER,
    AlarmMove,
    AlarmMoved,
    AlarmState,
    FindingBegan,
    FindingEnded,
    FindingKind,
)
from minesafe.model.mine import Gateway, Limits, Mine
from minesafe.model.suppression import DEVICE_LOST, Suppression

MUTE = FindingKind.DEVICE_SILENT
PATIENCE_S = 15
"""Of methane in the small mine; wind may keep silent for a minute."""


def gateway(points: int = 40, kind: str = "ch4", **changes: object) -> Mine:
    """S2 tells of so many points."""
    told = (replace(point(f"W{i}", kind, Limits()), device="S2") for i in range(points))
    return story_mine(points=(*story_mine().points, *told), **changes)


def told(story: Story, kind: FindingKind = MUTE) -> list[tuple[str, bool]]:
    """Whose finding began and ended, in order."""
    found = (b for b, *_ in story.journal if isinstance(b, FindingBegan | FindingEnded))
    return [(b.subject, isinstance(b, FindingBegan)) for b in found if b.finding is kind]


def speaking(mine: Mine) -> Story:
    story = Story(mine)
    speaks(story)
    story.passes(2)
    assert told(story) == []
    return story


def speaks(story: Story, device: str = "") -> None:
    for one in story.mine.points:
        if device in ("", one.device):
            story.reads(one.id, 0.5)


def falls_silent(story: Story, device: str = "S2") -> None:
    for one in story.mine.points:
        if one.device == device:
            del story.values[one.id]


def test_a_mute_gateway_is_one_alarm_with_its_forty_points_behind_it() -> None:
    story = speaking(gateway())
    falls_silent(story)
    story.passes(PATIENCE_S)
    assert told(story) == []
    story.passes(1)
    assert told(story) == [("S2", True)]
    book = story.watch.book
    groups = grouped(story.mine, book.alarms(), book.tally, story.now)
    (group,) = groups.groups
    assert (group.root, group.why, len(group.members)) == ("device_silent:S2#1", "device_lost", 40)
    speaks(story, "S2")
    story.passes(2)
    assert told(story) == [("S2", True), ("S2", False)]


def test_where_the_mine_says_so_only_the_gateway_sounds() -> None:
    row = Suppression("lost", ("health",), tuple(f"W{i}" for i in range(40)), DEVICE_LOST)
    story = speaking(gateway(suppressions=(row,)))
    falls_silent(story)
    story.passes(PATIENCE_S + 3)
    states = {a.condition: a.state for a in story.watch.book.alarms()}
    assert states == {"device_silent": AlarmState.UNACKED, "silent": AlarmState.SUPPRESSED}
    speaks(story, "S2")
    story.passes(3)
    moves = [b.move for b in story.bodies(AlarmMoved) if isinstance(b, AlarmMoved)]
    assert AlarmMove.RESUME not in moves
    assert told(story) == [("S2", True), ("S2", False)]


def test_it_is_well_when_it_speaks_though_half_of_its_sensors_stay_dead() -> None:
    story = speaking(gateway())
    falls_silent(story)
    story.passes(PATIENCE_S + 1)
    story.reads("W7", 0.5)
    story.passes(2)
    assert told(story) == [("S2", True), ("S2", False)]
    story.passes(60)
    assert len(told(story)) == 2


def test_a_gateway_that_has_never_said_anything_is_told_too() -> None:
    story = Story(gateway())
    speaks(story, "S1")
    story.passes(29)
    assert told(story) == []
    story.passes(3)
    assert told(story) == [("S2", True)]


def test_half_of_its_points_and_nothing_from_the_others() -> None:
    """Five of ten are quick, the others may keep silent for longer: they are not asked for."""
    mine = gateway(10)
    slow = [p.id for p in mine.points if p.device == "S2"][::2]
    points = (replace(p, kind="wind") if p.id in slow else p for p in mine.points)
    story = speaking(replace(mine, points=tuple(points)))
    falls_silent(story)
    story.passes(PATIENCE_S + 1)
    assert told(story) == [("S2", True)]


def test_one_sensor_that_speaks_shows_that_its_device_lives() -> None:
    story = speaking(gateway())
    falls_silent(story)
    story.reads("W7", 0.5)
    story.passes(60)
    assert told(story) == []


def test_a_lost_link_says_it_all_and_its_return_gives_time_to_speak() -> None:
    story = speaking(gateway())
    falls_silent(story)
    story._keep(story.watch.finding(story.now, FindingKind.LINK_DOWN, "S2", True, "timeout"))
    story.passes(60)
    story._keep(story.watch.finding(story.now, FindingKind.LINK_DOWN, "S2", False, ""))
    story.passes(PATIENCE_S)
    assert told(story) == []
    story.passes(2)
    assert told(story) == [("S2", True)]


def test_gateways_behind_a_lost_broker_are_not_called_mute() -> None:
    mine = gateway()
    heard = Gateway("S2", mine.name, "mine/S2", "S2", "key")
    story = speaking(replace(mine, gateways=(heard,)))
    story._keep(story.watch.finding(story.now, FindingKind.LINK_DOWN, BROKER, True, "refused"))
    falls_silent(story)
    story.passes(60)
    assert told(story) == []


def test_a_restart_neither_ends_nor_repeats_it() -> None:
    story = speaking(gateway())
    falls_silent(story)
    story.passes(PATIENCE_S + 1)
    story.dies_and_comes_back()
    story.passes(60)
    assert told(story) == [("S2", True)]


def test_a_device_of_one_point_is_that_point() -> None:
    story = speaking(gateway(1))
    falls_silent(story)
    story.passes(60)
    assert told(story) == []
