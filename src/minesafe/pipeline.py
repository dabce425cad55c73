"""READ FIRST. How a reading becomes an evacuation: seven steps, one room each.

1. hear      `Pipeline.hear`   sources hand in batches; a batch is on disk before it is answered
2. judge     `engine.judge`    every point and every place in one array pass → a verdict
3. raise     `alarms.Book`     what rose, who knows of it, what returned
4. order     `evacuation`      who must stop work or get out, who is asked, who is accounted for
5. record    `Recorder`        appended to the hash-chained journal, before anyone is told
6. tell      `notify`          works off the outbox that was written with the journal
7. show      `web`             every open screen listens to the recorder

`watch.Watch` is steps 2 to 4, without a clock, a disk or a wire; `Pipeline` is the I/O around it.
What people do comes in through `desk`.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from minesafe.checkpoints import Checkpoints
from minesafe.model.errors import DiskHangs, StoreUnavailable
from minesafe.model.events import (
    AnyBody,
    CardsRead,
    FindingKind,
    Noted,
    RevisionApproved,
)
from minesafe.model.frame import Batch, Frame, Readings, Sightings
from minesafe.model.stamping import believed, in_time
from minesafe.model.time import SECOND, Micros
from minesafe.ports import Clock, Disk, Journal, Snapshots, Spool
from minesafe.recorder import PATIENCE_S, Recorder
from minesafe.recovery import Recovery
from minesafe.watch import Revision, Watch

MOST_WAITING = 200_000
"""Rows that may wait to be stamped; past it sources wait, and their devices keep their own."""

LONGEST_FRAME = 50_000
"""Rows of one frame."""

PACE_S = 0.02
"""From one turn to the next at the least, in real seconds, while batches come faster than turns
take them: a few frames of many rows cost a fraction of many frames of a few."""

SWEEP_S = 1.0
"""The clock's sweep: a frame without rows, so that silence and deadlines are judged too."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A batch and whoever waits for it to be on disk."""

    batch: Batch
    done: "asyncio.Future[None]"
    since: float = field(default_factory=time.monotonic)


def _answer(waiting: Sequence[_Waiting], refused: str) -> None:
    for one in waiting:
        if one.done.done():
            continue
        if refused:
            one.done.set_exception(StoreUnavailable(refused))
        else:
            one.done.set_result(None)


