"""Tells a story to the watch: readings and people by their names, time by the second.

Everything is in virtual time; phones and horns are the commands the watch asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from small_mine import point, reader, small_mine, zone

from minesafe.engine import State
from minesafe.evacuation import acts
from minesafe.model.commands import CallOut, Command, SendText, SetOutput, ShowDesk
from minesafe.model.events import (
    AnyBody,
    Body,
    Noted,
    Origin,
    ReceiptStatus,
    RevisionApproved,
)
from minesafe.model.frame import Frame, Readings, Sightings, TagFlag
from minesafe.model.mine import (
    Carrier,
    Duty,
    LadderStep,
    Mine,
    Name,
    Output,
    Person,
    Role,
    Rule,
    Severity,
    Shift,
    ZoneKind,
)
from minesafe.model.order import MusterRow, Order
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND, Micros
from minesafe.recorder import Outcome
from minesafe.watch import Revision, Watch

START: Micros = 1_764_000_000 * SECOND

NO_FLAGS = TagFlag(0)

ABOVE = ("LEADER2", "HEAD", "DESK", "ENGINEER")


def story_mine(**changes: object) -> Mine:
    """The small mine with people on duty, a ladder, a horn and a rule that withdraws."""
    base = small_mine()
    rule = Rule(
        "CH4-T1", "ch4", "T1", base.points[0].limits, Severity.II, Severity.I,
        withdraw=True, statutory=True, source="test", clause="1", edition="1", verified=True,
    )  # fmt: skip
    points = (replace(base.points[0], rule=rule.id), *base.points[1:])
    staff = tuple(
        Person(p, p, "", "office", "above", f"1390000000{i}", False) for i, p in enumerate(ABOVE)
    )
    people = (replace(base.people[3], phone="13800000000"), *base.people[:3], *staff)
    posts = (
        (Duty.LEADER, "P4"),
        (Duty.DEPUTY, "LEADER2"),
        (Duty.MINE_HEAD, "HEAD"),
        (Duty.DISPATCHER, "DESK"),
        (Duty.ENGINEER, "ENGINEER"),
    )
    ladder = (
        LadderStep(0, (Duty.LEADER,), ("sms", "call")),
        LadderStep(0, (Duty.DISPATCHER,), ("console",)),
        LadderStep(30, (Duty.DEPUTY,), ("sms", "call")),
        LadderStep(60, (Duty.MINE_HEAD,), ("sms", "call")),
        LadderStep(120, (Duty.ENGINEER, Duty.DISPATCHER), ("sms", "call")),
    )
    told: dict[str, object] = {
        "rules": (rule,),
        "points": points,
        "people": people,
        "shifts": (Shift(START - 3600 * SECOND, START + 86_400 * SECOND, "day", posts),),
        "outputs": (Output("HORN", Name("号角", "horn"), "horn", "S1", 0, ("FACE",)),),
        "carrier": Carrier("127.0.0.1", 0, "s", "p", "1069"),
        "policy": replace(base.policy, ladder=ladder, scope_channels=("horn", "broadcast", "tag")),
    }
    return replace(base, **(told | changes))  # type: ignore[arg-type]  # fields by name


def mine_with_heading(*, apart: bool = False) -> Mine:
    """The story's mine with a heading on B that has a sensor and a horn of its own.

    B lies down-wind of the face on A; `apart` lets each roadway's air go its own way.
    """
    base = story_mine()
    ch4, face = base.points[0], base.roadways[0]
    far = replace(point("CH4-B", "ch4", ch4.limits), roadway="B", chainage_m=50.0, rule=ch4.rule)
    return replace(
        base,
        points=(*base.points, far),
        roadways=(replace(face, air=-1 if apart else 1), *base.roadways[1:]),
        zones=(*base.zones, zone("HEADING", ZoneKind.HEADING, ("B", 42.0, 60.0), limit=1)),
        readers=(*base.readers, reader("R3", "B", 55.0)),
        outputs=(
            *base.outputs,
            Output("HORN-B", Name("号角", "horn"), "horn", "S1", 1, ("HEADING",)),
        ),
        policy=replace(base.policy, undecided_s=90.0),
    )


@dataclass
class Story:
    """A watch, its clock, and everything it decided."""

    mine: Mine = field(default_factory=story_mine)
    told: list[Command] = field(default_factory=list)
    journal: list[tuple[AnyBody, Micros, Micros]] = field(default_factory=list)
    """Each body with its valid and its record time."""
    second: float = 0.0

    def __post_init__(self) -> None:
        self.watch = Watch(self.mine)
        self.places: dict[str, tuple[str, float]] = {}
        self.errors: dict[str, float] = {}
        self.values: dict[str, tuple[float, Quality]] = {}
        self.flags: dict[str, TagFlag] = {}
        """What each tag says besides where it is, until it says something else."""
        self.dead: set[str] = set()
        """Readers that say nothing, and see nobody."""

    # --- what happens ---------------------------------------------------------------------

    @property
    def now(self) -> Micros:
        return START + int(self.second * SECOND)

    def reads(self, point: str, value: float, quality: Quality = Quality.GOOD) -> None:
        """From now on the point shows this."""
        self.values[point] = (value, quality)

    def at(self, person: str, roadway: str, chainage: float, error: float = 1.0) -> None:
        """From now on the person stands here, as far as the reader can tell, metres."""
        self.places[person] = (roadway, chainage)
        self.errors[person] = error

    def vanishes(self, person: str) -> None:
        """The tag is seen no more."""
        self.places.pop(person)

    def passes(self, seconds: float, step: float = 1.0) -> None:
        """Time passes; every point and tag reports at each step."""
        end = self.second + seconds
        while self.second < end:
            self.second = min(self.second + step, end)
            self.hears(self.readings(), self.sightings())

    def hears(self, readings: Readings, sightings: Sightings) -> None:
        """One frame, now."""
        revision = self.mine.revision
        frame = Frame(self.watch.seq + 1, self.now, revision, readings, sightings)
        self._keep(self.watch.tick(frame))

    def does(self, *bodies: AnyBody) -> None:
        """Somebody does something."""
        self._keep(self.watch.act(self.now, bodies))

    def carrier_says(self, channel: str, status: ReceiptStatus, *people: str) -> None:
        """Receipts for every command of a channel (to these recipients) that has none yet."""
        for command in list(self.told):
            known = self.order_of(command.order).receipts.get(command.key)
            wanted = not people or command.recipient in people
            if command.channel == channel and wanted and known is None:
                self._keep(self.watch.noted(self.now, noted(command, status)))

    def hears_back(self, receipt: Noted) -> None:
        """One receipt, whatever was said of its command before."""
        self._keep(self.watch.noted(self.now, receipt))

    def changes_to(self, mine: Mine) -> None:
        """Another revision comes into force between two frames."""
        approved = RevisionApproved(revision=mine.revision, by=("ENGINEER", "HEAD"), files=())
        self._keep(self.watch.take_over(Revision.of(mine), approved))
        self.mine = mine

    def acknowledges_alarm(self, episode: str, by: str) -> None:
        """The desk acknowledges by name."""
        self.does(self.watch.book.decide_acknowledgement(episode, by, Origin.CONSOLE))

    def acknowledges(self, by: str) -> None:
        """Somebody acknowledges the newest order by the link."""
        self.does(acts.acknowledge(self.order, by, Origin.LINK))

    def signs(self, by: str, role: Role, override: str = "") -> None:
        """One of the two signs the all-clear."""
        order, policy = self.order, self.mine.policy
        self.does(*acts.sign_all_clear(order, policy, by, role, override, self.now))

    # --- what is seen -----------------------------------------------------------------------

    @property
    def order(self) -> Order:
        """The newest order."""
        return max(self.watch.evacuation.orders.all(), key=lambda o: (o.issued, o.number))

    @property
    def orders(self) -> list[Order]:
        return self.watch.evacuation.orders.all()

    def order_of(self, order: str) -> Order:
        found = self.watch.evacuation.orders.get(order)
        assert found is not None
        return found

    def muster(self, person: str) -> MusterRow:
        return self.order.muster[person]

    def texts_to(self, person: str) -> list[str]:
        """What SMS were about, in order."""
        return [c.about for c in self.told if isinstance(c, SendText) and c.recipient == person]

    def horns(self) -> list[tuple[str, bool]]:
        return [(c.recipient, c.on) for c in self.told if isinstance(c, SetOutput)]

    def called(self, channel: str) -> list[str]:
        return [
            c.recipient
            for c in self.told
            if isinstance(c, CallOut | ShowDesk) and c.channel == channel
        ]

    def bodies(self, *kinds: type[Body]) -> list[AnyBody]:
        return [b for b, *_ in self.journal if isinstance(b, kinds)]

    def retold(self) -> Watch:
        """A watch that knows only the journal, as after kill -9."""
        other = Watch(self.mine)
        for body, valid, at in self.journal:
            other.apply(body, valid, at)
            other.now = max(other.now, at)
        return other

    def dies_and_comes_back(self) -> None:
        """Kill -9 and a start: the journal, and the engine's newest snapshot."""
        again, engine = self.retold(), self.watch.engine
        again.engine = State.restore(again.layout, engine.snapshot())
        again.seq, again.now = engine.seq, max(again.now, engine.now)
        self.watch = again

    # --- frames -----------------------------------------------------------------------------

    def readings(self) -> Readings:
        row = self.mine.point_row
        return Readings.of(
            [(row[p], v, int(q), self.now, self.now) for p, (v, q) in self.values.items()]
        )

    def sightings(self, flags: TagFlag = NO_FLAGS, only: str = "") -> Sightings:
        rows = list(self._heartbeats())
        for person, (roadway, chainage) in self.places.items():
            reader = self._reader(roadway)
            if (not only or person == only) and self.mine.readers[reader].id not in self.dead:
                said = flags | self.flags.get(person, NO_FLAGS)
                rows.append(self._sighting(person, roadway, chainage, said))
        return Sightings.of(rows)

    def _heartbeats(self) -> Iterable[tuple[object, ...]]:
        for i, one in enumerate(self.mine.readers):
            if one.id in self.dead:
                continue
            yield (-1, i, 0, 0.0, 0, 0.0, 0.0, 0.0, 0.0, 0, 0, self.now, self.now)

    def _sighting(
        self, person: str, roadway: str, chainage: float, flags: TagFlag
    ) -> tuple[object, ...]:
        mine = self.mine
        return (
            mine.person_row[person], self._reader(roadway), mine.roadway_row[roadway], chainage, 0,
            chainage, 0.0, 0.0, self.errors.get(person, 1.0), int(flags), 0, self.now, self.now,
        )  # fmt: skip

    def _reader(self, roadway: str) -> int:
        """The first on the roadway sees everyone on it."""
        return next(i for i, r in enumerate(self.mine.readers) if r.roadway == roadway)

    def _keep(self, outcome: Outcome) -> None:
        if outcome.receipt is not None:
            self.journal.append((outcome.receipt, outcome.now, outcome.now))
        self.journal += [(body, valid, outcome.now) for body, valid in outcome.bodies]
        self.told += outcome.commands


def noted(command: Command, status: ReceiptStatus) -> Noted:
    """A receipt of a command."""
    return Noted(
        key=command.key,
        status=status,
        channel=command.channel,
        order=command.order,
        step=command.step,
        recipient=command.recipient,
    )
