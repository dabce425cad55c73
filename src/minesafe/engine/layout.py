"""The layout: what of a mine the judgement needs, as arrays by row number. Built once a revision.

P points, L = 6 limits a point (in the order of `LIMITS`), T people, Z zones, R readers,
K slots of a person for stays, J = 2 fuses of a stay, Q posts.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from minesafe.engine.areas import AreaTable
from minesafe.engine.counter_table import CounterTable
from minesafe.engine.fences import FOREVER, FenceTable
from minesafe.engine.formula_table import FormulaTable
from minesafe.engine.ground import Ground
from minesafe.engine.heads import HeadTable
from minesafe.engine.licences import LicenceTable
from minesafe.engine.logic_table import LogicTable
from minesafe.engine.pace_table import Pace
from minesafe.engine.places import PlaceTable
from minesafe.engine.posts import PostTable
from minesafe.engine.trust import BELIEVES as BELIEVES
from minesafe.engine.trust import MAY_RAISE as MAY_RAISE
from minesafe.engine.trust import STOPS_A_RAISE as STOPS_A_RAISE
from minesafe.engine.windows.table import BINS, SUMS, WindowTable
from minesafe.model.frame import Column
from minesafe.model.mine import Limits, Mine, Zone
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

LIMITS = (
    *(Condition.WARN_HIGH, Condition.ALARM_HIGH, Condition.CUT_HIGH),
    *(Condition.WARN_LOW, Condition.ALARM_LOW, Condition.CUT_LOW),
)
"""The limits of a point, in the order of the columns of every (P, L) array: the high side first."""

HIGH = len(LIMITS) // 2
"""So many columns are of the high side."""

SIGNS = np.repeat([1.0, -1.0], HIGH)
"""Times its sign a low limit is a high one: every comparison is `signed >= threshold`."""

GRACE_S = 30.0
"""So long after the first frame nothing that was never heard is called silent."""

READER_QUIET_S = 30.0
READER_PERIODS = 3
"""A reader without a row for three periods, but at least 30 s, is silent; see wire.md."""

LEAVE_S = 5.0
LEAVE_PERIODS = 2
"""Unseen so long after a place in a portal zone, a person has gone out. At least two periods,
so that nobody standing there goes in and out with every report."""

HURRY = 2.0
"""Times the policy's walking speed: a bound of how far somebody may have come is a wide one."""


NEVER_STUCK = np.iinfo(np.int64).max


