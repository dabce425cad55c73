"""Places nobody can have come to: misheard, copied, or a ride; and the better of two readers."""

from dataclasses import replace

from engine_bench import Bench, Told
from small_mine import small_mine
from story import Story, story_mine

from minesafe.model.mine import Mine, Severity
from minesafe.model.picture import Placing


def asking(mine: Mine, *, shaft: bool = False) -> Mine:
    """Roadways ten times as long, in which nobody is faster than 5 m/s; B may be a shaft."""
    roads = tuple(replace(r, length_m=10 * r.length_m) for r in mine.roadways)
    roads = (roads[0], replace(roads[1], kind="shaft" if shaft else "drift"))
    policy = replace(mine.policy, ride_m_s=5.0, cage_m_s=10.0)
    return replace(mine, policy=policy, roadways=roads)


def doubts(told: list[Told]) -> list[tuple[bool, float | None]]:
    return [(on, value) for what, _, on, value, _ in told if what == "TOO_FAST"]


def placing(bench: Bench) -> Placing:
    return Placing(bench.picture().placing[0])


def metres(bench: Bench) -> float:
    return float(bench.picture().chainage[0])


def test_a_place_nobody_can_have_come_to_moves_nobody_and_says_why() -> None:
    bench = Bench(asking(small_mine()))
    bench.sees(0, "P1", "A", 50.0)
    assert doubts(bench.sees(2, "P1", "A", 950.0)) == [(True, 180.0)]
    assert (placing(bench), metres(bench)) == (Placing.TOO_FAST, 50.0)
    assert bench.picture().doubt_m[0] == 950.0
    assert doubts(bench.sees(4, "P1", "A", 53.0)) == []
    assert (placing(bench), metres(bench)) == (Placing.PLACED, 53.0)


def test_who_is_seen_there_again_and_again_is_there() -> None:
    bench = Bench(asking(small_mine()))
    for second in (0, 2, 4, 6):
        bench.sees(second, "P1", "A", 950.0 if second else 50.0)
    assert (placing(bench), metres(bench)) == (Placing.PLACED, 950.0)
    assert not bench.picture().lost[0]
    ended = [doubts(bench.sees(s, "P1", "A", 950.0)) for s in (30, 64, 66, 68)]
    assert ended == [[], [], [(False, None)], []]


def test_readers_side_by_side_that_mishear_at_once_are_one_voice() -> None:
    bench = Bench(asking(small_mine()))
    bench.sees(0, "P1", "A", 50.0)
    for second in (2.0, 2.1, 2.2, 2.3):
        bench.sees(second, "P1", "A", 950.0)
    assert (placing(bench), metres(bench)) == (Placing.TOO_FAST, 50.0)


def test_a_copied_card_that_is_heard_at_two_places_in_turn_stays_where_it_was() -> None:
    bench = Bench(asking(small_mine()))
    told = [doubts(bench.sees(s, "P1", "A", 950.0 if s % 4 else 50.0)) for s in range(0, 80, 2)]
    assert metres(bench) == 50.0
    assert [row for rows in told for row in rows] == [(True, 180.0)]


def test_whoever_rides_the_cage_is_believed_where_a_walker_is_not() -> None:
    for shaft, believed in ((True, True), (False, False)):
        bench = Bench(asking(small_mine(), shaft=shaft))
        bench.sees(0, "P1", "B", 100.0)
        assert (doubts(bench.sees(40, "P1", "B", 500.0)) == []) is believed


def test_a_corner_is_on_the_way_and_a_long_silence_explains_any_place() -> None:
    bench = Bench(asking(small_mine()))
    bench.sees(0, "P1", "A", 990.0)
    assert doubts(bench.sees(2, "P1", "B", 8.0)) == []
    assert doubts(bench.sees(4, "P1", "B", 300.0)) != []
    other = Bench(asking(small_mine()))
    other.sees(0, "P1", "A", 50.0)
    assert doubts(other.sees(400, "P1", "B", 600.0)) == []


def test_the_better_of_two_readers_at_the_same_moment_tells_the_place() -> None:
    bench = Bench(small_mine())
    bench.sees(0, "P1", "A", 50.0, error=1.0)
    bench.sees(0.4, "P1", "A", 58.0, error=9.0, reader="R0")
    assert (placing(bench), metres(bench)) == (Placing.OTHER_NEARER, 50.0)
    bench.sees(0.45, "P1", "A", 51.0, error=0.5)
    assert (placing(bench), metres(bench)) == (Placing.PLACED, 51.0)
    bench.sees(2, "P1", "A", 58.0, error=9.0, quality=3)
    assert placing(bench) == Placing.UNBELIEVED


def test_a_mine_that_does_not_say_how_fast_people_ride_doubts_nobody() -> None:
    bench = Bench(replace(asking(small_mine()), policy=small_mine().policy))
    bench.sees(0, "P1", "A", 50.0)
    assert doubts(bench.sees(2, "P1", "A", 950.0)) == []
    assert metres(bench) == 950.0


def test_it_is_a_note_of_level_four_that_a_restart_without_the_rule_ends() -> None:
    story = Story(asking(story_mine()))
    for metres_in in (50.0, 950.0):
        story.at("P1", "A", metres_in)
        story.passes(2)
    alarms = [a for a in story.watch.book.alarms() if a.episode.startswith("place:")]
    assert [(a.subject, a.severity, a.value) for a in alarms] == [("P1", Severity.IV, 180.0)]
    assert not story.watch.reconcile()
    calm = Story(story_mine()).watch
    calm.book = story.watch.book
    assert calm.reconcile()
