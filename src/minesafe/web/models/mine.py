"""GET /api/v1/mine: what does not change within a revision."""

from minesafe.model.device import What
from minesafe.model.mine import Form, Icon, NodeKind, System, ZoneKind
from minesafe.web.models.wire import Wire, Words


class LevelOut(Wire):
    """A level."""

    id: str
    name: Words
    elevation_m: float


class NodeOut(Wire):
    """A node of the roadway graph."""

    id: str
    name: Words
    """What people call it: the sign there, the refuge it is, or the roadways that meet there."""
    kind: NodeKind
    level: str
    x: float
    y: float
    z: float


class RoadwayOut(Wire):
    """A roadway with its surveyed path, local metres."""

    id: str
    name: Words
    start: str
    end: str
    level: str
    path: list[tuple[float, float, float]]
    length_m: float
    kind: str
    air: int


class IntervalOut(Wire):
    """A stretch of roadway."""

    roadway: str
    from_m: float
    to_m: float


class ZoneOut(Wire):
    """A zone."""

    id: str
    name: Words
    kind: ZoneKind
    limit: int | None
    intervals: list[IntervalOut]
    permitted: list[str]
    """Trades that may enter a restricted zone; empty elsewhere."""
    certificates: list[str]
    """What somebody must hold to be here, unexpired."""
    post: list[str]
    """Trades or duties of which somebody must be here while people are."""
    near_m: float
    """Who comes so near and may not enter is told; 0: nobody is."""
    max_dwell_s: float
    """So long may somebody stay; 0: for ever. Likewise `still_s`: stand still."""
    still_s: float
    maintenance_limit: int | None
    """Of a maintenance shift; null: as ever."""
    guidance: Words | None = None
    """处置提示 of alarms about the zone and the people in it."""


class KindOut(Wire):
    """A kind of point."""

    id: str
    name: Words
    system: System
    form: Form
    icon: Icon
    unit: str
    decimals: int
    stale_s: float
    states: list[tuple[int, str, str]]
    """(value, zh, en) of a switch point."""
    guidance: Words


class LimitsOut(Wire):
    """Limits of a point."""

    warn_high: float | None
    alarm_high: float | None
    cut_high: float | None
    restore_high: float | None
    warn_low: float | None
    alarm_low: float | None
    cut_low: float | None
    restore_low: float | None
    dead_band: float | None


class PointOut(Wire):
    """A point, placed."""

    id: str
    name: Words
    kind: str
    place: str
    roadway: str
    chainage_m: float
    x: float
    y: float
    z: float
    limits: LimitsOut
    device: str
    guidance: Words | None
    """处置提示: the point's own, else its rule row's, its kind's, its zone's."""


class LogicOut(Wire):
    """A rule about several points: what an alarm's `rule` names, and what to do about it."""

    id: str
    name: Words
    guidance: Words | None
    """处置提示: the rule's own, else that of the point it is about."""


class ReaderOut(Wire):
    """A reader, placed."""

    id: str
    name: Words
    station: str
    x: float
    y: float
    z: float


class PlacedDeviceOut(Wire):
    """A device where a map shows it: its own place, or amid what hangs on it."""

    id: str
    name: Words
    what: What
    level: str
    roadway: str
    chainage_m: float
    x: float
    y: float
    z: float
    number: str = ""
    """Of a telephone: to be rung from the dispatch desk."""
    zones: list[str] = []  # noqa: RUF012  pydantic copies it for each
    """Of a loudspeaker: zones it is heard in."""


class FeederOut(Wire):
    """A switch behind which zones lose their power."""

    id: str
    name: Words
    zones: list[str]


class PersonOut(Wire):
    """A person of the mine."""

    id: str
    name: str
    tag: str
    trade: str
    crew: str
    initials: list[str]
    """Of each character of the name the letters its pinyin may begin with."""


class MineOut(Wire):
    """The mine as a page needs it."""

    id: str
    name: Words
    revision: str
    demo: bool
    timezone: str
    levels: list[LevelOut]
    nodes: list[NodeOut]
    roadways: list[RoadwayOut]
    zones: list[ZoneOut]
    kinds: list[KindOut]
    points: list[PointOut]
    logic: list[LogicOut]
    feeders: list[FeederOut]
    readers: list[ReaderOut]
    devices: list[PlacedDeviceOut]
    people: list[PersonOut]
    rescue_crews: list[str]
    """Shown apart in a muster."""
