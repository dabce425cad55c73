"""A desk whose alarms, orders and picture are lists on paper; it remembers every act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from small_mine import small_mine

from minesafe.alarms.kpi import Tally
from minesafe.engine import Layout, reach
from minesafe.filing import FilingBook
from minesafe.model.alarm import Alarm, Groups, Kpi, Ledger, Permit
from minesafe.model.alarm_acts import AlarmAct
from minesafe.model.device import Device
from minesafe.model.duty import DutyBoard, Month
from minesafe.model.duty_acts import DutyAct
from minesafe.model.errors import Refused, StoreUnavailable
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AlarmSource,
    AlarmState,
    AnyBody,
    Decision,
    Event,
    FindingBegan,
    OrderAcknowledged,
    OrderKind,
    Origin,
    Peril,
    Place,
    RoadwayBlocked,
    Told,
    Whereabouts,
)
from minesafe.model.filing import Filed
from minesafe.model.filing_acts import FileReport, SignReport
from minesafe.model.mine import Duty, Mine, Role, Server, Severity, Shift, User
from minesafe.model.nightly import NightlyProof, Reachable, SentTest
from minesafe.model.order import MusterRow, Order, Step
from minesafe.model.picture import Picture, Placing, Reach
from minesafe.model.refuge import Refuge
from minesafe.model.roll import Reckoning
from minesafe.model.sound import SoundTest
from minesafe.model.switching import OutputAct, Switchboard
from minesafe.model.system import SystemHealth
from minesafe.model.time import SECOND, Micros
from minesafe.model.way import Impact, Leg, Way
from minesafe.upkeep.sounds import Sounds
from minesafe.upkeep.systems import Systems

NOW: Micros = 1_764_000_000 * SECOND
HOUR = 3600 * SECOND

USERS = tuple(User(r.value, f"P{i % 4 + 1}", (r,), f"{r.value}-pw") for i, r in enumerate(Role))
"""One log-in for each role, named as the role."""


def staffed_mine(**changes: Any) -> Mine:
    """The small mine with people on duty who have names and phones, and a log-in for each role."""
    mine = small_mine()
    named = ("王建国", "李调度<b>", "张伟", "赵磊")
    people = tuple(
        replace(p, name=name, phone=f"1380000000{i}")
        for i, (p, name) in enumerate(zip(mine.people, named, strict=True))
    )
    posts = ((Duty.LEADER, "P1"), (Duty.DISPATCHER, "P2"), (Duty.DEPUTY, "P3"))
    shift = Shift(NOW - HOUR, NOW + HOUR, "8点班", posts)
    return replace(mine, people=people, shifts=(shift,), users=USERS, **changes)


def https_mine() -> Mine:
    return staffed_mine(
        server=Server("127.0.0.1", 0, "https://mine.example", "", 0, 16, "Asia/Shanghai")
    )


def picture_of(mine: Mine, now: Micros = NOW) -> Picture:
    """Everything heard a second ago; the first person in the face, nobody else seen."""
    points, people, zones = len(mine.points), len(mine.people), len(mine.zones)
    seen = np.arange(people) == 0
    inside = np.zeros((people, zones), bool)
    inside[0, [mine.zone_row["MINE"], mine.zone_row["FACE"]]] = True
    return Picture(
        now=now,
        value=np.full(points, 0.42),
        quality=np.zeros(points, np.uint8),
        sampled=np.full(points, now - SECOND),
        silent=np.zeros(points, bool),
        roadway=np.where(seen, 0, -1).astype(np.int32),
        chainage=np.where(seen, 70.0, 0.0),
        level=np.zeros(people, np.int16),
        x=np.where(seen, 70.0, 0.0),
        y=np.zeros(people),
        z=np.zeros(people),
        error=np.ones(people),
        seen=np.where(seen, now - SECOND, 0),
        placed=np.where(seen, now - 2 * SECOND, 0),
        reader=np.where(seen, 1, -1).astype(np.int32),
        placing=np.where(seen, np.uint8(Placing.TOO_FAST), np.uint8(Placing.NONE)),
        doubt_way=np.where(seen, 1, -1).astype(np.int32),
        doubt_m=np.where(seen, 40.0, np.nan),
        doubt_at=np.where(seen, now - SECOND, 0),
        doubted=seen,
        flags=np.zeros(people, np.uint8),
        lost=np.zeros(people, bool),
        inside=inside,
        out=~seen,
        count=inside.sum(axis=0).astype(np.int32),
        unknown=np.zeros(zones, bool),
        low=inside.sum(axis=0).astype(np.int32),
        high=inside.sum(axis=0).astype(np.int32),
        limit=np.array([-1 if z.limit is None else z.limit for z in mine.zones], np.int32),
        reader_heard=np.full(len(mine.readers), now - SECOND),
        reader_silent=np.zeros(len(mine.readers), bool),
    )


def alarm(episode: str = "alarm_high:CH4#1", **changes: Any) -> Alarm:
    """Methane over its alarm limit, nobody has it yet."""
    return replace(
        Alarm(
            episode=episode,
            state=AlarmState.UNACKED,
            severity=Severity.II,
            source=AlarmSource.POINT,
            subject="CH4",
            condition="alarm_high",
            zones=("FACE",),
            value=1.12,
            limit=1.0,
            rule=None,
            reason="over_limit",
            began=NOW - SECOND,
            changed=NOW - SECOND,
            valued=NOW - SECOND,
            conditions={"alarm_high": Severity.II},
        ),
        **changes,
    )


def order(order_id: str = "o1", **changes: Any) -> Order:
    """An evacuation the leader is asked about: one person inside, one missing."""
    place = Place("A", 70.0, NOW - SECOND)
    rows = (
        MusterRow("P3", Told.NOTIFIED, Whereabouts.MOVING, place, "N0", 70.0),
        MusterRow("P4", Told.NOT_YET, Whereabouts.UNKNOWN, None, "N0", None),
    )
    return replace(
        Order(
            order=order_id,
            number=7,
            order_kind=OrderKind.EVACUATE,
            severity=Severity.I,
            zones=("FACE",),
            cause="cut_high:CH4#1",
            subject="CH4",
            condition="cut_high",
            value=1.62,
            limit=1.5,
            issued=NOW - 65 * SECOND,
            by=None,
            origin=Origin.RULE,
            drill=False,
            leader="P1",
            steps=(
                Step(0, NOW - 65 * SECOND, NOW - 65 * SECOND, ((Duty.LEADER, "P1"),)),
                Step(1, NOW + 30 * SECOND, None, ((Duty.DEPUTY, "P3"),)),
            ),
            muster={row.person: row for row in rows},
            receipts={},
        ),
        **changes,
    )


@dataclass
class DeskOnPaper:
    """Implements `ports.Desk`."""

    mine: Mine = field(default_factory=staffed_mine)
    alarm_list: list[Alarm] = field(default_factory=list)
    ways: dict[str, Way] = field(default_factory=dict)
    order_list: list[Order] = field(default_factory=list)
    permit_list: list[Permit] = field(default_factory=list)
    test_list: list[SentTest] = field(default_factory=list)
    finding_list: list[tuple[FindingBegan, Micros]] = field(default_factory=list)
    refuge_list: list[Refuge] = field(default_factory=list)
    proof: NightlyProof | None = None
    board: DutyBoard = field(default_factory=lambda: DutyBoard((), (), (), (), None))
    months: list[Month] = field(default_factory=list)
    records: list[Event] = field(default_factory=list)
    acts: list[tuple[Any, ...]] = field(default_factory=list)
    filing: FilingBook = field(default_factory=FilingBook)
    sounds: Sounds = field(default_factory=Sounds)
    refusal: Refused | None = None
    broken: bool = False
    """The journal's disk refuses."""
    epoch: int = 3
    time: Micros = NOW

    def __post_init__(self) -> None:
        self.seen = picture_of(self.mine)
        self.tiles = Systems(self.mine)
        self._listeners: list[Callable[[Sequence[Event]], None]] = []

    @property
    def position(self) -> int:
        return len(self.records)

    def now(self) -> Micros:
        return self.time

    def picture(self) -> Picture:
        return self.seen

    def reach(self, person: str) -> Reach | None:
        layout, row = Layout.of(self.mine), self.mine.person_row[person]
        return reach(layout, self.mine, self.seen, row, self.time)

    def way_out(self, person: str) -> Way | None:
        return self.ways.get(person)

    def alarms(self) -> Sequence[Alarm]:
        return tuple(self.alarm_list)

    def permits(self) -> Sequence[Permit]:
        return tuple(self.permit_list)

    def groups(self) -> Groups:
        return Groups(False, 0, ())

    def ledger(self) -> Ledger:
        return Ledger((), 0)

    def alarm_kpi(self) -> Kpi:
        return Tally().kpi(self.alarm_list, self.time)

    def orders(self) -> Sequence[Order]:
        return tuple(self.order_list)

    def reckoned(self) -> Sequence[Reckoning]:
        return ()

    def on_duty(self) -> Shift | None:
        return self.mine.shift_at(self.now())

    def shifts(self, start: Micros, end: Micros) -> Sequence[Shift]:
        return [s for s in self.mine.shifts if s.start < end and start < s.end]

    def duty_board(self) -> DutyBoard:
        return self.board

    def duty_month(self, year: int, month: int) -> Sequence[Month]:
        return [m for m in self.months if (year, month) == (2025, 11)]

    def nightly(self) -> NightlyProof | None:
        return self.proof

    def tests(self) -> Sequence[SentTest]:
        return self.test_list

    def reachable(self) -> Reachable:
        return Reachable(("P1", "P3"), {"P1": NOW - HOUR}, {"P3": "sms:failed"})

    async def send_test(self, person: str, channel: str, by: str) -> None:
        self._act("send_test", person, channel, by)

    async def answer_proof(self, person: str, origin: Origin, *, by_number: bool) -> None:
        self._act("answer_proof", person, origin, by_number)

    def blocked(self) -> Sequence[RoadwayBlocked]:
        return ()

    def impacts(self) -> Sequence[Impact]:
        return ()

    def legs(self) -> Sequence[Leg]:
        return ()

    def refuges(self) -> Sequence[Refuge]:
        return tuple(self.refuge_list)

    def systems(self) -> Sequence[SystemHealth]:
        return self.tiles.look(self.seen, self.findings(), self.now())

    def devices(self) -> Sequence[Device]:
        return ()

    async def test_device(self, device: str, well: bool, note: str, by: str) -> None:
        self._act("test_device", device, well, note, by)

    async def call_devices(self, called: Sequence[str], by: str) -> None:
        self._act("call_devices", tuple(called), by)

    def sound_tests(self) -> Sequence[SoundTest]:
        return list(self.sounds.tests.values())

    async def test_sound(self, screen: str, heard: bool, by: str) -> None:
        self._act("test_sound", screen, heard, by)
        self.sounds.apply(self.sounds.decide(screen, heard, by), self.now())

    def findings(self) -> Sequence[tuple[FindingBegan, Micros]]:
        return tuple(self.finding_list)

    def on_events(self, listener: Callable[[Sequence[Event]], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def write(self, *bodies: AnyBody) -> None:
        """Journal bodies and tell the listeners, as the pipeline does."""
        if self.broken:
            raise StoreUnavailable("no space left")
        first = self.position + 1
        events = [
            Event(
                position=first + i,
                recorded=self.time,
                valid=self.time,
                frame=None,
                cause=None,
                epoch=self.epoch,
                body=body,
                previous="0" * 64,
                hash="1" * 64,
            )
            for i, body in enumerate(bodies)
        ]
        self.records += events
        for listener in list(self._listeners):
            listener(events)

    async def read(self, after: int, limit: int) -> Sequence[Event]:
        return self.records[after : after + limit]

    def hear(self, **columns: Any) -> None:
        """The engine judged a newer frame; these columns are now as given."""
        self.time += SECOND
        self.seen = replace(self.seen, now=self.time, **columns)

    def move(self, changed: Alarm, move: AlarmMove) -> None:
        """An alarm moved; one that is normal leaves the list."""
        kept = [a for a in self.alarm_list if a.episode != changed.episode]
        self.alarm_list = kept if changed.state is AlarmState.NORMAL else [changed, *kept]
        self.write(
            AlarmMoved(
                episode=changed.episode,
                move=move,
                state=changed.state,
                severity=changed.severity,
                source=changed.source,
                subject=changed.subject,
                condition=changed.condition,
                by=changed.acknowledged_by,
            )
        )

    async def acknowledge_alarm(
        self, episode: str, by: str, origin: Origin, note: str = ""
    ) -> None:
        self._act("acknowledge_alarm", episode, by, origin, *([note] if note else []))

    async def about_alarm(self, act: AlarmAct) -> None:
        self._act("about_alarm", act)

    async def about_duty(self, act: DutyAct) -> None:
        self._act("about_duty", act)

    def switchboard(self) -> Switchboard:
        return Switchboard((), ())

    async def about_output(self, act: OutputAct) -> str:
        self._act("about_output", act)
        return "output#1"

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
        self._act("issue_drill" if drill else "issue_order", kind, tuple(zones), ground, by, origin)
        return "o9"

    async def acknowledge_order(self, order: str, by: str, origin: Origin) -> None:
        found = next((o for o in self.order_list if o.order == order), None)
        if found is not None and not found.is_open:
            raise Refused("closed")
        if found is not None and found.acknowledged_by is not None:
            raise Refused("already_acknowledged", by=found.acknowledged_by)
        self._act("acknowledge_order", order, by, origin)
        if found is not None:
            known = replace(found, acknowledged_by=by, acknowledged_at=self.time)
            self.order_list[self.order_list.index(found)] = known
            self.write(OrderAcknowledged(order=order, by=by, origin=origin))

    async def decide_order(
        self, order: str, decision: Decision, by: str, reason: str, origin: Origin
    ) -> None:
        self._act("decide_order", order, decision, by, reason, origin)

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
        told = () if seen is None else (seen,)
        self._act("tick_person", order, person, whereabouts, by, reason, *told)

    async def sign_all_clear(self, order: str, by: str, role: Role, override: str) -> bool:
        self._act("sign_all_clear", order, by, role, override)
        return False

    async def add_visitor(self, order: str, name: str, by: str) -> None:
        self._act("add_visitor", order, name, by)

    async def permit_reentry(self, order: str, by: str, role: Role, reason: str) -> None:
        self._act("permit_reentry", order, by, role, reason)

    async def block_roadway(self, roadway: str, blocked: bool, by: str, reason: str) -> None:
        self._act("block_roadway", roadway, blocked, by, reason)

    def reports(self) -> Sequence[Filed]:
        return self.filing.all()

    async def file_report(self, act: FileReport) -> Filed:
        self._act("file_report", act)
        body = self.filing.decide_file(act, self.now())
        if body is not None:
            self.filing.apply(body, self.now())
        filed = self.filing.newest(act.series, act.day)
        assert filed is not None
        return filed

    async def sign_report(self, act: SignReport) -> None:
        self._act("sign_report", act)
        self.filing.apply(self.filing.decide_sign(act), self.now())

    async def note(self, body: AnyBody) -> None:
        self.write(body)

    def _act(self, *act: Any) -> None:
        if self.refusal:
            raise self.refusal
        if self.broken:
            raise StoreUnavailable("no space left")
        self.acts.append(act)
