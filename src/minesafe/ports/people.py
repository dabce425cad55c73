"""What people see and do: the pipeline as `web` and `notify` know it."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Protocol

from minesafe.model.alarm import Alarm, Groups, Kpi, Ledger, Permit
from minesafe.model.alarm_acts import AlarmAct
from minesafe.model.device import Device
from minesafe.model.duty import DutyBoard, Month
from minesafe.model.duty_acts import DutyAct
from minesafe.model.events import (
    AnyBody,
    Decision,
    Event,
    FindingBegan,
    OrderKind,
    Origin,
    Peril,
    RoadwayBlocked,
    Whereabouts,
)
from minesafe.model.filing import Filed, Series
from minesafe.model.filing_acts import Drawn, FileReport, SignReport
from minesafe.model.mine import Mine, Name, Role, Shift
from minesafe.model.nightly import NightlyProof, Reachable, SentTest
from minesafe.model.order import Order
from minesafe.model.past import Past, Walked
from minesafe.model.picture import Picture, Reach
from minesafe.model.refuge import Refuge
from minesafe.model.roll import Reckoning
from minesafe.model.search import Found, Search
from minesafe.model.sound import SoundTest
from minesafe.model.switching import OutputAct, Switchboard
from minesafe.model.system import SystemHealth
from minesafe.model.time import Micros
from minesafe.model.way import Impact, Leg, Way


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

    def way_out(self, person: str) -> Way | None:
        """The way to safety from somebody's last place, on the ground as it is now.

        None of who is not in the mine, or was never seen there. Raises as `reach`.
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

    def impacts(self) -> Sequence[Impact]:
        """Where the air carries each danger: from the point or the order that tells of it on."""

    def legs(self) -> Sequence[Leg]:
        """The roadways on which people of open evacuations walk, and which way."""

    def refuges(self) -> Sequence[Refuge]:
        """Every refuge, the one to be reached first at the head."""

    def systems(self) -> Sequence[SystemHealth]:
        """How each of the six systems is, why, and since when."""

    def devices(self) -> Sequence[Device]:
        """Every device, with its papers and how it is."""

    async def test_device(self, device: str, well: bool, note: str, by: str) -> None:
        """Somebody has tried whether a device can be spoken by. Refused: not_tested."""

    async def call_devices(self, called: Sequence[str], by: str) -> None:
        """Call loudspeakers and telephones to see whether they work, all where none is named.

        A horn that is named sounds for three seconds.

        Refused: not_called, order_open.
        """

    def sound_tests(self) -> Sequence[SoundTest]:
        """The last sound test of each screen, the newest last."""

    async def test_sound(self, screen: str, heard: bool, by: str) -> None:
        """Somebody has made a screen sound, and heard it or not. Refused: name_needed."""

    def findings(self) -> Sequence[tuple[FindingBegan, Micros]]:
        """What is wrong now and since when."""

    def nightly(self) -> NightlyProof | None:
        """The newest nightly proof that people can be reached."""

    def tests(self) -> Sequence[SentTest]:
        """Tests that somebody sent to one person, the newest first."""

    def reachable(self) -> Reachable:
        """Who may be asked within a day, and what is known of their numbers."""

    async def send_test(self, person: str, channel: str, by: str) -> None:
        """Send one person a test by one channel.

        Refused: unknown_person · no_such_channel · test_waits (params: wait_s).
        """

    async def answer_proof(self, person: str, origin: Origin, *, by_number: bool) -> None:
        """Somebody answers it; `by_number`: from the number we have of him, which that proves.

        Refused: not_asked.
        """

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

    async def acknowledge_alarm(
        self, episode: str, by: str, origin: Origin, note: str = ""
    ) -> None:
        """`note`: what the person writes with it.

        Refused: unknown_alarm · already_acknowledged · set_aside.
        """

    async def about_alarm(self, act: AlarmAct) -> None:
        """Shelve, permit, write down what was done: each act says what it is refused with."""

    async def about_duty(self, act: DutyAct) -> None:
        """Swap, stand in, hand over: each act says what it is refused with."""

    def switchboard(self) -> Switchboard:
        """Outputs that wait for a second person, and cuts that stand."""

    async def about_output(self, act: OutputAct) -> str:
        """Ask for an output, confirm, drop: each act says what it is refused with.

        Returns:
            Which request it was about.
        """

    async def issue_order(
        self,
        kind: OrderKind,
        zones: Sequence[str],
        ground: str,
        by: str,
        origin: Origin,
        *,
        drill: bool = False,
        peril: Peril = Peril.OTHER,
    ) -> str:
        """An operator's order; needs no approval. Returns its id.

        Without zones an evacuation is of the whole mine; what people flee from decides which way
        they are sent. A drill goes the same way, stamped.
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
        self,
        order: str,
        person: str,
        whereabouts: Whereabouts,
        by: str,
        reason: str,
        *,
        seen: Micros | None = None,
    ) -> None:
        """Account for a person by hand.

        `seen`: when that was, where it is entered afterwards.
        Refused: unknown_order · closed · not_in_scope · not_then.
        """

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

    def reports(self) -> Sequence[Filed]:
        """Statutory reports that have a number, the newest first."""

    async def file_report(self, act: FileReport) -> Filed:
        """Give a report the next number of its day; the newest, where that says the same."""

    async def sign_report(self, act: SignReport) -> None:
        """Sign a line of a report: as the act says what it is refused with."""

    async def note(self, body: AnyBody) -> None:
        """Journal what is no alarm and no order: a log-in, an approval."""


class Memory(Protocol):
    """What was true, and what the room knew."""

    async def at(self, valid: Micros, known: Micros) -> Past:
        """What was true at a moment, by what the journal had taken by another.

        Raises:
            StoreUnavailable: the journal cannot be read, or it takes longer than people wait.
        """

    async def walk(self) -> Walked:
        """Hold every record of the journal against the one before; one walk at a time.

        Raises:
            StoreUnavailable: there is no journal, or it took too long.
        """

    async def find(self, search: Search) -> Found:
        """A page of records; read in the journal itself while the database is away.

        Raises:
            Refused: no_words · ask_shorter.
            StoreUnavailable: the journal cannot be read.
        """


class Reporter(Protocol):
    """Writes the record of an order, without holding up anybody."""

    async def incident(self, order: str, language: str, form: str) -> AsyncIterator[bytes]:
        """Begin the record of an order, and hand it on in parts.

        Args:
            order: its id, or its number.
            language: zh · en.
            form: html · pdf.

        Refused: unknown_order · report_busy · report_late · report_no_font · report_no_typst ·
        report_failed. What breaks off raises from the parts.
        """

    async def draw(self, series: Series, day: str, named: frozenset[str]) -> Drawn:
        """Make a statutory report of what is known now, and keep what it says.

        Args:
            series: which report.
            day: 2026-11-26, or of a monthly one 2026-11.
            named: digests of the reports that are listed; what else is kept goes.

        Refused: no_such_day · day_not_begun, and as `incident`.
        """

    async def copy(self, filed: Filed, language: str, form: str) -> AsyncIterator[bytes]:
        """Lay out a filed report: html · pdf · json.

        Refused: report_changed, and as `incident`.
        """


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
