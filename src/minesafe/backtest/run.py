"""A back-test from beginning to end: what is asked, over a stretch of the history."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, get_args

from minesafe.backtest.asked import Asked
from minesafe.backtest.report import REACH, Report, compared
from minesafe.backtest.spells import spells
from minesafe.backtest.trial import Trial
from minesafe.backtest.truth import Truth
from minesafe.duty import DutyBody
from minesafe.engine import State, carry
from minesafe.engine.carry import Passage
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.engine.register import Register
from minesafe.model.errors import BrokenFrame, StoreUnavailable
from minesafe.model.events import AlarmMoved, AlarmState, Event
from minesafe.model.frame import Frame
from minesafe.model.kept import Kept
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND, Micros
from minesafe.watch import Revision, Watch

LEAD_IN: Micros = 3600 * SECOND
"""Where there is no state of the engine to begin with, it is given so long to find its own: longer
than any delay, and than all rules over time but those that add up a shift."""

MOST_EVENTS = 500_000
"""Of the journal, within the time that is tried."""

ALARMS = ("alarm_moved", "permit_asked", "permit_confirmed", "permit_ended")
ROSTER = tuple(str(body.__struct_config__.tag) for body in get_args(DutyBody))
"""Who should be where; of everything judged, and not of points alone."""
ORDERS = ("order_issued", "order_widened", "order_decided")


class Past(Protocol):
    """The history, as a back-test asks it."""

    def frames(
        self,
        start: Micros,
        end: Micros,
        *,
        points: Collection[int] | None = None,
        translated: bool = False,
    ) -> AsyncIterator[Frame]:
        """As `ports.History.frames`, in the rows of the revision in force."""

    async def kept(self, start: Micros, end: Micros) -> Kept:
        """What there is of frames with start <= now < end."""

    def journalled(
        self, kinds: Collection[str], start: Micros, end: Micros
    ) -> AsyncIterator[Event]:
        """The journal's events of some kinds with start <= recorded < end, in order."""


Warm = Callable[[int], tuple[int, bytes] | None]
"""The newest state of the engine before a frame: its seq and what `Watch.snapshot` wrote."""


@dataclass(frozen=True, slots=True)
class _Begin:
    """Where the engine begins."""

    engine: State
    seq: int
    """Of the last frame it has judged."""
    now: Micros
    """Frames from here on are read."""
    doubt: str = ""


async def back_test(
    past: Past,
    asked: Asked,
    span: tuple[Micros, Micros],
    warm: Warm,
    *,
    kernels: Kernels = ARRAYS,
    done: Callable[[float], None] = lambda _share: None,
) -> Report:
    """Judge recorded history again with other limits.

    Args:
        past: the history.
        asked: what is tried.
        span: frames with start <= now < end are counted.
        warm: states of the engine that were kept.
        kernels: in which form the engine looks.
        done: told now and then which share is done.

    Raises:
        StoreUnavailable: the database is not there, or there is too much to hold.
    """
    start, end = span
    kept = await past.kept(start, end)
    if not kept.frames:
        raise StoreUnavailable("nothing is stored of this time")
    begin, trial = await _trial(past, asked, kept, start, warm, kernels)
    truth, journal = Truth(), _Journal(begin)
    kinds = ALARMS if asked.judged is not None else (*ALARMS, *ROSTER)
    async for event in past.journalled(kinds, 0, end + REACH):
        truth.apply(event.body, event.valid)
        if journal.take(event, trial) and len(truth.episodes) > MOST_EVENTS // 100:
            truth.forget_over()
    async for event in past.journalled(("alarm_handled", *ORDERS), start, 1 << 62):
        truth.apply(event.body, event.valid)
    moves: list[tuple[AlarmMoved, Micros]] = []
    judged = read = 0
    pending = _Pending(journal.since)
    frames = past.frames(begin.now, end, points=asked.judged, translated=True)
    async for frame in frames:
        if frame.seq <= begin.seq:
            continue
        if frame.now >= start and not judged:
            trial.begin()
        for event in pending.before(frame):
            moves += trial.take(event)
        moves += trial.tick(frame, pending.following(frame.seq))
        if frame.now >= start:
            judged, read = judged + 1, read + len(frame.readings)
            if not judged % 5_000:
                done(judged / max(kept.frames, 1))
    rows = compared(
        asked.tried(),
        spells(journal.moves),
        spells(moves),
        truth.real(point.id for point in asked.old.points),
        span,
    )
    doubts = _doubts(asked, kept, begin, read if asked.judged is None else kept.readings)
    return Report(
        start,
        end,
        asked.old.revision,
        judged,
        len(asked.old.points) if asked.judged is None else len(asked.judged),
        rows,
        doubts,
        trial.digest.hexdigest(),
        asked.logic_beside(),
    )


# --- where it begins --------------------------------------------------------------------------


