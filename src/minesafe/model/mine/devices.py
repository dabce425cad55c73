"""What stands in the mine and speaks to the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from minesafe.model.mine.names import Name
from minesafe.model.quality import Quality


@dataclass(frozen=True, slots=True)
class Coding:
    """How a device tells quality: by whole codes, or by a type in the high byte and by bits."""

    codes: Mapping[int, Quality] | None = None
    """Whole words; one that is not among them is a fault."""
    types: frozenset[int] | None = None
    """What the high byte may be: a sensor's type. 0: there is no sensor; any other, a fault."""
    bits: tuple[tuple[int, Quality], ...] = ()
    """(bit, what it says when set), worst first: the first that is set is believed."""

    def quality(self, word: int) -> Quality:
        """The quality a status word tells.

        >>> coding = Coding(types=frozenset({2}), bits=((7, Quality.FAULT),))
        >>> [coding.quality(word).name for word in (0x0200, 0x0280, 0x0080, 0x0900)]
        ['GOOD', 'FAULT', 'COMMS_LOST', 'FAULT']
        """
        if self.codes is not None:
            return self.codes.get(word, Quality.FAULT)
        kind = word >> 8
        if self.types is not None and kind not in self.types:
            return Quality.FAULT if kind else Quality.COMMS_LOST
        return next((quality for bit, quality in self.bits if word >> bit & 1), Quality.GOOD)


@dataclass(frozen=True, slots=True)
class Serial:
    """A serial port of this machine, with two wires of RS-485 behind it."""

    port: str
    """Its file, such as /dev/ttyS1 or /dev/serial/by-id/…"""
    baud: int = 9600
    parity: str = "N"
    """N none · E even · O odd"""
    stop_bits: int = 1


@dataclass(frozen=True, slots=True)
class Island:
    """A stretch of a unit's addresses that it answers for; no block may reach over its edge."""

    function: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Substation:
    """分站: a Modbus unit, reached over TCP or a serial line."""

    id: str
    name: Name
    host: str
    """Empty on a serial port of this machine."""
    port: int
    unit: int
    period_s: float
    """How often its points are asked for that say nothing else."""
    timeout_s: float
    retries: int
    framing: str = "tcp"
    """tcp: Modbus TCP · rtu: serial frames, whose units share a line."""
    map: str = "plain"
    """Whose register map it follows, hence what its status words mean: see docs/wire.md."""
    serial: Serial | None = None
    coding: Coding | None = None
    """What its status words mean, where the configuration says so; None: as its map does."""
    longest: int = 120
    """Registers in one request; the protocol allows 125, some field devices fewer."""
    gap: int = 16
    """So many registers that nobody needs are read along rather than asking twice; 0: none."""
    islands: tuple[Island, ...] = ()
    """All it answers for; empty: anything."""
    alarm_period_s: float = 1.0
    """How often a point is asked for while it, or something in its zone, is in alarm."""

    @property
    def line(self) -> tuple[str, int]:
        """Where it is: those at one place share one pair of wires, or one serial server."""
        return (self.serial.port, 0) if self.serial is not None else (self.host, self.port)


@dataclass(frozen=True, slots=True)
class BaseStation:
    """定位基站: reports ranges seen by its readers, over a TCP connection it opens, or MQTT."""

    id: str
    name: Name
    transport: str
    """tcp · mqtt · udp · http"""
    topic: str
    """MQTT topic; empty on tcp."""
    user: str
    password: str
    """MQTT log-in; on tcp the password is the station's key in its hello, on http its bearer."""
    dialect: str = "ranges"
    """ranges · kj · nooploop · pozyx · omlox: see docs/wire.md."""
    length: str = "m"
    """m · mm: the unit of its lengths; auto: found out from what comes, held, and said."""
    time: str = "ms"
    """s · ms · us · ticks: the unit of its times; auto: likewise."""
    port: int = 0
    """Where we hear it on udp and http, and on tcp in another dialect than ours; else 0."""
    peer: str = ""
    """The one address that may speak at `port`; empty on http: anybody with the key."""
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Where its coordinates begin, m of the mine's survey."""
    turn_deg: float = 0.0
    """How far its x axis is turned from east towards north."""
    floors: tuple[tuple[str, str], ...] = ()
    """(its word for a floor or map, level)"""


@dataclass(frozen=True, slots=True)
class KjHost:
    """An installed mine system that writes upload files into a folder (docs/wire.md)."""

    id: str
    name: Name
    folder: str
    """Where it writes them, or a copy of them; only read here."""
    mine_code: str
    """What its files' names begin with."""
    period_s: float
    """How often it writes how everything is."""


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
    """horn: sounded by every evacuation · cut: asks an interlock to cut a zone's power"""
    device: str
    coil: int
    """Its address: a coil, or by functions 6 and 16 a holding register."""
    zones: tuple[str, ...]
    """Zones it is heard in, or whose power it cuts."""
    function: int = 5
    """5 or 15 for a coil, 6 or 16 for a register."""
    on: int = 1
    off: int = 0
    """What is written; a coil knows 1 and 0 alone."""
    feeder: str = ""
    """cut: the feeder (馈电开关) it switches off, whose points must then show no power."""


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
