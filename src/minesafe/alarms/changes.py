"""What the verdict's rows mean for the book: conditions of alarms that began or ended."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from minesafe.alarms.conditions import FAMILIES, FINDING_LEVELS, Family
from minesafe.alarms.places import zones_of_person, zones_of_point
from minesafe.model.events import AlarmSource, FindingKind
from minesafe.model.mine import Mine, Severity
from minesafe.model.picture import Picture
from minesafe.model.time import Micros
from minesafe.model.verdict import Condition, Verdict


@dataclass(frozen=True, slots=True)
class Change:
    """One condition of one alarm beginning or ending."""

    key: str
    condition: str
    on: bool
    severity: Severity
    source: AlarmSource
    subject: str
    zones: tuple[str, ...]
    value: float | None
    limit: float | None
    rule: str | None
    reason: str
    at: Micros
    latched: bool = True
    """Waits for somebody to look even when it has gone."""
    other: str = ""
    """Person id of whoever else it is about: of two tags that move as one, the other's."""


def change_of_finding(
    finding: FindingKind, subject: str, on: bool, at: Micros, zones: tuple[str, ...] = ()
) -> Change:
    """A finding's beginning or end as the book sees it; `zones` are those it is about."""
    return Change(
        key=f"{finding}:{subject}",
        condition=finding.value,
        on=on,
        severity=FINDING_LEVELS[finding],
        source=AlarmSource.FINDING,
        subject=subject,
        zones=zones,
        value=None,
        limit=None,
        rule=None,
        reason=finding.value,
        at=at,
    )


class Changes:
    """Reads verdicts of one mine."""

    def __init__(self, mine: Mine) -> None:
        self._mine = mine

    def of(self, verdict: Verdict, picture: Picture) -> Iterable[Change]:
        """The verdict's transitions that are booked, in their order."""
        for code, row, zone, on, value, at in verdict.transitions.rows():
            family = FAMILIES.get(Condition(code))
            if family is not None:
                yield self._change(Condition(code), family, row, zone, on, value, at, picture)

    def _change(
        self,
        condition: Condition,
        family: Family,
        row: int,
        zone: int,
        on: bool,
        value: float,
        at: Micros,
        picture: Picture,
    ) -> Change:
        mine = self._mine
        about = mine.point_row[mine.logic[row].about] if family.logic else row
        subject, zones = self._subject(family.source, about, picture)
        if family.by_zone:
            zones = (mine.zones[zone].id,)
        paired = condition is Condition.MOVING_AS_ONE and not math.isnan(value)
        apart = zones[0] if family.by_zone else mine.logic[row].id if family.logic else ""
        return Change(
            key=f"{family.name}:{subject}" + (f":{apart}" if apart else ""),
            condition=condition.name.lower(),
            on=on,
            severity=family.severity(mine, row, value),
            source=family.source,
            subject=subject,
            zones=zones,
            value=None if math.isnan(value) or paired else value,
            limit=self._limit(family, row, condition, at),
            rule=self._rule(family, row),
            reason=family.reason,
            at=at,
            latched=self._latched(family, about),
            other=mine.people[int(value)].id if paired else "",
        )

    def _subject(
        self, source: AlarmSource, row: int, picture: Picture
    ) -> tuple[str, tuple[str, ...]]:
        mine = self._mine
        if source is AlarmSource.POINT:
            return mine.points[row].id, zones_of_point(mine, row)
        if source is AlarmSource.ZONE:
            return mine.zones[row].id, (mine.zones[row].id,)
        if source is AlarmSource.PERSON:
            return mine.people[row].id, zones_of_person(mine, picture, row)
        return mine.readers[row].id, ()

    def _rule(self, family: Family, row: int) -> str | None:
        if family.logic:
            return self._mine.logic[row].id
        if family.window is not None:
            window = self._mine.window.get((row, family.window))
            return window.id if window else None
        return self._mine.points[row].rule if family.limit else None

    def _limit(self, family: Family, row: int, condition: Condition, at: Micros) -> float | None:
        if family.limit is not None:
            limit: float | None = getattr(self._mine.points[row].limits, family.limit)
            return limit
        if family.window is not None:
            window = self._mine.window.get((row, family.window))
            return window.limit if window else None
        if condition in (Condition.OVERCROWDED, Condition.GROSSLY_OVERCROWDED):
            return self._mine.head_limit(self._mine.zones[row], at)
        return None

    def _latched(self, family: Family, row: int) -> bool:
        """By the rule of the limit, else by the point's kind; all that is not of points latches."""
        if family.source is not AlarmSource.POINT or family.logic:
            return True
        point = self._mine.points[row]
        rule = self._mine.rule.get(point.rule or "") if family.limit is not None else None
        if rule is not None and rule.latch is not None:
            return rule.latch
        return self._mine.kind[point.kind].latch
