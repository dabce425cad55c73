"""处理记录: what is still to be written down about alarms. A fold over the journal.

The alarm and its record part: an alarm returns to normal by itself, its record stays open until
somebody has written what it was, and what was done, and somebody has closed it. Alarms of level
IV are notes and ask for none; what was only ever suppressed or out of service was never heard.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from minesafe.model.alarm import Alarm, Ledger, Record
from minesafe.model.alarm_acts import CloseRecord, Handle
from minesafe.model.errors import Refused
from minesafe.model.events import AlarmHandled, AlarmRecordClosed, AlarmState
from minesafe.model.fold import Fold
from minesafe.model.mine import Severity
from minesafe.model.time import Micros

MOST_OPEN = 5_000
"""Past it the first of those that are over leave the list; the journal keeps what it holds."""


class Records(Fold):
    """Open records by episode, oldest first."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_open": dict[str, Record],
        "_over": dict[str, None],
        "_beyond": int,
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({})

    def __init__(self) -> None:
        self._open: dict[str, Record] = {}
        self._over: dict[str, None] = {}
        """Of those, the episodes that have ended, the first to end first."""
        self._beyond = 0

    # --- reading ------------------------------------------------------------------------

    def open(self) -> Ledger:
        """Those that are over and not written first, then the newest."""
        waiting = sorted(
            self._open.values(),
            key=lambda r: (r.ended is None, r.handled is not None, r.severity.rank, -r.began),
        )
        return Ledger(tuple(waiting), self._beyond)

    def _found(self, episode: str) -> Record:
        found = self._open.get(episode)
        if found is None:
            raise Refused("unknown_record", episode=episode)
        return found

    # --- deciding -----------------------------------------------------------------------

    def handle(self, act: Handle) -> AlarmHandled:
        """Somebody writes what it was; also while it still holds, and again if he knows better.

        Raises:
            Refused: unknown_record · reason_needed · unknown_bearer.
        """
        record = self._found(act.episode)
        if not (act.cause.strip() and act.measure.strip()):
            raise Refused("reason_needed")
        if act.bearer and act.bearer not in record.bearers:
            raise Refused("unknown_bearer", person=act.bearer)
        return AlarmHandled(
            episode=record.episode,
            cause=act.cause.strip(),
            planned=act.planned,
            measure=act.measure.strip(),
            bearer=act.bearer,
            by=act.by,
            origin=act.origin,
        )

    def close(self, act: CloseRecord) -> AlarmRecordClosed:
        """Nothing more is asked about it.

        Raises:
            Refused: unknown_record · still_active · unhandled · bearer_needed: of cards that may
                not be with their man, nobody has said who was.
        """
        record = self._found(act.episode)
        if record.ended is None:
            raise Refused("still_active", episode=record.episode)
        if record.handled is None:
            raise Refused("unhandled", episode=record.episode)
        if record.bearers and not record.handled.bearer:
            raise Refused("bearer_needed", episode=record.episode)
        return AlarmRecordClosed(episode=record.episode, by=act.by, origin=act.origin)

    # --- the fold -----------------------------------------------------------------------

    def follow(self, alarm: Alarm, at: Micros) -> None:
        """An alarm has moved."""
        record = self._open.get(alarm.episode)
        if record is None and _asks(alarm):
            record = Record(
                episode=alarm.episode,
                severity=alarm.severity,
                source=alarm.source,
                subject=alarm.subject,
                condition=alarm.condition,
                zones=alarm.zones,
                began=alarm.began,
                other=alarm.other,
            )
        if record is not None:
            self._keep(_followed(record, alarm, at))

    def apply(self, body: AlarmHandled | AlarmRecordClosed, at: Micros) -> None:
        """Take one journalled body."""
        if isinstance(body, AlarmRecordClosed):
            self._drop(body.episode)
        elif (record := self._open.get(body.episode)) is not None:
            self._open[body.episode] = replace(record, handled=body, handled_at=at)

    def _keep(self, record: Record) -> None:
        self._open[record.episode] = record
        if record.ended is not None:
            self._over[record.episode] = None
            if len(self._open) > MOST_OPEN:
                self._drop(next(iter(self._over)))
                self._beyond += 1

    def _drop(self, episode: str) -> None:
        self._open.pop(episode, None)
        self._over.pop(episode, None)


def _asks(alarm: Alarm) -> bool:
    return alarm.state is AlarmState.UNACKED and alarm.severity is not Severity.IV


def _followed(record: Record, alarm: Alarm, at: Micros) -> Record:
    """The worst it ever was is what the record is about."""
    ended = at if alarm.state is AlarmState.NORMAL else None
    if ended is None and alarm.severity is record.severity:
        return record
    if alarm.severity.rank >= record.severity.rank:
        return replace(record, ended=ended)
    return replace(record, ended=ended, severity=alarm.severity, condition=alarm.condition)