class Pipeline:
    """The I/O around the watch: what sources and couriers call, and the loop that turns."""

    def __init__(
        self,
        watch: Watch,
        *,
        spool: Spool,
        snapshots: Snapshots,
        recorder: Recorder,
        disk: Disk,
        clock: Clock,
        folds: Snapshots | None = None,
    ) -> None:
        """Take what it needs; `folds`: where their checkpoints go, see `checkpoints`."""
        self.watch = watch
        self.recorder = recorder
        self._spool = spool
        self._snapshots = snapshots
        self.checkpoints = Checkpoints(watch, recorder, disk, folds)
        self._disk = disk
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._rows = 0
        self._turning = asyncio.Lock()
        self._work = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._reports: set[asyncio.Task[None]] = set()
        self._saved: Micros = 0
        self._stamped: tuple[float, Micros] = (clock.elapsed(), 0)
        """When the newest frame was stamped, and with what."""
        self._stamped_seq = 0
        self.snapshot_seq = 0
        """Frames up to here are in an engine snapshot on disk."""
        self.overhearing: list[Callable[[Frame], None]] = []
        """Who takes note of each frame that was judged, and returns at once."""
        self.judged = time.monotonic()
        """When a turn was last done with: judged, recorded, told."""
        self.repeats = 0
        """Messages devices had sent before, since the start."""
        self._turn_of: float | None = None
        """Since when the oldest sample of the turn under way has waited."""

    # --- 1. hear --------------------------------------------------------------------------

    async def hear(self, batch: Batch) -> None:
        """See `ports.Intake.hear`."""
        while self._rows >= MOST_WAITING:
            await self._room.wait()
        waiting = _Waiting(batch, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._rows += len(batch)
        if self._rows >= MOST_WAITING:
            self._room.clear()
        self._work.set()
        await waiting.done

    def _next_batches(self) -> list[_Waiting]:
        taken, rows = 0, 0
        for waiting in self._waiting:
            rows += len(waiting.batch)
            if taken and rows > LONGEST_FRAME:
                break
            taken += 1
        batches, self._waiting = self._waiting[:taken], self._waiting[taken:]
        self._rows -= sum(len(w.batch) for w in batches)
        self._room.set()
        return batches

    def _stamp(self, batches: Sequence[Batch]) -> Frame:
        """Each frame is stamped once; its `now` is in it and never runs back."""
        now = self.now()
        self._stamped = (self._clock.elapsed(), now)
        wall = self._clock.now()
        heard = believed(in_time(Readings.joined([b.readings for b in batches]), now, wall))
        return Frame(
            seq=self._next_seq(),
            now=now,
            revision=self.watch.mine.revision,
            readings=_with(heard, self.watch.derived(now)),
            sightings=believed(
                in_time(Sightings.joined([b.sightings for b in batches]), now, wall)
            ),
        )

    def _next_seq(self) -> int:
        """No number twice, not even of a frame that broke the engine."""
        self._stamped_seq = max(self._stamped_seq, self.watch.seq) + 1
        return self._stamped_seq

    async def _commit(self, frame: Frame, waiting: Sequence[_Waiting]) -> None:
        """To disk, then answer the senders. A refused frame is judged all the same."""
        refused, trouble = "the frame was not written", None
        try:
            await self._disk.within(PATIENCE_S, self._spool.commit, [frame])
            refused = ""
        except StoreUnavailable as error:
            refused, trouble = str(error), error
        finally:
            _answer(waiting, refused)
        self._disk_says("spool", trouble)

    def _disk_says(self, what: str, trouble: StoreUnavailable | None) -> None:
        """A disk that is full and one that hangs are two findings: they are mended differently."""
        hangs = isinstance(trouble, DiskHangs)
        detail = str(trouble or "")
        self._report(FindingKind.DISK_HANGS, what, hangs, detail)
        self._report(FindingKind.DISK_FULL, what, trouble is not None and not hangs, detail)

    # --- 2 to 5: the loop -------------------------------------------------------------------

    async def run(self) -> None:
        """Turn until cancelled; each turn takes everything that waits, or the clock's sweep.

        What comes while nothing else does is taken at once; a loop that is behind gathers.
        """
        sweeper = asyncio.create_task(self._sweep(), name="sweep")
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._work.wait()
                next_at = loop.time() + PACE_S
                async with self._turning:
                    await self._turn()
                if self._waiting and self._rows < LONGEST_FRAME:
                    await asyncio.sleep(next_at - loop.time())
        finally:
            sweeper.cancel()

    async def _sweep(self) -> None:
        while True:
            await self._clock.sleep(SWEEP_S)
            self._work.set()

    async def _turn(self) -> None:
        batches = self._next_batches()
        self._turn_of = batches[0].since if batches else None
        if not self._waiting:
            self._work.clear()
        frame = self._stamp([w.batch for w in batches])
        await self._commit(frame, batches)
        outcome = self.watch.tick(frame)
        for overhear in self.overhearing:
            overhear(frame)
        await self.recorder.write(outcome)
        await self._keep_house(frame)
        self.judged, self._turn_of = time.monotonic(), None

    @property
    def waiting_since(self) -> float | None:
        """Since when the oldest sample has waited that is not judged yet; monotonic seconds."""
        return self._turn_of or next((w.since for w in self._waiting), None)

    async def take_over(self, revision: Revision, approved: RevisionApproved) -> None:
        """Judge by another revision from the next frame on.

        The sources of the old one must have ended: whatever they left is judged first, for its
        row numbers mean something else afterwards.
        """
        async with self._turning:
            while self._waiting:
                await self._turn()
            outcome = self.watch.take_over(revision, approved)
            await self.recorder.write(outcome)
            await self.save()
            self.checkpoints.position = 0  # one of the revision before is not taken up under this

    async def _keep_house(self, frame: Frame) -> None:
        """Watch the clock, write again what the disk refused, save the engine now and then."""
        self._report(
            FindingKind.CLOCK_OFF, "host", frame.now - self._clock.now() > CLOCK_BEHIND, "set back"
        )
        self._disk_says("journal", self.recorder.refused)
        if self.recorder.refused is not None:
            await self.recorder.retry()
        if frame.now - self._saved >= SNAPSHOT_EVERY:
            self._saved = frame.now
            await self.save(frame.seq)
            await self._check_point()

    async def save(self, seq: int | None = None) -> None:
        """Put the engine's state on disk, so that frames up to it may go.

        Not while the journal refuses what followed from them: after a crash now they must be
        judged again, or what they told would be known to nobody.
        """
        if self.recorder.refused is not None:
            return
        seq = self.watch.seq if seq is None else seq
        data = self.watch.snapshot()
        try:
            await self._disk.within(PATIENCE_S, self._snapshots.write, seq, data)
        except StoreUnavailable as error:
            self._disk_says("snapshots", error)
        else:
            self._disk_says("snapshots", None)
            self.snapshot_seq = seq

    async def _check_point(self) -> None:
        """See `checkpoints`. Not while a finding waits for its turn to be recorded."""
        if self._reports or not self.checkpoints.due:
            return
        try:
            await self.checkpoints.keep()
        except StoreUnavailable as error:
            self._disk_says("checkpoints", error)
        else:
            self._disk_says("checkpoints", None)

    # --- acts, receipts, findings -------------------------------------------------------------

    def now(self) -> Micros:
        """The mine's time: the clock's, but never behind what has been.

        A clock that is set back does not stop the ladder: until it has caught up, time goes on
        from the newest frame a little slower than it should. From the frame, not from what was
        done since: acts would hurry it, each by all the time before it.
        """
        before, stamp = self._stamped
        since = max(self._clock.elapsed() - before, 0.0)
        return max(self._clock.now(), self.watch.now, stamp + int(since * CATCHING_UP * SECOND))

    async def act(
        self, decide: Callable[[Micros], Iterable[AnyBody]], since: Micros | None = None
    ) -> None:
        """Decide on the state of this moment, and record it before returning.

        `since`: when it was true, where somebody enters it afterwards.
        """
        now = self.now()
        await self.recorder.write(self.watch.act(now, list(decide(now)), since))

    async def passed(self, told: CardsRead) -> None:
        """See `ports.Passages.passed`."""
        await self.act(lambda _now: [told])

    async def receipt(self, noted: Noted) -> None:
        """See `ports.Outbox.receipt`."""
        await self.recorder.write(self.watch.noted(self.now(), noted))

    def began(self, kind: FindingKind, subject: str, detail: str = "") -> None:
        """See `ports.Findings.began`."""
        self._report(kind, subject, True, detail)

    def ended(self, kind: FindingKind, subject: str) -> None:
        """See `ports.Findings.ended`."""
        self._report(kind, subject, False, "")

    def repeated(self, messages: int = 1) -> None:
        """See `ports.Findings.repeated`."""
        self.repeats += messages

    def _report(self, kind: FindingKind, subject: str, on: bool, detail: str) -> None:
        """Nearly always it is said that all is well as before, some thousand times a second."""
        if self.watch.findings.decide(kind, subject, on, detail) is None:
            return
        outcome = self.watch.finding(self.now(), kind, subject, on, detail)
        if outcome:
            task = asyncio.get_running_loop().create_task(self.recorder.write(outcome))
            self._reports.add(task)
            task.add_done_callback(self._reports.discard)

    # --- after a crash ------------------------------------------------------------------------

    async def recover(self, journal: Journal) -> None:
        """Take up where the last process was: journal, then snapshot, then spool.

        See `recovery`: nothing is raised, ordered or told a second time.
        """
        here = Recovery(
            self.watch, self.recorder, self.checkpoints, self._disk, self._spool, self._snapshots
        )
        self.snapshot_seq = await here.take_up(journal)


CATCHING_UP = 0.9
"""How fast time goes while the clock is behind what has been recorded."""

CLOCK_BEHIND: Micros = 2 * SECOND
"""The host's clock being so far behind is a finding."""

SNAPSHOT_EVERY: Micros = 10 * SECOND
"""How far a restart may have to judge again."""


def _with(heard: Readings, derived: Readings) -> Readings:
    return Readings.joined([heard, derived]) if len(derived) else heard
