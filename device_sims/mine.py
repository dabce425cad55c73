"""mine.json as the simulators read it; docs/wire.md names its fields, the rest is passed over."""

from functools import cached_property
from pathlib import Path

import msgspec

from device_sims.clock import Micros
from device_sims.errors import MineUnreadable


class Part(msgspec.Struct, frozen=True, dict=True):
    """Frozen; fields nobody here needs are not read, so the emitter may add some."""


class Node(Part, frozen=True):
    """A node of the roadway graph."""

    id: str
    kind: str
    """junction · portal · face · refuge · end"""
    z: float = 0.0
    """Height, m."""


class Roadway(Part, frozen=True):
    """An edge of the graph; chainage counts metres from `start`."""

    id: str
    start: str
    end: str
    length_m: float
    kind: str
    """intake · return · face · heading · chamber · drift · shaft"""
    air: int
    """+1: air flows start → end, -1: end → start, 0: none of its own."""
    walkable: bool = True
    section_m2: float = 12.0
    door: str = "none"
    """none · closed · regulator"""
    grade: float = 0.0
    """Rise over run from start to end; ±10 for a shaft."""
    path: tuple[tuple[float, float, float], ...] = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    """Surveyed, m."""


class Interval(Part, frozen=True):
    """A stretch of roadway, metres."""

    roadway: str
    from_m: float
    to_m: float


class Zone(Part, frozen=True):
    """A set of intervals."""

    id: str
    kind: str
    intervals: tuple[Interval, ...]
    limit: int | None = None
    """Most people at once."""
    permitted: tuple[str, ...] = ()
    """Trades that may enter a restricted zone."""


class Kind(Part, frozen=True):
    """What a point measures."""

    id: str
    unit: str
    low: float
    high: float
    period_s: float
    decimals: int = 2
    states: tuple[tuple[int, str, str], ...] = ()
    """(value, zh, en) of a switch point."""


class Limits(Part, frozen=True):
    """Alarm limits of a point, in its unit."""

    warn_high: float | None = None
    alarm_high: float | None = None
    cut_high: float | None = None
    restore_high: float | None = None
    warn_low: float | None = None
    alarm_low: float | None = None
    cut_low: float | None = None


class Point(Part, frozen=True):
    """A measuring point: what, where, and how its device tells it."""

    id: str
    kind: str
    place: str
    roadway: str
    chainage_m: float
    device: str
    address: int | None = None
    encoding: str = "float32"
    scale: float = 1.0
    status_address: int | None = None
    limits: Limits = Limits()
    code: str = ""
    """What a host that writes files calls it; empty: the id."""
    function: int = 3
    """1 coil · 2 contact · 3 holding register · 4 input register"""
    order: str = "ABCD"
    """Of its bytes on the wire, A the highest."""
    decimals: int = 0
    offset: float = 0.0
    bits: tuple[int, int] | None = None
    """(lowest bit, how many) of its register."""
    status_function: int = 3


class Serial(Part, frozen=True):
    """A serial port of the host's machine: the file by which it finds the wires."""

    port: str


class Substation(Part, frozen=True):
    """A Modbus unit; the simulator listens where the server will connect."""

    id: str
    host: str
    port: int
    unit: int
    framing: str = "tcp"
    """tcp · rtu"""
    map: str = "plain"
    """Whose registers it has: see docs/wire.md."""
    serial: Serial | None = None


class Shape(Part, frozen=True):
    """Where in a JSON document a gateway puts what; paths as docs/add-a-device.md writes them."""

    point: str
    value: str = ""
    points: str | None = None
    time: str = ""
    time_unit: str = "ms"
    quality: str = ""
    qualities: tuple[tuple[str, int], ...] = ()


class Gateway(Part, frozen=True):
    """An MQTT gateway."""

    id: str
    topic: str
    user: str = ""
    password: str = ""
    dialect: str = "minesafe"
    """minesafe · json · sparkplug"""
    shape: Shape | None = None
    names: tuple[tuple[str, str], ...] = ()
    """(what it calls a point, the point's id)"""
    units: tuple[tuple[str, float, float], ...] = ()
    """(kind, factor, offset): a value as it says it, times factor and plus offset, is ours."""
    presence: str = ""
    """Topic on which a gateway of dialect json says whether it is there."""
    group: str = ""
    edge: str = ""
    """Names of a Sparkplug edge node."""


class KjHost(Part, frozen=True):
    """An installed system that writes files into a folder."""

    id: str
    folder: str
    mine_code: str
    period_s: float = 30.0


class Station(Part, frozen=True):
    """A base station; `topic` is empty on tcp, where the password is its key."""

    id: str
    transport: str
    topic: str = ""
    user: str = ""
    password: str = ""
    dialect: str = "ranges"
    """ranges · kj · nooploop · pozyx · omlox"""
    port: int = 0
    """Where the host hears it on udp, and on tcp in another dialect than ours."""


class Reader(Part, frozen=True):
    """A reader that ranges tags along its roadway."""

    id: str
    station: str
    roadway: str
    chainage_m: float
    range_m: float
    error_m: float
    period_s: float
    code: str = ""
    """What its station calls it; empty: the id."""


