"""The machine's edges: clock and disk, what is heard, kept and told."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from typing import ParamSpec, Protocol, TypeVar

from minesafe.model.commands import Command
from minesafe.model.events import AnyBody, CardsRead, Event, FindingKind, Noted
from minesafe.model.frame import Batch, Frame, Readings, Sightings
from minesafe.model.moment import Mark, Moment
from minesafe.model.presence import Presence
from minesafe.model.search import Search
from minesafe.model.spell import Spells
from minesafe.model.time import Micros
from minesafe.model.trend import Trend

P = ParamSpec("P")


T = TypeVar("T")


class Clock(Protocol):
    """Time, handed in. The demo's clock runs N times as fast; tests turn theirs by hand."""

    def now(self) -> Micros:
        """The mine's wall time."""

    def elapsed(self) -> float:
        """The mine's seconds since some moment; never steps, whatever the wall clock does."""

    async def sleep(self, seconds: float) -> None:
        """Wait so many of the mine's seconds."""


class Disk(Protocol):
    """A thread of its own for calls that wait for the disk, one after the other."""

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call there, in the order asked for, and wait for the answer, however long it takes."""

    async def within(
        self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `run`, for whoever people's lives wait for: give up after so many real seconds.

        What was asked is done all the same if the disk ever answers. Until then nothing more is
        asked of it here, so a disk that hangs fills no memory and sees nothing out of order.

        Raises:
            DiskHangs: no answer in time, or an earlier call has still none.
        """


class Findings(Protocol):
    """Where rooms report what they find wrong with their own world; at the change only."""

    def began(self, kind: FindingKind, subject: str, detail: str = "") -> None:
        """Something is wrong from now on. Repeating it does nothing."""

    def ended(self, kind: FindingKind, subject: str) -> None:
        """It is well again. Without a beginning it does nothing."""

    def repeated(self, messages: int = 1) -> None:
        """So many were heard before and are passed over: nothing is wrong, they are counted."""


class Intake(Protocol):
    """Where sources put what they hear."""

    async def hear(self, batch: Batch) -> None:
        """Return once the batch is on disk in the spool; only then acknowledge it to its sender.

        Waits while the intake is full. Quality and both times are set by the source; the time
        rule (`model.time`) is applied when the frame is stamped.

        Raises:
            StoreUnavailable: the spool cannot take it; the sender must keep it and try again.
        """


class Notebook(Protocol):
    """What sources must not forget over a restart: small words under a name. All calls block."""

    def notes(self, owner: str) -> dict[str, str]:
        """Everything under a name.

        Raises:
            StoreUnavailable: it cannot be read.
        """

    def put(self, owner: str, notes: Mapping[str, str]) -> None:
        """Add or replace, durably.

        Raises:
            StoreUnavailable: it cannot be written.
        """

    def forget(self, owner: str, keys: Collection[str]) -> None:
        """Take out. Raises as `put`."""


class Passages(Protocol):
    """Where gates, lamp rooms and attendance terminals put the cards they have read."""

    async def passed(self, told: CardsRead) -> None:
        """Record it; only then acknowledge it to its sender."""


class Source(Protocol):
    """Turns bytes into batches. One per device or connection; a supervisor restarts it alone."""

    @property
    def name(self) -> str:
        """What findings call it."""

    async def run(self) -> None:
        """Hear until cancelled. Returning or raising means: start me again after a pause."""


class Spool(Protocol):
    """Frames on disk before they are judged. All calls block; the pipeline uses one thread."""

    def commit(self, frames: Sequence[Frame]) -> None:
        """Write and fsync.

        Raises:
            StoreUnavailable: full or unwritable.
        """

    def after(self, seq: int, limit: int) -> list[Frame]:
        """Frames with a greater seq, in order."""

    def last_seq(self) -> int:
        """The greatest seq ever committed, 0 at first; survives deletes."""

    def drop_through(self, seq: int) -> None:
        """Forget frames up to seq: history has them and the snapshot is newer."""

    def fill(self) -> float:
        """Share of the cap in use, 0 … 1."""


