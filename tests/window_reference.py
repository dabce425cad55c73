"""Rules over time, one sample at a time and with all samples kept: the oracle of their tests."""

import math
from dataclasses import dataclass, field, replace
from typing import Any

from engine_reference import judged

from minesafe.model.frame import Frame
from minesafe.model.mine import Mine, Point
from minesafe.model.quality import BELIEVED
from minesafe.model.time import SECOND
from minesafe.model.windows import CONDITIONS, Window, WindowFamily

F = WindowFamily
Row = tuple[int, int, bool, float, int]
Found = tuple[bool, bool, float]


@dataclass
class Ruled:
    """One rule of one point. A bin is a ninth of the window; ten of them are looked at."""

    window: Window
    limit: float
    low: float
    high: float
    stale: int
    samples: list[tuple[int, float]] = field(default_factory=list)
    stood: list[tuple[int, float, float]] = field(default_factory=list)
    """(when it ended, value, seconds)"""
    held: float | None = None
    at: int = 0
    up: float = 0.0
    down: float = 0.0
    on: bool = False

    @property
    def sign(self) -> float:
        return -1.0 if self.window.side == "low" else 1.0

    def hear(self, raw: float, believed: bool, at: int) -> tuple[bool, float] | None:
        """Whether it holds and the value, where that changed."""
        width, value = round(self.window.window_s * SECOND / 9), raw * self.sign
        if self.held is not None:
            self.stood.append((at, self.held, min(at - self.at, self.stale) / SECOND))
        if believed:
            self.samples.append((at, value))
        first = (at // width - 9) * width
        self.samples = [s for s in self.samples if s[0] >= first]
        self.stood = [s for s in self.stood if s[0] >= first]
        self.held, self.at = (value if believed else None), at
        if not believed:
            return None
        raises, clears, told = getattr(self, f"_{self.window.family}")(value, at, width)
        was, self.on = self.on, (not clears if self.on else raises)
        return (self.on, told) if self.on != was else None

    def _restore(self) -> float:
        return self.limit if self.window.restore is None else self.window.restore * self.sign

    def _line(self, at: int, width: int) -> tuple[float, float, float, float, float, int] | None:
        """Means of t (seconds from `at`) and v, slope, its error, mean square left, n."""
        t = [(s - at) / SECOND for s, _ in self.samples]
        v = [value for _, value in self.samples]
        n = len(t)
        if n < 8 or at // width - self.samples[0][0] // width < 5:
            return None
        tm, vm = sum(t) / n, sum(v) / n
        xx = sum((a - tm) ** 2 for a in t)
        slope = sum((a - tm) * (b - vm) for a, b in zip(t, v, strict=True)) / xx
        rest = sum((b - vm - slope * (a - tm)) ** 2 for a, b in zip(t, v, strict=True)) / (n - 2)
        return tm, vm, slope, math.sqrt(rest / xx), rest, n

    def _rise(self, _value: float, at: int, width: int) -> Found:
        line = self._line(at, width)
        if line is None:
            return False, False, 0.0
        slope, error = line[2] * 60, line[3] * 60
        restore = self.window.limit if self.window.restore is None else self.window.restore
        assert self.window.limit is not None
        assert restore is not None
        return slope - 2 * error >= self.window.limit, slope < restore, slope

    def _forecast(self, _value: float, at: int, width: int) -> Found:
        line = self._line(at, width)
        if line is None:
            return False, False, 0.0
        tm, vm, slope, error, rest, n = line
        away = self.window.horizon_s - tm
        value, around = vm + slope * away, math.sqrt(rest / n + (error * away) ** 2)
        raises = slope > 0 and value - 2 * around >= self.limit
        return raises, value < self._restore(), value * self.sign

    def _repeat(self, _value: float, _at: int, _width: int) -> Found:
        over = sum(v >= self.limit for _, v in self.samples)
        share = over * self.window.of >= self.window.count * len(self.samples)
        raises = over >= self.window.count and (share or not self.window.of)
        return raises, not raises, float(over)

    def _over_time(self, _value: float, _at: int, _width: int) -> Found:
        seconds = sum(s for _, v, s in self.stood if v >= self.limit)
        raises = seconds >= self.window.over_s
        return raises, not raises, seconds

    def _twa(self, _value: float, _at: int, _width: int) -> Found:
        seconds = sum(s for _, _, s in self.stood)
        dose = sum(v * s for _, v, s in self.stood)
        value = dose / max(seconds, self.window.window_s)
        return value >= self.limit, value < self._restore(), value * self.sign

    _stel = _twa

    def _drift(self, value: float, _at: int, _width: int) -> Found:
        limit, away = self.window.limit or 0.0, value - self.window.target
        self.up = min(max(self.up + away - self.window.slack, 0.0), 2 * limit)
        self.down = min(max(self.down - away - self.window.slack, 0.0), 2 * limit)
        worst = max(self.up, self.down)
        return worst >= limit, worst <= 0, self.up if self.up >= self.down else -self.down


class WindowReference:
    """Judges frames as the rules say."""

    def __init__(self, mine: Mine) -> None:
        self.mine = mine
        self.rules = {key: _ruled(mine, mine.points[key[0]], w) for key, w in mine.window.items()}

    def judge(self, frame: Frame) -> list[Row]:
        told: list[Row] = []
        for number, value, q, sampled, received in frame.readings.rows():
            at, _ = judged(sampled, received)
            for (point, family), rule in self.rules.items():
                if point != number or rule is None or at < rule.at:
                    continue
                believed = q in BELIEVED and rule.low <= value <= rule.high
                if (news := rule.hear(value, believed, at)) is not None:
                    told.append((int(CONDITIONS[family]), number, *news, at))
        return told


def _ruled(mine: Mine, point: Point, window: Window) -> Ruled | None:
    kind, limits = mine.kind[point.kind], point.limits
    limit = window.limit
    if limit is None:
        limit = limits.cut_high if limits.cut_high is not None else limits.alarm_high
    if limit is None:
        return None
    sign = -1.0 if window.side == "low" else 1.0
    return Ruled(window, limit * sign, kind.low, kind.high, round(kind.stale_s * SECOND))


# --- one rule of each family, on the small mine ------------------------------------------


def window(family: WindowFamily, **changes: Any) -> Window:
    plain = Window(
        f"W-{family}", family, "ch4", "", "high", 90.0, 0.5123, None, 0, 0, 0, 0, 0, 0,
        "III", "", "", "", False,
    )  # fmt: skip
    return replace(plain, **changes)


RULES = (
    window(F.RISE, limit=0.1234),
    window(F.REPEAT, count=4, of=6),
    window(F.OVER_TIME, over_s=31.5),
    window(F.TWA, restore=0.4321),
    window(F.STEL, window_s=45.0, limit=0.8765),
    window(F.FORECAST, limit=None, horizon_s=120.0, restore=0.7123),
    window(F.DRIFT, limit=0.6543, target=0.5, slack=0.111),
    window(F.RISE, id="W-OWN", point="CH4-SLOW", side="low", limit=0.2345, restore=0.1111),
    window(F.REPEAT, id="W-WIND", kind="wind", side="low", count=3),
    window(F.FORECAST, id="W-WIND-SOON", kind="wind", side="low", limit=0.2222, horizon_s=60.0),
)