async def _trial(
    past: Past, asked: Asked, kept: Kept, start: Micros, warm: Warm, kernels: Kernels
) -> tuple[_Begin, Trial]:
    begin = await _begin(past, asked.old, kept, start, warm)
    was, new = Revision.of(asked.old), Revision.of(asked.new)
    engine = begin.engine
    if not _alike(was.register, new.register):
        engine = carry(Passage(was.register, new.register), new.layout, engine)
    return begin, Trial(asked.new, new.layout, engine, asked.judged, kernels)


async def _begin(past: Past, mine: Mine, kept: Kept, start: Micros, warm: Warm) -> _Begin:
    """From a state that was kept, from the very first frame, or with a lead-in."""
    watch, found = Watch(mine), warm(kept.first)
    if found is not None:
        try:
            watch.restore(found[1])
        except BrokenFrame:
            found = None
        else:
            doubt = "" if watch.passage is None else "state_of_another_revision 1"
            return _Begin(watch.engine, found[0], watch.engine.now, doubt)
    before = await past.kept(0, start)
    if not before.frames:
        doubt = "" if kept.first == 1 else "no_state 1"
        return _Begin(State.fresh(watch.layout), 0, start, doubt)
    lead = await past.kept(start - LEAD_IN, start)
    doubt = "" if lead.first == 1 else f"lead_in_s {LEAD_IN // SECOND}"
    return _Begin(State.fresh(watch.layout), 0, start - LEAD_IN, doubt)


def _alike(one: Register, other: Register) -> bool:
    """No row is defined otherwise: the state is taken as it is."""
    return one.data == other.data


def _doubts(asked: Asked, kept: Kept, begin: _Begin, read: int) -> tuple[str, ...]:
    """Why it is not to the byte what the live engine would have said."""
    others = [r for r in kept.revisions if r != asked.old.revision]
    found = {
        "missing_frames": kept.missing,
        "missing_readings": kept.readings - read,
        "thinned_points": asked.thinned(),
        "frames_of_other_revisions": len(others),
    }
    return (
        *((begin.doubt,) if begin.doubt else ()),
        *(f"{code} {count}" for code, count in found.items() if count > 0),
    )


# --- what the journal holds beside ---------------------------------------------------------------


class _Journal:
    """Events of alarms: those before the trial make its book, those since go along with it."""

    def __init__(self, begin: _Begin) -> None:
        self.since: list[Event] = []
        self._begin = begin
        self._before: dict[str, tuple[AlarmMoved, Micros]] = {}
        """Of each alarm that was not normal when the trial began, its last move."""

    @property
    def moves(self) -> Iterator[tuple[AlarmMoved, Micros]]:
        """What was journalled, in its order."""
        yield from self._before.values()
        yield from ((e.body, e.valid) for e in self.since if isinstance(e.body, AlarmMoved))

    def take(self, event: Event, trial: Trial) -> bool:
        """One more, in their order; returns whether it was before the trial."""
        if not self.since and self._is_before(event):
            trial.recall(event)
            self._remember(event)
            return True
        if len(self.since) >= MOST_EVENTS:
            raise StoreUnavailable(f"more than {MOST_EVENTS} events; ask for a shorter time")
        self.since.append(event)
        return False

    def _remember(self, event: Event) -> None:
        move = event.body
        if not isinstance(move, AlarmMoved):
            return
        if move.state is AlarmState.NORMAL:
            self._before.pop(move.episode, None)
        else:
            self._before[move.episode] = move, event.valid

    def _is_before(self, event: Event) -> bool:
        if event.frame is not None:
            return event.frame <= self._begin.seq
        return event.recorded <= self._begin.now and self._begin.seq > 0


class _Pending:
    """Hands events out with the frames they came before or followed from.

    What a frame brought carries its seq. What people did carries none: it was before the first
    frame that followed it in the journal, and before the first that was stamped later.
    """

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events
        self._at = 0
        self._next: list[int] = []
        """Of each event, the frame of the first one behind it that has one."""
        following = 1 << 62
        for event in reversed(events):
            self._next.append(following)
            following = following if event.frame is None else event.frame
        self._next.reverse()

    def before(self, frame: Frame) -> list[Event]:
        """What happened before a frame was judged."""
        begin = self._at
        while self._at < len(self._events) and self._precedes(frame):
            self._at += 1
        return list(self._events[begin : self._at])

    def _precedes(self, frame: Frame) -> bool:
        event = self._events[self._at]
        if event.frame is not None:
            return event.frame < frame.seq
        return self._next[self._at] <= frame.seq or event.recorded <= frame.now

    def following(self, seq: int) -> list[Event]:
        """What followed from a frame."""
        begin = self._at
        while self._at < len(self._events) and self._events[self._at].frame == seq:
            self._at += 1
        return list(self._events[begin : self._at])
