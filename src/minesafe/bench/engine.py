"""How fast the engine judges: nanoseconds a point, beside a loop over points in the same run.

A quiet mine: in every frame every point sends one believed value within its limits. The peer is
what one writes first: an object a point, one comparison after the other, by the same rules.
"""

import time
from dataclasses import dataclass, field, replace

import numpy as np

from minesafe.config import load, shipped
from minesafe.engine import Layout, State, judge
from minesafe.engine.layout import LIMITS, SIGNS
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Kind, Mine, Point
from minesafe.model.quality import BELIEVED
from minesafe.model.time import SECOND, Micros

SIZES = (1_000, 10_000, 100_000)
FRAMES = 8
"""The first warms up and is not counted."""

_START = 1_764_000_000 * SECOND


def run(seed: int) -> dict[str, float]:
    """Measure at each size; both sides judge the same frames in turn, medians are compared.

    Returns:
        `engine_ns_<n>` and `loop_ns_<n>`, nanoseconds a point and frame, and `ratio_<n>`.
    """
    mine = load(shipped("demo"))
    figures: dict[str, float] = {}
    for size in SIZES:
        engine, loop = measure(mine, size, seed)
        figures[f"engine_ns_{size}"] = round(engine, 1)
        figures[f"loop_ns_{size}"] = round(loop, 1)
        figures[f"ratio_{size}"] = round(loop / engine, 1)
    return figures


def measure(mine: Mine, size: int, seed: int) -> tuple[float, float]:
    """Nanoseconds a point of the engine and of the loop, with `size` points like the mine's."""
    mine = _grown(mine, size)
    layout = Layout.of(mine)
    state = State.fresh(layout)
    gauges = [Gauge.of(p, mine.kind[p.kind]) for p in mine.points]
    spent = []
    for frame in _quiet_frames(mine, layout, seed):
        marks = [time.perf_counter_ns()]
        judge(layout, state, frame)
        marks.append(time.perf_counter_ns())
        _loop(gauges, frame)
        marks.append(time.perf_counter_ns())
        spent.append(np.diff(marks))
    engine, loop = np.median(spent[1:], axis=0) / len(gauges)
    return float(engine), float(loop)


def _grown(mine: Mine, size: int) -> Mine:
    """The mine with its points repeated until there are so many."""
    points = (mine.points[i % len(mine.points)] for i in range(size))
    return replace(mine, points=tuple(replace(p, id=f"{p.id}-{i}") for i, p in enumerate(points)))


def _quiet_frames(mine: Mine, layout: Layout, seed: int) -> list[Frame]:
    """A value a second of every point, anywhere in the middle of what is no alarm."""
    random = np.random.default_rng(seed)
    table, points = layout.points, len(mine.points)
    low = np.maximum(table.low, table.calm[:, 0])
    high = np.minimum(table.high, table.calm[:, 1])
    frames = []
    for seq in range(1, FRAMES + 1):
        now = np.full(points, _START + seq * SECOND)
        values = low + (high - low) * random.uniform(0.1, 0.9, points)
        good = np.zeros(points)
        told = Readings(np.arange(points), values, good, now, now)
        frames.append(Frame(seq, int(now[0]), mine.revision, told, Sightings.none()))
    return frames


@dataclass(slots=True)
class Gauge:
    """The peer: one point as an object."""

    limits: list[tuple[float, float, float]]
    """Sign, threshold and restore value of each limit, both signed."""
    delays: tuple[Micros, Micros]
    low: float
    high: float
    stale: Micros
    active: list[bool] = field(default_factory=lambda: [False] * len(LIMITS))
    due: list[Micros | None] = field(default_factory=lambda: [None] * len(LIMITS))
    judged: Micros = 0
    bad: bool = False
    silent: bool = False

    @classmethod
    def of(cls, point: Point, kind: Kind) -> "Gauge":
        """The gauge of a point."""
        at = point.limits
        keys = [condition.name.lower() for condition in LIMITS]
        return cls(
            limits=[
                (sign, sign * limit, sign * (at.restore(key) or 0.0))
                for key, sign in zip(keys, SIGNS.tolist(), strict=True)
                if (limit := getattr(at, key)) is not None
            ],
            delays=(round(at.on_delay_s * SECOND), round(at.off_delay_s * SECOND)),
            low=kind.low,
            high=kind.high,
            stale=round(kind.stale_s * SECOND),
        )

    def hear(self, value: float, quality: int, at: Micros) -> int:
        """Judge one sample; returns how much changed."""
        if at < self.judged:
            return 0
        self.judged = at
        believed = quality in BELIEVED and self.low <= value <= self.high
        changes = int(self.bad is believed)
        self.bad = not believed
        for i, (sign, threshold, restore) in enumerate(self.limits):
            signed, active = sign * value, self.active[i]
            if not (signed < restore and believed if active else signed >= threshold):
                self.due[i] = None
                continue
            due = self.due[i]
            self.due[i] = due = at + self.delays[active] if due is None else due
            if due <= at:
                self.active[i], self.due[i] = not active, None
                changes += 1
        return changes

    def pass_time(self, now: Micros) -> int:
        """Judge the silence; returns how much changed."""
        silent = now > self.judged + self.stale
        changed = silent is not self.silent
        self.silent = silent
        return int(changed)


def _loop(gauges: list[Gauge], frame: Frame) -> int:
    changes = 0
    for point, value, quality, sampled, received in frame.readings.rows():
        ahead = sampled - received
        at = sampled if -60 * SECOND <= ahead <= 5 * SECOND else received
        changes += gauges[point].hear(value, quality, at)
    return changes + sum(gauge.pass_time(frame.now) for gauge in gauges)
