"""Orders, whatever happens in whatever order: alarms, people, acts, receipts, time, restarts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from story import Story, mine_with_heading, noted

from minesafe.alarms.places import zones_at
from minesafe.evacuation import acts
from minesafe.evacuation.orders import GROWS
from minesafe.evacuation.scope import share_ground
from minesafe.evacuation.telling import ROUND, horns_in
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AnyBody,
    Decision,
    FindingKind,
    LadderStepped,
    OrderClosed,
    OrderIssued,
    OrderKind,
    OrderWidened,
    Origin,
    ReceiptStatus,
    Told,
    Whereabouts,
)
from minesafe.model.frame import TagFlag
from minesafe.model.mine import Role
from minesafe.model.order import Order
from minesafe.model.quality import Quality

PEOPLE = ("P1", "P2", "P3", "P4")
STAFF = ("P4", "LEADER2", "HEAD", "DESK", "ENGINEER", "P1")
PLACES = [("A", c) for c in (5.0, 30.0, 55.0, 90.0)] + [("B", c) for c in (10.0, 30.0, 50.0)]
VALUES = (0.4, 1.0, 1.2, 1.6, 3.9)
CHANNELS = ("sms", "call", "horn", "broadcast", "tag", "console")


MINE = mine_with_heading()


class Shift(RuleBasedStateMachine):
    """One shift in which everything may happen."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(MINE)
        self.told: dict[tuple[str, str], Told] = {}
        self.rungs: dict[tuple[str, int], list[int]] = {}
        self.ground: dict[str, tuple[str, ...]] = {}
        """Of open orders."""
        self.looked = 0

    @initialize(auto=st.sampled_from(["at_once", "at_once", "after", "never"]))
    def all_is_well(self, auto: str) -> None:
        policy = replace(MINE.policy, auto_evacuate=auto, auto_after_s=40.0)
        self.story = Story(replace(MINE, policy=policy))
        for name in ("CH4", "CH4-SLOW", "WIND", "FAN", "CH4-B"):
            self.story.reads(name, 0.5)
        for i, person in enumerate(PEOPLE):
            self.story.at(person, *PLACES[i])
        self.story.passes(2)

    # --- what may happen ------------------------------------------------------------------

    @rule(name=st.sampled_from(["CH4", "CH4-SLOW", "CH4-B"]), value=st.sampled_from(VALUES))
    def gas(self, name: str, value: float) -> None:
        self.story.reads(name, value)
        self.story.passes(1)

    @rule(quality=st.sampled_from([Quality.FAULT, Quality.CALIBRATING, Quality.COMMS_LOST]))
    def a_sensor_fails(self, quality: Quality) -> None:
        self.story.reads("CH4", 2.0, quality)
        self.story.passes(1)

    @rule(person=st.sampled_from(PEOPLE), place=st.sampled_from(PLACES))
    def somebody_walks(self, person: str, place: tuple[str, float]) -> None:
        self.story.at(person, *place)
        self.story.passes(1)

    @rule(person=st.sampled_from(PEOPLE))
    def somebody_is_seen_no_more(self, person: str) -> None:
        self.story.places.pop(person, None)
        self.story.passes(45, step=15)

    @rule(person=st.sampled_from(PEOPLE), flag=st.sampled_from(list(TagFlag)))
    def somebody_presses(self, person: str, flag: TagFlag) -> None:
        self.story.second += 1
        self.story.hears(self.story.readings(), self.story.sightings(flag, only=person))

    @rule(seconds=st.sampled_from([1, 29, 31, 60, 120, 200]))
    def time_passes(self, seconds: int) -> None:
        self.story.passes(seconds, step=max(seconds / 4, 1))

    @rule(kind=st.sampled_from([*OrderKind]), zones=st.sampled_from([("FACE",), ("REFUGE",)]))
    def the_desk_orders(self, kind: OrderKind, zones: tuple[str, ...]) -> None:
        watch = self.story.watch
        if not self._held(zones):
            self.story.does(
                *watch.evacuation.order_by_hand(
                    kind, zones, "smoke", "DESK", Origin.CONSOLE, watch.picture(), self.story.now
                )
            )

    @rule(zones=st.sampled_from([("FACE",), ("REFUGE",)]))
    def a_drill_begins(self, zones: tuple[str, ...]) -> None:
        watch = self.story.watch
        if not self._held(zones):
            with may_be_refused("real_order_open"):
                bodies = watch.evacuation.order_by_hand(
                    OrderKind.EVACUATE, zones, "drill", "DESK", Origin.CONSOLE,
                    watch.picture(), self.story.now, drill=True,
                )  # fmt: skip
                self.story.does(*bodies)

    @rule(roadway=st.sampled_from(["A", "B"]), blocked=st.booleans())
    def a_roadway_falls_or_is_cleared(self, roadway: str, blocked: bool) -> None:
        hazards = self.story.watch.evacuation.guide.hazards
        with may_be_refused("already_blocked", "not_blocked"):
            self.story.does(hazards.decide(roadway, blocked, "DESK", "by telephone"))

    @rule(by=st.sampled_from(STAFF), n=st.integers(0, 3))
    def somebody_acknowledges_an_order(self, by: str, n: int) -> None:
        self._try(n, lambda order: [acts.acknowledge(order, by, Origin.SMS)])

    @rule(by=st.sampled_from(STAFF), n=st.integers(0, 3), decision=st.sampled_from([*Decision]))
    def somebody_decides(self, by: str, n: int, decision: Decision) -> None:
        self._try(n, lambda order: acts.decide(order, decision, by, "seen", Origin.LINK))

    @rule(
        person=st.sampled_from(PEOPLE),
        n=st.integers(0, 3),
        where=st.sampled_from([Whereabouts.OUT, Whereabouts.AT_REFUGE, Whereabouts.UNKNOWN]),
    )
    def somebody_is_ticked(self, person: str, n: int, where: Whereabouts) -> None:
        self._try(n, lambda order: [acts.tick(order, person, where, "DESK", "seen")])

    @rule(
        by=st.sampled_from(STAFF),
        role=st.sampled_from([*Role]),
        n=st.integers(0, 3),
        override=st.sampled_from(["", "hand-held reads 0.1"]),
    )
    def somebody_signs(self, by: str, role: Role, n: int, override: str) -> None:
        policy, now = MINE.policy, self.story.now
        self._try(n, lambda order: acts.sign_all_clear(order, policy, by, role, override, now))

    @rule(n=st.integers(0, 9))
    def an_alarm_is_acknowledged(self, n: int) -> None:
        alarms = self.story.watch.book.alarms()
        if alarms:
            episode = alarms[n % len(alarms)].episode
            with may_be_refused("already_acknowledged"):
                self.story.acknowledges_alarm(episode, "DESK")

    @precondition(lambda self: self.story.told)
    @rule(
        n=st.integers(0, 99),
        status=st.sampled_from([*ReceiptStatus]),
        final=st.booleans(),
    )
    def something_came_of_a_command(self, n: int, status: ReceiptStatus, final: bool) -> None:
        command = self.story.told[n % len(self.story.told)]
        last = final and status is ReceiptStatus.FAILED
        receipt = msgspec.structs.replace(noted(command, status), final=last)
        self.story._keep(self.story.watch.noted(self.story.now, receipt))

    @rule(channel=st.sampled_from(CHANNELS), status=st.sampled_from([*ReceiptStatus]))
    def a_channel_answers(self, channel: str, status: ReceiptStatus) -> None:
        for command in [c for c in self.story.told if c.channel == channel]:
            if self.story.watch.evacuation.orders.get(command.order) is not None:
                self.story._keep(self.story.watch.noted(self.story.now, noted(command, status)))

    @rule(kind=st.sampled_from([*FindingKind]), on=st.booleans())
    def a_device_reports(self, kind: FindingKind, on: bool) -> None:
        self.story._keep(self.story.watch.finding(self.story.now, kind, "S1", on, "no answer"))

    # --- what always holds ----------------------------------------------------------------

    @invariant()
    def nobody_is_asked_for_the_same_twice(self) -> None:
        keys = Counter(c.key for c in self.story.told)
        assert [k for k, n in keys.items() if n > 1] == []

    @invariant()
    def told_only_grows(self) -> None:
        for order in self.story.orders:
            for person, row in order.muster.items():
                before = self.told.get((order.order, person), Told.NOT_YET)
                assert GROWS.index(row.told) >= GROWS.index(before)
                self.told[order.order, person] = row.told

    @invariant()
    def the_journal_reads_like_one(self) -> None:
        for body, *_ in self.story.journal[self.looked :]:
            if isinstance(body, OrderIssued):
                self._is_about_ground_of_its_own(body)
                if not body.drill:
                    self.ground[body.order] = body.zones
            elif isinstance(body, OrderWidened):
                if body.order in self.ground:
                    self.ground[body.order] += body.zones
            elif isinstance(body, LadderStepped):
                self._climbs(body)
            elif isinstance(body, OrderClosed):
                self._ended_by_two(body)
                self.ground.pop(body.order, None)
        self.looked = len(self.story.journal)
        still = [o for o in self.story.orders if o.is_open]
        assert len({o.number for o in still}) == len(still)

    @rule()
    def kill_nine(self) -> None:
        live = self.story.watch
        self.story.dies_and_comes_back()
        again = self.story.watch
        assert again.evacuation.orders.all() == live.evacuation.orders.all()
        assert again.book._alarms == live.book._alarms
        assert again.book._episodes == live.book._episodes
        assert again.findings.open() == live.findings.open()
        assert again.evacuation.guide.ways.ground == live.evacuation.guide.ways.ground

    def teardown(self) -> None:
        self.kill_nine()

    @invariant()
    def everyone_in_an_evacuation_was_told_by_every_channel(self) -> None:
        asked = {c.key for c in self.story.told}
        for order in self.story.orders:
            if order.order_kind is OrderKind.EVACUATE:
                for channel in MINE.policy.scope_channels:
                    for zone_id in order.zones:
                        assert _told_in(order, zone_id, channel) & asked, (zone_id, channel)
                for person in order.muster:
                    assert self._was_told(order, person, asked), person

    @invariant()
    def the_ladder_is_never_late(self) -> None:
        for order in self.story.orders:
            if order.is_open and order.acknowledged_by is None:
                rungs = [s for s in order.steps if s.step // ROUND == order.round]
                assert [s for s in rungs if s.due <= self.story.now and s.taken is None] == []

    # --- helpers --------------------------------------------------------------------------

    def _climbs(self, stepped: LadderStepped) -> None:
        """Each rung once, and none passed over."""
        taken = self.rungs.setdefault((stepped.order, stepped.step // ROUND), [])
        taken.append(stepped.step % ROUND)
        assert taken == list(range(len(taken)))

    def _is_about_ground_of_its_own(self, issued: OrderIssued) -> None:
        """One danger is one order; a drill is none."""
        if issued.drill:
            return
        assert not any(share_ground(MINE, issued.zones, zones) for zones in self.ground.values())

    def _ended_by_two(self, closed: OrderClosed) -> None:
        order = self.story.order_of(closed.order)
        first, second = order.signatures[-2:]
        assert first.by != second.by
        roles = {first.role, second.role}
        assert roles & set(MINE.policy.all_clear_first)
        assert roles & set(MINE.policy.all_clear_second)
        assert closed.by == (first.by, second.by)
        assert not order.unaccounted or order.order_kind is OrderKind.STOP_WORK

    def _held(self, zones: tuple[str, ...]) -> bool:
        still = [o for o in self.story.orders if o.is_open]
        return any(share_ground(MINE, o.zones, zones) for o in still)

    def _was_told(self, order: Order, person: str, asked: set[str]) -> bool:
        """By name, or where he was when the order found him."""
        by_name = {f"{order.order}/{r * ROUND}/{person}/tag" for r in range(order.round + 1)}
        found = next(
            p
            for body, *_ in self.story.journal
            if (isinstance(body, OrderIssued) and body.order == order.order)
            or (getattr(body, "order", "") == order.order and hasattr(body, "people"))
            for p in body.people
            if p.person == person
        )
        place = found.place
        there = zones_at(MINE, place.roadway, place.chainage_m) if place else ()
        return bool(by_name & asked) or not set(there).isdisjoint(order.zones)

    def _try(self, n: int, decide: Callable[[Order], Iterable[AnyBody]]) -> None:
        orders = self.story.orders
        if not orders:
            return
        order = orders[n % len(orders)]
        with may_be_refused(*REFUSALS):
            self.story.does(*decide(acts.still_open(order, order.order)))


@contextmanager
def may_be_refused(*codes: str) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        if refused.code not in codes:
            raise


def _told_in(order: Order, zone_id: str, channel: str) -> set[str]:
    names = {zone_id}
    if channel == "horn" and horns_in(MINE, order.zones):
        names = set(horns_in(MINE, order.zones))
    rounds = range(order.round + 1)
    return {f"{order.order}/{r * ROUND}/{name}/{channel}" for r in rounds for name in names}


REFUSALS = {
    "closed", "already_acknowledged", "not_asked", "not_open_to_decision", "reason_needed",
    "not_in_scope", "role_not_allowed", "same_person", "already_signed", "unaccounted",
    "undecided", "override_needed",
}  # fmt: skip

TestShift = Shift.TestCase
TestShift.settings = settings(stateful_step_count=30)
