"""Which alarms of a flood another one explains: a view, with the root said and no member lost.

Ten new alarms in ten minutes are more than one person answers. Then those are folded into the
one they come from: points into their lost substation, readers and counts into their station, what
a stopped fan carries into the fan. Evacuation-class alarms always stay single.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from minesafe.alarms.cover import NOT_HEARD
from minesafe.alarms.kpi import FLOOD, TEN_MINUTES, Tally
from minesafe.alarms.places import zones_at, zones_of_point
from minesafe.alarms.shelf import evacuates
from minesafe.model.alarm import Alarm, Group, Groups
from minesafe.model.events import AlarmSource
from minesafe.model.mine import Mine, ZoneKind
from minesafe.model.time import SECOND, Micros

BEFORE: Micros = 60 * SECOND
"""A follower may be judged so much earlier than its root: each sensor has its own period."""

LEAST = 2
"""Members of a group; one alarm behind another is read as quickly as it is opened."""

HEALTH, COUNT = "health", "count"
"""Families of alarms that tell of not hearing."""

EXPLAINED, DEVICE_LOST, CARRIED = "explained", "device_lost", "carried"


def grouped(mine: Mine, alarms: Sequence[Alarm], tally: Tally, now: Micros) -> Groups:
    """How the list is to be read now."""
    new = len(tally.since(TEN_MINUTES, now))
    flood = new >= FLOOD
    known = _Known.of(mine, alarms)
    members: dict[tuple[str, str], list[str]] = {}
    for alarm in alarms:
        if not evacuates(mine, alarm):
            found = next(_roots(known, alarm, flood), None)
            if found is not None and found[0] != alarm.episode:
                members.setdefault(found, []).append(alarm.episode)
    roots = {root for root, _ in members}
    groups = (
        Group(root, why, tuple(episodes))
        for (root, why), episodes in members.items()
        if len(episodes) >= LEAST and not roots.intersection(episodes)
    )
    return Groups(flood, new, tuple(groups))


@dataclass(frozen=True, slots=True)
class _Known:
    """What may be a root."""

    mine: Mine
    standing: Mapping[str, Alarm]
    """What holds now, by key."""
    carriers: Sequence[tuple[Alarm, int]]
    """Alarms of points whose kind carries others, with the point's row."""

    @classmethod
    def of(cls, mine: Mine, alarms: Sequence[Alarm]) -> Self:
        standing = {a.key: a for a in alarms if a.active}
        rows = ((a, mine.point_row.get(a.subject)) for a in alarms if a.active)
        heads = [(a, row) for a, row in rows if row is not None and a.family != HEALTH]
        return cls(mine, standing, [(a, row) for a, row in heads if _carries(mine, row)])


def _carries(mine: Mine, row: int) -> tuple[str, ...]:
    return mine.kind[mine.points[row].kind].carries


def _roots(known: _Known, alarm: Alarm, flood: bool) -> Iterator[tuple[str, str]]:
    """(root's episode, why) of one alarm, as many as may explain it, the surest first."""
    if alarm.root:
        yield alarm.root, EXPLAINED
    if flood:
        yield from _by_device(known, alarm)
        yield from _by_carrier(known, alarm)


def _by_device(known: _Known, alarm: Alarm) -> Iterator[tuple[str, str]]:
    """Nothing is heard of it because its substation, gateway or base station is not heard."""
    for device in _devices(known.mine, alarm):
        for kind in NOT_HEARD:
            root = known.standing.get(f"{kind}:{device}")
            if root is not None:
                yield root.episode, DEVICE_LOST


def _devices(mine: Mine, alarm: Alarm) -> Iterator[str]:
    if alarm.family == HEALTH and alarm.source is AlarmSource.POINT:
        row = mine.point_row.get(alarm.subject)
        yield from () if row is None else (mine.points[row].device,)
    elif alarm.family == HEALTH and alarm.source is AlarmSource.READER:
        yield from (r.station for r in mine.readers if r.id == alarm.subject)
    elif alarm.family == COUNT:
        for reader in mine.readers:
            if alarm.subject in zones_at(mine, reader.roadway, reader.chainage_m):
                yield reader.station


def _by_carrier(known: _Known, alarm: Alarm) -> Iterator[tuple[str, str]]:
    """What its kind carries, from when it began: everywhere, or in the zones they share."""
    mine = known.mine
    row = mine.point_row.get(alarm.subject) if alarm.source is AlarmSource.POINT else None
    for root, head in known.carriers if row is not None else ():
        if alarm.began < root.began - BEFORE or row is None:
            continue
        if mine.points[row].kind in _carries(mine, head) and _reaches(mine, head, row):
            yield root.episode, CARRIED


def _reaches(mine: Mine, head: int, row: int) -> bool:
    rule = mine.rule.get(mine.points[head].rule or "")
    if rule is not None and rule.scope == "mine":
        return True
    whole = {z.id for z in mine.zones if z.kind is ZoneKind.MINE}
    shared = set(zones_of_point(mine, head)) & set(zones_of_point(mine, row))
    return bool(shared - whole)
