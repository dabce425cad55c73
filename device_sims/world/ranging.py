"""Which reader ranges which tag, how far off and on which side."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from device_sims.clock import Micros
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
    sos: bool = False


def sights(station: Collection[str], world: World, since: Micros) -> list[Sight]:
    """What the readers of one base station see now.

    Round a corner the distance leads along the roadways, as radio does in a tunnel.

    Args:
        station: its readers.
        world: now.
        since: when this station reported last: a button pressed after it is told.
    """
    rng = np.random.default_rng([world.seed, 3, world.tick])
    ranged, seen = world.ranged, []
    for row, reader in enumerate(world.crowd.ground.readers):
        if reader.id in station:
            mine = np.flatnonzero(ranged.answers[row])
            noise = reader.error_m * rng.standard_normal(len(mine))
            off_m = np.minimum(abs(ranged.far_m[row, mine] + noise), reader.range_m)
            side = ranged.side[row, mine].tolist()
            for i, far, way in zip(mine.tolist(), off_m.tolist(), side, strict=True):
                w = world.walkers[i]
                pressed, calls = _pressed(w, since, world.now), _calls(w, world.now)
                seen.append(Sight(reader.id, w.tag, far, way, pressed, calls))
    return seen


def _pressed(walker: Walker, since: Micros, now: Micros) -> bool:
    return walker.pressed_at is not None and since < walker.pressed_at <= now


def _calls(walker: Walker, now: Micros) -> bool:
    """Whether his SOS is on."""
    return any(a <= now < z for a, z in walker.miner.sos)
