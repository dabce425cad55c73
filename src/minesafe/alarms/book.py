"""The alarm book: a fold over the journal's `AlarmMoved`, and the decisions that write them.

`decide` reads and never changes; `apply` is the only thing that changes the book. So a book
rebuilt from the journal after a crash is the book that was.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from minesafe.alarms.conditions import FAMILIES, FINDING_LEVELS, Family
from minesafe.alarms.lifecycle import MOVES, Signal
from minesafe.alarms.places import zones_of_person, zones_of_point
from minesafe.model.alarm import Alarm
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AlarmSource,
    AlarmState,
    FindingKind,
    Origin,
)
from minesafe.model.mine import Mine, Severity
from minesafe.model.picture import Picture
from minesafe.model.time import Micros
from minesafe.model.verdict import Condition, Verdict


@dataclass(frozen=True, slots=True)
class _Change:
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


Moves = list[tuple[AlarmMoved, Micros]]
"""Moves with the time at which each was true in the mine."""

NO_LONGER_WATCHED = "no_longer_watched"
"""Why a condition ends that this revision has no point, limit or rule for."""

CanHold = Callable[[Condition, int, int, float], bool]
"""(condition, subject's row, zone's row or -1, value that decided)."""


class Book:
    """Every alarm that is not normal, by key; and how often each has been."""

    def __init__(self, mine: Mine) -> None:
        self._mine = mine
        self._alarms: dict[str, Alarm] = {}
        self._episodes: dict[str, int] = {}
        self._rows = _rows_of(mine)

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; the alarms stay as they are (`decide_restart`)."""
        self._mine, self._rows = mine, _rows_of(mine)

    # --- reading ------------------------------------------------------------------------

    def alarms(self) -> list[Alarm]:
        """Unacknowledged first, then the worst, then the newest."""
        return sorted(
            self._alarms.values(),
            key=lambda a: (a.state is AlarmState.ACKED, a.severity.rank, -a.changed),
        )

    def alarm(self, episode: str) -> Alarm | None:
        """The alarm of an episode, None once it is normal."""
        found = self._alarms.get(_key_of(episode))
        return found if found is not None and found.episode == episode else None

    # --- deciding -----------------------------------------------------------------------

    def decide(self, verdict: Verdict, picture: Picture) -> Moves:
        """What the verdict's transitions do to the book, in their order."""
        return self._moves(self._changes(verdict, picture))

    def decide_finding(self, finding: FindingKind, subject: str, on: bool, at: Micros) -> Moves:
        """What a finding's beginning or end does to the book."""
        change = _Change(
            key=f"{finding}:{subject}",
            condition=finding.value,
            on=on,
            severity=FINDING_LEVELS[finding],
            source=AlarmSource.FINDING,
            subject=subject,
            zones=(),
            value=None,
            limit=None,
            rule=None,
            reason=finding.value,
            at=at,
        )
        return self._moves([change])

    def decide_acknowledgement(self, episode: str, by: str, origin: Origin) -> AlarmMoved:
        """An acknowledgement by name.

        Raises:
            Refused: unknown_alarm · already_acknowledged.
        """
        alarm = self.alarm(episode)
        if alarm is None:
            raise Refused("unknown_alarm", episode=episode)
        step = MOVES.get((alarm.state, Signal.ACKNOWLEDGE))
        if step is None:
            raise Refused("already_acknowledged", by=alarm.acknowledged_by or "")
        return _moved(alarm, *step, by=by, origin=origin, reason="acknowledged_by")

    def decide_restart(self, can_hold: CanHold, at: Micros) -> Moves:
        """After a restart, or under another revision: end what nobody would see end.

        Args:
            can_hold: told of each condition that holds; False where nobody would see it end.
            at: now.
        """
        moves: Moves = []
        for alarm in self._alarms.values():
            still = {c: s for c, s in alarm.conditions.items() if self._holds(alarm, c, can_hold)}
            if still != alarm.conditions:
                state, move = MOVES[alarm.state, Signal.LESS if still else Signal.OFF]
                over = _moved(alarm, state, move, active=still, reason=NO_LONGER_WATCHED)
                moves.append((over, at))
        return moves

    def _holds(self, alarm: Alarm, condition: str, can_hold: CanHold) -> bool:
        if alarm.source is AlarmSource.FINDING:
            return True
        family = FAMILIES[Condition[condition.upper()]]
        row = self._rows[alarm.source].get(alarm.subject)
        if family.logic:
            row = self._mine.logic_row.get(alarm.rule or "")
        zone = self._mine.zone_row.get(alarm.zones[0]) if family.by_zone else -1
        value = math.nan if alarm.value is None else alarm.value
        if row is None or zone is None:
            return False
        return can_hold(Condition[condition.upper()], row, zone, value)

    def _changes(self, verdict: Verdict, picture: Picture) -> Iterable[_Change]:
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
    ) -> _Change:
        mine = self._mine
        about = mine.point_row[mine.logic[row].about] if family.logic else row
        subject, zones = self._subject(family.source, about, picture)
        if family.by_zone:
            zones = (mine.zones[zone].id,)
        apart = zones[0] if family.by_zone else mine.logic[row].id if family.logic else ""
        key = f"{family.name}:{subject}" + (f":{apart}" if apart else "")
        return _Change(
            key=key,
            condition=condition.name.lower(),
            on=on,
            severity=family.severity(mine, row, value),
            source=family.source,
            subject=subject,
            zones=zones,
            value=None if math.isnan(value) else value,
            limit=self._limit(family, row, condition, at),
            rule=self._rule(family, row),
            reason=family.reason,
            at=at,
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

    def _moves(self, changes: Iterable[_Change]) -> Moves:
        """Fold all changes of one alarm into at most two moves: it came, it went.

        A value that jumps over alarm and cut-off at once is one rise to the worse level, so that
        one order is given and not a mild one followed by a grave one.
        """
        by_key: dict[str, list[_Change]] = {}
        for change in changes:
            by_key.setdefault(change.key, []).append(change)
        return [move for group in by_key.values() for move in self._moves_of(group)]

    def _moves_of(self, group: list[_Change]) -> Moves:
        alarm = self._alarms.get(group[0].key)
        before = dict(alarm.conditions) if alarm else {}
        begun = [c for c in group if c.on and _is_new(c, before)]
        after = dict(before)
        for change in group:
            if change.on:
                after[change.condition] = change.severity
            else:
                after.pop(change.condition, None)
        moves: Moves = []
        if begun:
            worst = min(begun, key=lambda c: c.severity.rank)
            peak = before | {c.condition: c.severity for c in begun}
            moves.append((self._begin(alarm, worst, peak), worst.at))
            alarm = _after(alarm, *moves[0])
        if alarm is not None and after != alarm.conditions:
            moves.append((self._end(alarm, after, group[-1]), group[-1].at))
        return moves

    def _begin(
        self, alarm: Alarm | None, change: _Change, conditions: dict[str, Severity]
    ) -> AlarmMoved:
        worse = alarm is None or change.severity.rank < alarm.severity.rank
        state = alarm.state if alarm else AlarmState.NORMAL
        state, move = MOVES[state, Signal.WORSE if worse else Signal.ON]
        if alarm is not None and not worse and not _stands_out(change, conditions):
            return _moved(alarm, state, move, active=conditions, reason=change.reason)
        return AlarmMoved(
            episode=alarm.episode if alarm else self._next_episode(change.key),
            move=move,
            state=state,
            severity=change.severity if alarm is None or worse else alarm.severity,
            source=change.source,
            subject=change.subject,
            condition=change.condition,
            active=conditions,
            zones=change.zones,
            value=change.value,
            limit=change.limit,
            rule=change.rule,
            reason=change.reason,
        )

    def _end(self, alarm: Alarm, conditions: dict[str, Severity], change: _Change) -> AlarmMoved:
        state, move = MOVES[alarm.state, Signal.LESS if conditions else Signal.OFF]
        return _moved(
            alarm, state, move, active=conditions, value=change.value, reason=change.reason
        )

    def _next_episode(self, key: str) -> str:
        return f"{key}#{self._episodes.get(key, 0) + 1}"

    # --- the fold -----------------------------------------------------------------------

    def apply(self, moved: AlarmMoved, at: Micros) -> None:
        """Take one journalled move."""
        key = _key_of(moved.episode)
        self._episodes[key] = int(moved.episode.rpartition("#")[2])
        after = _after(self._alarms.get(key), moved, at)
        if after.state is AlarmState.NORMAL:
            self._alarms.pop(key, None)
        else:
            self._alarms[key] = after


def _rows_of(mine: Mine) -> dict[AlarmSource, dict[str, int]]:
    return {
        AlarmSource.POINT: mine.point_row,
        AlarmSource.ZONE: mine.zone_row,
        AlarmSource.PERSON: mine.person_row,
        AlarmSource.READER: mine.reader_row,
    }


def _is_new(change: _Change, before: Mapping[str, Severity]) -> bool:
    """It did not hold, or held less gravely: a sensor in calibration that then fails rises."""
    held = before.get(change.condition)
    return held is None or change.severity.rank < held.rank


def _stands_out(change: _Change, holding: Mapping[str, Severity]) -> bool:
    """Nothing else that holds is as grave: what the alarm says is about this one from now on.

    So an alarm that comes back before anyone has acknowledged it tells its value and place of
    now, and not those it went with.
    """
    others = (severity for condition, severity in holding.items() if condition != change.condition)
    return all(change.severity.rank < severity.rank for severity in others)


def _key_of(episode: str) -> str:
    return episode.rpartition("#")[0]


def _after(before: Alarm | None, moved: AlarmMoved, at: Micros) -> Alarm:
    acknowledged = {
        AlarmMove.ACKNOWLEDGE: moved.by,
        AlarmMove.RISE: None,
        AlarmMove.RAISE: None,
    }.get(moved.move, before.acknowledged_by if before else None)
    return Alarm(
        episode=moved.episode,
        state=moved.state,
        severity=moved.severity,
        source=moved.source,
        subject=moved.subject,
        condition=moved.condition,
        zones=moved.zones,
        value=moved.value,
        limit=moved.limit,
        rule=moved.rule,
        reason=moved.reason,
        began=before.began if before else at,
        changed=at,
        conditions=moved.active,
        acknowledged_by=acknowledged,
    )


def _moved(
    alarm: Alarm,
    state: AlarmState,
    move: AlarmMove,
    *,
    active: Mapping[str, Severity] | None = None,
    value: float | None = None,
    by: str | None = None,
    origin: Origin = Origin.RULE,
    reason: str,
) -> AlarmMoved:
    """A move that changes nothing of what the alarm is about.

    Severity keeps its maximum until somebody knows of it: once acknowledged it follows what
    still holds, so that the next rise sounds again.
    """
    holding = dict(alarm.conditions if active is None else active)
    severity, condition = alarm.severity, alarm.condition
    if state is AlarmState.ACKED and holding:
        condition = min(holding, key=lambda c: holding[c].rank)
        severity = holding[condition]
    return AlarmMoved(
        episode=alarm.episode,
        move=move,
        state=state,
        severity=severity,
        source=alarm.source,
        subject=alarm.subject,
        condition=condition,
        active=holding,
        zones=alarm.zones,
        value=alarm.value if value is None else value,
        limit=alarm.limit,
        rule=alarm.rule,
        by=by,
        origin=origin,
        reason=reason,
    )
