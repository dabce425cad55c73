"""The measure of a large mine with all its wires, in its short form; and what it counts."""

import asyncio

import numpy as np
from first_mine import first_mine

from minesafe.bench.rig import Steady, Tally
from minesafe.bench.world import crowded, large, whole
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND, Micros

WATCHED_S = 12
"""Of as many rounds of sightings the window may cut one off."""
NOW: Micros = 1_764_000_000 * SECOND


def test_a_mine_is_made_as_large_as_is_asked() -> None:
    mine = large(slaves=12, tags=40, districts=1, seed=3)
    assert sum(bool(p.tag) for p in mine.people) >= 40
    assert len(mine.substations) == 12
    assert all(z.limit is None for z in mine.zones)


def test_a_period_without_a_sample_is_missed_and_a_late_one_is_not() -> None:
    steady = Steady(np.array([1.0, 2.0, np.inf]) * SECOND)
    for second in (0.0, 1.0, 2.3, 2.9, 5.0):
        steady.take(np.array([0]), np.array([NOW + int(second * SECOND)]))
    for second in (0, 2, 4):
        steady.take(np.array([1, 2]), np.full(2, NOW + second * SECOND))
    assert steady.missed(NOW, NOW + 5 * SECOND) == 1, (
        "the fourth second of the first; nobody expects the third"
    )


def test_what_falls_silent_and_what_was_never_heard_are_missed_to_the_end() -> None:
    steady = Steady(np.array([1.0, 1.0, 2.0]) * SECOND)
    for second in range(11):
        steady.take(np.array([0]), np.array([NOW + second * SECOND]))
        if second in (2, 3, 4):
            steady.take(np.array([1]), np.array([NOW + second * SECOND]))
    assert steady.missed(NOW, NOW + 10 * SECOND) == 1 + 5 + 5, (
        "before and after it was heard; every other second"
    )


def test_a_poll_that_says_the_device_is_lost_and_an_unseen_frame_are_no_whole_story() -> None:
    mine = first_mine()
    first, *others = mine.points_of_device[mine.substations[0].id]

    def frame(seq: int, quality: Quality) -> Frame:
        now = NOW + seq * SECOND
        rows = [(row, 0.2, int(Quality.GOOD), now, now) for row in others]
        readings = Readings.of([(first, 0.2, int(quality), now, now), *rows])
        return Frame(seq, now, mine.revision, readings, Sightings.none())

    tally = Tally(mine)
    for seq, quality in enumerate((Quality.GOOD, Quality.COMMS_LOST, Quality.GOOD), 1):
        tally.take(frame(seq, quality))
    assert (tally.unseen, tally.missed_polls, whole(tally)) == (0, 1, False)
    tally.take(frame(5, Quality.GOOD))
    assert tally.unseen == 1


def test_a_mine_with_all_its_wires_is_heard_whole() -> None:
    figures = asyncio.run(crowded(first_mine(), seed=2, watched_s=WATCHED_S, settled_s=3))
    assert figures["slaves"] == len(first_mine().substations)
    assert figures["tags"] == sum(bool(p.tag) for p in first_mine().people)
    heard = figures["readings_per_s"] * WATCHED_S
    assert figures["missed_polls"] < heard / 10, "none, on a machine that has nothing else to do"
    assert figures["sightings_per_s"] >= 0.9 * figures["tags"], "each once a second, by the second"
    assert 0 < figures["server_share"] < figures["core_share"]
