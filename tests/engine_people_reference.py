"""The rules about people once more, one person at a time; see `engine_reference`."""

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import shapely
from engine_doubts_reference import Seen, doubtful, seconds_to, too_far
from engine_ways_reference import beside_m, lit, metres_to, neighbour
from engine_wearers_reference import Ear, Stay, Tag

from minesafe.model.frame import TagFlag
from minesafe.model.mine import Duty, Mine, Zone, ZoneKind
from minesafe.model.quality import BELIEVED, Quality
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

Row = tuple[int, int, int, bool, float, int]


def judged(sampled: int, received: int) -> tuple[int, bool]:
    off = not -60 * SECOND <= sampled - received <= 5 * SECOND
    return (received if off else sampled), off


class People:
    """Who is where, by the sightings."""

    def __init__(self, mine: Mine) -> None:
        self.mine = mine
        self.fences = [(z, 0.0) for z in range(len(mine.zones))]
        self.fences += [(i, z.near_m) for i, z in enumerate(mine.zones) if z.near_m]
        self.tags = [Tag(p.counts, p.trade) for p in mine.people]
        self.ears = [
            Ear(round(max(3 * r.period_s, 30) * SECOND), round(r.period_s * SECOND))
            for r in mine.readers
        ]
        self.started = self.then = 0
        self.count_alarms: set[tuple[Condition, int]] = set()
        self.vacant: dict[tuple[int, str], int] = {}
        self.rows: list[Row] = []

    def heads(self) -> list[int]:
        zones = range(len(self.mine.zones))
        return [sum(t.counts and z in t.stays for t in self.tags) for z in zones]

    def _say(
        self, c: Condition, subject: int, on: bool, at: int, value: float = math.nan, zone: int = -1
    ) -> None:
        self.rows.append((int(c), subject, zone, on, value, at))

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
        news = error <= who.error or at - who.placed > 3 * SECOND // 2
        who.placing = "placed" if news else "other_nearer"
        who.placing = who.placing if placeable else "no_place"
        who.placing = who.placing if q in BELIEVED else "unbelieved"
        if who.placing == "placed":
            metres = min(max(chainage, 0.0), self.mine.roadways[roadway].length_m)
            if self._doubt(tag, who, ((roadway, metres), error, at)):
                who.placing = "too_fast"
        if who.placing == "placed":
            broke = at - who.placed > 90 * SECOND
            who.place = (roadway, metres)
            who.spot = (level, x, y)
            who.error, who.placed, who.out = error, at, False
            self._settle(tag, who, at)
            self._rest(tag, who, at, broke)

    def _doubt(self, number: int, who: Tag, new: Seen) -> bool:
        if not self.mine.policy.ride_m_s:
            return False
        was, away = who.place, False
        if was is not None and (away := too_far(self.mine, (was, who.error, who.placed), new)):
            if not who.doubt.told:
                self._say(
                    Condition.TOO_FAST, number, True, new[2], seconds_to(self.mine, was, new[0])
                )
            who.doubt.told = True
        elif new[2] - who.doubt.newest[2] >= 60 * SECOND:
            self._trust(number, who, new[2])
        return doubtful(self.mine, who.doubt, away, new)

    def _trust(self, number: int, who: Tag, at: int) -> None:
        if who.doubt.told:
            self._say(Condition.TOO_FAST, number, False, at)
        who.doubt.told, who.doubt.agreeing = False, 0

    def _flags(self, number: int, who: Tag, flags: int, at: int) -> None:
        for flag in (TagFlag.SOS, TagFlag.BUTTON, TagFlag.LOW_BATTERY):
            was, now = bool(who.flags & flag), bool(flags & flag)
            if was != now and (now or flag != TagFlag.BUTTON):
                self._say(Condition[str(flag.name)], number, now, at)
        who.flags = flags

    def _patience(self, who: Tag) -> float:
        """Seconds that he may stand still; where nobody asks, where he rests is forgotten."""
        stays = [self._zone(f) for f in who.stays if not self.fences[f][1]]
        patience = min((z.still_s for z in stays if z.still_s), default=math.inf)
        if patience == math.inf:
            who.rest = None
        return patience

    def _rest(self, number: int, who: Tag, at: int, broke: bool) -> None:
        assert who.place is not None
        patience, (road, metres), now = self._patience(who), who.place, False
        if patience < math.inf:
            was_road, was_metres, since = who.rest or (-1, 0.0, at)
            near = road == was_road and abs(metres - was_metres) < 2 and not broke
            now = near and (who.resting or at - since >= patience * SECOND)
            now |= who.resting and who.rest is None
            if not near:
                who.rest = (road, metres, at)
        self._stand(number, who, now, at)

    def _stand(self, number: int, who: Tag, now: bool, at: int) -> None:
        if now != who.resting:
            self._say(Condition.STANDING_STILL, number, now, at)
        who.resting = now

    def _settle(self, number: int, who: Tag, at: int) -> None:
        for fence, stay in who.stays.items():
            (zone, metres), guard = self.fences[fence], self._zone(fence).guard
            outside = not self._within(who, fence)
            away = self._off(who, zone) if self._drawn(fence) else self._away(who, zone)
            tolerance = guard.exit_tolerance_m  # without one, next door at the very border is far
            far = outside and (not tolerance or away > metres + tolerance)
            stay.tolerance = lit(stay.tolerance, outside, at, guard.tolerance_timeout_s)
            stay.delay = lit(stay.delay, far, at, guard.exit_delay_s)
        self._end_stays(number, who, at)
        fences = range(len(self.fences))
        begun = [f for f in fences if self._within(who, f) and f not in who.stays]
        self._say_stays(number, who, [(at, fence) for fence in begun], True)
        who.stays |= {fence: Stay(at) for fence in begun}
        self._mark(number, who, at)

    def _burn(self, number: int, who: Tag, until: int) -> None:
        """Everything that ends by `until`, a fence's time-out included."""
        for fence, stay in who.stays.items():
            patience = self._zone(fence).guard.fence_timeout_s
            due = who.placed + round(patience * SECOND)
            if patience and due <= until:
                stay.tolerance = min(stay.tolerance or due, due)
        self._mark(number, who, until)
        self._end_stays(number, who, until)
        self._patience(who)

    def _mark(self, number: int, who: Tag, until: int) -> None:
        """What time alone makes true of a stay that lasts."""
        for condition in (Condition.OVERTIME, Condition.UNCERTIFIED):
            dues = [(self._comes_true(condition, number, f, s), f) for f, s in who.stays.items()]
            for due, fence in sorted(dues):
                stay = who.stays[fence]
                if due <= until and due < stay.due() and condition not in stay.told:
                    self._say(condition, number, True, int(due), zone=self.fences[fence][0])
                    stay.told.add(condition)

    def _comes_true(self, condition: Condition, number: int, fence: int, stay: Stay) -> float:
        zone, (_, metres) = self._zone(fence), self.fences[fence]
        if metres:
            return math.inf
        if condition is Condition.OVERTIME:
            return stay.entered + zone.max_dwell_s * SECOND if zone.max_dwell_s else math.inf
        held = dict(self.mine.people[number].certificates)
        if not zone.certificates or not set(zone.certificates) <= set(held):
            return math.inf
        clock = ZoneInfo(self.mine.server.timezone)
        last = min(datetime.fromisoformat(held[c]).replace(tzinfo=clock) for c in zone.certificates)
        return max((last + timedelta(days=1)).timestamp() * SECOND, stay.entered)

    def _end_stays(self, number: int, who: Tag, until: int) -> None:
        over = [(due, f) for f, s in who.stays.items() for due in [s.due()] if due <= until]
        self._say_stays(number, who, over, False)
        for _, fence in over:
            del who.stays[fence]

    def _say_stays(self, number: int, who: Tag, when: list[tuple[float, int]], on: bool) -> None:
        when = sorted(when)
        for condition in () if on else (Condition.OVERTIME, Condition.UNCERTIFIED):
            for at, fence in when:
                if condition in who.stays[fence].told:
                    self._say(condition, number, False, int(at), zone=self.fences[fence][0])
        for condition, halo, straying in (
            (Condition.INSIDE, False, False),
            (Condition.TRESPASSING, False, True),
            (Condition.NEAR_DANGER, True, True),
        ):
            for at, fence in when:
                zone, metres = self.fences[fence]
                if bool(metres) is halo and (not straying or self._strays(number, fence)):
                    self._say(condition, number, on, int(at), zone=zone)

    def _strays(self, number: int, fence: int) -> bool:
        zone, person = self._zone(fence), self.mine.people[number]
        if zone.kind is ZoneKind.RESTRICTED and person.trade not in zone.permitted:
            return bool(zone.permitted) or not zone.certificates or not self._holds(number, fence)
        return not self._holds(number, fence)

    def _holds(self, number: int, fence: int) -> bool:
        held = {name for name, _ in self.mine.people[number].certificates}
        return set(self._zone(fence).certificates) <= held

    def _zone(self, fence: int) -> Zone:
        return self.mine.zones[self.fences[fence][0]]

    def _within(self, who: Tag, fence: int) -> bool:
        if who.place is None:
            return False
        zone, metres = self.fences[fence]
        if metres:
            return self._away(who, zone) <= metres
        if self.mine.zones[zone].polygon:
            return self._off(who, zone) == 0
        road, chainage = self.mine.roadways[who.place[0]].id, who.place[1]
        spans = self.mine.zones[zone].intervals
        return any(i.roadway == road and i.from_m <= chainage <= i.to_m for i in spans)

    def _drawn(self, fence: int) -> bool:
        return bool(self._zone(fence).polygon) and not self.fences[fence][1]

    def _off(self, who: Tag, zone: int) -> float:
        """Metres from a person's place to an area; 0 in it and on its edge."""
        level, x, y = who.spot
        there = self.mine.zones[zone]
        if level != self.mine.level_row[there.level] or not abs(x) + abs(y) < 1e5:
            return math.inf
        place = shapely.Point(round(1000 * x), round(1000 * y))
        return float(shapely.distance(shapely.Polygon(there.polygon), place)) / 1000

    def _away(self, who: Tag, zone: int) -> float:
        """Metres along the roadways from a person's place to a zone."""
        assert who.place is not None
        return metres_to(self.mine, who.place, self.mine.zones[zone].intervals)

    def _absence(self, number: int, who: Tag, now: int) -> None:
        period = self.ears[who.reader].period if who.reader >= 0 else 0
        due = who.seen + max(round(self.mine.policy.lost_contact_s * SECOND), 3 * period)
        lost = not who.out and now > due and not self._leaves(who, now)
        if lost != who.lost:
            self._say(Condition.LOST_CONTACT, number, lost, due if lost else who.seen)
        who.lost = lost

    def _elapse(self, number: int, who: Tag, until: int) -> None:
        if self._leaves(who, until):
            left = self._left(who)
            self._burn(number, who, left)
            self._say_stays(number, who, [(left, zone) for zone in who.stays], False)
            self._stand(number, who, False, left)
            self._trust(number, who, left)
            who.out, who.place, who.stays = True, None, {}
        self._burn(number, who, until)

    def _leaves(self, who: Tag, until: int) -> bool:
        """Whether he has gone out by then: seen last at the portal, and not since."""
        return not who.out and self._at_portal(who) and until > self._left(who)

    def _left(self, who: Tag) -> int:
        period = self.ears[who.reader].period if who.reader >= 0 else 0
        return who.seen + max(5 * SECOND, 2 * period)

    def _at_portal(self, who: Tag) -> bool:
        kinds = [zone.kind for zone in self.mine.zones]
        return any(k is ZoneKind.PORTAL and self._within(who, z) for z, k in enumerate(kinds))

    def _together(self, now: int) -> None:
        patience, look = self.mine.policy.together_s, 10 * SECOND
        if not patience or now // look == self.then // look:
            return
        now = self.then
        fresh = [None if t.out or now - t.placed > 20 * SECOND else t.place for t in self.tags]
        for i, who in enumerate(self.tags):
            here, was, kept = fresh[i], who.looked, False
            if who.mate is not None and here and (there := fresh[who.mate]):
                beside = beside_m(here, there) < 1
                kept = beside or now - who.mate_at <= 30 * SECOND
                who.mate_at = now if beside else who.mate_at
            if kept and here and was and here[0] == was[0]:
                who.walked += abs(here[1] - was[1])
            elif not kept:
                who.mate, who.mate_since, who.walked = neighbour(fresh, i), now, 0.0
                who.mate_at = now
            long = now - who.mate_since >= patience * SECOND and who.walked >= 50
            if (as_one := who.mate is not None and long) != who.as_one:
                mate = float(who.mate) if as_one and who.mate is not None else math.nan
                self._say(Condition.MOVING_AS_ONE, i, as_one, now, mate)
                who.as_one = as_one
        for who, here in zip(self.tags, fresh, strict=True):
            who.looked = here

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

    # --- posts --------------------------------------------------------------------------

    def _posts(self, now: int) -> None:
        for zone, there in enumerate(self.mine.zones):
            asked = {w for w in there.post if there.kind is not ZoneKind.MINE or w != "leader"}
            led = {"leader"} if there.kind is ZoneKind.MINE else set()
            self._missing(Condition.LEADER_ABSENT, zone, led, now)
            self._missing(Condition.POST_ABSENT, zone, asked, now)

    def _missing(self, condition: Condition, zone: int, words: set[str], now: int) -> None:
        heads, holds = self.heads()[zone], False
        for word in words:
            keepers = self._keepers(word, self.then)
            kept = any(zone in self.tags[k].stays for k in keepers)
            if heads and keepers and not kept:
                since = self.vacant.setdefault((zone, word), self.then)
                holds |= now - since >= round(self.mine.policy.absent_s * SECOND)
            else:
                self.vacant.pop((zone, word), None)
        if holds != ((condition, zone) in self.count_alarms):
            self._say(condition, zone, holds, now if holds else self.then, float(heads))
            self.count_alarms ^= {(condition, zone)}

    def _keepers(self, word: str, now: int) -> list[int]:
        if word in list(Duty):
            shifts = [s for s in self.mine.shifts if s.start <= now < s.end]
            held = [person for s in shifts for person in s.holders(Duty(word))]
            return [self.mine.person_row[person] for person in held]
        return [i for i, p in enumerate(self.mine.people) if p.trade == word]
