"""A scenario rehearsed in virtual time: the simulated mine and the watch, face to face.

Everything is real but the sockets and the waiting. The simulated devices make their bytes, the
sources' own decoders read them, one frame a mine second goes through the watch, and what the
watch asks for comes back to the mine: horns sound, the leader's phone rings, two sign.
"""

import asyncio
import heapq
import json
import time
from collections.abc import Callable, Iterable
from functools import cache, partial
from itertools import count

from called_unwired import CalledDevices
from expecting import Came
from fakes import HandClock
from unwired import Unwired

from device_sims.devices.smsc import DELIVERY_S
from device_sims.diary import Diary
from device_sims.mine import Mine as SimulatedMine
from device_sims.mine import User, decode
from device_sims.people.office import FIRST, LOOK_S, SECOND_SIGNER, signers
from device_sims.scenario import Scenario
from device_sims.stage import STEP_S, Stage
from minesafe.config import emit
from minesafe.evacuation import acts
from minesafe.model.commands import CallOut, Command, SendText, SetOutput
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AlarmSource,
    AnyBody,
    Decision,
    FindingBegan,
    FindingKind,
    OrderIssued,
    OrderKind,
    OrderRaised,
    OrderWidened,
    Origin,
    ReceiptStatus,
)
from minesafe.model.frame import Batch, Frame, Readings, Sightings
from minesafe.model.mine import Mine, Role
from minesafe.model.order import Order
from minesafe.model.stamping import believed
from minesafe.model.time import SECOND, Micros
from minesafe.notify.receipt import noted
from minesafe.recorder import Outcome
from minesafe.watch import Watch

TRY_AGAIN_S = 5.0
"""A horn whose substation did not answer is tried again after so long."""


@cache
def simulated(mine: Mine) -> SimulatedMine:
    """The mine as its simulators read it."""
    return decode(json.dumps(emit(mine)).encode())


def amid_a_shift(mine: Mine) -> Micros:
    """A moment at which the roster names somebody for every post."""
    first = mine.shifts[0]
    return (first.start + first.end) // 2


