"""The engine's rules once more, one value at a time: the oracle of the property tests.

Written from the rules and not from the arrays: dictionaries, loops and plain numbers.
"""

import math
from dataclasses import dataclass, field

from minesafe.model.frame import Frame, TagFlag
from minesafe.model.mine import Mine, ZoneKind
from minesafe.model.quality import BELIEVED, SHOWN_ONLY, Quality
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

Row = tuple[int, int, int, bool, float, int]


def judged(sampled: int, received: int) -> tuple[int, bool]:
    off = not -60 * SECOND <= sampled - received <= 5 * SECOND
    return (received if off else sampled), off


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


@dataclass
class Tag:
    """One person."""

    counts: bool
    trade: str
    seen: int = 0
    placed: int = 0
    reader: int = -1
    place: tuple[int, float] | None = None
    error: float = math.inf
    flags: int = 0
    zones: set[int] = field(default_factory=set)
    out: bool = True
    lost: bool = False


@dataclass
class Ear:
    """One reader."""

    quiet: int
    period: int
    heard: int = 0
    gone: int = 0
    silent: bool = False


class Reference:
    """Judges frames as the rules say."""

    def __init__(self, mine: Mine) -> None:
        self.mine = mine
        self.started = 0
        self.gauges = [_gauge(mine, i) for i in range(len(mine.points))]
        self.tags = [Tag(p.counts, p.trade) for p in mine.people]
        self.ears = [
            Ear(round(max(3 * r.period_s, 30) * SECOND), round(r.period_s * SECOND))
            for r in mine.readers
        ]
        self.count_alarms: set[tuple[Condition, int]] = set()
        self.rows: list[Row] = []

    def judge(self, frame: Frame) -> list[Row]:
        self.rows = []
        self.started = self.started or frame.now
        for reading in frame.readings.rows():
            self._reading(*reading)
        for number, gauge in enumerate(self.gauges):
            self._timers(number, gauge, frame.now)
            self._silence(number, gauge, frame.now)
        for sighting in frame.sightings.rows():
            self._sighting(*sighting)
        for number, tag in enumerate(self.tags):
            self._absence(number, tag, frame.now)
        for number, ear in enumerate(self.ears):
            self._deaf(number, ear, frame.now)
        self._heads(frame.now)
        return self.rows

    def heads(self) -> list[int]:
        zones = range(len(self.mine.zones))
        return [sum(t.counts and z in t.zones for t in self.tags) for z in zones]

    def _say(
        self, c: Condition, subject: int, on: bool, at: int, value: float = math.nan, zone: int = -1
    ) -> None:
        self.rows.append((int(c), subject, zone, on, value, at))

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

    # --- people -------------------------------------------------------------------------

    def _sighting(
        self,
        tag: int,
        station: int,
        roadway: int,
        chainage: float,
        level: int,
        x: float,
        y: float,
        z: float,
        error: float,
        flags: int,
        q: int,
        sampled: int,
        received: int,
    ) -> None:
        if not 0 <= station < len(self.ears):
            return
        at, _ = judged(sampled, received)
        ear = self.ears[station]
        if q == Quality.COMMS_LOST:
            ear.gone = max(ear.gone, at)
        else:
            ear.heard = max(ear.heard, at)
        if not 0 <= tag < len(self.tags) or at < self.tags[tag].seen:
            return
        who = self.tags[tag]
        self._flags(tag, who, flags, at)
        who.seen, who.reader = at, station
        placeable = 0 <= roadway < len(self.mine.roadways) and math.isfinite(chainage)
        news = error <= who.error or at - who.placed > SECOND // 2
        if placeable and q in BELIEVED and news:
            length = self.mine.roadways[roadway].length_m
            who.place, who.error, who.placed, who.out = (roadway, chainage), error, at, False
            self._zones(tag, who, self._zones_at(roadway, min(max(chainage, 0.0), length)), at)

    def _flags(self, number: int, who: Tag, flags: int, at: int) -> None:
        for flag in (TagFlag.SOS, TagFlag.BUTTON, TagFlag.LOW_BATTERY):
            was, now = bool(who.flags & flag), bool(flags & flag)
            if was != now and (now or flag != TagFlag.BUTTON):
                self._say(Condition[str(flag.name)], number, now, at)
        who.flags = flags

    def _zones_at(self, roadway: int, chainage: float) -> set[int]:
        road = self.mine.roadways[roadway].id
        return {
            number
            for number, zone in enumerate(self.mine.zones)
            for i in zone.intervals
            if i.roadway == road and i.from_m <= chainage <= i.to_m
        }

    def _zones(self, number: int, who: Tag, zones: set[int], at: int) -> None:
        changed = sorted(who.zones ^ zones)
        for zone in changed:
            self._say(Condition.INSIDE, number, zone in zones, at, zone=zone)
        for zone in changed:
            there = self.mine.zones[zone]
            if there.kind is ZoneKind.RESTRICTED and who.trade not in there.permitted:
                self._say(Condition.TRESPASSING, number, zone in zones, at, zone=zone)
        who.zones = zones

    def _absence(self, number: int, who: Tag, now: int) -> None:
        period = self.ears[who.reader].period if who.reader >= 0 else 0
        portal = any(self.mine.zones[z].kind is ZoneKind.PORTAL for z in who.zones)
        left = who.seen + max(5 * SECOND, 2 * period)
        if portal and not who.out and now > left:
            who.out = True
            self._zones(number, who, set(), left)
        due = who.seen + max(round(self.mine.policy.lost_contact_s * SECOND), 3 * period)
        lost = not who.out and now > due
        if lost != who.lost:
            self._say(Condition.LOST_CONTACT, number, lost, due if lost else who.seen)
        who.lost = lost

    # --- readers and zones --------------------------------------------------------------

    def _deaf(self, number: int, ear: Ear, now: int) -> None:
        lost = ear.gone > 0 and ear.gone >= ear.heard
        due = (ear.heard or self.started) + ear.quiet
        silent = lost or now > due
        if silent != ear.silent:
            at = ear.gone if lost else due if silent else ear.heard
            self._say(Condition.READER_SILENT, number, silent, at)
        ear.silent = silent

    def _heads(self, now: int) -> None:
        for zone, heads in enumerate(self.heads()):
            limit = self.mine.zones[zone].limit
            over = limit is not None and heads > limit
            for condition, holds in (
                (Condition.COUNT_UNKNOWN, any(self._covers(r, zone) for r in self._dead())),
                (Condition.OVERCROWDED, over),
                (Condition.GROSSLY_OVERCROWDED, over and heads * 10 >= (limit or 0) * 12),
            ):
                if holds != ((condition, zone) in self.count_alarms):
                    self._say(condition, zone, holds, now, float(heads))
                    self.count_alarms ^= {(condition, zone)}

    def _dead(self) -> list[int]:
        return [number for number, ear in enumerate(self.ears) if ear.silent]

    def _covers(self, reader: int, zone: int) -> bool:
        r = self.mine.readers[reader]
        first, last = r.chainage_m - r.range_m, r.chainage_m + r.range_m
        return any(
            i.roadway == r.roadway and i.from_m <= last and i.to_m >= first
            for i in self.mine.zones[zone].intervals
        )


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
