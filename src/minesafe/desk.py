"""The desk: what people see and do. It implements `ports.Desk` for the pages and SMS replies."""

import functools
from collections.abc import Callable, Iterable, Sequence
from zoneinfo import ZoneInfo

from minesafe.alarms import decide_act, grouped
from minesafe.duty import decide_act as decide_duty
from minesafe.engine import reach
from minesafe.evacuation import acts
from minesafe.evacuation.orders import KEEP_CLOSED
from minesafe.evacuation.refuges import refuges
from minesafe.filing.due import due
from minesafe.model.alarm import Alarm, Groups, Kpi, Ledger, Permit
from minesafe.model.alarm_acts import AlarmAct
from minesafe.model.device import Device
from minesafe.model.duty import DutyBoard, Month
from minesafe.model.duty_acts import CorrectRoster, DutyAct
from minesafe.model.events import (
    AnyBody,
    Decision,
    Event,
    FindingBegan,
    OrderIssued,
    OrderKind,
    Origin,
    Peril,
    RoadwayBlocked,
    Whereabouts,
)
from minesafe.model.filing import Filed, Series
from minesafe.model.filing_acts import FileReport, SignReport
from minesafe.model.mine import Mine, Role, Shift
from minesafe.model.nightly import NightlyProof, Reachable, SentTest
from minesafe.model.order import Order
from minesafe.model.picture import Picture, Reach
from minesafe.model.refuge import Refuge
from minesafe.model.roll import Reckoning
from minesafe.model.sound import SoundTest
from minesafe.model.switching import OutputAct, Switchboard
from minesafe.model.system import SystemHealth
from minesafe.model.time import SECOND, Micros
from minesafe.model.way import Impact, Leg, Way
from minesafe.pipeline import Pipeline
from minesafe.switching import SwitchBody, request_of
from minesafe.switching import decide_act as decide_switch
from minesafe.upkeep.devices import Known, devices


