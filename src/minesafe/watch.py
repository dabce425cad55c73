"""The watch: judge, raise, order. Frames and acts in, outcomes out; no clock, no disk, no wire.

The same frames and acts give the same decisions in production, after kill -9, in a drill and in a
replay.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

import msgspec

from minesafe.engine import Layout, State, carry, judge, picture, remember
from minesafe.engine.carry import Passage
from minesafe.engine.counters import ran_back
from minesafe.engine.formulas import work_out
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.engine.posts import PostTable
from minesafe.engine.register import Register
from minesafe.evacuation.telling import horns_in
from minesafe.folds import Folds
from minesafe.model.commands import Command
from minesafe.model.errors import BrokenFrame
from minesafe.model.events import (
    AnyBody,
    Event,
    FindingKind,
    Noted,
    RevisionApproved,
)
from minesafe.model.frame import Frame, Readings
from minesafe.model.mine import Mine
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros
from minesafe.recorder import Outcome
from minesafe.upkeep.armed import unmet
from minesafe.upkeep.mute import Mutes
from minesafe.upkeep.systems import SETTLES

COUNTER_NEWS: Micros = 3600 * SECOND
"""How long a counter that began anew is told: by then somebody has seen to the meter, or it has
begun anew again."""

MINUTE: Micros = 60 * SECOND

_HEAD = struct.Struct("<4sII")
_MAGIC = b"MSW2"


@dataclass(frozen=True, eq=False)
class Revision:
    """A mine, ready to be judged by: all that takes long is done when this is there."""

    mine: Mine
    layout: Layout
    register: Register

    @classmethod
    def of(cls, mine: Mine) -> Self:
        """Compile a mine; seconds for a large one."""
        layout = Layout.of(mine)
        return cls(mine, layout, Register.of(mine, layout))


class Watch:
    """Judge, raise, order: frames and acts in, outcomes out. Pure but for its own state."""

    def __init__(self, mine: Mine, engine: State | None = None) -> None:
        self.revision = Revision.of(mine)
        self.engine = engine if engine is not None else State.fresh(self.layout)
        self.passage: Passage | None = None
        """How the rows of the revision before were carried over; None where none were."""
        self.folds = folds = Folds(mine)
        self.book, self.findings = folds.book, folds.findings
        self.duty, self.evacuation = folds.duty, folds.evacuation
        self.switching, self.systems = folds.switching, folds.systems
        self.calendar, self.trials, self.sounds = folds.calendar, folds.trials, folds.sounds
        self._mutes = Mutes(mine)
        self._calendar_at: Micros = 0
        """When it was looked at last: once a minute is enough for days."""
        self._trials_at: Micros = 0
        """Likewise; once a second."""
        self._systems_at: Micros = 0
        """When they were looked at last: once a second is enough, and a frame is 20 ms."""
        self._judged_by = self.duty.roster
        """The roster that is written out in the layout."""
        self.kernels: Kernels = ARRAYS
        """In which form the engine looks; may be changed between any two frames."""
        self.seq = 0
        self.now: Micros = 0
        self._taken: tuple[State, int, Picture] | None = None
        """The newest picture, of which engine and after which frame."""

    @property
    def mine(self) -> Mine:
        """The revision in force."""
        return self.revision.mine

    @property
    def approved(self) -> str:
        """The revision last approved, by the journal."""
        return self.folds.approved

    @property
    def layout(self) -> Layout:
        """What of it the engine needs."""
        return self.revision.layout

    def tick(self, frame: Frame) -> Outcome:
        """One frame through judge, raise and order."""
        self._write_out()
        verdict = judge(self.layout, self.engine, frame, self.kernels)
        self.seq, self.now = frame.seq, max(self.now, frame.now)
        picture = self.picture()
        outcome = Outcome(self.now, frame=frame.seq)
        mute = self._mutes.look(verdict, picture, self.findings.of, self.now)
        self.take(outcome, self._all(FindingKind.DEVICE_SILENT, mute), picture)
        self.take(outcome, self.book.decide(verdict, picture), picture)
        self.take(outcome, self._permits(), picture)
        self.take(outcome, self.book.decide_time(self.now), picture)
        self.take(outcome, _at(self.now, self.evacuation.on_verdict(verdict)), picture)
        self.take(outcome, _at(self.now, self.evacuation.on_time(picture, self.now)), picture)
        self.take(outcome, _at(self.now, self.duty.on_time(picture, self.now)), picture)
        self.take(outcome, _at(self.now, self.switching.on_time(picture, self.now)), picture)
        self.take(outcome, self._cuts(picture), picture)
        self.take(outcome, self._roster(), picture)
        self.take(outcome, self._exits(), picture)
        self.take(outcome, self._reachable(), picture)
        self.take(outcome, self._test_calls(), picture)
        self.take(outcome, self._counters(), picture)
        self.take(outcome, self._systems(picture), picture)
        self.take(outcome, self._due(), picture)
        self.take(outcome, self._armed(picture), picture)
        return outcome

    def derived(self, now: Micros) -> Readings:
        """What the frame of this moment holds besides what devices said: values worked out.

        They come of what was judged before it, so they are as reproducible as the frame is.
        """
        return work_out(self.layout, self.engine, now)

    def judge_again(self, frame: Frame) -> None:
        """Bring the engine forward over a frame that was decided before a crash."""
        self._write_out()
        judge(self.layout, self.engine, frame, self.kernels)
        self.seq, self.now = frame.seq, max(self.now, frame.now)
        if self.evacuation.orders.open():
            self.evacuation.look_again(self.picture(), frame.now)

    def reconcile(self, outcome: Outcome | None = None) -> Outcome:
        """Let the engine know what the book holds, and end what this revision cannot see end.

        Nothing changes after a restart of the same revision with all its frames.
        """
        outcome = outcome or Outcome(self.now)
        can_hold = partial(remember, self.layout, self.engine, self.now)
        self.take(outcome, self.book.decide_restart(can_hold, self.now), self.picture())
        self._taken = None
        return outcome

    def take_over(self, revision: Revision, approved: RevisionApproved) -> Outcome:
        """Judge by another revision from the next frame on.

        What is unchanged is carried over; alarms of what is gone end with their reason.

        Args:
            revision: compiled.
            approved: what the journal is told; what was not carried over is added.
        """
        passage = Passage(self.revision.register, revision.register)
        self.engine = carry(passage, revision.layout, self.engine)
        self.revision, self.passage, self._taken = revision, passage, None
        self.folds.take_over(revision.mine)
        self._mutes = Mutes(revision.mine)
        self._calendar_at = 0
        outcome = Outcome(self.now)
        self.take(outcome, [(self.carried(approved), self.now)], self.picture())
        return self.reconcile(outcome)

    def carried(self, approved: RevisionApproved) -> RevisionApproved:
        """With what of the revision before was not carried over."""
        if self.passage is None:
            return approved
        lost = self.passage.lost()
        return msgspec.structs.replace(approved, anew=lost.anew, gone=lost.gone)

    def snapshot(self) -> bytes:
        """The engine's state, what its rows are called, and what else the journal does not hold."""
        register, engine = self.revision.register.data, self.engine.snapshot()
        head = _HEAD.pack(_MAGIC, len(register), len(engine))
        return head + register + engine + self.evacuation.muster.snapshot()

    def restore(self, data: bytes) -> None:
        """Read what `snapshot` wrote, under this revision or carried over from another.

        Raises:
            BrokenFrame: it is damaged, or of another format; nothing has changed.
        """
        if len(data) < _HEAD.size or data[: len(_MAGIC)] != _MAGIC:
            raise BrokenFrame(f"snapshot is of format {data[:4]!r}; this server reads {_MAGIC!r}")
        _, names, size = _HEAD.unpack_from(data)
        begin, end = _HEAD.size + names, _HEAD.size + names + size
        register = Register.read(data[_HEAD.size : begin])
        engine = State.read(register.revision, register.sizes, data[begin:end])
        passage = None
        if register.revision != self.mine.revision:
            passage = Passage(register, self.revision.register)
            engine = carry(passage, self.layout, engine)
        elif register.sizes != self.layout.sizes:
            raise BrokenFrame("snapshot is of this revision as another server compiled it")
        self.evacuation.muster.restore(data[end:])
        self.engine, self.passage = engine, passage

    def act(self, now: Micros, bodies: Iterable[AnyBody], since: Micros | None = None) -> Outcome:
        """What somebody did, and what follows from it.

        Args:
            now: when it is said.
            bodies: what it was.
            since: when it was true, where that is entered afterwards; never later than now.
        """
        self.now = max(self.now, now)
        outcome = Outcome(self.now)
        valid = self.now if since is None else min(since, self.now)
        self.take(outcome, _at(valid, bodies), self.picture())
        return outcome

    def noted(self, now: Micros, receipt: Noted) -> Outcome:
        """What came of a command, and what follows from it.

        A failure that only failed again is no news: the attempt is counted in the outbox.
        """
        self.now = max(self.now, now)
        outcome = Outcome(self.now)
        if self.evacuation.knows(receipt) or self.trials.knows(receipt):
            return outcome
        outcome.receipt = receipt
        outcome.commands += self.apply(receipt, self.now, self.now)
        picture = self.picture()
        follows = self.evacuation.follows(receipt, picture, self.now)
        self.take(outcome, _at(self.now, follows), picture)
        return outcome

    def finding(
        self, now: Micros, kind: FindingKind, subject: str, on: bool, detail: str
    ) -> Outcome:
        """A finding's beginning or end, with the alarm it raises or ends."""
        self.now = max(self.now, now)
        outcome = Outcome(self.now)
        self.take(outcome, self._found(kind, subject, on, detail), self.picture())
        return outcome

    def take(
        self,
        outcome: Outcome,
        bodies: Iterable[tuple[AnyBody, Micros]],
        picture: Picture,
        cause: int | None = None,
    ) -> None:
        """Apply each body, then what follows from it, before the next is even decided."""
        for body, valid in bodies:
            index = outcome.add(body, valid, cause)
            outcome.commands += self.apply(body, valid, outcome.now)
            follows = self.evacuation.follows(body, picture, outcome.now)
            self.take(outcome, _at(valid, follows), picture, index)

    def apply(self, body: AnyBody, valid: Micros, now: Micros) -> list[Command]:
        """The fold: the one way in which anything but the engine's arrays changes."""
        return self.folds.apply(body, valid, now)

    def recall(self, events: Iterable[Event]) -> None:
        """Fold what the journal holds; its commands are in the outbox already."""
        for event in events:
            self.apply(event.body, event.valid, event.recorded)
            self.now = max(self.now, event.recorded)

    def picture(self) -> Picture:
        """What the engine knows now; taken once between two frames, however many ask.

        Only frames change the engine, and receipts of an order come by the hundred.
        """
        engine, taken = self.engine, self._taken
        if taken is None or taken[0] is not engine or taken[1] != engine.seq:
            taken = engine, engine.seq, picture(self.layout, engine, self.now)
            self._taken = taken
        known = taken[2]
        return known if known.now == self.now else replace(known, now=self.now)

    def _exits(self) -> Iterator[tuple[AnyBody, Micros]]:
        """A level that is left with one way to the surface."""
        few = self.evacuation.guide.left_with_one_way()
        for level in self.mine.levels:
            yield from self._found(FindingKind.ONE_EXIT, level.id, level.id in few, "")

    def _cuts(self, picture: Picture) -> Iterator[tuple[AnyBody, Micros]]:
        """Power behind a cut, or nothing that says whether there is some."""
        switching = self.switching
        yield from self._all(FindingKind.FEED_AFTER_CUT, switching.powered(picture, self.now))
        yield from self._all(FindingKind.CUT_UNPROVEN, switching.unproven(picture, self.now))

    def _counters(self) -> Iterable[tuple[AnyBody, Micros]]:
        """Counters that fell, or rose faster than they can, for as long as that is news."""
        if not self.layout.counters.any:
            return ()
        rows = ran_back(self.engine, self.now, COUNTER_NEWS).tolist()
        return self._all(FindingKind.COUNTER_BACK, {self.mine.points[i].id: "" for i in rows})

    def _systems(self, picture: Picture) -> Iterator[tuple[AnyBody, Micros]]:
        """How the six systems are, as it changes; a dead one is an alarm."""
        if self.now - self._systems_at < SECOND or self.now - self.engine.started < SETTLES:
            return
        self._systems_at = self.now
        yield from _at(self.now, self.systems.decide(picture, self.findings.open()))
        yield from self._all(FindingKind.SYSTEM_DEAD, self.systems.dead())

    def _due(self) -> Iterator[tuple[AnyBody, Micros]]:
        """What of the device register is due, overdue or expired."""
        if self.now - self._calendar_at < MINUTE:
            return
        self._calendar_at = self.now
        for kind, wanted in self.calendar.wanted(self.now).items():
            yield from self._all(kind, wanted)

    def _armed(self, picture: Picture) -> Iterable[tuple[AnyBody, Micros]]:
        """What an order demands and was not done in time; well again when it is, or it is over."""
        late = unmet(self.mine, picture, self.evacuation.orders.open(), self.now)
        return self._all(FindingKind.NOT_STARTED, late)

    def _write_out(self) -> None:
        """Judge by the roster as people changed it; see `duty.roster` for why a replay may."""
        if self._judged_by is not self.duty.roster:
            self._judged_by = self.duty.roster
            posts = PostTable.of(self.mine, self.duty.roster.shifts)
            self.revision = replace(self.revision, layout=replace(self.layout, posts=posts))

    def _roster(self) -> Iterator[tuple[AnyBody, Micros]]:
        """Nobody on it now, or on a shift of the next day, is said at once, loudly."""
        gap = self.duty.roster.at(self.now) is None
        yield from self._found(FindingKind.ROSTER_GAP, self.mine.id, gap, "")
        yield from self._all(FindingKind.SHIFT_UNFILLED, self.duty.unfilled(self.now))
        yield from self._all(FindingKind.SUBSTITUTE_UNCONFIRMED, self.duty.unconfirmed(self.now))

    def _all(
        self, kind: FindingKind, wanted: Mapping[str, str]
    ) -> Iterator[tuple[AnyBody, Micros]]:
        """Findings of one kind as they are now: subject → detail."""
        said = {found.subject for found in self.findings.of(kind)}
        for subject in sorted(said ^ set(wanted)):
            yield from self._found(kind, subject, subject in wanted, wanted.get(subject, ""))

    def _reachable(self) -> Iterable[tuple[AnyBody, Micros]]:
        """The nightly proof: ask at its hour, and say who has not answered by morning."""
        nightly = self.evacuation.nightly
        yield from _at(self.now, nightly.on_time(self.now))
        yield from self._all(FindingKind.UNREACHED, nightly.unreached(self.now))
        yield from self._all(FindingKind.UNPROVEN, nightly.unproven(self.now))

    def _test_calls(self) -> Iterator[tuple[AnyBody, Micros]]:
        """Test calls at their hour, and what they, or tests of sound, did not come through to."""
        if self.now - self._trials_at < SECOND:
            return
        self._trials_at = self.now
        open_ = self.evacuation.orders.open()
        yield from _at(self.now, self.trials.on_time(self.now, quiet=not open_))
        yield from _at(self.now, self.trials.rest(self.now, self._horns_needed, quiet=not open_))
        failing = self.trials.failing(self.now, self.systems.journal_began)
        yield from self._all(FindingKind.TEST_CALL_FAILED, failing)
        yield from self._all(FindingKind.SCREEN_UNHEARD, self.sounds.unheard(self.now))

    def _horns_needed(self) -> set[str]:
        """Horns that open orders sound."""
        orders = self.evacuation.orders.open()
        return {horn for order in orders for horn in horns_in(self.mine, order.zones)}

    def _permits(self) -> Iterable[tuple[AnyBody, Micros]]:
        """Permits nobody stood for end; those whose time is over are said until they are ended."""
        overrun = {p.subject: p.permit for p in self.book.permits.overrun(self.now)}
        said = {f.subject for f in self.findings.of(FindingKind.PERMIT_OVERRUN)}
        yield from _at(self.now, self.book.permits.lapsed(self.now))
        for subject in sorted(said | set(overrun)):
            on, permit = subject in overrun, overrun.get(subject, "")
            yield from self._found(FindingKind.PERMIT_OVERRUN, subject, on, permit)

    def _found(
        self, kind: FindingKind, subject: str, on: bool, detail: str
    ) -> Iterable[tuple[AnyBody, Micros]]:
        """What the watch itself finds, with the alarm it raises or ends."""
        body = self.findings.decide(kind, subject, on, detail)
        if body is None:
            return []
        moves = self.book.decide_finding(kind, body.subject, on, self.now)
        return [(body, self.now), *moves]


def _at(now: Micros, bodies: Iterable[AnyBody]) -> Iterable[tuple[AnyBody, Micros]]:
    return ((body, now) for body in bodies)
