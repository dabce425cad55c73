"""The mine whole: an approved, hashed configuration revision."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from minesafe.model.logic import Logic
from minesafe.model.mine.armed import Armed
from minesafe.model.mine.devices import (
    BaseStation,
    Broadcaster,
    Feeder,
    KjHost,
    Output,
    Paging,
    Reader,
    Substation,
    Telephone,
    Terminal,
)
from minesafe.model.mine.gateways import Gateway
from minesafe.model.mine.junctions import names_of_nodes
from minesafe.model.mine.names import Name
from minesafe.model.mine.papers import Papers
from minesafe.model.mine.people import Person, Shift, User
from minesafe.model.mine.places import Interval, Level, Node, Roadway, Zone
from minesafe.model.mine.points import Kind, Point, Rule
from minesafe.model.mine.policy import Policy
from minesafe.model.mine.server import (
    Broker,
    Carrier,
    Chat,
    Database,
    Mail,
    Modem,
    Server,
    Witness,
)
from minesafe.model.mine.shadows import Shadow
from minesafe.model.suppression import Suppression
from minesafe.model.time import Micros
from minesafe.model.windows import Window, WindowFamily


@dataclass(frozen=True)
class Mine:
    """An approved, hashed configuration revision."""

    id: str
    name: Name
    revision: str
    """First 16 hex characters of the SHA-256 over all files of the revision."""
    demo: bool
    levels: tuple[Level, ...]
    nodes: tuple[Node, ...]
    roadways: tuple[Roadway, ...]
    zones: tuple[Zone, ...]
    kinds: tuple[Kind, ...]
    rules: tuple[Rule, ...]
    points: tuple[Point, ...]
    substations: tuple[Substation, ...]
    gateways: tuple[Gateway, ...]
    stations: tuple[BaseStation, ...]
    readers: tuple[Reader, ...]
    outputs: tuple[Output, ...]
    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    users: tuple[User, ...]
    policy: Policy
    server: Server
    broker: Broker
    database: Database
    carrier: Carrier | None
    kj_hosts: tuple[KjHost, ...] = ()
    terminals: tuple[Terminal, ...] = ()
    feeders: tuple[Feeder, ...] = ()
    broadcasters: tuple[Broadcaster, ...] = ()
    telephones: tuple[Telephone, ...] = ()
    paging: Paging | None = None
    modem: Modem | None = None
    mail: Mail | None = None
    chats: tuple[Chat, ...] = ()
    windows: tuple[Window, ...] = ()
    """Rules over time."""
    logic: tuple[Logic, ...] = ()
    """Rules about several points."""
    suppressions: tuple[Suppression, ...] = ()
    """Which alarms another alarm explains."""
    armed: tuple[Armed, ...] = ()
    """What an order to evacuate demands."""
    papers: tuple[Papers, ...] = ()
    """设备台账: what the papers of its devices say."""
    witness: Witness | None = None
    shadows: tuple[Shadow, ...] = ()
    """Limits that judge beside those in force, and tell nobody."""
    warnings: tuple[str, ...] = field(default=())
    """What `minesafe check` says without refusing, such as unverified clauses."""

    @cached_property
    def level_row(self) -> dict[str, int]:
        """Row number of each level by id; likewise below."""
        return {level.id: i for i, level in enumerate(self.levels)}

    @cached_property
    def node(self) -> dict[str, Node]:
        """Node by id."""
        return {n.id: n for n in self.nodes}

    @cached_property
    def node_name(self) -> dict[str, Name]:
        """What people call each node, by its id."""
        return names_of_nodes(self.nodes, self.roadways, self.zones)

    @cached_property
    def roadway_row(self) -> dict[str, int]:
        """Row number of each roadway by id."""
        return {r.id: i for i, r in enumerate(self.roadways)}

    @cached_property
    def zone_row(self) -> dict[str, int]:
        """Row number of each zone by id."""
        return {z.id: i for i, z in enumerate(self.zones)}

    @cached_property
    def fed_by(self) -> dict[str, tuple[Roadway, ...]]:
        """Roadways the air of each one goes on into, by its id."""
        leaving: dict[str, list[Roadway]] = {}
        for road in self.roadways:
            if road.air:
                leaving.setdefault(road.start if road.air > 0 else road.end, []).append(road)
        return {
            road.id: tuple(
                r
                for r in leaving.get(road.end if road.air > 0 else road.start, ())
                if road.air and r.id != road.id
            )
            for road in self.roadways
        }

    @cached_property
    def zones_on(self) -> dict[str, tuple[tuple[str, Interval], ...]]:
        """(zone id, stretch) on each roadway, in the order of the zones."""
        on: dict[str, list[tuple[str, Interval]]] = {}
        for zone in self.zones:
            for stretch in zone.intervals:
                on.setdefault(stretch.roadway, []).append((zone.id, stretch))
        return {roadway: tuple(stretches) for roadway, stretches in on.items()}

    @cached_property
    def feeders_of(self) -> dict[str, tuple[Feeder, ...]]:
        """Feeders that each zone's power comes from, by its id."""
        return {z.id: tuple(f for f in self.feeders if z.id in f.zones) for z in self.zones}

    @cached_property
    def kind(self) -> dict[str, Kind]:
        """Kind by id."""
        return {k.id: k for k in self.kinds}

    @cached_property
    def rule(self) -> dict[str, Rule]:
        """Rule by id."""
        return {r.id: r for r in self.rules}

    @cached_property
    def point_row(self) -> dict[str, int]:
        """Row number of each point by id."""
        return {p.id: i for i, p in enumerate(self.points)}

    @cached_property
    def reader_row(self) -> dict[str, int]:
        """Row number of each reader by id."""
        return {r.id: i for i, r in enumerate(self.readers)}

    @cached_property
    def person_row(self) -> dict[str, int]:
        """Row number of each person by id."""
        return {p.id: i for i, p in enumerate(self.people)}

    @cached_property
    def tag_row(self) -> dict[str, int]:
        """Row number of the wearer by card number."""
        return {p.tag: i for i, p in enumerate(self.people) if p.tag}

    @cached_property
    def logic_row(self) -> dict[str, int]:
        """Row number of each rule about several points by id."""
        return {rule.id: i for i, rule in enumerate(self.logic)}

    @cached_property
    def window(self) -> dict[tuple[int, WindowFamily], Window]:
        """The rule over time of each (point's row, family): the point's own, else its kind's."""
        rows = sorted(self.windows, key=lambda w: bool(w.point))
        return {
            (i, w.family): w
            for i, p in enumerate(self.points)
            for w in rows
            if (w.point or p.id) == p.id and w.kind == p.kind
        }

    def cast(self, shadow: Shadow) -> "Mine":
        """The same mine with a shadow's limits in place of those in force."""
        points = {p.id: p for p in shadow.points}
        rules, windows = {r.id: r for r in shadow.rules}, {w.id: w for w in shadow.windows}
        return replace(
            self,
            points=tuple(points.get(p.id, p) for p in self.points),
            rules=tuple(rules.get(r.id, r) for r in self.rules),
            windows=tuple(windows.get(w.id, w) for w in self.windows),
        )

    @cached_property
    def self_tests(self) -> frozenset[str]:
        """Ids of the points that rise by themselves, to prove the line."""
        kinds = {kind.id for kind in self.kinds if kind.self_test}
        return frozenset(point.id for point in self.points if point.kind in kinds)

    @cached_property
    def points_of_device(self) -> dict[str, tuple[int, ...]]:
        """Row numbers of the points each device reports."""
        rows: dict[str, list[int]] = {}
        for i, point in enumerate(self.points):
            if point.device:  # else the server works it out
                rows.setdefault(point.device, []).append(i)
        return {device: tuple(r) for device, r in rows.items()}

    def head_limit(self, zone: Zone, now: Micros) -> int | None:
        """The head-count limit in force, by the kind of shift that works."""
        limits = [zone.limit, zone.limit if (m := zone.maintenance_limit) is None else m]
        shift = self.shift_at(now)
        if shift is not None:
            return limits[shift.maintenance]
        return min((limit for limit in limits if limit is not None), default=None)

    def shift_at(self, now: Micros) -> Shift | None:
        """The roster line in force, or None: a gap, which is an alarm of its own."""
        return next((s for s in self.shifts if s.start <= now < s.end), None)
