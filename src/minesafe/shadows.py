"""Shadows: limits that judge live beside those in force, and tell nobody.

The pipeline hands over each frame it has judged, and goes on. Once a second, in a thread, the same
engine and the same alarm book go over those frames with a shadow's limits; what would have fired
is a record of its own in the journal. A shadow may take a small share of a core and hold a few
frames. One that falls behind or breaks is dropped with a finding, and begins again where the live
engine is; nothing that watches the mine ever waits for it.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from minesafe.alarms import AlarmBody
from minesafe.backtest.trial import Trial
from minesafe.backtest.truth import HEALTH
from minesafe.engine import State, carry
from minesafe.engine.carry import Passage
from minesafe.engine.kernels import ARRAYS
from minesafe.model.events import ASIDE, AlarmMoved, Event, FindingKind, ShadowMoved
from minesafe.model.frame import Frame
from minesafe.model.mine import Mine, Severity, Shadow
from minesafe.model.time import SECOND, Micros
from minesafe.pipeline import Pipeline
from minesafe.watch import Revision

log = logging.getLogger(__name__)

EVERY_S = 1.0
"""Real seconds between two looks."""

SHARE = 0.05
"""Of a core, for all shadows together, over some seconds."""

MOST_FRAMES = 3_000
MOST_ROWS = 1_000_000
"""That wait; past either, they are behind."""

MOST_AN_HOUR = 120
"""Beginnings of one shadow that are recorded; one that says more is no rule, and rests."""

HOUR: Micros = 3600 * SECOND


@dataclass(eq=False)
class _Judging:
    """One shadow at work."""

    shadow: Shadow
    trial: Trial
    seq: int
    """Of the last frame its engine knows."""
    _frame: Frame | None = None
    """The newest, whose records may still come."""
    _events: list[Event] = field(default_factory=list)
    _active: dict[str, dict[str, Severity]] = field(default_factory=dict)
    _hour: Micros = 0
    _began: int = 0
    rests: bool = False

    def judge(self, heard: Sequence[Frame | Event]) -> list[ShadowMoved]:
        """Take what was heard, in its order."""
        moves: list[tuple[AlarmMoved, Micros]] = []
        for item in heard:
            if not isinstance(item, Frame):
                self._events.append(item)
            elif item.seq > self.seq and item.revision == self.trial.mine.revision:
                moves += self._tick()
                self._frame, self.seq = item, item.seq
        return [said for move, at in moves for said in self._said(move, at)]

    def _tick(self) -> list[tuple[AlarmMoved, Micros]]:
        frame, events, self._events = self._frame, self._events, []
        seq = None if frame is None else frame.seq
        moves: list[tuple[AlarmMoved, Micros]] = []
        if frame is not None:
            beside = [event for event in events if event.frame == seq]
            moves += self.trial.tick(self.trial.part_of(frame), beside)
        for event in events:
            if seq is None or event.frame != seq:
                moves += self.trial.take(event)
        return moves

    def _said(self, move: AlarmMoved, at: Micros) -> list[ShadowMoved]:
        """What began and what ended with a move; of limits, for a sensor's health is the same."""
        if move.episode.startswith(f"{HEALTH}:"):
            return []
        before = self._active.pop(move.episode, {})
        if move.active:
            self._active[move.episode] = dict(move.active)
        began = [c for c in move.active if c not in before]
        ended = [c for c in before if c not in move.active]
        if began and self._too_often(at):
            return []
        levels = before | move.active
        return [
            ShadowMoved(
                shadow=self.shadow.id,
                episode=move.episode,
                on=condition in began,
                subject=move.subject,
                condition=condition,
                severity=levels[condition],
                value=move.value,
                limit=move.limit,
                heard=move.state not in ASIDE,
                at=at,
            )
            for condition in (*ended, *began)
        ]

    def _too_often(self, at: Micros) -> bool:
        if at - self._hour >= HOUR:
            self._hour, self._began = at, 0
        self._began += 1
        self.rests = self._began > MOST_AN_HOUR
        return self.rests


