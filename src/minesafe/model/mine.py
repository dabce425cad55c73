"""The words of the mine: what the configuration says, frozen.

Lengths are metres, coordinates local metres (x east, y north, z up), periods seconds.
Everything has an `id` (what files and the wire use) and a row number: its place in the tuple
that holds it. Frames and verdicts use row numbers; events and pages use ids.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import dist

from minesafe.model.logic import Logic
from minesafe.model.time import Micros
from minesafe.model.windows import Window, WindowFamily


class Severity(StrEnum):
    """Alarm levels of the mine, most severe first."""

    I = "I"  # noqa: E741  the field's own name for it
    """Evacuate. Never shelved, throttled or grouped."""
    II = "II"
    """Stop work."""
    III = "III"
    """Attend."""
    IV = "IV"
    """Note."""

    @property
    def rank(self) -> int:
        """1 for level I … 4 for level IV; smaller is worse."""
        return list(Severity).index(self) + 1


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages."""

    zh: str
    en: str


class System(StrEnum):
    """The six safety systems (安全避险六大系统)."""

    MONITORING = "monitoring"
    POSITIONING = "positioning"
    REFUGE = "refuge"
    AIR = "air"
    WATER = "water"
    COMMUNICATION = "communication"


# --- the mine as a place ------------------------------------------------------------------


class NodeKind(StrEnum):
    """What a node of the roadway graph is."""

    JUNCTION = "junction"
    PORTAL = "portal"
    """Where people reach the surface."""
    FACE = "face"
    REFUGE = "refuge"
    END = "end"


@dataclass(frozen=True, slots=True)
class Level:
    """水平/中段."""

    id: str
    name: Name
    elevation_m: float


@dataclass(frozen=True, slots=True)
class Node:
    """A junction, portal or end of roadways."""

    id: str
    kind: NodeKind
    level: str
    x: float
    y: float
    z: float


STEEPEST, LEAST_RUN_M = 10.0, 0.01
"""Of a grade: a shaft has no run of its own."""


@dataclass(frozen=True, slots=True)
class Roadway:
    """巷道: an edge of the graph. Chainage counts metres along `path` from `start`."""

    id: str
    name: Name
    start: str
    end: str
    level: str
    path: tuple[tuple[float, float, float], ...]
    """Surveyed points from start to end, local metres."""
    length_m: float
    kind: str
    """intake · return · face · heading · chamber · drift · shaft"""
    air: int
    """+1: air flows start → end, -1: end → start, 0: none of its own."""
    walkable: bool
    section_m2: float
    main_return: bool
    """Where the down-wind impact stops: the common return to the surface."""
    door: str = "none"
    """none · closed (风门, kept shut; people walk through it) · regulator (调节风窗)"""

    @property
    def grade(self) -> float:
        """Rise over run from start to end, within ±10: what is steeper is no way to walk on."""
        first, last = self.path[0], self.path[-1]
        rise, run = last[2] - first[2], dist(first[:2], last[:2])
        return max(-STEEPEST, min(STEEPEST, rise / max(run, LEAST_RUN_M)))


class ZoneKind(StrEnum):
    """What a zone is for."""

    MINE = "mine"
    DISTRICT = "district"
    FACE = "face"
    HEADING = "heading"
    RESTRICTED = "restricted"
    KEY = "key"
    REFUGE = "refuge"
    PORTAL = "portal"
    """A person whose last place is here and who is then seen no more has gone out."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of roadway, both ends included."""

    roadway: str
    from_m: float
    to_m: float


@dataclass(frozen=True, slots=True)
class Guard:
    """What keeps a tag whose place jitters at a zone's border from going in and out (omlox).

    Only leaving is ever delayed. All zero: whoever is seen outside has left.
    """

    exit_tolerance_m: float = 0.0
    """So far outside, along the roadways, a person may still be inside."""
    tolerance_timeout_s: float = 0.0
    """Outside for so long, and never beyond the tolerance, a person has left."""
    exit_delay_s: float = 0.0
    """Beyond the tolerance for so long, a person has left."""
    fence_timeout_s: float = 0.0
    """Placed nowhere for so long, a person has left; 0: never, the unseen are still there."""


