"""Two tags on one person, and two people who only work or walk side by side for a while."""

from dataclasses import replace

from engine_bench import Bench, Told
from small_mine import small_mine
from story import Story, story_mine

from minesafe.model.mine import Mine, Severity


def asking(mine: Mine) -> Mine:
    return replace(mine, policy=replace(mine.policy, together_s=60.0))


def pacing(second: int) -> float:
    """Up and down the roadway at 1 m/s."""
    return 20.0 + abs(second % 100 - 50)


def walk(bench: Bench, begin: int, end: int, aside: float) -> list[tuple[int, str, bool]]:
    told = list[Told]()
    for second in range(begin, end, 10):
        places = (("P1", pacing(second)), ("P2", pacing(second) + aside))
        seen = [bench.sighting(tag, "A", metres, second) for tag, metres in places]
        told += bench.frame(second, sightings=seen)
    return [(round(at), who, on) for what, who, on, _, at in told if what == "MOVING_AS_ONE"]


def test_a_card_carried_for_somebody_else_is_told_of_both_until_they_part() -> None:
    bench = Bench(asking(small_mine()))
    begun = walk(bench, 0, 200, 0.5)
    assert {(who, on) for _, who, on in begun} == {("P1", True), ("P2", True)}
    assert all(60 <= at <= 90 for at, _, _ in begun)
    ended = walk(bench, 200, 260, 1.5)
    assert {(who, on) for _, who, on in ended} == {("P1", False), ("P2", False)}


def test_who_walks_apart_who_works_side_by_side_and_who_nobody_asks_about_is_left_alone() -> None:
    assert walk(Bench(asking(small_mine())), 0, 600, 1.0) == []
    assert walk(Bench(small_mine()), 0, 600, 0.5) == []
    work = Bench(asking(small_mine()))
    told = [
        row
        for second in range(0, 600, 10)
        for tag in ("P1", "P2")
        for row in work.sees(second, tag, "A", 60.0)
    ]
    assert "MOVING_AS_ONE" not in {what for what, *_ in told}


def test_it_is_an_alarm_of_level_three_of_each_that_a_restart_without_the_rule_ends() -> None:
    story = Story(asking(story_mine()))
    for second in range(0, 120, 2):
        story.at("P1", "A", pacing(second))
        story.at("P2", "A", pacing(second) + 0.4)
        story.passes(2)
    alarms = [a for a in story.watch.book.alarms() if a.episode.startswith("carried")]
    assert {a.subject for a in alarms} == {"P1", "P2"}
    assert {a.severity for a in alarms} == {Severity.III}
    assert not story.watch.reconcile()
    calm = Story(story_mine()).watch
    calm.book = story.watch.book
    assert calm.reconcile()
