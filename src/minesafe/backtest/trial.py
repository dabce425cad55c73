"""A trial: the engine and the alarm book under other limits, over frames that were judged before.

The engine is the live one, `engine.judge`, frame by frame. What the book holds of the points that
are judged comes of that. Everything else in it (findings, other points, permits) is taken from the
journal as it was, for it explains and suppresses; and people do what they did, where there is
something to do it to: whoever acknowledged an alarm at ten past six acknowledges it in the trial.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from minesafe.alarms import AlarmBody, Book
from minesafe.alarms.lifecycle import MOVES, Signal
from minesafe.alarms.moves import moved
from minesafe.alarms.shelf import unshelve
from minesafe.duty import DutyBody, DutyBook
from minesafe.engine import Layout, State, judge, picture
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.engine.posts import PostTable
from minesafe.model.alarm import Alarm
from minesafe.model.alarm_acts import Unshelve
from minesafe.model.events import AlarmMove, AlarmMoved, AlarmSource, AlarmState, Event, FindingKind
from minesafe.model.frame import Column, Frame, Readings, Sightings, of_others
from minesafe.model.mine import Mine
from minesafe.model.time import Micros
from minesafe.model.verdict import Condition, Transitions, Verdict

LOGIC = "logic"

OF_POINTS = np.zeros(256, np.bool_)
"""Conditions that are of one point."""
OF_POINTS[[c for c in Condition if c // 10 in (1, 5)]] = True

SIGNALS = {AlarmMove.ACKNOWLEDGE: Signal.ACKNOWLEDGE, AlarmMove.SHELVE: Signal.SHELVE}
"""What people do to an alarm, besides taking it off the shelf."""


@dataclass(eq=False)
class Trial:
    """One mine judged again. `judged`: rows of its points; None: everything the engine judges."""

    mine: Mine
    layout: Layout
    engine: State
    judged: Sequence[int] | None = None
    kernels: Kernels = ARRAYS
    book: Book = field(init=False)
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    """Over the verdicts of what is judged, since it began to count."""

    def __post_init__(self) -> None:
        """Everything is normal."""
        self.book = Book(self.mine)
        self.duty = DutyBook(self.mine)
        self._judged_by = self.duty.roster
        self._rows: Column | None = None
        self._subjects: frozenset[str] = frozenset()
        if self.judged is not None:
            self._rows = np.zeros(len(self.mine.points), np.bool_)
            self._rows[list(self.judged)] = True
            self._subjects = frozenset(self.mine.points[row].id for row in self.judged)

    def ours(self, of: Alarm | AlarmMoved) -> bool:
        """Whether the trial decides about an alarm, or takes it as it was."""
        if self.judged is None:
            return of.source is not AlarmSource.FINDING
        logic = of.episode.startswith(f"{LOGIC}:")
        return of.source is AlarmSource.POINT and of.subject in self._subjects and not logic

    def part_of(self, frame: Frame) -> Frame:
        """What of a frame is judged."""
        if self._rows is None or frame.is_sweep:
            return frame
        point = frame.readings.point
        own = (point >= 0) & (point < len(self._rows))
        own[own] = self._rows[point[own]]
        columns = {name: getattr(frame.readings, name)[own] for name in Readings.DTYPES}
        readings = Readings(**columns) if own.any() else of_others(frame.now)
        return replace(frame, readings=readings, sightings=Sightings.none())

    def begin(self) -> None:
        """From the next frame on it counts."""
        self.digest = hashlib.sha256()

    # --- what the journal says --------------------------------------------------------------

    def recall(self, event: Event) -> None:
        """Of before the trial: the book as it was."""
        if isinstance(event.body, AlarmBody):
            self.book.apply(event.body, event.valid)
        elif isinstance(event.body, DutyBody):
            self.duty.apply(event.body, event.valid, event.recorded)

    def take(self, event: Event) -> Iterator[tuple[AlarmMoved, Micros]]:
        """Something that happened besides; what follows from it for our alarms."""
        body = event.body
        if isinstance(body, AlarmMoved):
            if not self.ours(body):
                self.book.apply(body, event.valid)
            elif body.by is not None:
                yield from self._done(body, event.valid)
        else:
            self.recall(event)

    def _done(self, act: AlarmMoved, at: Micros) -> Iterator[tuple[AlarmMoved, Micros]]:
        """What somebody did to an alarm is done to that which stands in its place."""
        key = act.episode.rpartition("#")[0]
        alarm = next((a for a in self.book.alarms() if a.key == key), None)
        if alarm is None:
            return
        move = self._answer(alarm, act, at)
        if move is not None:
            self.book.apply(move, at)
            yield move, at

    def _answer(self, alarm: Alarm, act: AlarmMoved, at: Micros) -> AlarmMoved | None:
        signal = SIGNALS.get(act.move)
        if signal is not None:
            step = MOVES.get((alarm.state, signal))
            words = {"by": act.by, "reason": act.reason, "note": act.note, "until": act.until}
            return step and moved(alarm, *step, origin=act.origin, **words)  # type: ignore[arg-type]  # by name
        if alarm.state is not AlarmState.SHELVED or act.by is None:
            return None
        taken_off = Unshelve(episode=alarm.episode, by=act.by, origin=act.origin)
        return unshelve(alarm, taken_off, self.book.over(alarm, at))

    # --- a frame ----------------------------------------------------------------------------

    def tick(self, frame: Frame, beside: Sequence[Event]) -> Iterator[tuple[AlarmMoved, Micros]]:
        """Judge a frame as the watch does.

        Args:
            frame: in the rows of this mine.
            beside: what the journal holds that followed from it, by whatever reason.
        """
        if self._judged_by is not self.duty.roster:  # as people changed it
            self._judged_by = self.duty.roster
            posts = PostTable.of(self.mine, self._judged_by.shifts)
            self.layout = replace(self.layout, posts=posts)
        verdict = self._of_ours(judge(self.layout, self.engine, frame, self.kernels))
        self._keep(verdict)
        first = [event for event in beside if _is_mute(event)]
        for event in first:
            yield from self.take(event)
        if len(verdict.transitions):
            known = picture(self.layout, self.engine, frame.now)
            yield from self._decided(self.book.decide(verdict, known))
        later = [event for event in beside if not _is_mute(event)]
        for event in (e for e in later if not _of_findings(e)):
            yield from self.take(event)
        moves = self.book.decide_time(frame.now)
        yield from self._decided([move for move in moves if self.ours(move[0])])
        for event in (e for e in later if _of_findings(e)):
            yield from self.take(event)

    def _decided(
        self, moves: Sequence[tuple[AlarmMoved, Micros]]
    ) -> Iterator[tuple[AlarmMoved, Micros]]:
        for move, at in moves:
            self.book.apply(move, at)
            yield move, at

    def _of_ours(self, verdict: Verdict) -> Verdict:
        told = verdict.transitions
        if self._rows is None or not len(told):
            return verdict
        own = OF_POINTS[told.condition]
        own[own] = self._rows[told.subject[own]]
        if own.all():
            return verdict
        columns = {name: getattr(told, name)[own] for name in Transitions.DTYPES}
        return Verdict(verdict.seq, verdict.now, Transitions(**columns))

    def _keep(self, verdict: Verdict) -> None:
        if len(verdict.transitions):
            self.digest.update(verdict.seq.to_bytes(8, "little"))
            self.digest.update(verdict.transitions.to_bytes())


def _of_findings(event: Event) -> bool:
    body = event.body
    return isinstance(body, AlarmMoved) and body.source is AlarmSource.FINDING


def _is_mute(event: Event) -> bool:
    """A device found silent explains its points before they are decided about."""
    return _of_findings(event) and event.body.condition == FindingKind.DEVICE_SILENT  # type: ignore[union-attr]  # as just asked