@dataclass(frozen=True, slots=True)
class Zone:
    """区域: a set of roadway intervals."""

    id: str
    name: Name
    kind: ZoneKind
    intervals: tuple[Interval, ...]
    limit: int | None
    """Head-count limit 限员; for a refuge, its capacity."""
    permitted: tuple[str, ...]
    """Trades that may enter a restricted zone; empty elsewhere."""
    guard: Guard = Guard()
    maintenance_limit: int | None = None
    """检修班限员: the head-count limit while a maintenance shift works; None: as ever."""
    certificates: tuple[str, ...] = ()
    """Certificates somebody must hold to be here, unexpired."""
    near_m: float = 0.0
    """临近危险区域: whoever comes so near, and may not enter, is told; 0: nobody is."""
    max_dwell_s: float = 0.0
    """超时: so long may somebody stay; 0: for ever."""
    still_s: float = 0.0
    """So long may somebody stand still; 0: for ever."""
    polygon: tuple[tuple[int, int], ...] = ()
    """An open area: corners (x, y) in whole millimetres of the mine's plan, the edge included. Who
    is inside is told by it alone; the intervals are then the roadways that lead through."""
    level: str = ""
    """The polygon's level."""
    post: tuple[str, ...] = ()
    """Trades, or duties of the roster: somebody of each must be here while people are."""


# --- what is measured ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of point: one row of kinds.toml."""

    id: str
    name: Name
    system: System
    unit: str
    low: float
    high: float
    """Measuring range; a value outside it has quality OUT_OF_RANGE."""
    decimals: int
    period_s: float
    stale_s: float
    """No sample for this long: silent."""
    states: tuple[tuple[int, Name], ...]
    """Words of a switch point's values; empty for an analogue point."""
    guidance: Name
    """处置提示: what to do when a point of this kind alarms."""
    stuck_s: float | None = None
    """A value that has not moved by `resolution` for so long is one that no longer measures; None
    where standing still is honest."""
    quiet: float | None = None
    """At or below it standing still is honest all the same; None: at the start of the range."""
    noisy: bool = False
    """It is never without noise: where its noise collapses, it no longer measures."""

    @property
    def resolution(self) -> float:
        """The smallest step its sensors tell: one of the last decimal."""
        return float(10.0**-self.decimals)


_DECIMALS = 9
"""A limit less its dead-band is a decimal again: 1.1 - 0.2 is 0.9 and nothing beside it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """预警值/报警值/断电值/复电值 of one point; None where the rule has none.

    High side: a limit is raised at value >= limit and cleared at value < its restore value.
    Low side: raised at value <= limit, cleared at value > its restore value. See `restore`.
    """

    warn_high: float | None = None
    """预警值: level IV, to be noted before the alarm limit is reached; likewise `warn_low`."""
    alarm_high: float | None = None
    cut_high: float | None = None
    restore_high: float | None = None
    warn_low: float | None = None
    alarm_low: float | None = None
    cut_low: float | None = None
    restore_low: float | None = None
    dead_band: float | None = None
    """回差: so far inside itself every limit is cleared. Instead of restore values."""
    on_delay_s: float = 0.0
    off_delay_s: float = 0.0

    def restore(self, key: str) -> float | None:
        """The value inside which the limit `key` is cleared, None where there is no such limit.

        It is the side's restore value, or as far inside the limit as the dead-band says; a restore
        value that lies beyond the limit does not count: then it is the limit itself.

        >>> Limits(alarm_high=1.0, cut_high=1.5, restore_high=1.2).restore("alarm_high")
        1.0
        >>> Limits(alarm_low=0.25, dead_band=0.05).restore("alarm_low")
        0.3
        """
        high = key.endswith("_high")
        limit: float | None = getattr(self, key)
        back = self.restore_high if high else self.restore_low
        if limit is None:
            return None
        if self.dead_band is not None:
            inward = -self.dead_band if high else self.dead_band
            return round(limit + inward, _DECIMALS)
        if back is None:
            return limit
        return min(limit, back) if high else max(limit, back)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a rule pack: a limit with its source."""

    id: str
    kind: str
    place: str
    """Place class the row is for (T0, T1, …), or "*"."""
    limits: Limits
    alarm_level: Severity
    cut_level: Severity
    withdraw: bool
    """At or above the cut-off people must be withdrawn (停产撤人)."""
    statutory: bool
    """Its silence is an alarm, and the point may not be disabled."""
    source: str
    clause: str
    edition: str
    verified: bool
    """Whether the clause was read in the standard's own text."""
    scope: str = "airway"
    """Whom an order from it is about: airway (its zones and down-wind) · mine (everyone)."""