class Shadows:
    """A `ports.Source` to the supervisor: judges by every shadow of the revision in force."""

    name = "shadows"

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._heard: deque[Frame | Event] = deque()
        self._rows = 0
        self._behind = False
        self._judging: list[_Judging] = []
        self._revision = ""

    async def run(self) -> None:
        """Until cancelled."""
        stop = self._pipeline.recorder.on_events(self._told)
        self._pipeline.overhearing.append(self._overheard)
        self._revision = ""
        try:
            while True:
                rest = await self.look()
                await asyncio.sleep(max(EVERY_S, rest))
        finally:
            self._pipeline.overhearing.remove(self._overheard)
            stop()

    # --- what the pipeline says ---------------------------------------------------------------

    def _overheard(self, frame: Frame) -> None:
        """In the pipeline's own turn: nothing but to take note."""
        if not self._judging or self._behind:
            return
        self._rows += len(frame.readings) + len(frame.sightings)
        self._heard.append(frame)
        self._behind = len(self._heard) > MOST_FRAMES or self._rows > MOST_ROWS

    def _told(self, events: Sequence[Event]) -> None:
        if self._judging and not self._behind:
            self._heard.extend(e for e in events if isinstance(e.body, AlarmBody))

    # --- judging ------------------------------------------------------------------------------

    async def look(self) -> float:
        """Judge what was heard; returns how long to rest, real seconds."""
        mine = self._pipeline.watch.mine
        if mine.revision != self._revision:
            self._revision = mine.revision
            await self._begin(mine, mine.shadows)
        if self._behind:
            await self._drop()
        heard, self._rows = list(self._heard), 0
        self._heard.clear()
        spent = 0.0
        for judging in list(self._judging):
            spent += await self._judged(judging, heard)
        return spent / SHARE

    async def _judged(self, judging: _Judging, heard: Sequence[Frame | Event]) -> float:
        """Let one go over the frames; whatever breaks it, breaks it alone."""
        subject = judging.shadow.id
        try:
            said, spent = await asyncio.to_thread(_timed, judging, heard)
        except Exception as error:
            log.exception("shadow %s is dropped until the next revision", subject)
            self._judging.remove(judging)
            self._lost(subject, f"{type(error).__name__}: {error}")
            return 0.0
        if judging.rests:
            self._lost(subject, "too_often")
        else:
            self._pipeline.ended(FindingKind.SHADOW_LOST, subject)
        if said and self._pipeline.recorder.refused is None:
            await self._pipeline.act(lambda _now: said)
        return spent

    def _lost(self, subject: str, why: str) -> None:
        self._pipeline.began(FindingKind.SHADOW_LOST, subject, why)

    async def _drop(self) -> None:
        """Too much waits: what it held is let go, and it begins where the live engine is."""
        shadows = [judging.shadow for judging in self._judging]
        for shadow in shadows:
            self._lost(shadow.id, "behind")
        await self._begin(self._pipeline.watch.mine, shadows)

    async def _begin(self, mine: Mine, shadows: Sequence[Shadow]) -> None:
        """Compile their limits, and begin with what the live engine and book know now."""
        revisions = [await asyncio.to_thread(Revision.of, mine.cast(s)) for s in shadows]
        watch = self._pipeline.watch
        self._heard.clear()
        self._rows, self._behind = 0, False
        if watch.mine is not mine:
            self._judging, self._revision = [], ""
            return
        live = State.restore(watch.layout, watch.engine.snapshot()) if shadows else None
        self._judging = [
            _begun(shadow, revision, watch.revision, live, self._pipeline)
            for shadow, revision in zip(shadows, revisions, strict=True)
            if live is not None
        ]


def _begun(
    shadow: Shadow, revision: Revision, was: Revision, live: State, pipeline: Pipeline
) -> _Judging:
    engine = carry(Passage(was.register, revision.register), revision.layout, live)
    changed = {p.id for p in shadow.points} | _by_windows(shadow, revision.mine)
    rows = tuple(sorted(revision.mine.point_row[ident] for ident in changed))
    # By arrays: the compiled loops of the live engine write into room of their own, which another
    # thread must not touch.
    trial = Trial(revision.mine, revision.layout, engine, rows, ARRAYS)
    book = pipeline.watch.book
    others = {key: a for key, a in book.held()["_alarms"].items() if not trial.ours(a)}
    trial.book.take_up({"_alarms": others})
    trial.book.permits.take_up(book.permits.held())
    return _Judging(shadow, trial, live.seq)


def _by_windows(shadow: Shadow, mine: Mine) -> set[str]:
    """Points that a changed rule over time is about."""
    return {
        point.id
        for window in shadow.windows
        for point in mine.points
        if (window.point or point.id) == point.id and window.kind == point.kind
    }


def _timed(judging: _Judging, heard: Sequence[Frame | Event]) -> tuple[list[ShadowMoved], float]:
    begin = time.thread_time()
    return judging.judge(heard), time.thread_time() - begin
