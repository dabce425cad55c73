"""The engine's rules once more, one value at a time: the oracle of the property tests.

Written from the rules and not from the arrays: dictionaries, loops and plain numbers.
"""

import math
from dataclasses import dataclass

from engine_people_reference import People, Row, judged

from minesafe.model.frame import Frame
from minesafe.model.mine import Mine
from minesafe.model.quality import BELIEVED, SHOWN_ONLY, Quality
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition


@dataclass
class Limit:
    """One limit of one point."""

    condition: Condition
    threshold: float
    restore: float
    low: bool
    active: bool = False
    due: int | None = None

    def over(self, value: float) -> bool:
        return value <= self.threshold if self.low else value >= self.threshold

    def under(self, value: float) -> bool:
        return value > self.restore if self.low else value < self.restore


@dataclass
class Gauge:
    """One point."""

    limits: list[Limit]
    low: float
    high: float
    on_delay: int
    off_delay: int
    stale: int
    judged: int = 0
    quality: int = Quality.COMMS_LOST
    value: float = math.nan
    compared: float = math.nan
    bad: int = 0
    silent: bool = False
    calibrating: int = 0
    forgotten: bool = False


class Reference(People):
    """Judges frames as the rules say."""

    def __init__(self, mine: Mine) -> None:
        super().__init__(mine)
        self.gauges = [_gauge(mine, i) for i in range(len(mine.points))]

    def judge(self, frame: Frame) -> list[Row]:
        self.rows = []
        if 0 < self.then < frame.now:
            self._pass_time(self.then)
            self._look_back(frame.now)
            if frame.is_sweep:
                self._pass_time(frame.now)
            self._miss(frame.now)
        self.started = self.started or frame.now
        for reading in frame.readings.rows():
            self._reading(*reading)
        for sighting in frame.sightings.rows():
            self._sighting(*sighting)
        self.then = frame.now
        return self.rows

    def _pass_time(self, until: int) -> None:
        """No row is left that comes before it."""
        for number, gauge in enumerate(self.gauges):
            self._timers(number, gauge, until)
        for number, tag in enumerate(self.tags):
            self._elapse(number, tag, until)

    def _look_back(self, now: int) -> None:
        """A moment is whole once a later one begins."""
        for number, gauge in enumerate(self.gauges):
            self._calibration(number, gauge, self.then)
        self._heads(self.then)
        self._posts(now)
        self._together(now)

    def _miss(self, now: int) -> None:
        for number, gauge in enumerate(self.gauges):
            self._silence(number, gauge, now)
        for number, tag in enumerate(self.tags):
            self._absence(number, tag, now)
        for number, ear in enumerate(self.ears):
            self._deaf(number, ear, now)

    # --- points -------------------------------------------------------------------------

    def _reading(self, point: int, value: float, q: int, sampled: int, received: int) -> None:
        if not 0 <= point < len(self.gauges):
            return
        gauge = self.gauges[point]
        at, off = judged(sampled, received)
        if at < gauge.judged:
            return
        if q in BELIEVED:
            q = Quality.CLOCK if off and q == Quality.GOOD else q
            if math.isnan(value):
                q = Quality.FAULT
            elif not gauge.low <= value <= gauge.high:
                q = Quality.OUT_OF_RANGE
        if q not in (Quality.CALIBRATING, Quality.COMMS_LOST):
            gauge.calibrating = 0
        elif q == Quality.CALIBRATING:
            gauge.calibrating = gauge.calibrating or at
        self._timers(point, gauge, at)
        for limit in gauge.limits:
            self._compare(gauge, limit, value, q, at)
        if (q in BELIEVED or q == Quality.OUT_OF_RANGE) and not math.isnan(value):
            gauge.compared = value
        self._fire(point, gauge, at, at)
        self._quality(point, gauge, q, at)
        gauge.judged, gauge.value, gauge.quality = at, value, q

    def _compare(self, gauge: Gauge, limit: Limit, value: float, q: int, at: int) -> None:
        believed = q in BELIEVED
        if limit.active:
            if at > gauge.judged + gauge.stale:
                limit.due = None
            if not (believed and limit.under(value)):
                limit.due = None
            elif limit.due is None:
                limit.due = at + gauge.off_delay
        elif (believed or q == Quality.OUT_OF_RANGE) and limit.over(value):
            if limit.due is None:
                limit.due = at + gauge.on_delay
        elif believed or q in SHOWN_ONLY:
            limit.due = None

    def _timers(self, number: int, gauge: Gauge, until: int) -> None:
        self._fire(number, gauge, until, min(until, gauge.judged + gauge.stale))

    def _fire(self, number: int, gauge: Gauge, on_until: int, off_until: int) -> None:
        for limit in gauge.limits:
            if limit.due is not None and limit.due <= (off_until if limit.active else on_until):
                limit.active = not limit.active
                self._say(limit.condition, number, limit.active, limit.due, gauge.compared)
                limit.due = None

    def _quality(self, number: int, gauge: Gauge, q: int, at: int) -> None:
        bad = 0 if q in BELIEVED else gauge.bad if q == Quality.COMMS_LOST else q
        if bad != gauge.bad:
            if gauge.bad:
                self._say(Condition.BAD, number, False, at, float(q))
            if bad:
                self._say(Condition.BAD, number, True, at, float(q))
        gauge.bad = bad

    def _silence(self, number: int, gauge: Gauge, now: int) -> None:
        lost = gauge.judged > 0 and gauge.quality == Quality.COMMS_LOST
        due = gauge.judged + gauge.stale
        if not gauge.judged:
            due = self.started + max(gauge.stale, 30 * SECOND)
        silent = lost or now > due
        if silent != gauge.silent:
            at = due if silent and not lost else gauge.judged
            self._say(Condition.SILENT, number, silent, at)
        gauge.silent = silent

    def _calibration(self, number: int, gauge: Gauge, now: int) -> None:
        due = gauge.calibrating + 1800 * SECOND
        forgotten = gauge.calibrating > 0 and now >= due
        if forgotten != gauge.forgotten:
            at = due if forgotten else gauge.judged
            self._say(Condition.CALIBRATING_LONG, number, forgotten, at)
        gauge.forgotten = forgotten


def _gauge(mine: Mine, number: int) -> Gauge:
    point = mine.points[number]
    kind, limits = mine.kind[point.kind], point.limits
    rows = (
        (Condition.WARN_HIGH, limits.warn_high, limits.restore_high, False),
        (Condition.ALARM_HIGH, limits.alarm_high, limits.restore_high, False),
        (Condition.CUT_HIGH, limits.cut_high, limits.restore_high, False),
        (Condition.WARN_LOW, limits.warn_low, limits.restore_low, True),
        (Condition.ALARM_LOW, limits.alarm_low, limits.restore_low, True),
        (Condition.CUT_LOW, limits.cut_low, limits.restore_low, True),
    )
    return Gauge(
        limits=[
            Limit(c, at, _restore(at, back, limits.dead_band, low), low)
            for c, at, back, low in rows
            if at is not None
        ],
        low=kind.low,
        high=kind.high,
        on_delay=round(limits.on_delay_s * SECOND),
        off_delay=round(limits.off_delay_s * SECOND),
        stale=round(kind.stale_s * SECOND),
    )


def _restore(limit: float, restore: float | None, band: float | None, low: bool) -> float:
    """The restore value where it lies on the safe side of the limit, else the limit."""
    if band is not None:
        return round(limit + band if low else limit - band, 9)
    if restore is None:
        return limit
    return max(limit, restore) if low else min(limit, restore)
