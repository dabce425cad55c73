"""Which reader ranges which tag, how far off and on which side."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from device_sims.clock import Micros
from device_sims.mine import Reader
from device_sims.world.roadways import Graph, Spot, ends, ways_from
from device_sims.world.walkers import GONE, Walker
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


@dataclass(frozen=True, slots=True)
class Eye:
    """A reader with the distance on foot from it to every node, for tags round a corner."""

    reader: Reader
    via: dict[str, tuple[float, int]]
    """(metres, side on which the way leaves the reader) to each node within range."""


def eyes(graph: Graph, readers: Iterable[Reader]) -> tuple[Eye, ...]:
    """Survey what each reader can reach."""
    return tuple(Eye(r, _via(graph, r)) for r in readers)


def sights(graph: Graph, station_eyes: Sequence[Eye], world: World, since: Micros) -> list[Sight]:
    """What the readers of one base station see now: every tag within range of each.

    Round a corner the distance leads along the roadways, as radio does in a tunnel.

    Args:
        graph: the mine's roadways.
        station_eyes: the station's readers.
        world: now.
        since: when this station reported last: a button pressed after it is told.
    """
    rng = np.random.default_rng([world.seed, 3, world.tick])
    errors = rng.standard_normal((len(station_eyes), len(world.walkers)))
    here = [(i, w) for i, w in enumerate(world.walkers) if w.doing not in GONE]
    seen = []
    for eye, eye_errors in zip(station_eyes, errors.tolist(), strict=True):
        reader = eye.reader
        for i, walker in here:
            true_m, side = _range(graph, eye, walker)
            if true_m <= reader.range_m:
                off_m = min(abs(true_m + eye_errors[i] * reader.error_m), reader.range_m)
                pressed = _pressed(walker, since, world.now)
                seen.append(Sight(reader.id, walker.tag, off_m, side, pressed))
    return seen


def _range(graph: Graph, eye: Eye, walker: Walker) -> tuple[float, int]:
    """How far along the roadways a tag is from a reader, and on which side."""
    spot, reader = walker.spot, eye.reader
    if spot.roadway == reader.roadway:
        ahead = spot.chainage_m - reader.chainage_m
        return abs(ahead), 1 if ahead >= 0 else -1
    ways = [
        (eye.via[node][0] + abs(spot.chainage_m - at), eye.via[node][1])
        for node, at in ends(graph.roadways[spot.roadway])
        if node in eye.via
    ]
    return min(ways, default=(math.inf, 1))


def _via(graph: Graph, reader: Reader) -> dict[str, tuple[float, int]]:
    spot = Spot(reader.roadway, reader.chainage_m)
    return {
        node: (cost, 1 if way[0].to_m >= reader.chainage_m else -1)
        for cost, node, way in ways_from(graph, spot, {})
        if cost <= reader.range_m
    }


def _pressed(walker: Walker, since: Micros, now: Micros) -> bool:
    return walker.pressed_at is not None and since < walker.pressed_at <= now
