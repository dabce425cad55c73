"""What the engine is measured beside: what one writes first, and what a library is made for.

- a loop over points as objects, by the same rules of limits, quality and silence;
- shapely: zones as polygons in an STRtree, asked for every tag, and pairs compared with those
  before; or a tree of the tags, asked by prepared zones. Both give who went in and out and the
  head-counts, as the engine does.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minesafe.bench.shifts import BESIDE_M, HALF_M
from minesafe.engine.layout import LIMITS, SIGNS
from minesafe.model.frame import Column, Frame
from minesafe.model.mine import Kind, Mine, Point
from minesafe.model.quality import BELIEVED
from minesafe.model.time import SECOND, Micros


@dataclass(slots=True)
class Gauge:
    """One point as an object, and one comparison after the other."""

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


def loop(gauges: list[Gauge], frame: Frame) -> int:
    """Judge the readings of a frame, and who is silent; returns how much changed."""
    changes = 0
    for point, value, quality, sampled, received in frame.readings.rows():
        ahead = sampled - received
        at = sampled if -60 * SECOND <= ahead <= 5 * SECOND else received
        changes += gauges[point].hear(value, quality, at)
    return changes + sum(gauge.pass_time(frame.now) for gauge in gauges)


class Plan:
    """Zones on a plan of roadways drawn side by side; needs the extra `[dev]`."""

    def __init__(self, mine: Mine) -> None:
        import shapely

        self._zone, boxes = [], []
        for number, zone in enumerate(mine.zones):
            if zone.polygon:
                boxes.append(shapely.Polygon(np.array(zone.polygon) / 1000))
                self._zone.append(number)
            for i in () if zone.polygon else zone.intervals:
                y = BESIDE_M * mine.roadway_row[i.roadway]
                boxes.append(shapely.box(i.from_m, y - HALF_M, i.to_m, y + HALF_M))
                self._zone.append(number)
        self._boxes = np.array(boxes)
        shapely.prepare(self._boxes)
        self._numbers, self._zones = np.array(self._zone), len(mine.zones)
        self._tree = shapely.STRtree(boxes)
        self._inside: Column = np.empty(0, np.int64)

    def by_tree_of_zones(self, frame: Frame) -> tuple[Column, Column, Column]:
        """What a user writes: who went in, who went out (as tag x zones + zone), head-counts."""
        tag, box = self._tree.query(self._points(frame), predicate="intersects")
        return self._compare(tag, box)

    def by_tree_of_tags(self, frame: Frame) -> tuple[Column, Column, Column]:
        """The same by shapely's best form."""
        import shapely

        box, tag = shapely.STRtree(self._points(frame)).query(self._boxes, predicate="intersects")
        return self._compare(tag, box)

    def _points(self, frame: Frame) -> Any:
        import shapely

        seen = frame.sightings
        return shapely.points(seen.x, seen.y)

    def _compare(self, tag: Column, box: Column) -> tuple[Column, Column, Column]:
        now = np.unique(tag * self._zones + self._numbers[box])
        went_in = np.setdiff1d(now, self._inside, assume_unique=True)
        went_out = np.setdiff1d(self._inside, now, assume_unique=True)
        self._inside = now
        return went_in, went_out, np.bincount(now % self._zones, minlength=self._zones)