@dataclass(frozen=True, slots=True)
class Point:
    """测点."""

    id: str
    name: Name
    kind: str
    place: str
    """Place class: T0, T1, T2, intake, return, refuge, …"""
    roadway: str
    chainage_m: float
    rule: str | None
    """The rule-pack row its limits come from."""
    limits: Limits
    device: str
    """The substation or gateway that reports it."""
    address: int | None = None
    """Modbus: first holding register of the value. None on MQTT."""
    encoding: str = "float32"
    """float32 (two registers, high word first) · uint16 · int16 · bcd (four decimal digits)"""
    scale: float = 1.0
    status_address: int | None = None
    """Modbus: holding register of the status word."""


# --- what reports it ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Substation:
    """分站: a Modbus unit, reached over TCP."""

    id: str
    name: Name
    host: str
    port: int
    unit: int
    period_s: float
    timeout_s: float
    retries: int
    framing: str = "tcp"
    """tcp: Modbus TCP · rtu: serial frames through a serial server, whose units share a line."""
    map: str = "plain"
    """Whose register map it follows, hence what its status words mean: see docs/wire.md."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """An MQTT gateway: publishes batched JSON on `topic`, see docs/wire.md."""

    id: str
    name: Name
    topic: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class BaseStation:
    """定位基站: reports ranges seen by its readers, over a TCP connection it opens, or MQTT."""

    id: str
    name: Name
    transport: str
    """tcp · mqtt"""
    topic: str
    """MQTT topic; empty on tcp."""
    user: str
    password: str
    """MQTT log-in; on tcp the password is the station's key in its hello."""


@dataclass(frozen=True, slots=True)
class Reader:
    """读卡器: measures the distance of tags along its roadway."""

    id: str
    name: Name
    station: str
    roadway: str
    chainage_m: float
    range_m: float
    error_m: float
    period_s: float


@dataclass(frozen=True, slots=True)
class Output:
    """An output the server may write: nothing that is not listed here is ever written."""

    id: str
    name: Name
    kind: str
    """horn"""
    device: str
    coil: int
    zones: tuple[str, ...]
    """Zones it is heard in."""


# --- what people pass, and what reaches them -----------------------------------------------


class TerminalKind(StrEnum):
    """Where people show their cards."""

    GATE = "gate"
    """井口闸机: at the portal, on the way in and out."""
    LAMP_ROOM = "lamp_room"
    """矿灯房: a lamp taken is a person about to go down, a lamp back is one who has come up."""
    ATTENDANCE = "attendance"
    """考勤机: at the shift's beginning and end."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal on MQTT: who went in and out, and how many it counts of the shift."""

    id: str
    name: Name
    kind: TerminalKind
    zone: str
    """The zone it is the door of, or stands in."""
    topic: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Broadcaster:
    """广播终端: speaks aloud what the host publishes for it, and says whether it has."""

    id: str
    name: Name
    roadway: str
    chainage_m: float
    topic: str
    user: str
    password: str
    zones: tuple[str, ...]
    """Zones it is heard in."""


@dataclass(frozen=True, slots=True)
class Telephone:
    """调度电话 underground: a place at which somebody can be rung, and whether anybody answers."""

    id: str
    name: Name
    roadway: str
    chainage_m: float
    number: str
    topic: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Paging:
    """The transmitter that calls tags, and hears them answer."""

    topic: str
    user: str
    password: str


# --- people -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who goes underground or is called."""

    id: str
    name: str
    tag: str
    """Card number; empty for those who stay above."""
    trade: str
    crew: str
    phone: str
    counts: bool
    """Counts toward head-count limits (leaders and inspectors passing do not)."""
    certificates: tuple[tuple[str, str], ...] = ()
    """特种作业操作证: (what for, last valid day as YYYY-MM-DD)."""
    shift: str = ""
    """班次: name of the roster's shift the person works on; empty: any."""


