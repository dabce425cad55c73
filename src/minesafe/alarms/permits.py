"""Permits (标校, 停用): a fold over the journal. None is without an end.

A calibration is one person's; taking a point or reader out of service needs a second one. After
its end a permit suppresses nothing, and stays open as *overrun*, an alarm of its own, until
somebody says that the work is done.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from minesafe.model.alarm import Permit
from minesafe.model.alarm_acts import AskPermit, ConfirmPermit, EndPermit
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmSource,
    PermitAsked,
    PermitConfirmed,
    PermitEnded,
    PermitKind,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND, Micros

LONGEST_MIN = {PermitKind.CALIBRATION: 30.0, PermitKind.OUT_OF_SERVICE: 24 * 60.0}
"""Minutes. Thirty is what the engine, too, allows a sensor that says it is being calibrated; what
is out of service for longer than a day is asked for again, by two."""

PermitBody = PermitAsked | PermitConfirmed | PermitEnded


class Permits(Fold):
    """Permits that have not ended, by kind and subject: one of a kind at a time."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_open": dict[tuple[PermitKind, AlarmSource, str], Permit],
        "_asked": dict[str, int],
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({"_known"})

    def __init__(self, mine: Mine) -> None:
        self._open: dict[tuple[PermitKind, AlarmSource, str], Permit] = {}
        self._asked: dict[str, int] = {}
        """How often a permit of each kind was asked for each subject."""

        self.take_over(mine)

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; permits stay, each with its end."""
        self._known = {
            AlarmSource.POINT: mine.point_row,
            AlarmSource.READER: mine.reader_row,
        }

    # --- reading ------------------------------------------------------------------------

    def open(self) -> list[Permit]:
        """Those that have not ended, the soonest to end first."""
        return sorted(self._open.values(), key=lambda p: (p.until, p.permit))

    def of(self, kind: PermitKind, source: AlarmSource, subject: str) -> Permit | None:
        """The permit of this subject, asked for or in force."""
        return self._open.get((kind, source, subject))

    def in_force(self, source: AlarmSource, subject: str, now: Micros) -> dict[PermitKind, str]:
        """Permits that hold over a subject now."""
        if not self._open:
            return {}
        asked = ((kind, self.of(kind, source, subject)) for kind in PermitKind)
        return {kind: p.permit for kind, p in asked if p is not None and p.in_force(now)}

    def overrun(self, now: Micros) -> list[Permit]:
        """Those nobody has ended in time."""
        return [p for p in self._open.values() if p.overrun(now)]

    def _found(self, permit: str) -> Permit:
        for one in self._open.values():
            if one.permit == permit:
                return one
        raise Refused("unknown_permit", permit=permit)

    # --- deciding -----------------------------------------------------------------------

    def ask(self, act: AskPermit, now: Micros) -> PermitAsked:
        """Somebody asks.

        Raises:
            Refused: unknown_subject · permit_open · reason_needed · wrong_span.
        """
        if act.subject not in self._known.get(act.source, {}):
            raise Refused("unknown_subject", subject=act.subject)
        if (standing := self.of(act.kind, act.source, act.subject)) is not None:
            raise Refused("permit_open", permit=standing.permit, by=standing.asked_by)
        if not act.reason.strip():
            raise Refused("reason_needed")
        key = f"{act.kind}:{act.subject}"
        return PermitAsked(
            permit=f"{key}#{self._asked.get(key, 0) + 1}",
            permit_kind=act.kind,
            source=act.source,
            subject=act.subject,
            reason=act.reason.strip(),
            until=ending(act.minutes, LONGEST_MIN[act.kind], now),
            by=act.by,
            origin=act.origin,
        )

    def confirm(self, act: ConfirmPermit) -> PermitConfirmed:
        """A second person stands for it.

        Raises:
            Refused: unknown_permit · already_confirmed · same_person.
        """
        permit = self._found(act.permit)
        if permit.granted:
            raise Refused("already_confirmed", by=permit.confirmed_by or permit.asked_by)
        if permit.asked_by == act.by:
            raise Refused("same_person", by=act.by)
        return PermitConfirmed(permit=permit.permit, by=act.by, origin=act.origin)

    def end(self, act: EndPermit) -> PermitEnded:
        """The work is done, or is not wanted any more.

        Raises:
            Refused: unknown_permit.
        """
        permit = self._found(act.permit)
        reason = "done" if act.well else "given_up"
        return PermitEnded(permit=permit.permit, by=act.by, reason=reason)

    def lapsed(self, now: Micros) -> list[PermitEnded]:
        """Asked for, and not confirmed before it would have ended."""
        late = [p for p in self._open.values() if not p.granted and now >= p.until]
        return [PermitEnded(permit=p.permit, by=None, reason="lapsed") for p in late]

    # --- the fold -----------------------------------------------------------------------

    def apply(self, body: PermitBody, at: Micros) -> None:
        """Take one journalled body."""
        if isinstance(body, PermitAsked):
            self._ask(body, at)
            return
        for key, permit in list(self._open.items()):
            if permit.permit == body.permit:
                del self._open[key]
                if isinstance(body, PermitConfirmed):
                    self._open[key] = replace(permit, confirmed_by=body.by)

    def _ask(self, body: PermitAsked, at: Micros) -> None:
        key, _, count = body.permit.rpartition("#")
        self._asked[key] = int(count)
        self._open[body.permit_kind, body.source, body.subject] = Permit(
            permit=body.permit,
            kind=body.permit_kind,
            source=body.source,
            subject=body.subject,
            reason=body.reason,
            until=body.until,
            asked=at,
            asked_by=body.by,
        )


def ending(minutes: float, most: float, now: Micros) -> Micros:
    """The end of something that lasts so many minutes.

    Raises:
        Refused: wrong_span, for no time at all, for ever, or longer than is allowed.
    """
    if not 0 < minutes <= most:
        raise Refused("wrong_span", most_min=most)
    return now + int(minutes * 60 * SECOND)
