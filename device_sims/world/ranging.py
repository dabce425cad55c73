"""Which reader ranges which tag, how far off and on which side."""

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


def sights(
    graph: Graph, all_eyes: Sequence[Eye], world: World, since: Micros, station: str
) -> list[Sight]:
    """What the readers of one base station see now.

    A tag is ranged by the nearest reader in its own roadway; only where none is in range, by
    the nearest one round a corner, whose distance then leads along the roadways to the tag.

    Args:
        graph: the mine's roadways.
        all_eyes: every reader of the mine.
        world: now.
        since: when this station reported last: a button pressed after it is told.
        station: whose readers.
    """
    rng = np.random.default_rng([world.seed, 3, world.tick])
    errors = rng.standard_normal(len(world.walkers))
    seen = []
    for walker, error in zip(world.walkers, errors.tolist(), strict=True):
        found = None if walker.doing in GONE else _nearest(graph, all_eyes, walker)
        if found and found[2].station == station:
            distance, side, reader = found
            off = abs(distance + error * reader.error_m)
            seen.append(Sight(reader.id, walker.tag, off, side, _pressed(walker, since, world.now)))
    return seen


def _nearest(
    graph: Graph, all_eyes: Sequence[Eye], walker: Walker
) -> tuple[float, int, Reader] | None:
    own = [e for e in all_eyes if e.reader.roadway == walker.spot.roadway]
    in_line = [
        (abs(ahead), 1 if ahead >= 0 else -1, e.reader)
        for e in own
        if abs(ahead := walker.spot.chainage_m - e.reader.chainage_m) <= e.reader.range_m
    ]
    round_corner = [] if in_line else list(_round_corner(graph, all_eyes, walker))
    return min(in_line or round_corner, key=lambda f: f[0], default=None)


def _round_corner(
    graph: Graph, all_eyes: Sequence[Eye], walker: Walker
) -> Iterable[tuple[float, int, Reader]]:
    doors = ends(graph.roadways[walker.spot.roadway])
    for eye in all_eyes:
        for node, at in doors:
            if node in eye.via:
                reach, side = eye.via[node]
                far = reach + abs(walker.spot.chainage_m - at)
                if far <= eye.reader.range_m:
                    yield far, side, eye.reader


def _via(graph: Graph, reader: Reader) -> dict[str, tuple[float, int]]:
    spot = Spot(reader.roadway, reader.chainage_m)
    return {
        node: (cost, 1 if way[0].to_m >= reader.chainage_m else -1)
        for cost, node, way in ways_from(graph, spot, {})
        if cost <= reader.range_m
    }


def _pressed(walker: Walker, since: Micros, now: Micros) -> bool:
    return walker.pressed_at is not None and since < walker.pressed_at <= now