class Duty(StrEnum):
    """Posts of the roster (带班表)."""

    LEADER = "leader"
    DEPUTY = "deputy"
    MINE_HEAD = "mine_head"
    DISPATCHER = "dispatcher"
    ENGINEER = "engineer"


@dataclass(frozen=True, slots=True)
class Shift:
    """One line of the roster: who holds which post from `start` to `end`."""

    start: Micros
    end: Micros
    name: str
    posts: tuple[tuple[Duty, str], ...]
    """(post, person id), in the order of the ladder; several may hold one post."""
    maintenance: bool = False
    """检修班: faces may hold more people than on a production shift."""

    def holders(self, duty: Duty) -> tuple[str, ...]:
        """Person ids that hold the post."""
        return tuple(person for post, person in self.posts if post is duty)


class Role(StrEnum):
    """What a user of the pages may do."""

    VIEWER = "viewer"
    DISPATCHER = "dispatcher"
    LEADER = "leader"
    ENGINEER = "engineer"
    ADMIN = "admin"
    INSPECTOR = "inspector"


@dataclass(frozen=True, slots=True)
class User:
    """A log-in the configuration proposes; passwords live beside the journal as argon2id hashes."""

    name: str
    person: str
    roles: tuple[Role, ...]
    demo_password: str = ""
    """Only a demo configuration may carry one."""


# --- policy -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One row of the ladder: after so long without acknowledgement, these are asked too."""

    after_s: float
    duties: tuple[Duty, ...]
    channels: tuple[str, ...]
    """For the people of these duties: sms · call · console."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How alarms become orders, and orders end (policy.toml)."""

    auto_evacuate: str
    """at_once · never · after"""
    auto_after_s: float
    undecided_s: float
    """An undecided level II order becomes an evacuation after this long."""
    ladder: tuple[LadderStep, ...]
    scope_channels: tuple[str, ...]
    """How people in scope are told at once: horn · broadcast · tag."""
    lost_contact_s: float
    """No sighting for this long (or three periods of the reader, if longer): unknown."""
    standing_s: float
    all_clear_hold_s: float
    """Gas must have been below restore for this long before an all-clear without override."""
    all_clear_first: tuple[Role, ...]
    all_clear_second: tuple[Role, ...]
    walking_m_s: float
    self_rescuer_s: float
    absent_s: float = 900.0
    """People without a leader on duty underground, or a zone without a post kept, for so long."""
    together_s: float = 0.0
    """Two tags that move as one for so long are told; 0: never."""


# --- where things are reached -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Broker:
    """An MQTT broker. An empty host: the embedded one is started."""

    host: str
    port: int
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Database:
    """PostgreSQL. An empty dsn: the embedded one is started."""

    dsn: str


@dataclass(frozen=True, slots=True)
class Carrier:
    """An SMPP peer that takes SMS."""

    host: str
    port: int
    system_id: str
    password: str
    sender: str


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server listens and keeps its data."""

    host: str
    port: int
    public_url: str
    """What goes into SMS links, without a trailing slash."""
    stations_host: str
    stations_port: int
    """TCP base stations connect here."""
    spool_mb: int
    """The spool's cap on disk."""
    timezone: str


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
    terminals: tuple[Terminal, ...] = ()
    broadcasters: tuple[Broadcaster, ...] = ()
    telephones: tuple[Telephone, ...] = ()
    paging: Paging | None = None
    windows: tuple[Window, ...] = ()
    """Rules over time."""
    logic: tuple[Logic, ...] = ()
    """Rules about several points."""
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
    def roadway_row(self) -> dict[str, int]:
        """Row number of each roadway by id."""
        return {r.id: i for i, r in enumerate(self.roadways)}

    @cached_property
    def zone_row(self) -> dict[str, int]:
        """Row number of each zone by id."""
        return {z.id: i for i, z in enumerate(self.zones)}

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

    @cached_property
    def points_of_device(self) -> dict[str, tuple[int, ...]]:
        """Row numbers of the points each device reports."""
        rows: dict[str, list[int]] = {}
        for i, point in enumerate(self.points):
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
