"""Which reader ranges which tag, how far off and on which side."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from device_sims.clock import Micros
from device_sims.mine import Reader
from device_sims.world.crowd import Places
from device_sims.world.network import Floats
from device_sims.world.roadways import Graph, Spot, ways_from
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


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """A reader, and how far it is on foot from it to both ends of every roadway."""

    reader: Reader
    rows: Mapping[str, int]
    """Row of each roadway; likewise the columns."""
    length_m: Floats
    from_start: Floats
    """(R,) m from the reader to the roadway's start; infinite beyond its range."""
    from_end: Floats
    start_side: Floats
    """(R,) +1 or -1: on which side of the reader the way to the roadway's start leaves."""
    end_side: Floats

    def looks(self, places: Places) -> tuple[Floats, Floats]:
        """How far each card is along the roadways, m, and on which side; round corners too."""
        r, at = places.roadway, places.chainage_m
        by_start = self.from_start[r] + at
        by_end = self.from_end[r] + self.length_m[r] - at
        far = np.minimum(by_start, by_end)
        side = np.where(by_start <= by_end, self.start_side[r], self.end_side[r])
        ahead = at - self.reader.chainage_m
        here = r == self.rows[self.reader.roadway]
        return np.where(here, abs(ahead), far), np.where(here, np.where(ahead >= 0, 1, -1), side)


def eyes(graph: Graph, readers: Iterable[Reader]) -> tuple[Eye, ...]:
    """Survey what each reader can reach."""
    return tuple(_eye(graph, r) for r in readers)


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
    seen: list[Sight] = []
    for eye, error in zip(station_eyes, errors, strict=True):
        places = world.places(eye.rows)
        reader = eye.reader
        true_m, side = eye.looks(places)
        off_m = np.minimum(abs(true_m + error * reader.error_m), reader.range_m)
        for i in np.flatnonzero(places.seen & (true_m <= reader.range_m)).tolist():
            w = world.walkers[i]
            pressed, sos = _pressed(w, since, world.now), _calls(w, world.now)
            seen.append(Sight(reader.id, w.tag, float(off_m[i]), int(side[i]), pressed, sos))
    return seen


def _eye(graph: Graph, reader: Reader) -> Eye:
    via = _via(graph, reader)
    listed = list(graph.roadways.values())
    starts = [via.get(r.start, (math.inf, 1)) for r in listed]
    stops = [via.get(r.end, (math.inf, 1)) for r in listed]
    return Eye(
        reader,
        {r.id: row for row, r in enumerate(listed)},
        np.array([r.length_m for r in listed]),
        np.array([m for m, _ in starts]),
        np.array([m for m, _ in stops]),
        np.array([side for _, side in starts]),
        np.array([side for _, side in stops]),
    )


def _via(graph: Graph, reader: Reader) -> dict[str, tuple[float, int]]:
    """(metres, side on which the way leaves the reader) to each node within range."""
    spot = Spot(reader.roadway, reader.chainage_m)
    return {
        node: (cost, 1 if way[0].to_m >= reader.chainage_m else -1)
        for cost, node, way in ways_from(graph, spot, {})
        if cost <= reader.range_m
    }


def _pressed(walker: Walker, since: Micros, now: Micros) -> bool:
    return walker.pressed_at is not None and since < walker.pressed_at <= now


def _calls(walker: Walker, now: Micros) -> bool:
    """Whether his SOS is on."""
    return any(a <= now < z for a, z in walker.miner.sos)
