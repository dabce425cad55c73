"""Record before tell: the journal first, then the outbox and every screen.

When the disk refuses or hangs, people are told all the same (fail open): what was decided is kept
in memory, told from there, and written as soon as the disk takes it again. Nothing else may ever
stand between a decision and a siren.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from minesafe.model.commands import Command
from minesafe.model.errors import DiskHangs, StoreUnavailable
from minesafe.model.events import AnyBody, Event, Noted, ReceiptStatus
from minesafe.model.time import Micros
from minesafe.ports import Disk, Journal

log = logging.getLogger(__name__)

Listener = Callable[[Sequence[Event]], None]

MOST_UNWRITTEN = 100_000
"""Decisions kept while the disk refuses; a mine makes fewer in a day of alarms."""

PATIENCE_S = 2.0
"""Real seconds a decision waits for the disk before people are told without it."""


@dataclass
class Outcome:
    """What one frame or one act decided, in order, and whom to tell."""

    now: Micros
    frame: int | None = None
    receipt: Noted | None = None
    """The receipt it began with, whose outbox row moves with it."""
    cause: int | None = None
    """Position of the record it follows from, where that is not its own receipt."""
    bodies: list[tuple[AnyBody, Micros]] = field(default_factory=list)
    follows: list[int | None] = field(default_factory=list)
    """For each body the index of the one it follows from, None for the first of a chain."""
    commands: list[Command] = field(default_factory=list)

    def add(self, body: AnyBody, valid: Micros, follows: int | None = None) -> int:
        """Take one more body; returns its index."""
        self.bodies.append((body, valid))
        self.follows.append(follows)
        return len(self.bodies) - 1

    def __bool__(self) -> bool:
        return bool(self.bodies or self.commands or self.receipt)


class Recorder:
    """Writes outcomes in the order they were decided, and is the couriers' outbox."""

    def __init__(self, journal: Journal, disk: Disk) -> None:
        self._journal = journal
        self._disk = disk
        self._listeners: dict[object, Listener] = {}
        self._unwritten: list[Outcome] = []
        self._late: list[Outcome] = []
        """Given to a disk that has not answered: written or not, nobody knows."""
        self._written: list[Command] = []
        """On disk since the couriers last saw what is there."""
        self._told_unwritten: dict[str, int] = {}
        self._new = asyncio.Event()
        self._writing = asyncio.Lock()
        self._flushes: set[asyncio.Task[None]] = set()
        self.position = 0
        self.head = ""
        """Hash of the record there."""
        self.refused: StoreUnavailable | None = None
        """Why the disk does not take what is decided, None while it does."""

    # --- writing ------------------------------------------------------------------------

    async def write(self, outcome: Outcome) -> None:
        """Put an outcome on disk, then wake couriers and screens.

        Returns when it is durable, or when the disk has refused it and it waits in memory.
        """
        if outcome:
            self._unwritten.append(outcome)
            await self._flushed()

    async def retry(self) -> None:
        """Try again what the disk refused; called with each sweep."""
        if self._unwritten:
            await self._flushed()

    async def _flushed(self) -> None:
        """Wait for a flush that does not end with whoever waits for it.

        A page that is closed while its act is on the way to disk must not take along what was
        decided behind it.
        """
        flush = asyncio.create_task(self._flush(), name="flush")
        self._flushes.add(flush)
        flush.add_done_callback(self._flushes.discard)
        await asyncio.shield(flush)

    async def _flush(self) -> None:
        """Everything that waits, in the order it was decided: one writer at a time.

        Whoever comes while another writes finds its own outcome taken along.
        """
        async with self._writing:
            batch, self._unwritten = self._unwritten, []
            if not batch:
                return
            news = any(outcome.commands or outcome.receipt for outcome in batch)
            try:
                events = await self._disk.within(PATIENCE_S, _commit, self._journal, batch)
            except StoreUnavailable as error:
                events = self._keep(batch, error)
            else:
                self._is_written(batch)
        if news:
            self._new.set()
        self._tell(events)

    def _is_written(self, batch: Sequence[Outcome]) -> None:
        self.refused = None
        self._written += [command for outcome in batch for command in outcome.commands]

    def _keep(self, batch: list[Outcome], error: StoreUnavailable) -> list[Event]:
        """What was refused is asked again; what hangs may yet be written: it is not asked twice."""
        self.refused = error
        if isinstance(error, DiskHangs) and error.call is not None:
            self._late = batch
            error.call.add_done_callback(partial(self._answered, batch))
            return []
        partly = error if isinstance(error, _Partly) else _Partly(str(error), [], batch)
        self._unwritten = [*partly.rest, *self._unwritten][-MOST_UNWRITTEN:]
        return partly.done

    def _answered(self, batch: list[Outcome], call: "asyncio.Future[list[Event]]") -> None:
        """The disk has answered after all."""
        self._late = []
        try:
            events = call.result()
        except StoreUnavailable as error:
            events = self._keep(batch, error)
        else:
            self._is_written(batch)
        self._new.set()
        self._tell(events)

    @property
    def settled(self) -> bool:
        """All that was given to it is on disk, and it is asked for nothing just now."""
        return not (self._in_memory or self._writing.locked() or self._flushes)

    @property
    def _in_memory(self) -> list[Outcome]:
        """Decided, and not known to be on disk."""
        return [*self._late, *self._unwritten]

    def _tell(self, events: Sequence[Event]) -> None:
        """Every screen, also of what the disk refused: it has happened all the same.

        A screen with a fault of ours keeps nobody else from hearing, and no siren from sounding.
        """
        if events:
            self.position, self.head = events[-1].position, events[-1].hash
        for listener in list(self._listeners.values()):
            try:
                listener(events)
            except Exception:
                log.exception("a listener broke")

    # --- listening ----------------------------------------------------------------------

    def on_events(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each write; see `ports.Desk.on_events`."""
        key = object()
        self._listeners[key] = listener
        return lambda: self._listeners.pop(key, None) and None

    # --- the outbox ---------------------------------------------------------------------

    async def pending(self) -> list[tuple[Command, int]]:
        """Commands to be handed over: those on disk, and those the disk has not taken."""
        waiting = [
            (command, self._told_unwritten.get(command.key, 0))
            for outcome in self._in_memory
            for command in outcome.commands
        ]
        written = len(self._written)
        try:
            on_disk = await self._disk.within(PATIENCE_S, self._journal.pending)
        except StoreUnavailable:
            on_disk = [(command, 0) for command in self._written]
        else:
            del self._written[:written]
        return _without_done(on_disk + waiting, self._in_memory)

    async def sending(self, key: str, attempt: int) -> None:
        """Mark that an attempt begins."""
        self._told_unwritten = {
            c.key: self._told_unwritten.get(c.key, 0)
            for outcome in self._in_memory
            for c in outcome.commands
        }
        if key in self._told_unwritten:
            self._told_unwritten[key] = attempt
            return
        try:
            await self._disk.within(PATIENCE_S, self._journal.sending, key, attempt)
        except StoreUnavailable as error:
            # A missing mark costs at most a doubled message after a crash: tell anyway.
            log.warning("%s is told without a mark on disk: %s", key, error)

    async def by_carrier_id(self, channel: str, carrier_id: str) -> Command | None:
        """The command a carrier's receipt is about.

        Raises:
            StoreUnavailable: not known now; the carrier must bring its receipt again.
        """
        return await self._disk.within(PATIENCE_S, self._journal.by_carrier_id, channel, carrier_id)

    async def wait(self) -> None:
        """Return when there may be something new to hand over."""
        await self._new.wait()
        self._new.clear()


def _without_done(
    waiting: list[tuple[Command, int]], unwritten: Sequence[Outcome]
) -> list[tuple[Command, int]]:
    """Without what is settled by a receipt the disk has refused: it is not told again for that."""
    done = {
        o.receipt.key
        for o in unwritten
        if o.receipt is not None
        and (o.receipt.final or o.receipt.status is not ReceiptStatus.FAILED)
    }
    return [(command, attempts) for command, attempts in waiting if command.key not in done]


class _Partly(StoreUnavailable):
    """The disk took the first outcomes and refused the rest."""

    def __init__(self, why: str, done: list[Event], rest: list[Outcome]) -> None:
        super().__init__(why)
        self.done = done
        self.rest = rest


def _commit(journal: Journal, outcomes: Sequence[Outcome]) -> list[Event]:
    """Write outcomes; in the disk's thread.

    What waited together is written together: five hundred findings of a mine that starts cost
    the disk one answer and not five hundred. What it refuses so is tried one by one.
    """
    if len(outcomes) > 1:
        with suppress(StoreUnavailable):
            return journal.together(lambda: [e for o in outcomes for e in _put(journal, o)])
    done: list[Event] = []
    for i, outcome in enumerate(outcomes):
        try:
            done += journal.together(partial(_put, journal, outcome))
        except StoreUnavailable as error:
            raise _Partly(str(error), done, list(outcomes[i:])) from error
    return done


def _put(journal: Journal, outcome: Outcome) -> list[Event]:
    """The receipt it began with, and what follows from that."""
    events, cause = [], outcome.cause
    if outcome.receipt is not None:
        events.append(journal.receipt(outcome.receipt, now=outcome.now))
        cause = events[-1].position
    if outcome.bodies or outcome.commands:
        events += journal.append(
            outcome.bodies,
            now=outcome.now,
            frame=outcome.frame,
            cause=cause,
            follows=outcome.follows,
            commands=outcome.commands,
        )
    return events
