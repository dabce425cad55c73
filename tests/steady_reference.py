"""Stuck and noiseless, one value at a time: the oracle of their property tests."""

import math
from dataclasses import dataclass, field

from engine_reference import judged

from minesafe.model.frame import Frame
from minesafe.model.mine import Kind, Mine
from minesafe.model.quality import BELIEVED
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

Row = tuple[int, int, bool, float, int]


@dataclass
class Watched:
    """One point that may not stand still."""

    kind: Kind
    heard: int = 0
    before: float | None = None
    anchor: float | None = None
    moved: int = 0
    stuck: bool = False
    steps: int = 0
    noise: float = 0.0
    usual: float = 0.0
    noiseless: bool = False
    rows: list[tuple[Condition, bool]] = field(default_factory=list)

    def hear(self, value: float, believed: bool, at: int) -> None:
        kind = self.kind
        live = believed and value > (kind.low if kind.quiet is None else kind.quiet)
        gap = at > self.heard + round(kind.stale_s * SECOND)
        self._stuck(value, believed, live, gap, at)
        if kind.noisy:
            self._noise(value, believed, live, gap)
        self.before, self.heard = (value if live else None), at

    def _stuck(self, value: float, believed: bool, live: bool, gap: bool, at: int) -> None:
        step = self.kind.resolution * 0.999
        moved = believed and (self.anchor is None or abs(value - self.anchor) >= step)
        was = self.stuck
        if moved or (not self.stuck and (gap or not live)):
            self.anchor, self.moved, self.stuck = (value if live else None), at, False
        elif self.kind.stuck_s is not None and at - self.moved >= round(self.kind.stuck_s * SECOND):
            self.stuck = True
        if self.stuck != was:
            self.rows.append((Condition.STUCK, self.stuck))

    def _noise(self, value: float, believed: bool, live: bool, gap: bool) -> None:
        was = self.noiseless
        counts = live and not gap and self.before is not None
        if counts:
            assert self.before is not None
            square = min(abs(value - self.before) / (self.kind.resolution * 0.999), 1e6) ** 2
            self.noise += (square - self.noise) / 64
            self.steps = min(self.steps + 1, 4096)
            if not was:
                self.usual += (square - self.usual) / self.steps
        if was:
            back = counts and self.noise >= 0.04 * self.usual
            self.noiseless = not back and (live or not believed)
        elif counts and self.steps >= 512 and self.usual >= 0.05:
            self.noiseless = self.noise < 0.01 * self.usual
        if self.noiseless != was:
            self.rows.append((Condition.NOISELESS, self.noiseless))


class SteadyReference:
    """Judges frames as the rules say."""

    def __init__(self, mine: Mine) -> None:
        self.points = [Watched(mine.kind[p.kind]) for p in mine.points]

    def judge(self, frame: Frame) -> list[Row]:
        told: list[Row] = []
        for number, value, q, sampled, received in frame.readings.rows():
            if not 0 <= number < len(self.points):
                continue
            point, (at, _) = self.points[number], judged(sampled, received)
            if at >= point.heard and (point.kind.noisy or point.kind.stuck_s is not None):
                inside = not math.isnan(value) and point.kind.low <= value <= point.kind.high
                point.hear(value, q in BELIEVED and inside, at)
                told += [(int(c), number, on, value, at) for c, on in point.rows]
                point.rows.clear()
        return told
