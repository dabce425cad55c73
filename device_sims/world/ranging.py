"""Which reader ranges which tag, how far off and on which side."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from device_sims.clock import Micros
from device_sims.world.roadways import Spot
from device_sims.world.walkers import Walker
from device_sims.world.world import World


@dataclass(frozen=True, slots=True)
class Sight:
    """One tag as one reader ranges it."""

    reader: str
    tag: str
    distance_m: float
    side: int
    """+1 towards the roadway's end, -1 towards its start."""
    button: bool
    sos: bool
    spot: Spot
    """Where a system that measures coordinates finds it."""


def sights(station: Collection[str], world: World, since: Micros) -> list[Sight]:
    """What the readers of one base station see now.

    Round a corner the distance leads along the roadways, as radio does in a tunnel.

    Args:
        station: its readers.
        world: now.
        since: when this station reported last: a button pressed after it is told.
    """
    eyes, ranged = world.crowd.ground.eyes, world.ranged
    looking = np.array(sorted(eyes.row[r] for r in station), dtype=np.int64)
    which, card = np.nonzero(ranged.answers[looking])
    reader = looking[which]
    rng = np.random.default_rng([world.seed, 3, world.tick])
    noise = eyes.error_m[reader] * rng.standard_normal(len(reader))
    off_m = np.minimum(abs(ranged.far_m[reader, card] + noise), eyes.reach_m[reader, 0])
    columns = (reader, ranged.walker[card], off_m, ranged.side[reader, card], noise)
    seen = []
    for row, walker, far, way, wrong in zip(*(c.tolist() for c in columns), strict=True):
        w = world.walkers[walker]
        pressed, calls = _pressed(w, since, world.now), _calls(w, world.now)
        road, at_m = w.tag_at(world.now)
        spot = Spot(road, at_m + wrong)
        seen.append(Sight(eyes.readers[row].id, w.tag, far, way, pressed, calls, spot))
    return seen


def _pressed(walker: Walker, since: Micros, now: Micros) -> bool:
    return walker.pressed_at is not None and since < walker.pressed_at <= now


def _calls(walker: Walker, now: Micros) -> bool:
    """Whether his SOS is on."""
    return any(a <= now < z for a, z in walker.miner.sos)
