"""Who stands still where a zone asks: collapsed at the face, not chatting at a post."""

from dataclasses import replace
from typing import Any

from engine_bench import Bench
from small_mine import small_mine
from story import Story, story_mine

from minesafe.engine import State
from minesafe.model.mine import Mine, Severity


def asking(of: Mine | None = None, *, zone: str = "FACE", **more: Any) -> Mine:
    mine = of or small_mine()
    zones = tuple(replace(z, **more) if z.id == zone else z for z in mine.zones)
    return replace(mine, zones=zones)


class Walk:
    """Where P1 is seen, and when he is said to stand still or no more."""

    def __init__(self, mine: Mine) -> None:
        self.bench = Bench(mine)

    def seen(self, at: float, metres: float, roadway: str = "A") -> list[bool]:
        told = self.bench.sees(at, "P1", roadway, metres)
        return [on for what, _, on, *_ in told if what == "STANDING_STILL"]

    def stays(self, metres: float, begin: int, end: int) -> list[tuple[int, bool]]:
        return [(s, on) for s in range(begin, end, 30) for on in self.seen(s, metres)]


def test_somebody_who_lies_at_the_face_is_told_after_ten_minutes_until_he_moves() -> None:
    walk = Walk(asking(still_s=600.0))
    assert walk.stays(60.0, 0, 1200) == [(600, True)]
    assert walk.seen(1200, 61.9) == []
    assert walk.seen(1201, 62.0) == [False]
    assert walk.stays(62.0, 1230, 1800) == []
    assert walk.seen(1801, 62.0) == [True]


def test_who_works_on_and_who_rests_where_nobody_asks_is_left_alone() -> None:
    face = Walk(asking(still_s=600.0))
    assert not any(face.seen(s, 60.0 + s // 60 % 2 * 3) for s in range(0, 3600, 30))
    post = Walk(small_mine())
    assert post.stays(60.0, 0, 3600) == []
    gone = Walk(asking(still_s=600.0))
    assert gone.stays(60.0, 0, 570) == []
    assert gone.stays(40.0, 570, 3600) == []


def test_whoever_was_out_of_sight_may_have_been_elsewhere() -> None:
    walk = Walk(asking(still_s=600.0))
    assert walk.stays(60.0, 0, 510) == []
    assert walk.seen(610, 60.0) == []
    assert walk.stays(60.0, 640, 1300) == [(1210, True)]


def test_standing_still_ends_when_he_has_gone_out() -> None:
    walk = Walk(asking(zone="PORTAL", still_s=60.0))
    assert [on for s in range(0, 91, 3) for on in walk.seen(s, 5.0)] == [True]
    told = walk.bench.sweeps(200)
    assert [on for what, _, on, *_ in told if what == "STANDING_STILL"] == [False]


def test_one_alarm_of_level_three_that_an_empty_engine_remembers() -> None:
    story = Story(asking(story_mine(), still_s=5.0))
    story.at("P1", "A", 70)
    story.passes(10)
    (alarm,) = [a for a in story.watch.book.alarms() if a.episode.startswith("still")]
    assert (alarm.severity, alarm.condition) == (Severity.III, "standing_still")
    story.watch.engine = State.fresh(story.watch.layout)
    assert not story.watch.reconcile()
    story.passes(3)
    assert set(alarm.conditions) == {"standing_still"}
    story.at("P1", "A", 80)
    story.passes(3)
    ends = [b for b, *_ in story.journal if getattr(b, "move", "") in ("return", "clear")]
    assert [e.episode for e in ends if e.episode.startswith("still")]


def test_it_is_nobodys_alarm_where_no_zone_asks_any_more() -> None:
    story = Story(asking(story_mine(), still_s=5.0))
    story.at("P1", "A", 70)
    story.passes(10)
    calm = Story(story_mine()).watch
    calm.book = story.watch.book
    assert calm.reconcile()
