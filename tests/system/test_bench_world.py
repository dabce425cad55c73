"""The measure of a large mine with all its wires, in its short form; and what it counts."""

import asyncio
import json

import numpy as np
from first_mine import first_mine

from device_sims.mine import decode
from minesafe.bench.herd import herd
from minesafe.bench.rig import Steady, Tally
from minesafe.bench.world import crowded, whole
from minesafe.config import emit
from minesafe.engine import Layout
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND, Micros

NOW: Micros = 1_764_000_000 * SECOND


def test_a_mine_is_grown_by_whole_copies_and_its_points_go_round_all_substations() -> None:
    mine, grown = first_mine(), herd(first_mine(), slaves=12, tags=40)
    assert sum(bool(p.tag) for p in grown.people) >= 40
    assert len(grown.substations) == 12
    assert len({(s.host, s.port) for s in grown.substations}) == 12
    assert len(grown.roadways) == 3 * len(mine.roadways)
    assert grown.shifts == mine.shifts
    polled = {p.device for p in grown.points} & {s.id for s in grown.substations}
    assert len(polled) == 12
    Layout.of(grown)
    simulated = decode(json.dumps(emit(grown)).encode())
    assert len({p.tag for p in simulated.people if p.tag}) >= 40


def test_a_period_without_a_sample_is_missed_and_a_late_one_is_not() -> None:
    steady = Steady(np.array([1.0, 2.0, np.inf]) * SECOND)
    for second in (0.0, 1.0, 2.3, 2.9, 5.0):
        steady.take(np.array([0]), np.array([NOW + int(second * SECOND)]))
    for second in (0, 2, 4):
        steady.take(np.array([1, 2]), np.full(2, NOW + second * SECOND))
    assert steady.missed() == 1, "the fourth second of the first; nobody expects the third"


def test_what_falls_silent_and_what_was_never_heard_are_missed_to_the_end() -> None:
    steady = Steady(np.array([1.0, 1.0, 2.0]) * SECOND)
    for second in range(11):
        steady.take(np.array([0]), np.array([NOW + second * SECOND]))
        if second in (1, 2, 3, 4):
            steady.take(np.array([1]), np.array([NOW + second * SECOND]))
    assert steady.missed() == 5 + 5, "from the fifth second on; every other second"


def test_a_poll_that_says_the_device_is_lost_and_an_unseen_frame_are_no_whole_story() -> None:
    mine = first_mine()
    row = next(r for r, p in enumerate(mine.points) if p.device == mine.substations[0].id)

    def frame(seq: int, quality: Quality) -> Frame:
        now = NOW + seq * SECOND
        readings = Readings.of([(row, 0.2, int(quality), now, now)])
        return Frame(seq, now, mine.revision, readings, Sightings.none())

    tally = Tally(mine)
    for seq, quality in enumerate((Quality.GOOD, Quality.COMMS_LOST, Quality.GOOD), 1):
        tally.take(frame(seq, quality))
    assert (tally.unseen, tally.missed_polls, whole(tally)) == (0, 1, False)
    tally.take(frame(5, Quality.GOOD))
    assert tally.unseen == 1


def test_a_grown_mine_is_heard_whole() -> None:
    figures = asyncio.run(
        crowded(herd(first_mine(), slaves=12, tags=40), seed=2, watched_s=3, settled_s=3)
    )
    assert figures["slaves"] == 12
    assert figures["tags"] >= 40
    heard = figures["readings_per_s"] * 3
    assert figures["missed_polls"] < heard / 10, "none, on a machine that has nothing else to do"
    assert figures["sightings_per_s"] >= 40
    assert 0 < figures["server_share"] < figures["core_share"]