class Snapshots(Protocol):
    """The engine's state on disk. All calls block."""

    def write(self, seq: int, state: bytes) -> None:
        """Write atomically, beside the one before.

        Raises:
            StoreUnavailable: the disk refuses.
        """

    def newest(self) -> tuple[int, bytes] | None:
        """The newest whole snapshot and the seq it holds, None if there is none."""


class Journal(Protocol):
    """The truth: events in a hash chain, and the outbox in the same transaction."""

    def append(
        self,
        bodies: Sequence[tuple[AnyBody, Micros]],
        *,
        now: Micros,
        frame: int | None = None,
        cause: int | None = None,
        follows: Sequence[int | None] = (),
        commands: Sequence[Command] = (),
    ) -> list[Event]:
        """Write bodies (each with its valid time) and commands, fsync, and return the records.

        `follows` says for each body which of these bodies (by index) it follows from; where it
        says None, or is left out, `cause` holds, the position of an earlier record.

        Raises:
            StoreUnavailable: the disk refuses; nothing was written.
        """

    def together(self, write: Callable[[], list[Event]]) -> list[Event]:
        """Do what `write` does with this journal in one transaction, and return what it does.

        It may be called again on a disk that was full, and then has not happened before.

        Raises:
            StoreUnavailable: the disk refuses, or `write` raised it; nothing was written.
        """

    def read(self, after: int, limit: int) -> list[Event]:
        """Records with a greater position, in order."""

    def follow(self, position: int) -> AsyncIterator[Event]:
        """Every record after `position`, and then each new one as it is written."""

    def pending(self) -> list[tuple[Command, int]]:
        """Commands still to be handed over, oldest first, each with the attempts begun."""

    def sending(self, key: str, attempt: int) -> None:
        """Mark, before handing over, that an attempt begins; a crash after it may double it."""

    def receipt(self, noted: Noted, *, now: Micros) -> Event:
        """Record what came of a command and move its outbox row, in one transaction.

        The row leaves `pending` at ACCEPTED, DELIVERED, or a FAILED that is final.
        """

    def by_carrier_id(self, channel: str, carrier_id: str) -> Command | None:
        """The command a carrier's receipt is about."""

    def last_decided(self) -> int:
        """The greatest frame seq any record follows from, 0 at first."""


