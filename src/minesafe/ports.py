"""Every edge of the program on one page. Rooms are handed these by `app`; none imports another's.

What a port may raise is in its docstring; foreign errors never pass a port.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import ParamSpec, Protocol, TypeVar

from minesafe.model.alarm import Alarm, Groups, Kpi, Ledger, Permit
from minesafe.model.alarm_acts import AlarmAct
from minesafe.model.commands import Command
from minesafe.model.duty import DutyBoard, Month
from minesafe.model.duty_acts import DutyAct
from minesafe.model.events import (
    AnyBody,
    CardsRead,
    Decision,
    Event,
    FindingBegan,
    FindingKind,
    Noted,
    OrderKind,
    Origin,
    RoadwayBlocked,
    Whereabouts,
)
from minesafe.model.frame import Batch, Frame, Readings, Sightings
from minesafe.model.mine import Mine, Name, Role, Shift
from minesafe.model.nightly import NightlyProof
from minesafe.model.order import Order
from minesafe.model.picture import Picture, Reach
from minesafe.model.refuge import Refuge
from minesafe.model.roll import Reckoning
from minesafe.model.time import Micros

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


class Intake(Protocol):
    """Where sources put what they hear."""

    async def hear(self, batch: Batch) -> None:
        """Return once the batch is on disk in the spool; only then acknowledge it to its sender.

        Waits while the intake is full. Quality and both times are set by the source; the time
        rule (`model.time`) is applied when the frame is stamped.

        Raises:
            StoreUnavailable: the spool cannot take it; the sender must keep it and try again.
        """


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


class Desk(Protocol):
    """What people can see and do: the pipeline as `web` and `notify` know it.

    Acts are journalled before they return; where the disk refuses, they are done and told all the
    same, and written once it takes them (fail open). They raise `Refused` with a code when not
    allowed. Who may do what by role is checked by the caller; what the state of things allows is
    checked here.
    """

    @property
    def mine(self) -> Mine:
        """The revision in force."""

    @property
    def position(self) -> int:
        """Position of the newest journal record."""

    @property
    def epoch(self) -> int:
        """Counts the server's starts."""

    def now(self) -> Micros:
        """The mine's time."""

    def picture(self) -> Picture:
        """What the engine knows now."""

    def reach(self, person: str) -> Reach | None:
        """Where somebody may have walked to since his last place; None of who is not in the mine.

        Raises:
            KeyError: nobody of the revision has this id.
        """

    def alarms(self) -> Sequence[Alarm]:
        """Alarms that are not normal, worst and newest first."""

    def orders(self) -> Sequence[Order]:
        """Open orders, oldest first, then those closed in the last hour."""

    def reckoned(self) -> Sequence[Reckoning]:
        """The counts at the doors beside those by tag, with the difference by name."""

    def on_duty(self) -> Shift | None:
        """Who holds which post now, swaps and substitutes counted; None in a gap."""

    def shifts(self, start: Micros, end: Micros) -> Sequence[Shift]:
        """Shifts with some time in [start, end), each with whoever holds its posts in the end."""

    def duty_board(self) -> DutyBoard:
        """Leaders underground, and what about the roster waits for a second person."""

    def duty_month(self, year: int, month: int) -> Sequence[Month]:
        """Each leader's shifts of a month of the mine's own calendar."""

    def blocked(self) -> Sequence[RoadwayBlocked]:
        """Roadways nobody gets through."""

    def refuges(self) -> Sequence[Refuge]:
        """Every refuge, the one to be reached first at the head."""

    def findings(self) -> Sequence[tuple[FindingBegan, Micros]]:
        """What is wrong now and since when."""

    def nightly(self) -> NightlyProof | None:
        """The newest nightly proof that people can be reached."""

    async def answer_proof(self, person: str, origin: Origin) -> None:
        """Somebody answers it, from the number we have of him. Refused: not_asked."""

    def on_events(self, listener: Callable[[Sequence[Event]], None]) -> Callable[[], None]:
        """Call `listener` with new records once they are on disk and applied.

        Returns:
            What ends the listening.
        """

    def permits(self) -> Sequence[Permit]:
        """Permits asked for or in force, the soonest to end first."""

    def groups(self) -> Groups:
        """Which alarms another one explains, and whether there is a flood."""

    def ledger(self) -> Ledger:
        """处理记录 that are open."""

    def alarm_kpi(self) -> Kpi:
        """How good the mine's alarms are."""

    async def acknowledge_alarm(self, episode: str, by: str, origin: Origin) -> None:
        """Refused: unknown_alarm · already_acknowledged · set_aside."""

    async def about_alarm(self, act: AlarmAct) -> None:
        """Shelve, permit, write down what was done: each act says what it is refused with."""

    async def about_duty(self, act: DutyAct) -> None:
        """Swap, stand in, hand over: each act says what it is refused with."""

    async def issue_order(
        self,
        kind: OrderKind,
        zones: Sequence[str],
        ground: str,
        by: str,
        origin: Origin,
        *,
        drill: bool = False,
    ) -> str:
        """An operator's order; needs no approval. Returns its id.

        Without zones an evacuation is of the whole mine. A drill goes the same way, stamped.
        Refused: unknown_zone · real_order_open (a drill).
        """

    async def acknowledge_order(self, order: str, by: str, origin: Origin) -> None:
        """`by` is a person id.

        Refused: unknown_order · closed · already_acknowledged · not_asked.
        """

    async def decide_order(
        self, order: str, decision: Decision, by: str, reason: str, origin: Origin
    ) -> None:
        """Refused: unknown_order · closed · not_open_to_decision · reason_needed."""

    async def tick_person(
        self, order: str, person: str, whereabouts: Whereabouts, by: str, reason: str
    ) -> None:
        """Account for a person by hand. Refused: unknown_order · closed · not_in_scope."""

    async def sign_all_clear(self, order: str, by: str, role: Role, override: str) -> bool:
        """Sign; True once both have and the order is closed.

        Refused: unknown_order · closed · unaccounted (params: people) · undecided ·
        role_not_allowed · same_person · already_signed · override_needed (params: wait_s).
        """

    async def add_visitor(self, order: str, name: str, by: str) -> None:
        """Add somebody without a tag to an order's muster.

        Refused: unknown_order · closed · name_needed · in_scope_already.
        """

    async def permit_reentry(self, order: str, by: str, role: Role, reason: str) -> None:
        """Let people go back to where an order had them leave.

        Refused: unknown_order · not_closed · already_permitted · role_not_allowed · reason_needed ·
        cause_back (params: alarms).
        """

    async def block_roadway(self, roadway: str, blocked: bool, by: str, reason: str) -> None:
        """Say that nobody gets through a roadway, or that one does again.

        Refused: unknown_roadway · reason_needed · already_blocked · not_blocked.
        """

    async def note(self, body: AnyBody) -> None:
        """Journal what is no alarm and no order: a log-in, an approval."""


class Scenarios(Protocol):
    """What a demo's simulators can play. The server of a real mine is handed none."""

    @property
    def playing(self) -> str:
        """The scenario that runs; empty while another one starts, or none could be started."""

    async def listed(self) -> Mapping[str, Name]:
        """What each one is, a sentence, by its name.

        Raises:
            LinkDown: the simulators do not say.
        """

    async def play(self, scenario: str) -> None:
        """End what runs and begin this one; returns once its devices listen.

        Raises:
            LinkDown: the simulators did not start.
        """