class ControlDesk:
    """Acts of people: decided on the state of the moment, journalled before they return."""

    def __init__(self, pipeline: Pipeline, epoch: int) -> None:
        self._pipeline = pipeline
        self._watch = pipeline.watch
        self.epoch = epoch
        self._grouped: tuple[tuple[int, int], Groups] | None = None

    # --- seeing -------------------------------------------------------------------------

    @property
    def mine(self) -> Mine:
        """The revision in force."""
        return self._watch.mine

    @property
    def position(self) -> int:
        """Position of the newest journal record."""
        return self._pipeline.recorder.position

    def now(self) -> Micros:
        """The mine's time."""
        return self._pipeline.now()

    def picture(self) -> Picture:
        """What the engine knows now."""
        return self._watch.picture()

    def reach(self, person: str) -> Reach | None:
        """Where somebody may have walked to since his last place."""
        watch = self._watch
        row = watch.mine.person_row[person]
        return reach(watch.layout, watch.mine, watch.picture(), row, self.now())

    def way_out(self, person: str) -> Way | None:
        """The way to safety from somebody's last place."""
        picture, row = self.picture(), self.mine.person_row[person]
        if picture.out[row] or picture.roadway[row] < 0:
            return None
        roadway = self.mine.roadways[picture.roadway[row]].id
        ways = self._watch.evacuation.guide.ways
        return ways.send_one(roadway, float(picture.chainage[row]))

    def alarms(self) -> Sequence[Alarm]:
        """Alarms that are not normal; those of the self-test are a machine's business."""
        tests = self.mine.self_tests
        return [alarm for alarm in self._watch.book.alarms() if alarm.subject not in tests]

    def permits(self) -> Sequence[Permit]:
        """Permits that have not ended."""
        return self._watch.book.permits.open()

    def groups(self) -> Groups:
        """Which alarms another one explains; looked at anew after each record, or 5 s."""
        moment = (self.position, self.now() // (5 * SECOND))
        if self._grouped is None or self._grouped[0] != moment:
            book = self._watch.book
            self._grouped = moment, grouped(self.mine, book.alarms(), book.tally, self.now())
        return self._grouped[1]

    def ledger(self) -> Ledger:
        """What is still to be written down."""
        return self._watch.book.records.open()

    def alarm_kpi(self) -> Kpi:
        """Of the last day."""
        book = self._watch.book
        return book.tally.kpi(book.alarms(), self.now())

    def reckoned(self) -> Sequence[Reckoning]:
        """The counts at the doors beside those by tag."""
        return self._watch.evacuation.roll.reckoned(self.picture())

    def on_duty(self) -> Shift | None:
        """Who holds which post; None in a gap."""
        return self._watch.duty.roster.at(self.now())

    def shifts(self, start: Micros, end: Micros) -> Sequence[Shift]:
        """Shifts with some time in it, each with whoever holds its posts in the end."""
        return list(self._watch.duty.roster.between(start, end))

    def duty_board(self) -> DutyBoard:
        """Leaders underground, and what waits for a second person."""
        return self._watch.duty.board(self.now())

    def duty_month(self, year: int, month: int) -> Sequence[Month]:
        """Each leader's shifts of a month."""
        return self._watch.duty.month(year, month)

    def blocked(self) -> Sequence[RoadwayBlocked]:
        """Roadways nobody gets through, the longest known first."""
        return list(self._watch.evacuation.guide.hazards.blocked.values())

    def impacts(self) -> Sequence[Impact]:
        """Where the air carries each danger."""
        return self._watch.evacuation.guide.hazards.impacts()

    def legs(self) -> Sequence[Leg]:
        """The roadways on which people flee, and which way."""
        evacuation = self._watch.evacuation
        return evacuation.guide.legs(evacuation.orders.open(), self.picture())

    def refuges(self) -> Sequence[Refuge]:
        """Every refuge, the one to be reached first at the head."""
        evacuation, picture = self._watch.evacuation, self.picture()
        open_ = evacuation.orders.open()
        return refuges(self.mine, evacuation.guide, picture, open_, self.now())

    def orders(self) -> Sequence[Order]:
        """Open orders, then those closed of late."""
        since = self.now() - KEEP_CLOSED
        return [o for o in self._watch.evacuation.orders.all() if o.is_open or _late(o, since)]

    def findings(self) -> Sequence[tuple[FindingBegan, Micros]]:
        """What is wrong now and since when."""
        return self._watch.findings.open()

    def systems(self) -> Sequence[SystemHealth]:
        """How each of the six systems is."""
        return self._watch.systems.look(self.picture(), self.findings(), self.now())

    def devices(self) -> Sequence[Device]:
        """Every device, with its papers and how it is."""
        watch = self._watch
        known = Known(self.picture(), self.findings(), watch.findings.times, watch.calendar)
        return devices(self.mine, known)

    async def test_device(self, device: str, well: bool, note: str, by: str) -> None:
        """Somebody has tried whether it can be spoken by."""
        await self._pipeline.act(
            lambda _now: [self._watch.calendar.decide_test(device, well, note, by)]
        )

    async def call_devices(self, called: Sequence[str], by: str) -> None:
        """A test call now."""
        trials, orders = self._watch.trials, self._watch.evacuation.orders
        await self._pipeline.act(
            lambda now: [trials.ask(tuple(called), by, now, quiet=not orders.open())]
        )

    def sound_tests(self) -> Sequence[SoundTest]:
        """The last of each screen, the newest last."""
        return list(self._watch.sounds.tests.values())

    async def test_sound(self, screen: str, heard: bool, by: str) -> None:
        """Somebody has tried whether a screen is heard."""
        await self._pipeline.act(lambda _now: [self._watch.sounds.decide(screen, heard, by)])

    def nightly(self) -> NightlyProof | None:
        """The newest nightly proof that people can be reached."""
        return self._watch.evacuation.nightly.proof

    def tests(self) -> Sequence[SentTest]:
        """Tests somebody sent, the newest first."""
        return list(reversed(self._watch.evacuation.nightly.tests.values()))

    def reachable(self) -> Reachable:
        """Who may be asked, and when each number was proven last."""
        nightly, now = self._watch.evacuation.nightly, self.now()
        unproven = {**nightly.unreached(now), **nightly.unproven(now)}
        return Reachable(tuple(nightly.on_call(now)), dict(nightly.proven_at), unproven)

    async def send_test(self, person: str, channel: str, by: str) -> None:
        """A test to one person by one channel."""
        nightly = self._watch.evacuation.nightly
        await self._pipeline.act(lambda now: [nightly.decide_test(person, channel, by, now)])

    async def answer_proof(self, person: str, origin: Origin, *, by_number: bool) -> None:
        """Somebody answers the nightly proof."""
        nightly, row = self._watch.evacuation.nightly, self.mine.person_row.get(person)
        phone = self.mine.people[row].phone if by_number and row is not None else ""
        await self._pipeline.act(lambda _now: [nightly.answer(person, phone, origin)])

    def on_events(self, listener: Callable[[Sequence[Event]], None]) -> Callable[[], None]:
        """Call `listener` after each write."""
        return self._pipeline.recorder.on_events(listener)

    # --- doing --------------------------------------------------------------------------

    async def acknowledge_alarm(
        self, episode: str, by: str, origin: Origin, note: str = ""
    ) -> None:
        """See `ports.Desk`; so below."""
        await self._pipeline.act(
            lambda _now: [self._watch.book.decide_acknowledgement(episode, by, origin, note)]
        )

    async def about_alarm(self, act: AlarmAct) -> None:
        """Shelve, permit, write down."""
        await self._pipeline.act(lambda now: [decide_act(self._watch.book, act, now)])

    async def about_duty(self, act: DutyAct) -> None:
        """Swap, stand in, hand over, correct."""
        duty = self._watch.duty
        since = act.since if isinstance(act, CorrectRoster) else None
        await self._pipeline.act(lambda now: [decide_duty(duty, act, self.picture(), now)], since)

    def switchboard(self) -> Switchboard:
        """Outputs that wait for a second person, and cuts that stand."""
        switching = self._watch.switching
        return Switchboard(tuple(switching.requests.values()), tuple(switching.cuts.values()))

    async def about_output(self, act: OutputAct) -> str:
        """Ask, confirm, drop."""
        switching = self._watch.switching
        decided: list[SwitchBody] = []

        def decide(_now: Micros) -> Iterable[AnyBody]:
            decided.append(decide_switch(switching, act))
            return decided

        await self._pipeline.act(decide)
        return request_of(decided[0])

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
        """An operator's order; needs no approval."""
        issued: list[str] = []

        def decide(now: Micros) -> Iterable[AnyBody]:
            bodies = self._watch.evacuation.order_by_hand(
                kind, zones, ground, by, origin, self.picture(), now, drill=drill, peril=peril
            )
            issued.extend(b.order for b in bodies if isinstance(b, OrderIssued))
            return bodies

        await self._pipeline.act(decide)
        return issued[0]

    async def acknowledge_order(self, order: str, by: str, origin: Origin) -> None:
        """Somebody who was asked has it."""
        await self._on(order, lambda o, _now: [acts.acknowledge(o, by, origin)])

    async def decide_order(
        self, order: str, decision: Decision, by: str, reason: str, origin: Origin
    ) -> None:
        """A level II order is decided."""
        await self._on(order, lambda o, _now: acts.decide(o, decision, by, reason, origin))

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
        """A person is accounted for by hand."""

        def decide(found: Order, now: Micros) -> Iterable[AnyBody]:
            acts.seen_then(found, seen, now)
            return [acts.tick(found, person, whereabouts, by, reason)]

        await self._on(order, decide, seen)

    async def sign_all_clear(self, order: str, by: str, role: Role, override: str) -> bool:
        """One of the two signs."""
        policy = self.mine.policy
        await self._on(
            order, lambda o, now: acts.sign_all_clear(o, policy, by, role, override, now)
        )
        found = self._watch.evacuation.orders.get(order)
        return found is not None and not found.is_open

    async def add_visitor(self, order: str, name: str, by: str) -> None:
        """Somebody without a tag is below."""
        await self._on(order, lambda o, _now: [acts.add_visitor(o, name, by)])

    async def permit_reentry(self, order: str, by: str, role: Role, reason: str) -> None:
        """People may go back to where the order had them leave."""
        orders, policy = self._watch.evacuation.orders, self.mine.policy
        await self._pipeline.act(
            lambda _now: [acts.permit_reentry(orders.get(order), policy, by, role, reason, order)]
        )

    async def block_roadway(self, roadway: str, blocked: bool, by: str, reason: str) -> None:
        """Nobody gets through it, or one does again."""
        hazards = self._watch.evacuation.guide.hazards
        await self._pipeline.act(lambda _now: [hazards.decide(roadway, blocked, by, reason)])

    def reports(self) -> Sequence[Filed]:
        """Statutory reports that have a number."""
        return self._watch.folds.filing.all()

    def reports_due(self) -> Sequence[tuple[Series, str]]:
        """Those the policy has made by themselves, and nobody has made since their day was over."""
        mine, watch = self.mine, self._watch
        if mine.policy.morning is None:
            return ()
        zone = ZoneInfo(mine.server.timezone or "UTC")
        began = watch.systems.journal_began
        return list(due(mine.policy.morning, watch.folds.filing, zone, began, self.now()))

    async def file_report(self, act: FileReport) -> Filed:
        """The next number, or the one that says the same."""
        filing = self._watch.folds.filing

        def decide(now: Micros) -> Iterable[AnyBody]:
            body = filing.decide_file(act, now)
            return () if body is None else [body]

        await self._pipeline.act(decide)
        filed = filing.newest(act.series, act.day)
        assert filed is not None, "it has just been given a number, or had one"
        return filed

    async def sign_report(self, act: SignReport) -> None:
        """A line of a report is signed."""
        await self._pipeline.act(lambda _now: [self._watch.folds.filing.decide_sign(act)])

    async def note(self, body: AnyBody) -> None:
        """Journal what is no alarm and no order."""
        await self._pipeline.act(lambda _now: [body])

    async def _on(
        self,
        order: str,
        decide: Callable[[Order, Micros], Iterable[AnyBody]],
        since: Micros | None = None,
    ) -> None:
        await self._pipeline.act(functools.partial(self._decide, order, decide), since)

    def _decide(
        self, order: str, decide: Callable[[Order, Micros], Iterable[AnyBody]], now: Micros
    ) -> Iterable[AnyBody]:
        return decide(acts.still_open(self._watch.evacuation.orders.get(order), order), now)


def _late(order: Order, since: Micros) -> bool:
    return order.closed is not None and order.closed >= since