class Output(Part, frozen=True):
    """A horn heard in zones, or what cuts their power: a coil or register of a substation."""

    id: str
    kind: str
    device: str
    coil: int
    zones: tuple[str, ...] = ()
    function: int = 5
    """5, 15: a coil · 6, 16: a register"""
    on: int = 1
    shows: tuple[str, ...] = ()
    """Points that show no power once it has cut."""


class Terminal(Part, frozen=True):
    """Where people show their cards."""

    id: str
    kind: str
    """gate · lamp_room · attendance"""
    zone: str
    topic: str
    user: str = ""
    password: str = ""


class Broadcaster(Part, frozen=True):
    """A loudspeaker that is called by topic, heard in zones."""

    id: str
    topic: str
    user: str = ""
    password: str = ""
    zones: tuple[str, ...] = ()


class Telephone(Part, frozen=True):
    """A telephone underground that is called by topic."""

    id: str
    roadway: str
    chainage_m: float
    topic: str
    user: str = ""
    password: str = ""


class Paging(Part, frozen=True):
    """The transmitter that calls tags."""

    topic: str
    user: str = ""
    password: str = ""


class Person(Part, frozen=True):
    """Somebody of the mine; without a tag, somebody who stays above."""

    id: str
    name: str
    tag: str = ""
    trade: str = ""
    crew: str = ""
    phone: str = ""
    counts: bool = True
    certificates: tuple[tuple[str, str], ...] = ()
    """(what for, last day as YYYY-MM-DD)"""
    shift: str = ""
    """Name of the roster's shift; empty: any."""


class Shift(Part, frozen=True):
    """A line of the roster."""

    start: Micros
    end: Micros
    posts: tuple[tuple[str, str], ...]
    """(duty, person id)"""
    name: str = ""


class User(Part, frozen=True):
    """A demo log-in."""

    name: str
    person: str
    roles: tuple[str, ...]
    password: str = ""


class Address(Part, frozen=True):
    """Where something listens."""

    host: str
    port: int


class Carrier(Part, frozen=True):
    """Where the SMS peer listens, and who may bind."""

    host: str
    port: int
    system_id: str
    password: str


class Modem(Part, frozen=True):
    """The file by which the host finds its modem."""

    port: str


class Server(Part, frozen=True):
    """Where pages and TCP base stations reach the server."""

    url: str
    stations: Address


class Policy(Part, frozen=True):
    """How fast people are thought to walk."""

    walking_m_s: float = 1.1


class Mine(Part, frozen=True):
    """Everything the simulators know."""

    mine: str
    revision: str
    server: Server
    broker: Address
    nodes: tuple[Node, ...]
    roadways: tuple[Roadway, ...]
    zones: tuple[Zone, ...]
    kinds: tuple[Kind, ...]
    points: tuple[Point, ...]
    substations: tuple[Substation, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    kj_hosts: tuple[KjHost, ...] = ()
    stations: tuple[Station, ...] = ()
    readers: tuple[Reader, ...] = ()
    outputs: tuple[Output, ...] = ()
    terminals: tuple[Terminal, ...] = ()
    broadcasters: tuple[Broadcaster, ...] = ()
    telephones: tuple[Telephone, ...] = ()
    paging: Paging | None = None
    people: tuple[Person, ...] = ()
    shifts: tuple[Shift, ...] = ()
    users: tuple[User, ...] = ()
    carrier: Carrier | None = None
    modem: Modem | None = None
    policy: Policy = Policy()
    timezone: str = "UTC"

    @cached_property
    def kind(self) -> dict[str, Kind]:
        """Kind by id; likewise below."""
        return {k.id: k for k in self.kinds}

    @cached_property
    def roadway(self) -> dict[str, Roadway]:
        """Roadway by id."""
        return {r.id: r for r in self.roadways}

    @cached_property
    def zone(self) -> dict[str, Zone]:
        """Zone by id."""
        return {z.id: z for z in self.zones}

    @cached_property
    def person(self) -> dict[str, Person]:
        """Person by id."""
        return {p.id: p for p in self.people}

    def code_of(self, reader: str) -> str:
        """What its station calls a reader."""
        return next((r.code or r.id for r in self.readers if r.id == reader), reader)

    def points_of(self, device: str) -> tuple[Point, ...]:
        """The points a substation or gateway reports."""
        return tuple(p for p in self.points if p.device == device)

    def readers_of(self, station: str) -> tuple[Reader, ...]:
        """The readers of a base station."""
        return tuple(r for r in self.readers if r.station == station)

    def holders(self, duty: str, now: Micros) -> tuple[Person, ...]:
        """Who holds a post of the roster now."""
        posts = (s.posts for s in self.shifts if s.start <= now < s.end)
        return tuple(self.person[p] for line in posts for post, p in line if post == duty)


def decode(text: bytes) -> Mine:
    """Read mine.json.

    Raises:
        MineUnreadable: not JSON, or something needed is missing or of another type.
    """
    try:
        return msgspec.json.decode(text, type=Mine)
    except msgspec.DecodeError as error:
        raise MineUnreadable(f"mine.json cannot be used: {error}") from error


def load(path: Path) -> Mine:
    """Read mine.json from disk.

    Raises:
        MineUnreadable: not there, or see `decode`.
    """
    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise MineUnreadable(f"{path} cannot be read: {error.strerror}") from error
