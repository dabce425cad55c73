"""Ten thousand people who walk about a large mine, all of them each second; one goes in and out.

That one is what a change is measured by: nobody else enters his refuge, so its head-count says to
a page, and to whoever looks at the page, on which side of the door he is.
"""

from dataclasses import dataclass, replace

import numpy as np

from minesafe.bench.world import large
from minesafe.model.frame import Batch, Column, Readings, Sightings
from minesafe.model.mine import Form, Mine, Zone, ZoneKind, along
from minesafe.model.time import Micros

TAGS, DISTRICTS = 10_000, 8
"""People with a card, and districts on each of three levels."""
PACE_M_S = 1.1
ERROR_M = 0.5
STEPS = 64
"""Straight pieces a roadway is walked in; what bends between two is cut short."""
DOOR_M = 1.0
"""How far from the refuge's door he stands, on either side."""
WELL = 0.2


def crowded_mine(seed: int, tags: int = TAGS, districts: int = DISTRICTS) -> Mine:
    """A mine from the simulators' surveyor at which nothing is wrong, and nothing orders anybody.

    Raises:
        LinkDown: the simulators made none.
    """
    mine = large(0, tags, districts, seed)
    zones = tuple(z for z in mine.zones if z.kind is not ZoneKind.RESTRICTED)
    gauge = {k.id for k in mine.kinds if k.form in (Form.ANALOGUE, Form.SWITCH)}
    gauges = tuple(p for p in mine.points if p.kind in gauge)
    return replace(mine, zones=zones, points=gauges, logic=(), windows=(), armed=())


@dataclass(frozen=True)
class Ground:
    """What can be walked on, as columns; an end is twice its roadway's row, one more at the far."""

    lengths: Column
    places: Column
    """x, y, z of `STEPS` + 1 places of each roadway, shape (roadways, STEPS + 1, 3)."""
    levels: Column
    open: Column
    """Roadways of no refuge and no way out."""
    turns: Column
    """To which ends one may go on from an end, shape (ends, most of them); at a dead end to it."""

    @classmethod
    def of(cls, mine: Mine) -> "Ground":
        """The mine's roadways."""
        level = {level.id: row for row, level in enumerate(mine.levels)}
        shut = {i.roadway for z in mine.zones if z.kind in SHUT for i in z.intervals}
        is_open = np.array([r.walkable and r.id not in shut for r in mine.roadways])
        shares = np.linspace(0.0, 1.0, STEPS + 1)
        return cls(
            lengths=np.array([r.length_m for r in mine.roadways]),
            places=np.array([[along(r, s * r.length_m) for s in shares] for r in mine.roadways]),
            levels=np.array([level[r.level] for r in mine.roadways]),
            open=np.flatnonzero(is_open),
            turns=_turns(mine, is_open),
        )

    def at(self, roadway: Column, metres: Column) -> Column:
        """x, y, z of places, shape (3, n)."""
        step = np.clip(metres / self.lengths[roadway], 0.0, 1.0) * STEPS
        piece = np.minimum(step.astype(np.intp), STEPS - 1)
        share = (step - piece)[:, None]
        a, b = self.places[roadway, piece], self.places[roadway, piece + 1]
        return np.ascontiguousarray((a + share * (b - a)).T)


SHUT = frozenset({ZoneKind.REFUGE, ZoneKind.PORTAL})


def _turns(mine: Mine, is_open: Column) -> Column:
    """From each end of a roadway to the ends of others at the same junction."""
    ends = [node for r in mine.roadways for node in (r.start, r.end)]
    meeting: dict[str, list[int]] = {node: [] for node in ends}
    for end, node in enumerate(ends):
        if is_open[end // 2]:
            meeting[node].append(end)
    onward = [[e for e in meeting[node] if e // 2 != end // 2] for end, node in enumerate(ends)]
    most = max(len(options) for options in onward)
    full = [(options or [end]) * most for end, options in enumerate(onward)]
    return np.array([options[:most] for options in full])


class Crowd:
    """Where everybody is."""

    def __init__(self, mine: Mine, seed: int) -> None:
        """Everybody somewhere, and he at the door of the refuge."""
        self.mine, self._random = mine, np.random.default_rng(seed)
        self.ground, count = Ground.of(mine), len(mine.people)
        self._roadway = self._random.choice(self.ground.open, count)
        self._metres = self._random.uniform(0.0, 1.0, count) * self.ground.lengths[self._roadway]
        self._way = self._random.choice((-1.0, 1.0), count)
        self.refuge, self._door = _refuge(mine)
        self._who = np.flatnonzero([p.counts and bool(p.tag) for p in mine.people])[-1:]
        self.inside = False

    def walk(self, seconds: float) -> None:
        """Everybody goes on, and at a junction somewhere else."""
        ground = self.ground
        pace = PACE_M_S * self._random.uniform(0.8, 1.2, len(self._metres))
        self._metres += self._way * pace * seconds
        over = np.flatnonzero((self._metres < 0) | (self._metres > ground.lengths[self._roadway]))
        end = 2 * self._roadway[over] + (self._way[over] > 0)
        turn = self._random.integers(0, ground.turns.shape[1], len(over))
        entered = ground.turns[end, turn]
        self._roadway[over] = entered // 2
        far = entered % 2 == 1
        self._metres[over] = np.where(far, ground.lengths[entered // 2], 0.0)
        self._way[over] = np.where(far, -1.0, 1.0)

    def all(self, now: Micros) -> Batch:
        """Everybody seen, each reader alive and each point well."""
        rows, points = np.arange(len(self._metres)), np.arange(len(self.mine.points))
        heard = np.full(len(points), now)
        value = WELL + self._random.uniform(0.0, 0.02, len(points))
        return Batch(
            readings=Readings(points, value, np.zeros(len(points)), heard, heard),
            sightings=Sightings.joined([self._seen(rows, now), self._alive(now)]),
        )

    def one(self, now: Micros) -> Batch:
        """He alone, who stands on the other side of the door now."""
        self.inside = not self.inside
        return Batch(readings=Readings.none(), sightings=self._seen(self._who, now))

    def _seen(self, rows: Column, now: Micros) -> Sightings:
        self._roadway[self._who] = self._door[0]
        self._metres[self._who] = self._door[1 + self.inside]
        roadway, metres = self._roadway[rows], self._metres[rows]
        zero, at = np.zeros(len(rows)), np.full(len(rows), now)
        x, y, z = self.ground.at(roadway, metres)
        error, level = zero + ERROR_M, self.ground.levels[roadway]
        return Sightings(
            rows, zero, roadway, metres, level, x, y, z, error, zero, zero, at, at
        )  # fmt: skip

    def _alive(self, now: Micros) -> Sightings:
        readers = np.arange(len(self.mine.readers))
        zero, at = np.zeros(len(readers)), np.full(len(readers), now)
        return Sightings(
            zero - 1, readers, zero, zero, zero, zero, zero, zero, zero, zero, zero, at, at
        )  # fmt: skip


def _refuge(mine: Mine) -> tuple[Zone, tuple[int, float, float]]:
    """A refuge that begins within a roadway; that roadway, and metres outside and inside."""
    rows = {roadway.id: row for row, roadway in enumerate(mine.roadways)}
    for zone in mine.zones:
        span = zone.intervals[0] if zone.intervals else None
        if zone.kind is ZoneKind.REFUGE and span and span.from_m > DOOR_M:
            return zone, (rows[span.roadway], span.from_m - DOOR_M, span.from_m + DOOR_M)
    raise ValueError("no refuge of this mine has a door within its roadway")
