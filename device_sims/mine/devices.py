"""Everything that speaks to the server, or is called by it."""

from device_sims.mine.part import Part


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