def _micros(seconds: "list[float]") -> Column:
    return np.array([round(s * SECOND) for s in seconds], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class PointTable:
    """Points, shape (P,) or (P, L)."""

    threshold: Column
    """Signed value at which a limit is raised, NaN where the point has none."""
    restore: Column
    """Signed value below which it is cleared; never above the threshold."""
    calm: Column
    """(P, 2): strictly between these no limit is exceeded."""
    delay: Column
    """(P, 2): µs until a limit changes; column 0 while it is not active, column 1 while it is."""
    low: Column
    high: Column
    """Measuring range of the kind."""
    stale: Column
    grace: Column
    """µs without a sample until silent; the second where there never was one."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """Columns of the mine's points."""
        kinds = [mine.kind[p.kind] for p in mine.points]
        pairs = [_signed(p.limits) for p in mine.points]
        signed = np.array(pairs, np.float64).reshape(len(pairs), 2, len(LIMITS))
        threshold, restore = signed[:, 0], signed[:, 1]
        reached = np.where(np.isnan(threshold), np.inf, threshold)
        stale = [k.stale_s for k in kinds]
        delays = [s for p in mine.points for s in (p.limits.on_delay_s, p.limits.off_delay_s)]
        return cls(
            threshold=threshold,
            restore=restore,
            calm=np.stack([-reached[:, HIGH:].min(axis=1), reached[:, :HIGH].min(axis=1)], axis=1),
            delay=_micros(delays).reshape(-1, 2),
            low=np.array([k.low for k in kinds], np.float64),
            high=np.array([k.high for k in kinds], np.float64),
            stale=_micros(stale),
            grace=_micros([max(s, GRACE_S) for s in stale]),
        )


def _signed(limits: Limits) -> tuple[list[float], list[float]]:
    """Thresholds and restore values of one point; see `Limits` for the rule.

    >>> _signed(Limits(alarm_high=1.0, cut_high=1.5, restore_high=1.2))
    ([nan, 1.0, 1.5, nan, nan, nan], [nan, 1.0, 1.2, nan, nan, nan])
    """
    names = [condition.name.lower() for condition in LIMITS]
    given: list[list[float | None]] = [
        [getattr(limits, name) for name in names],
        [limits.restore(name) for name in names],
    ]
    thresholds, restores = (
        [math.nan if v is None else s * v for s, v in zip(SIGNS.tolist(), values, strict=True)]
        for values in given
    )
    return thresholds, restores


@dataclass(frozen=True, slots=True, eq=False)
class SteadyTable:
    """What may not stand still, shape (P,)."""

    watched: Column
    """Points of which either is asked."""
    patience: Column
    """µs without a move until stuck; `NEVER_STUCK` where standing still is honest."""
    noisy: Column
    quiet: Column
    """At or below this value standing still is honest."""
    step: Column
    """A move is at least this; a little less than the resolution, for binary fractions."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """Columns of the mine's points."""
        kinds = [mine.kind[p.kind] for p in mine.points]
        stuck = [NEVER_STUCK if k.stuck_s is None else round(k.stuck_s * SECOND) for k in kinds]
        patience, noisy = np.array(stuck, np.int64), np.array([k.noisy for k in kinds], np.bool_)
        quiet = [k.low if k.quiet is None else k.quiet for k in kinds]
        return cls(
            watched=noisy | (patience != NEVER_STUCK),
            patience=patience,
            noisy=noisy,
            quiet=np.array(quiet, np.float64),
            step=np.array([k.resolution * 0.999 for k in kinds], np.float64),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PeopleTable:
    """People, by what they count for."""

    counts: Column
    """(T,): counts toward head-count limits."""
    hurry_m_s: float
    """So fast somebody nobody sees may have walked."""
    together: int
    """µs until two tags have moved as one for too long."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """Columns of the mine's people."""
        return cls(
            counts=np.array([p.counts for p in mine.people], np.bool_),
            hurry_m_s=HURRY * mine.policy.walking_m_s,
            together=round(mine.policy.together_s * SECOND) or FOREVER,
        )


@dataclass(frozen=True, slots=True, eq=False)
class ReaderTable:
    """Readers. Columns of R + 1 rows end with the values for "no reader yet" (row -1)."""

    quiet: Column
    """(R,): µs without a row until silent."""
    lost: Column
    """(R + 1,): µs without a sighting until a person last seen here is lost."""
    leave: Column
    """(R + 1,): µs without a sighting until a person last seen at a portal is out."""
    covers: Column
    """(R, Z): zones this reader's range touches on its roadway."""

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """Columns of the mine's readers."""
        periods = [r.period_s for r in mine.readers]
        quiet = [max(READER_PERIODS * p, READER_QUIET_S) for p in periods]
        lost = [max(READER_PERIODS * p, mine.policy.lost_contact_s) for p in [*periods, 0.0]]
        leave = [max(LEAVE_PERIODS * p, LEAVE_S) for p in [*periods, 0.0]]
        covers = [
            [
                _touches(z, r.roadway, r.chainage_m - r.range_m, r.chainage_m + r.range_m)
                for z in mine.zones
            ]
            for r in mine.readers
        ]
        return cls(
            quiet=_micros(quiet),
            lost=_micros(lost),
            leave=_micros(leave),
            covers=np.array(covers, np.bool_).reshape(len(mine.readers), len(mine.zones)),
        )


def _touches(zone: Zone, roadway: str, from_m: float, to_m: float) -> bool:
    return any(
        i.roadway == roadway and i.from_m <= to_m and from_m <= i.to_m for i in zone.intervals
    )


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What of one approved revision the judgement needs."""

    revision: str
    points: PointTable
    steady: SteadyTable
    windows: WindowTable
    logic: LogicTable
    counters: CounterTable
    formulas: FormulaTable
    people: PeopleTable
    readers: ReaderTable
    ground: Ground
    pace: Pace
    fences: FenceTable
    licences: LicenceTable
    places: PlaceTable
    areas: AreaTable
    posts: PostTable
    heads: HeadTable

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """The layout of a mine."""
        ground, fences = Ground.of(mine), FenceTable.of(mine)
        areas = AreaTable.of(mine, len(fences.zone))
        return cls(
            revision=mine.revision,
            points=PointTable.of(mine),
            steady=SteadyTable.of(mine),
            windows=WindowTable.of_mine(mine),
            logic=LogicTable.of(mine),
            counters=CounterTable.of(mine),
            formulas=FormulaTable.of(mine),
            people=PeopleTable.of(mine),
            readers=ReaderTable.of(mine),
            ground=ground,
            pace=Pace.of(mine, ground),
            fences=fences,
            licences=LicenceTable.of(mine),
            places=PlaceTable.of(mine, ground, fences, areas.grid.most),
            areas=areas,
            posts=PostTable.of(mine),
            heads=HeadTable.of(mine),
        )

    @property
    def sizes(self) -> dict[str, int]:
        """How many rows a column of each kind has."""
        return {
            "P": len(self.points.stale),
            "L": len(LIMITS),
            "T": len(self.people.counts),
            "Z": len(self.heads.production),
            "R": len(self.readers.quiet),
            "W": len(self.windows.point),
            "B": BINS,
            "G": len(self.logic.when),
            "S": SUMS,
            "K": self.places.slots,
            "J": 2,
            "Q": len(self.posts.zone),
        }
