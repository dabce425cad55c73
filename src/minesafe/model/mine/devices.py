"""What stands in the mine and speaks to the server."""

from dataclasses import dataclass
from enum import StrEnum

from minesafe.model.mine.names import Name


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
    """tcp · mqtt · udp"""
    topic: str
    """MQTT topic; empty on tcp."""
    user: str
    password: str
    """MQTT log-in; on tcp the password is the station's key in its hello."""
    dialect: str = "ranges"
    """ranges · kj · nooploop · pozyx · omlox: see docs/wire.md."""
    length: str = "m"
    """m · mm: the unit of its lengths; auto: found out from what comes, held, and said."""
    time: str = "ms"
    """s · ms · us · ticks: the unit of its times; auto: likewise."""
    port: int = 0
    """Where we hear it on udp, and on tcp in another dialect than ours; else 0."""
    peer: str = ""
    """The one address that may speak at `port`."""
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Where its coordinates begin, m of the mine's survey."""
    turn_deg: float = 0.0
    """How far its x axis is turned from east towards north."""
    floors: tuple[tuple[str, str], ...] = ()
    """(its word for a floor or map, level)"""


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
    code: str = ""
    """What its station calls it; empty: the id."""


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


@dataclass(frozen=True, slots=True)
class Feeder:
    """馈电开关: where it is switched off, its zones lose their power, all at once (断电范围)."""

    id: str
    name: Name
    zones: tuple[str, ...]
    """Zones that it alone feeds with power that is not intrinsically safe."""
    shows: tuple[str, ...]
    """Points that tell whether there is power behind it."""


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
