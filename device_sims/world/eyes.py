"""How far every card is from every reader, and which readers it answers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from device_sims.mine import Reader
from device_sims.world.network import Floats, Ints
from device_sims.world.roadways import Graph, Spot, ways_from


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where the cards are that a reader can range, as columns of C."""

    walker: Ints
    """Row of whoever's card it is."""
    roadway: Ints
    """Row of the roadway."""
    chainage_m: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Eyes:
    """All readers, R of them, and how far on foot both ends of all W roadways are from each."""

    readers: tuple[Reader, ...]
    row: Mapping[str, int]
    """Of each reader by its id."""
    home: Ints
    """(R, 1) row of the roadway it hangs in; likewise where there, and how far it sees."""
    chainage_m: Floats
    reach_m: Floats
    error_m: Floats
    """(R,) standard deviation of what it ranges."""
    length_m: Floats
    """(W,) of each roadway."""
    from_start: Floats
    """(R, W) m from the reader to the roadway's start; infinite beyond its reach."""
    start_side: Ints
    """(R, W) +1 or -1: on which side of the reader the way to the roadway's start leaves."""
    from_end: Floats
    """Likewise of its end."""
    end_side: Ints

    @classmethod
    def of(cls, graph: Graph, readers: Sequence[Reader]) -> "Eyes":
        """Survey what each reader can reach."""
        listed = list(graph.roadways.values())
        at = {r.id: row for row, r in enumerate(listed)}
        ways = [_via(graph, r) for r in readers]
        starts = [[via.get(r.start, NO_WAY) for r in listed] for via in ways]
        stops = [[via.get(r.end, NO_WAY) for r in listed] for via in ways]
        return cls(
            tuple(readers),
            {r.id: row for row, r in enumerate(readers)},
            np.array([at[r.roadway] for r in readers], np.int64).reshape(-1, 1),
            np.array([r.chainage_m for r in readers], np.float64).reshape(-1, 1),
            np.array([r.range_m for r in readers], np.float64).reshape(-1, 1),
            np.array([r.error_m for r in readers], np.float64),
            np.array([r.length_m for r in listed]),
            *_table(starts, len(listed)),
            *_table(stops, len(listed)),
        )

    def look(self, places: Places) -> tuple[Floats, Ints]:
        """(R, C) how far each card is by the roadways, m, and on which side; round corners too."""
        r, at = places.roadway, places.chainage_m
        by_start = self.from_start[:, r] + at
        by_end = self.from_end[:, r] + self.length_m[r] - at
        side = np.where(by_start <= by_end, self.start_side[:, r], self.end_side[:, r])
        ahead = at - self.chainage_m
        here = r == self.home
        far = np.where(here, abs(ahead), np.minimum(by_start, by_end))
        return far, np.where(here, np.where(ahead >= 0, 1, -1), side)


NO_WAY = (math.inf, 1)
"""To a node that is too far off."""


def _table(ways: Sequence[Sequence[tuple[float, int]]], width: int) -> tuple[Floats, Ints]:
    """Metres and sides, a row for each reader."""
    metres = [[m for m, _ in row] for row in ways]
    sides = [[side for _, side in row] for row in ways]
    shape = (len(ways), width)
    return np.array(metres, np.float64).reshape(shape), np.array(sides, np.int64).reshape(shape)


@dataclass(frozen=True, slots=True, eq=False)
class Ranged:
    """All readers by the cards there are, (R, C)."""

    walker: Ints
    """(C,) row of whoever's card it is."""
    far_m: Floats
    side: Ints
    answers: npt.NDArray[np.bool_]
    """Which readers a card answers: those in sight along its own roadway; round corners, where
    there is none, the nearest alone, whose signal is the strongest."""

    @classmethod
    def of(cls, eyes: Eyes, places: Places) -> "Ranged":
        """Look from every reader at every card."""
        far, side = eyes.look(places)
        heard = far <= eyes.reach_m
        in_sight = heard & (eyes.home == places.roadway)
        nearest = np.zeros(far.shape, dtype=bool)
        if len(far):
            loudest = np.argmin(np.where(heard, far, np.inf), axis=0)
            nearest[loudest, np.arange(far.shape[1])] = True
        answers = np.where(in_sight.any(axis=0), in_sight, heard & nearest)
        return cls(places.walker, far, side, answers)


def _via(graph: Graph, reader: Reader) -> dict[str, tuple[float, int]]:
    """(metres, side on which the way leaves the reader) to each node within range."""
    spot = Spot(reader.roadway, reader.chainage_m)
    return {
        node: (cost, 1 if way[0].to_m >= reader.chainage_m else -1)
        for cost, node, way in ways_from(graph, spot, {})
        if cost <= reader.range_m
    }
