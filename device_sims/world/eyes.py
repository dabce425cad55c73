"""How far every card is from every reader, and which readers it answers."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from device_sims.mine import Reader
from device_sims.world.network import Floats, Ints
from device_sims.world.roadways import Graph, Spot, ways_from


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where all cards are, as columns: one row each in the order of the walkers."""

    seen: npt.NDArray[np.bool_]
    """Whether a reader can range it."""
    roadway: Ints
    """Row of the roadway."""
    chainage_m: Floats


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


@dataclass(frozen=True, slots=True, eq=False)
class Ranged:
    """All readers by all cards, (R, N)."""

    far_m: Floats
    side: Ints
    answers: npt.NDArray[np.bool_]
    """Which readers a card answers: those in sight along its own roadway; round corners, where
    there is none, the nearest alone, whose signal is the strongest."""

    @classmethod
    def of(cls, all_eyes: Sequence[Eye], places: Places) -> "Ranged":
        """Look from every reader at every card."""
        looks = [eye.looks(places) for eye in all_eyes]
        shape = (len(all_eyes), len(places.seen))
        far = np.array([far for far, _ in looks]).reshape(shape)
        reach = np.array([eye.reader.range_m for eye in all_eyes]).reshape(-1, 1)
        home = np.array([eye.rows[eye.reader.roadway] for eye in all_eyes], dtype=np.int64)
        heard = places.seen & (far <= reach)
        in_sight = heard & (home.reshape(-1, 1) == places.roadway)
        nearest = np.zeros(shape, dtype=bool)
        if len(all_eyes):
            loudest = np.argmin(np.where(heard, far, np.inf), axis=0)
            nearest[loudest, np.arange(shape[1])] = True
        answers = np.where(in_sight.any(axis=0), in_sight, heard & nearest)
        return cls(far, np.array([side for _, side in looks], np.int64).reshape(shape), answers)


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
