"""The engine's rules once more, one value at a time: the oracle of the property tests.

Written from the rules and not from the arrays: dictionaries, loops and plain numbers.
"""

import math
from dataclasses import dataclass, field

from minesafe.model.frame import Frame, TagFlag
from minesafe.model.mine import Interval, Mine, ZoneKind
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
class Stay:
    """One person within one zone, and when the guard will end it."""

    tolerance: int | None = None
    delay: int | None = None

    def due(self) -> float:
        return min([d for d in (self.tolerance, self.delay) if d is not None], default=math.inf)


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
    stays: dict[int, Stay] = field(default_factory=dict)
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
        return [sum(t.counts and z in t.stays for t in self.tags) for z in zones]

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
        self._elapse(tag, who, at)
        self._flags(tag, who, flags, at)
        who.seen, who.reader = at, station
        placeable = 0 <= roadway < len(self.mine.roadways) and math.isfinite(chainage)
        news = error <= who.error or at - who.placed > SECOND // 2
        if placeable and q in BELIEVED and news:
            length = self.mine.roadways[roadway].length_m
            who.place = (roadway, min(max(chainage, 0.0), length))
            who.error, who.placed, who.out = error, at, False
            self._settle(tag, who, at)

    def _flags(self, number: int, who: Tag, flags: int, at: int) -> None:
        for flag in (TagFlag.SOS, TagFlag.BUTTON, TagFlag.LOW_BATTERY):
            was, now = bool(who.flags & flag), bool(flags & flag)
            if was != now and (now or flag != TagFlag.BUTTON):
                self._say(Condition[str(flag.name)], number, now, at)
        who.flags = flags

    def _settle(self, number: int, who: Tag, at: int) -> None:
        for zone, stay in who.stays.items():
            outside, guard = not self._within(who, zone), self.mine.zones[zone].guard
            far = outside and self._away(who, zone) > guard.exit_tolerance_m
            stay.tolerance = _lit(stay.tolerance, outside, at, guard.tolerance_timeout_s)
            stay.delay = _lit(stay.delay, far, at, guard.exit_delay_s)
        self._end_stays(number, who, at)
        zones = range(len(self.mine.zones))
        begun = [z for z in zones if self._within(who, z) and z not in who.stays]
        self._say_stays(number, who, [(at, z) for z in begun], True)
        who.stays |= {zone: Stay() for zone in begun}

    def _burn(self, number: int, who: Tag, until: int) -> None:
        """Everything that ends by `until`, a fence's time-out included."""
        for zone, stay in who.stays.items():
            patience = self.mine.zones[zone].guard.fence_timeout_s
            due = who.placed + round(patience * SECOND)
            if patience and due <= until:
                stay.tolerance = min(stay.tolerance or due, due)
        self._end_stays(number, who, until)

    def _end_stays(self, number: int, who: Tag, until: int) -> None:
        over = [(due, z) for z, s in who.stays.items() for due in [s.due()] if due <= until]
        self._say_stays(number, who, over, False)
        for _, zone in over:
            del who.stays[zone]

    def _say_stays(self, number: int, who: Tag, when: list[tuple[float, int]], on: bool) -> None:
        for at, zone in sorted(when):
            self._say(Condition.INSIDE, number, on, int(at), zone=zone)
        for at, zone in sorted(when):
            there = self.mine.zones[zone]
            if there.kind is ZoneKind.RESTRICTED and who.trade not in there.permitted:
                self._say(Condition.TRESPASSING, number, on, int(at), zone=zone)

    def _within(self, who: Tag, zone: int) -> bool:
        if who.place is None:
            return False
        road, chainage = self.mine.roadways[who.place[0]].id, who.place[1]
        spans = self.mine.zones[zone].intervals
        return any(i.roadway == road and i.from_m <= chainage <= i.to_m for i in spans)

    def _away(self, who: Tag, zone: int) -> float:
        """Metres along the roadways from a person's place to a zone."""
        assert who.place is not None
        return metres_to(self.mine, who.place, self.mine.zones[zone].intervals)

    def _absence(self, number: int, who: Tag, now: int) -> None:
        self._elapse(number, who, now)
        period = self.ears[who.reader].period if who.reader >= 0 else 0
        due = who.seen + max(round(self.mine.policy.lost_contact_s * SECOND), 3 * period)
        lost = not who.out and now > due
        if lost != who.lost:
            self._say(Condition.LOST_CONTACT, number, lost, due if lost else who.seen)
        who.lost = lost

    def _elapse(self, number: int, who: Tag, until: int) -> None:
        period = self.ears[who.reader].period if who.reader >= 0 else 0
        left = who.seen + max(5 * SECOND, 2 * period)
        if not who.out and self._at_portal(who) and until > left:
            self._burn(number, who, left)
            self._say_stays(number, who, [(left, zone) for zone in who.stays], False)
            who.out, who.place, who.stays = True, None, {}
        self._burn(number, who, until)

    def _at_portal(self, who: Tag) -> bool:
        kinds = [zone.kind for zone in self.mine.zones]
        return any(k is ZoneKind.PORTAL and self._within(who, z) for z, k in enumerate(kinds))

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


def _lit(due: int | None, outside: bool, at: int, seconds: float) -> int | None:
    """When a guard's fuse ends: lit at the first moment outside, out again inside."""
    if not outside:
        return None
    return at + round(seconds * SECOND) if due is None else due


def metres_to(mine: Mine, place: tuple[int, float], stretches: tuple[Interval, ...]) -> float:
    """The shortest way along the roadways; every stretch is tried from both its ends."""
    road, chainage = mine.roadways[place[0]], place[1]
    reached = {road.start: chainage, road.end: road.length_m - chainage}
    for _ in mine.nodes:
        for r in mine.roadways:
            for a, b in ((r.start, r.end), (r.end, r.start)):
                if reached.get(a, math.inf) + r.length_m < reached.get(b, math.inf):
                    reached[b] = reached[a] + r.length_m
    ways = [math.inf]
    for s in stretches:
        r = mine.roadways[mine.roadway_row[s.roadway]]
        ways.append(reached.get(r.start, math.inf) + s.from_m)
        ways.append(reached.get(r.end, math.inf) + r.length_m - s.to_m)
        if r is road:
            ways.append(max(s.from_m - chainage, chainage - s.to_m, 0.0))
    return min(ways)


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
