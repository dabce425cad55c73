"""The duty book: a fold over the journal's swaps, substitutes, hand-overs and leaders' ways."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from minesafe.duty.presence import Presence
from minesafe.duty.roster import Change, Roster
from minesafe.duty.served import months
from minesafe.model.duty import DutyBoard, Month, Substitute, Swap
from minesafe.model.events import (
    AnyBody,
    DutyBegan,
    DutyHandedOver,
    DutyMoved,
    DutyServed,
    RosterCorrected,
    SubstituteConfirmed,
    SubstituteNamed,
    SwapConfirmed,
    SwapEnded,
    SwapProposed,
)
from minesafe.model.fold import Fold
from minesafe.model.mine import Duty, Mine
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros

DutyBody = (
    SwapProposed
    | SwapConfirmed
    | SwapEnded
    | SubstituteNamed
    | SubstituteConfirmed
    | DutyHandedOver
    | DutyBegan
    | DutyMoved
    | DutyServed
    | RosterCorrected
)

MUST = (Duty.LEADER, Duty.DISPATCHER)
"""Posts no shift may leave empty."""

AHEAD: Micros = 24 * 3600 * SECOND
"""So far ahead a shift without one of them is said."""

END_AHEAD: Micros = 12 * 3600 * SECOND
"""So far ahead the end of the whole roster is said."""

KEPT_S = 400 * 86_400
"""Seconds of what leaders did that stay in memory: a year and its month; the journal keeps all."""


class DutyBook(Fold):
    """Who is on duty, by the revision's roster and what people made of it."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_changes": list[Change],
        "_corrections": list[Change],
        "swaps": dict[str, Swap],
        "substitutes": dict[str, Substitute],
        "numbered": dict[str, int],
        "handed_over": dict[Micros, DutyHandedOver],
        "_served": list[DutyServed],
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({"_mine", "_roster", "presence", "_ahead"})

    def __init__(self, mine: Mine) -> None:
        self._mine = mine
        self._changes: list[Change] = []
        self._corrections: list[Change] = []
        """What was said of a shift afterwards; nothing is judged by it."""
        self._roster: Roster | None = None
        self.swaps: dict[str, Swap] = {}
        self.substitutes: dict[str, Substitute] = {}
        """Those that wait for a second person."""
        self.numbered = {"swap": 0, "substitute": 0}
        """How often each was asked for."""
        self.handed_over: dict[Micros, DutyHandedOver] = {}
        """By the start of the shift that took over."""
        self.presence = Presence()
        self._served: list[DutyServed] = []
        self._ahead: tuple[Roster, int, dict[str, str]] | None = None
        """What lacks, of which roster and in which minute it was looked for."""

    def taken_up(self) -> None:
        """See `Fold.taken_up`."""
        self._roster = self._ahead = None

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision; changes of shifts that it does not know are passed over."""
        self._mine, self._roster = mine, None

    # --- reading ------------------------------------------------------------------------

    @property
    def mine(self) -> Mine:
        """The revision in force."""
        return self._mine

    @property
    def roster(self) -> Roster:
        """The effective roster. The same object until it changes."""
        if self._roster is None:
            self._roster = Roster(self._mine.shifts, self._changes)
        return self._roster

    @property
    def corrected(self) -> Roster:
        """Who really held the posts, as far as anybody has said so since."""
        return Roster(self._mine.shifts, [*self._changes, *self._corrections])

    def board(self, now: Micros) -> DutyBoard:
        """What the duty page shows."""
        shift = self.presence.shift
        return DutyBoard(
            stretches=tuple(self.presence.stretches(self._mine, self.roster, now)),
            left_out=self.presence.left_out(self._mine, self.roster),
            swaps=tuple(self.swaps.values()),
            substitutes=tuple(self.substitutes.values()),
            hand_over=self.handed_over.get(shift.start) if shift else None,
        )

    def month(self, year: int, month: int) -> list[Month]:
        """Each leader's shifts of a month of the mine's own calendar."""
        return months(self._mine, self._served, year, month)

    # --- deciding -----------------------------------------------------------------------

    def on_time(self, picture: Picture, now: Micros) -> Iterator[AnyBody]:
        """What time brings: swaps nobody confirmed, leaders who moved, shifts that are over."""
        for swap in list(self.swaps.values()):
            if now >= min(swap.start, swap.other_start):
                yield SwapEnded(swap=swap.swap, by=None, reason="lapsed")
        shift = self.presence.shift
        taken = shift is not None and shift.start in self.handed_over
        yield from self.presence.decide(self._mine, self.roster, picture, taken, now)

    def unfilled(self, now: Micros) -> dict[str, str]:
        """Shifts of the next day that nobody leads, and hours without any: subject → what lacks.

        Looked for anew each minute.
        """
        roster, minute = self.roster, now // (60 * SECOND)
        if self._ahead is None or self._ahead[0] is not roster or self._ahead[1] != minute:
            self._ahead = roster, minute, self._lacking(now)
        return self._ahead[2]

    def _lacking(self, now: Micros) -> dict[str, str]:
        shifts = list(self.roster.between(now, now + AHEAD))
        lacking = {
            f"{self._local(s.start)} {s.name}": ",".join(d for d in MUST if not s.holders(d))
            for s in shifts
        }
        holes = {
            self._local(before.end): "gap"
            for before, after in pairwise(shifts)
            if before.end < after.start
        }
        if shifts and shifts[-1].end < now + END_AHEAD:
            holes[self._local(shifts[-1].end)] = "end"
        return holes | {subject: what for subject, what in lacking.items() if what}

    def _local(self, at: Micros) -> str:
        zone = ZoneInfo(self._mine.server.timezone)
        return f"{datetime.fromtimestamp(at / SECOND, zone):%m-%d %H:%M}"

    def unconfirmed(self, now: Micros) -> dict[str, str]:
        """Substitutes nobody looked at in time: subject → who stands in for whom."""
        return {
            s.substitute: f"{s.duty} {s.stands_in} ← {s.person}"
            for s in self.substitutes.values()
            if now >= s.confirm_until
        }

    # --- the fold -----------------------------------------------------------------------

    def apply(self, body: DutyBody, valid: Micros, now: Micros) -> None:
        """Take one journalled body.

        Args:
            body: what happened.
            valid: when it was true in the mine.
            now: when it was recorded; changes of the roster count from after it.
        """
        match body:
            case SwapProposed():
                self._propose(body, now)
            case SwapConfirmed():
                self._swap(self.swaps.pop(body.swap), now)
            case SwapEnded():
                self.swaps.pop(body.swap, None)
            case SubstituteNamed():
                self._stand_in(body, now)
            case SubstituteConfirmed():
                self.substitutes.pop(body.substitute, None)
            case RosterCorrected():
                change = Change(body.start, body.duty, body.person, body.stood_in, valid)
                self._corrections = [*_recent(self._corrections, valid), change]
            case DutyHandedOver():
                self.handed_over[body.start] = body
            case DutyServed():
                self._keep(body)
                self.presence.apply(body, valid)
            case _:
                self.presence.apply(body, valid)

    def _propose(self, body: SwapProposed, now: Micros) -> None:
        self.numbered["swap"] += 1
        self.swaps[body.swap] = Swap(
            swap=body.swap,
            duty=body.duty,
            start=body.start,
            person=body.person,
            other_start=body.other_start,
            other_person=body.other_person,
            reason=body.reason,
            asked=now,
            asked_by=body.by,
        )

    def _swap(self, swap: Swap, now: Micros) -> None:
        one, other = swap.person, swap.other_person
        self._change(Change(swap.start, swap.duty, one, other, now + 1))
        self._change(Change(swap.other_start, swap.duty, other, one, now + 1))

    def _stand_in(self, body: SubstituteNamed, now: Micros) -> None:
        self.numbered["substitute"] += 1
        self._change(Change(body.start, body.duty, body.person, body.stands_in, now + 1))
        self.substitutes[body.substitute] = Substitute(
            substitute=body.substitute,
            duty=body.duty,
            start=body.start,
            person=body.person,
            stands_in=body.stands_in,
            reason=body.reason,
            confirm_until=body.confirm_until,
            named=now,
            named_by=body.by,
        )

    def _change(self, change: Change) -> None:
        """Those of shifts long over are forgotten, with what was handed over then."""
        self._changes = [*_recent(self._changes, change.since), change]
        self._roster = None

    def _keep(self, body: DutyServed) -> None:
        since = body.start - KEPT_S * SECOND
        if self._served and self._served[0].start < since:
            self._served = [s for s in self._served if s.start >= since]
            self.handed_over = {k: v for k, v in self.handed_over.items() if k >= since}
        self._served.append(body)


def _recent(changes: Iterable[Change], now: Micros) -> Iterator[Change]:
    return (change for change in changes if change.start >= now - KEPT_S * SECOND)