class Rehearsal:
    """One scenario on one mine."""

    def __init__(self, mine: Mine, scenario: Scenario, seed: int = 1) -> None:
        self.mine = mine
        self.scenario = scenario
        self.began_at = amid_a_shift(mine)
        self.clock = HandClock(self.began_at)
        self.lines: list[str] = []
        diary = Diary(self.clock, self.lines.append)  # type: ignore[arg-type]  # its hand is ours
        theirs = simulated(mine)
        self.stage = Stage(
            scenario.site(theirs),
            self.clock,  # type: ignore[arg-type]  # as above
            diary,
            seed,
            scenario.faults_in(theirs),
        )
        self.watch = Watch(mine)
        self.came = Came()
        self._batches: list[Batch] = []
        self._due: list[tuple[Micros, int, Callable[[], None]]] = []
        self._order_of_arrival = count()
        self._ordered: dict[str, SetOutput] = {}
        """The newest command of each horn."""
        self._wires = Unwired(mine, self.stage, self.clock, self)
        self._desk = Office(self, signers(theirs))
        self._called = CalledDevices(mine, self.stage)

    # --- what the wires bring ---------------------------------------------------------------

    async def hear(self, batch: Batch) -> None:
        """As `ports.Intake`."""
        self._batches.append(batch)

    def began(self, kind: FindingKind, subject: str, detail: str = "") -> None:
        """As `ports.Findings`."""
        self.take(self.watch.finding(self.clock.now(), kind, subject, True, detail))

    def ended(self, kind: FindingKind, subject: str) -> None:
        """As `ports.Findings`."""
        self.take(self.watch.finding(self.clock.now(), kind, subject, False, ""))

    def repeated(self, messages: int = 1) -> None:
        """As `ports.Findings`."""

    # --- time ---------------------------------------------------------------------------------

    async def play(self) -> Came:
        """From the beginning to the all-clear, or as long as the scenario is to be watched."""
        began, expected = time.process_time(), self.scenario.expected
        longest = expected.closed_within_s or expected.watched_s
        while self.second < longest and self.came.closed_s is None:
            await self.one_second()
        self.came.real_s = time.process_time() - began
        self.came.watched_s = self.second
        self.came.orders = self.watch.evacuation.orders.all()
        return self.came

    @property
    def second(self) -> float:
        """Mine seconds since the beginning."""
        return (self.clock.now() - self.began_at) / SECOND

    async def one_second(self) -> None:
        """The mine moves, its devices speak, the watch decides, and people act on it."""
        for _ in range(round(1.0 / STEP_S)):
            self.clock.turn(STEP_S)
            self.stage.advance()
        await self._wires.beat()
        for noted_now in await self._called.beat():
            self.take(self.watch.noted(self.clock.now(), noted_now))
        self.take(self.watch.tick(self._frame()))
        while self._due and self._due[0][0] <= self.clock.now():
            heapq.heappop(self._due)[2]()
        if self.second % LOOK_S == 0:
            self._desk.look()

    def _frame(self) -> Frame:
        batches, self._batches = self._batches, []
        now = self.clock.now()
        heard = believed(Readings.joined([b.readings for b in batches]))
        return Frame(
            self.watch.seq + 1,
            now,
            self.mine.revision,
            Readings.joined([heard, self.watch.derived(now)]),
            believed(Sightings.joined([b.sightings for b in batches])),
        )

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Let something happen later, to the next whole second."""
        at = self.clock.now() + round(seconds * SECOND)
        heapq.heappush(self._due, (at, next(self._order_of_arrival), act))

    # --- telling ------------------------------------------------------------------------------

    def take(self, outcome: Outcome) -> None:
        """Keep what was decided, and tell whom it is to be told."""
        for body, _ in outcome.bodies:
            self.came.bodies.append(body)
            self._keep(body)
        for command in outcome.commands:
            self._tell(command)

    def _tell(self, command: Command) -> None:
        """As the courier: every channel the mine has; the others fail at once and for good."""
        if isinstance(command, SetOutput):
            self._ordered[command.recipient] = command
            self._horn(command)
        elif isinstance(command, SendText):
            self._receipt(command, ReceiptStatus.ACCEPTED)
            self.after(DELIVERY_S, partial(self._on_the_phone, command))
        elif isinstance(command, CallOut):
            if not self._called.call(command):
                self._receipt(command, ReceiptStatus.FAILED, "no_device")
        else:
            self._receipt(command, ReceiptStatus.ACCEPTED)

    def _horn(self, command: SetOutput) -> None:
        """Switched and read back; a device that is away is tried until it is there."""
        if self._ordered[command.recipient] is not command:
            return  # meanwhile something else was ordered of it
        device = next(o.device for o in self.mine.outputs if o.id == command.recipient)
        if self._wires.reaches(device):
            self.stage.switch(command.recipient, command.on)
            self._receipt(command, ReceiptStatus.DELIVERED)
        else:
            self._receipt(command, ReceiptStatus.FAILED, "link_down")
            self.after(TRY_AGAIN_S, partial(self._horn, command))

    def _receipt(self, command: Command, status: ReceiptStatus, detail: str = "") -> None:
        failed = status is ReceiptStatus.FAILED
        came = noted(command, status, detail=detail, final=failed and detail != "link_down")
        # Behind what is being decided now, as a courier would bring it.
        self.after(0.0, lambda: self.take(self.watch.noted(self.clock.now(), came)))

    def _on_the_phone(self, command: SendText) -> None:
        self._receipt(command, ReceiptStatus.DELIVERED)
        acting = self.scenario.people
        holders = self.stage.site.mine.holders("leader", self.clock.now())
        leaders = command.recipient in {p.id for p in holders}
        if leaders and command.about != "all_clear" and acting.acknowledge_after_s is not None:
            self.after(acting.acknowledge_after_s, partial(self._acknowledge, command))

    def _acknowledge(self, command: SendText) -> None:
        """The leader opens the link of his message, and then phones everyone."""
        order = self.watch.evacuation.orders.get(command.order)
        assert order is not None
        try:
            self.does(acts.acknowledge(order, command.recipient, Origin.LINK))
        except Refused:
            return
        calls = self.scenario.people.leader_calls_after_s
        if calls is not None:
            everyone = frozenset(w.person for w in self.stage.world.walkers)
            self.after(calls, lambda: self.stage.call(everyone, by="leader"))

    def does(self, *bodies: AnyBody) -> None:
        """Somebody does something at a page."""
        self.take(self.watch.act(self.clock.now(), bodies))

    # --- what came of it ------------------------------------------------------------------------

    def _keep(self, body: AnyBody) -> None:
        came = self.came
        tests = self.mine.self_tests
        if isinstance(body, AlarmMoved) and _begins(body) and body.subject not in tests:
            came.alarms.setdefault(self._named(body), self.second)
            came.raised[body.episode.rpartition("#")[0]] += 1
        elif isinstance(body, FindingBegan):
            came.findings.setdefault(body.finding.value, self.second)
        elif isinstance(body, OrderIssued):
            came.order_kinds.setdefault(body.order_kind, self.second)
        elif isinstance(body, OrderRaised):
            came.order_kinds.setdefault(OrderKind.EVACUATE, self.second)
        if isinstance(body, OrderIssued | OrderWidened):
            came.zone_kinds |= {self._zone_kind(z) for z in body.zones}
        if came.order_kinds:
            opened = self.watch.evacuation.orders.open()
            came.closed_s = None if opened else self.second

    def _named(self, moved: AlarmMoved) -> str:
        return f"{moved.episode.partition(':')[0]}:{self._what(moved)}"

    def _what(self, moved: AlarmMoved) -> str:
        """The kind of what an alarm is about."""
        if moved.source is AlarmSource.POINT:
            return self.mine.points[self.mine.point_row[moved.subject]].kind
        if moved.source is AlarmSource.ZONE:
            return self._zone_kind(moved.subject)
        return moved.source.value

    def _zone_kind(self, zone: str) -> str:
        return self.mine.zones[self.mine.zone_row[zone]].kind.value


def _begins(moved: AlarmMoved) -> bool:
    """Findings have alarms as well, and are told by themselves."""
    return moved.move is AlarmMove.RAISE and moved.source is not AlarmSource.FINDING


class Office:
    """The two who sign, looking at the open orders every other second."""

    def __init__(self, rehearsal: Rehearsal, users: Iterable[User]) -> None:
        self._rehearsal = rehearsal
        self._users = list(users)
        self._acting = rehearsal.scenario.people

    def look(self) -> None:
        """Decide and sign whatever may be."""
        for row, user in enumerate(self._users):
            for order in self._rehearsal.watch.evacuation.orders.open():
                self._consider(user, order, decides=row == 0)

    def _consider(self, user: User, order: Order, *, decides: bool) -> None:
        now, policy = self._rehearsal.clock.now(), self._rehearsal.mine.policy
        if decides and self._to_decide(order, now):
            decision, reason = Decision(self._acting.decision), self._acting.decision_reason
            self._do(lambda: acts.decide(order, decision, user.person, reason, Origin.CONSOLE))
        elif self._acting.all_clear and acts.can_close(order):
            role = Role(next(r for r in user.roles if r in (*FIRST, *SECOND_SIGNER)))
            if not acts.override_needed(order, policy, now):
                self._do(lambda: acts.sign_all_clear(order, policy, user.person, role, "", now))

    def _to_decide(self, order: Order, now: Micros) -> bool:
        waited = now - order.issued >= self._acting.decide_after_s * SECOND
        undecided = order.order_kind is OrderKind.STOP_WORK and order.decision is None
        return bool(self._acting.decision) and undecided and waited

    def _do(self, act: Callable[[], Iterable[AnyBody]]) -> None:
        try:
            self._rehearsal.does(*act())
        except Refused:
            return


def rehearsed(mine: Mine, scenario: Scenario, seed: int = 1) -> Came:
    """Play a scenario to its end."""
    return asyncio.run(Rehearsal(mine, scenario, seed).play())