class History(Protocol):
    """The long memory. Calls may fail; whoever calls keeps its own copy until they do not."""

    async def write(self, frames: Sequence[Frame]) -> None:
        """Store frames; frames already stored are passed over (exactly once by seq).

        Raises:
            StoreUnavailable: not reachable now.
        """

    async def stored_through(self) -> int:
        """The greatest seq stored."""

    async def values(self, point: int, start: Micros, end: Micros, limit: int) -> Readings:
        """A point's samples with start <= sampled < end, by sample time; at most `limit`.

        Raises:
            StoreUnavailable: not reachable now.
        """

    async def track(self, tag: int, start: Micros, end: Micros, limit: int) -> Sightings:
        """A person's places with start <= sampled < end, by sample time; at most `limit`."""

    def frames(
        self, start: Micros, end: Micros, *, points: Collection[int] | None = None
    ) -> AsyncIterator[Frame]:
        """The frames of this data directory with start <= now < end, in order, as they were judged.

        Each in the rows of its own revision, to the byte; a row number below 0 is -1. Where samples
        have been dropped since, or were never kept, a frame has fewer rows.

        Args:
            start: of the frames' `now`.
            end: likewise.
            points: only readings of these points (rows of the revision in force), and no sightings.
                A frame that held other rows still holds one, of no point (-1): no clock's sweep.

        Raises:
            StoreUnavailable: not reachable now.
        """

    async def tracks(
        self, tags: Sequence[int], start: Micros, end: Micros, limit: int
    ) -> Sightings:
        """As `track`, of several people, all by sample time.

        Raises:
            Refused: ask_shorter, where it took too long; so do all questions.
            StoreUnavailable: not reachable now.
        """

    async def presence(self, start: Micros, end: Micros) -> Presence:
        """Who was on which roadway in the minutes that start … end touches; raises as `tracks`."""

    async def moment(self, at: Micros, *, rows_of: str = "") -> Moment | None:
        """What was known at a time: the newest rows of all frames with now <= at.

        Of the data directory that wrote last then. None before the first frame.

        Args:
            at: when.
            rows_of: the revision whose row numbers to answer in; that in force then where empty.

        Raises:
            StoreUnavailable: not reachable now.
        """

    async def since(self, moment: Moment, at: Micros) -> Moment | None:
        """What is newer at a later time: the newest rows of the frames behind the moment.

        Added to the moment they are that of the later time. A span of a minute is read at once, so
        whoever plays history asks for a few seconds, or a minute. None where no frame came.

        Raises:
            StoreUnavailable: not reachable now.
        """

    async def recorded(self) -> tuple[Micros, Micros] | None:
        """Time of the first and of the newest frame that is stored; None where there is none.

        Raises:
            StoreUnavailable: not reachable now.
        """

    async def find(self, search: Search) -> tuple[list[int], int]:
        """Where the records are that are looked for, and how far the journal is taken over.

        Positions in the order asked for; one more than the limit, if there is one more.

        Raises:
            Refused: ask_shorter.
            StoreUnavailable: not reachable now.
        """

    async def marks(self, start: Micros, end: Micros, dots: int) -> Sequence[Mark]:
        """Alarms that rose and orders that were issued within start … end, a mark a dot at most.

        Raises:
            StoreUnavailable: not reachable now.
        """

    def journalled(
        self, kinds: Collection[str], start: Micros, end: Micros
    ) -> AsyncIterator[Event]:
        """The journal's events of some kinds with start <= recorded < end, in order.

        Raises:
            StoreUnavailable: not reachable now.
        """

    async def trend(self, point: int, start: Micros, end: Micros, width_s: int) -> Trend:
        """A point's steps of 60, 300 or 3600 s that begin within start … end.

        Raises:
            StoreUnavailable: not reachable now.
        """

    async def spells(self, point: int, start: Micros, end: Micros, width_s: int) -> Spells:
        """Of those steps which had samples that are not believed; raises as `tracks`."""


Note = Callable[[Noted], Awaitable[None]]
"""How a channel reports what came of a command, at once or much later."""


class Channel(Protocol):
    """A way to reach people."""

    name: str
    """As the policy names it: sms · horn · console · call · broadcast · telephone · tag."""

    async def deliver(self, command: Command, attempt: int) -> Noted:
        """Hand over once. ACCEPTED, DELIVERED or FAILED; later receipts come through `Note`.

        Never raises for a carrier's trouble: that is a FAILED receipt with its detail.
        """


class Outbox(Protocol):
    """What a courier works off. Implemented by the pipeline over the journal."""

    async def pending(self) -> list[tuple[Command, int]]:
        """As `Journal.pending`."""

    async def sending(self, key: str, attempt: int) -> None:
        """As `Journal.sending`."""

    async def receipt(self, noted: Noted) -> None:
        """Journal it; the folds see it before this returns."""

    async def by_carrier_id(self, channel: str, carrier_id: str) -> Command | None:
        """As `Journal.by_carrier_id`.

        Raises:
            StoreUnavailable: not known now.
        """

    async def wait(self) -> None:
        """Return when there may be something new."""


class Outputs(Protocol):
    """Writes to devices. Knows only outputs the configuration lists."""

    async def write(self, output: str, on: bool) -> None:
        """Switch and read back.

        Raises:
            LinkDown: the device cannot be reached.
            BadReply: it answered, but did not do it.
        """


Reply = Callable[[str, str], Awaitable[None]]
"""Takes an incoming SMS: sender's number, text."""
