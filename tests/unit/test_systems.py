"""The six systems: healthy, degraded, dead, why and since when."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from desk_on_paper import NOW, picture_of, staffed_mine
from story import START, Story, story_mine

from minesafe import config
from minesafe.engine import Layout, State, picture
from minesafe.model.events import (
    AlarmMoved,
    FindingBegan,
    FindingEnded,
    FindingKind,
    SystemChanged,
)
from minesafe.model.mine import Mine, Severity, System
from minesafe.model.picture import Picture
from minesafe.model.quality import Quality
from minesafe.model.system import SystemHealth, SystemState
from minesafe.model.time import SECOND, Micros
from minesafe.upkeep.systems import MOST_NAMED, Systems

HEALTHY, DEGRADED, DEAD = SystemState


def demo() -> tuple[Mine, Picture]:
    """The demo mine, all of whose points were heard a second ago."""
    mine = config.load(config.shipped("demo"))
    layout = Layout.of(mine)
    seen = picture(layout, State.fresh(layout), NOW)
    count = len(mine.points)
    heard = {"sampled": np.full(count, NOW - SECOND), "quality": np.zeros(count, np.uint8)}
    return mine, replace(seen, value=np.ones(count), **heard)


def of(systems: Iterable[SystemHealth], system: System) -> SystemHealth:
    return next(s for s in systems if s.system is system)


def why(health: SystemHealth) -> list[tuple[str, int]]:
    return [(t.code, t.count) for t in health.why]


def test_a_system_is_dead_when_nothing_of_it_is_heard() -> None:
    mine = staffed_mine()
    known, book = picture_of(mine), Systems(mine)

    def look(now: Micros, *findings: FindingBegan) -> SystemHealth:
        return of(book.look(known, [(f, now) for f in findings], now), System.POSITIONING)

    assert look(1).state is HEALTHY
    known.reader_silent[:] = True
    assert (look(2).state, look(2).since, look(9).since) == (DEAD, 2, 2)
    known.reader_silent[1:] = False
    assert (look(3).state, why(look(3))) == (DEGRADED, [("silent", 1)])
    assert look(3).heard == look(3).parts - 1


def test_what_is_found_wrong_with_a_device_degrades_the_system_it_is_of() -> None:
    mine = staffed_mine()
    lost = FindingBegan(finding=FindingKind.LINK_DOWN, subject="S1", detail="")
    told = Systems(mine).look(picture_of(mine), [(lost, NOW)], NOW)
    assert why(of(told, System.MONITORING)) == [("link_down", 1)]


def test_a_mine_that_has_nothing_of_a_system_is_told_so_and_nobody_is_called() -> None:
    mine = staffed_mine()
    book, known = Systems(mine), picture_of(mine)
    water = of(book.look(known, [], NOW), System.WATER)
    assert (water.state, why(water)) == (DEAD, [("none", 0)])
    assert not [b for b in book.decide(known, []) if b.system is System.WATER]


def test_a_point_that_was_never_heard_is_not_heard() -> None:
    mine = staffed_mine()
    known = picture_of(mine)
    known.sampled[0] = 0
    assert why(of(Systems(mine).look(known, [], NOW), System.MONITORING)) == [("never_heard", 1)]


def test_a_terminal_that_says_it_is_dead_is_no_better_than_a_silent_one() -> None:
    mine, seen = demo()
    voices = [i for i, p in enumerate(mine.points) if mine.kind[p.kind].heartbeat]
    seen.value[voices[0]] = 0.0
    health = of(Systems(mine).look(seen, [], NOW), System.COMMUNICATION)
    assert (health.state, health.why[0].code) == (DEGRADED, "reports_dead")
    assert health.why[0].subjects == (mine.points[voices[0]].id,)


def test_of_many_reasons_some_are_named_and_all_are_counted() -> None:
    mine, seen = demo()
    seen.quality[:] = Quality.FAULT
    health = of(Systems(mine).look(seen, [], NOW), System.MONITORING)
    (faulty,) = health.why
    assert (faulty.code, len(faulty.subjects), faulty.count) == ("faulty", MOST_NAMED, health.parts)


# --- over time -----------------------------------------------------------------------------------


def one_sensor() -> Mine:
    """The story's mine with one sensor, in the compressed air."""
    base = story_mine()
    air = replace(base.kinds[0], system=System.AIR)
    return replace(base, kinds=(air, *base.kinds[1:]), points=base.points[:1])


def told(story: Story) -> list[tuple[str, int]]:
    """Changes of the compressed air, with the second they are from."""
    return [
        (body.state, (valid - START) // SECOND)
        for body, valid, _ in story.journal
        if isinstance(body, SystemChanged) and body.system is System.AIR
    ]


def alarms(story: Story) -> list[AlarmMoved]:
    moves = [b for b in story.bodies(AlarmMoved) if isinstance(b, AlarmMoved)]
    return [b for b in moves if b.episode.startswith("system_dead:air")]


@pytest.fixture
def story() -> Story:
    """A sensor that was heard for two minutes."""
    story = Story(one_sensor())
    story.reads(story.mine.points[0].id, 0.1)
    story.passes(120)
    assert told(story) == []
    return story


def test_a_dead_system_is_an_alarm_until_it_is_heard_again(story: Story) -> None:
    story.values.clear()
    story.passes(60)
    assert [state for state, _ in told(story)] == [DEAD]
    (alarm,) = alarms(story)
    assert alarm.severity is Severity.II
    story.reads(story.mine.points[0].id, 0.1)
    story.passes(5)
    assert [state for state, _ in told(story)] == [DEAD, HEALTHY]
    assert [b.subject for b in story.bodies(FindingEnded) if isinstance(b, FindingEnded)] == ["air"]


def test_since_when_outlives_a_restart(story: Story) -> None:
    story.values.clear()
    story.passes(60)
    health = of(story.watch.systems.look(story.watch.picture(), [], story.now), System.AIR)
    again = Systems(story.mine)
    for body, valid, _ in story.journal:
        again.began(valid)
        if isinstance(body, SystemChanged):
            again.apply(body, valid)
    assert of(again.look(story.watch.picture(), [], story.now + 1), System.AIR) == health


def test_a_start_is_not_a_death() -> None:
    """Devices are only being asked: the tile says what is, and nobody is called for a minute."""
    story = Story(one_sensor())
    story.passes(50)
    state = of(story.watch.systems.look(story.watch.picture(), [], story.now), System.AIR)
    assert (state.state, why(state)) == (DEAD, [("never_heard", 1)])
    assert alarms(story) == []
    story.passes(30)
    assert len(alarms(story)) == 1


def test_columns_of_a_picture_are_not_changed(story: Story) -> None:
    before = story.watch.picture().silent.copy()
    story.watch.systems.look(story.watch.picture(), [], story.now)
    assert np.array_equal(before, story.watch.picture().silent)
