"""The alarm book: a fold over the journal's `AlarmMoved`, and the decisions that write them.

`decide…` reads and never changes; `apply` is the only thing that changes the book. So a book
rebuilt from the journal after a crash is the book that was.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from minesafe.alarms.changes import Change, Changes, change_of_finding
from minesafe.alarms.conditions import FAMILIES
from minesafe.alarms.cover import Cover, Covers
from minesafe.alarms.due import due
from minesafe.alarms.kpi import Tally
from minesafe.alarms.lifecycle import MOVES, Signal
from minesafe.alarms.moves import after, begun, joined, moved
from minesafe.alarms.permits import Permits
from minesafe.alarms.records import Records
from minesafe.model.alarm import Alarm
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmHandled,
    AlarmMoved,
    AlarmRecordClosed,
    AlarmSource,
    AlarmState,
    FindingKind,
    Origin,
    PermitAsked,
    PermitConfirmed,
    PermitEnded,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine, Severity
from minesafe.model.picture import Picture
from minesafe.model.time import Micros
from minesafe.model.verdict import Condition, Verdict

AlarmBody = (
    AlarmMoved | AlarmHandled | AlarmRecordClosed | PermitAsked | PermitConfirmed | PermitEnded
)
"""What of the journal the book is a fold over."""

Moves = list[tuple[AlarmMoved, Micros]]
"""Moves with the time at which each was true in the mine."""

NO_LONGER_WATCHED = "no_longer_watched"
"""Why a condition ends that this revision has no point, limit or rule for."""

CanHold = Callable[[Condition, int, int, float], bool]
"""(condition, subject's row, zone's row or -1, value that decided)."""

_STANDING = (
    AlarmState.UNACKED,
    AlarmState.RETURNED_UNACKED,
    AlarmState.ACKED,
    AlarmState.SHELVED,
    AlarmState.SUPPRESSED,
    AlarmState.OUT_OF_SERVICE,
)
LISTED = {state: 0 if i < 2 else i for i, state in enumerate(_STANDING)}
"""Where in the list each state stands: who waits for somebody first."""


class Book(Fold):
    """Every alarm that is not normal, by key; how often each has been; and the permits."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_alarms": dict[str, Alarm],
        "_episodes": dict[str, int],
    }
    AROUND: ClassVar[frozenset[str]] = frozenset(
        {"permits", "records", "tally", "mine", "_rows", "_changes", "_covers"}
    )

    def __init__(self, mine: Mine) -> None:
        self._alarms: dict[str, Alarm] = {}
        self._episodes: dict[str, int] = {}
        self.permits = Permits(mine)
        self.records = Records()
        self.tally = Tally()
        self.take_over(mine)

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; the alarms stay as they are (`decide_restart`)."""
        self.mine, self._rows = mine, _rows_of(mine)
        self._changes = Changes(mine)
        self.permits.take_over(mine)
        self._covers = Covers(mine, self._alarms, self.permits)

    # --- reading ------------------------------------------------------------------------

    def alarms(self) -> list[Alarm]:
        """Unacknowledged first, then the worst, then the newest; those set aside last."""
        return sorted(
            self._alarms.values(),
            key=lambda a: (LISTED[a.state], a.severity.rank, -a.changed),
        )

    def alarm(self, episode: str) -> Alarm | None:
        """The alarm of an episode, None once it is normal."""
        found = self._alarms.get(_key_of(episode))
        return found if found is not None and found.episode == episode else None

    def standing(self, episode: str) -> Alarm:
        """As `alarm`.

        Raises:
            Refused: unknown_alarm.
        """
        found = self.alarm(episode)
        if found is None:
            raise Refused("unknown_alarm", episode=episode)
        return found

    # --- deciding -----------------------------------------------------------------------

    def decide(self, verdict: Verdict, picture: Picture) -> Moves:
        """What the verdict's transitions do to the book, in their order."""
        return self._moves(self._changes.of(verdict, picture), verdict.now)

    def decide_finding(self, finding: FindingKind, subject: str, on: bool, at: Micros) -> Moves:
        """What a finding's beginning or end does to the book."""
        zones = self._cut_off(subject) if finding is FindingKind.FEED_AFTER_CUT else ()
        return self._moves([change_of_finding(finding, subject, on, at, zones)], at)

    def _cut_off(self, output: str) -> tuple[str, ...]:
        """Zones whose power an output cuts."""
        return next((o.zones for o in self.mine.outputs if o.id == output), ())

    def decide_acknowledgement(
        self, episode: str, by: str, origin: Origin, note: str = ""
    ) -> AlarmMoved:
        """An acknowledgement by name; what was written with it stays beside it.

        Raises:
            Refused: unknown_alarm · already_acknowledged · set_aside.
        """
        alarm = self.standing(episode)
        step = MOVES.get((alarm.state, Signal.ACKNOWLEDGE))
        if step is None and alarm.state is AlarmState.ACKED:
            raise Refused("already_acknowledged", by=alarm.acknowledged_by or "")
        if step is None:
            raise Refused("set_aside", state=alarm.state.value)
        note = note.strip()
        return moved(alarm, *step, by=by, origin=origin, reason="acknowledged_by", note=note)

    def decide_time(self, now: Micros) -> Moves:
        """What time and permits do to alarms nobody touched; asked once a tick."""
        moves: Moves = []
        for alarm in self._alarms.values():
            cover = self.over(alarm, now)
            wanted = due(alarm, cover, self.mine.policy, now)
            if wanted is not None:
                step = MOVES[alarm.state, wanted.signal]
                permit = cover.permit if wanted.signal is not Signal.AGAIN else None
                root = cover.root if wanted.signal is Signal.SUPPRESS else ""
                over = moved(alarm, *step, reason=wanted.reason, root=root, permit=permit)
                moves.append((over, now))
        return moves

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
                over = moved(alarm, state, move, active=still, reason=NO_LONGER_WATCHED)
                moves.append((over, at))
        return moves

    def _holds(self, alarm: Alarm, condition: str, can_hold: CanHold) -> bool:
        if alarm.source is AlarmSource.FINDING:
            return True
        family = FAMILIES[Condition[condition.upper()]]
        row = self._rows[alarm.source].get(alarm.subject)
        if family.logic:
            row = self.mine.logic_row.get(alarm.rule or "")
        zone = self.mine.zone_row.get(alarm.zones[0]) if family.by_zone else -1
        value = math.nan if alarm.value is None else alarm.value
        if row is None or zone is None:
            return False
        return can_hold(Condition[condition.upper()], row, zone, value)

    def over(self, about: Alarm | Change, now: Micros) -> Cover:
        """What lies over an alarm now."""
        return self._covers.over(about.source, about.subject, about.key, now)

    def _moves(self, changes: Iterable[Change], now: Micros) -> Moves:
        """Fold all changes of one alarm into at most two moves: it came, it went.

        A value that jumps over alarm and cut-off at once is one rise to the worse level, so that
        one order is given and not a mild one followed by a grave one.
        """
        by_key: dict[str, list[Change]] = {}
        for change in changes:
            by_key.setdefault(change.key, []).append(change)
        return [move for group in by_key.values() for move in self._moves_of(group, now)]

    def _moves_of(self, group: list[Change], now: Micros) -> Moves:
        alarm = self._alarms.get(group[0].key)
        before = dict(alarm.conditions) if alarm else {}
        news = [c for c in group if c.on and _is_new(c, before)]
        holding = dict(before)
        for change in group:
            if change.on:
                holding[change.condition] = change.severity
            else:
                holding.pop(change.condition, None)
        moves: Moves = []
        if news:
            worst = min(news, key=lambda c: c.severity.rank)
            peak = before | {c.condition: c.severity for c in news}
            moves.append((self._begin(alarm, worst, peak, now), worst.at))
            alarm = after(alarm, *moves[0])
        if alarm is not None and holding != alarm.conditions:
            moves.append((_end(alarm, holding, group[-1]), group[-1].at))
        return moves

    def _begin(
        self, alarm: Alarm | None, change: Change, conditions: dict[str, Severity], now: Micros
    ) -> AlarmMoved:
        cover = self.over(change, now)
        if alarm is not None:
            return joined(alarm, change, conditions, cover.permit)
        episode = f"{change.key}#{self._episodes.get(change.key, 0) + 1}"
        return begun(change, episode, cover.signal, conditions, **cover.aside)

    # --- the fold -----------------------------------------------------------------------

    def apply(self, body: AlarmBody, at: Micros) -> None:
        """Take one journalled body: a move, or what became of a permit or a record."""
        if isinstance(body, AlarmMoved):
            self._move(body, at)
        elif isinstance(body, AlarmHandled | AlarmRecordClosed):
            self.records.apply(body, at)
        else:
            self.permits.apply(body, at)

    def _move(self, move: AlarmMoved, at: Micros) -> None:
        key = _key_of(move.episode)
        self._episodes[key] = int(move.episode.rpartition("#")[2])
        before = self._alarms.get(key)
        alarm = after(before, move, at)
        if alarm.subject not in self.mine.self_tests:
            self.records.follow(alarm, at)
            self.tally.follow(before, alarm, at)
        if alarm.state is AlarmState.NORMAL:
            self._alarms.pop(key, None)
        else:
            self._alarms[key] = alarm


def _rows_of(mine: Mine) -> dict[AlarmSource, dict[str, int]]:
    return {
        AlarmSource.POINT: mine.point_row,
        AlarmSource.ZONE: mine.zone_row,
        AlarmSource.PERSON: mine.person_row,
        AlarmSource.READER: mine.reader_row,
    }


def _is_new(change: Change, before: Mapping[str, Severity]) -> bool:
    """It did not hold, or held less gravely: a sensor in calibration that then fails rises."""
    held = before.get(change.condition)
    return held is None or change.severity.rank < held.rank


def _end(alarm: Alarm, conditions: dict[str, Severity], change: Change) -> AlarmMoved:
    """The last one out; what was of level I is looked at, whatever its rule says of latching."""
    gone = Signal.OFF if change.latched or alarm.severity is Severity.I else Signal.GONE
    state, move = MOVES[alarm.state, Signal.LESS if conditions else gone]
    return moved(alarm, state, move, active=conditions, value=change.value, reason=change.reason)


def _key_of(episode: str) -> str:
    return episode.rpartition("#")[0]
