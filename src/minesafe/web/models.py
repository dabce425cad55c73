"""What the pages are told: the models of the HTTP API and of the live wire, one source for both.

Codes and parameters only; words are made in the page, in the reader's language. Times are
`Micros` as integers (below 2^53, so exact in JavaScript).
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from minesafe.model.events import (
    AlarmSource,
    AlarmState,
    Decision,
    OrderKind,
    Origin,
    Told,
    Whereabouts,
)
from minesafe.model.mine import Duty, NodeKind, Role, Severity, System, ZoneKind


class Wire(BaseModel):
    """Frozen, and refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Wire):
    """A name in both languages."""

    zh: str
    en: str


# --- GET /api/v1/mine: what does not change within a revision --------------------------------


class LevelOut(Wire):
    """A level."""

    id: str
    name: Words
    elevation_m: float


class NodeOut(Wire):
    """A node of the roadway graph."""

    id: str
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


class KindOut(Wire):
    """A kind of point."""

    id: str
    name: Words
    system: System
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


class ReaderOut(Wire):
    """A reader, placed."""

    id: str
    name: Words
    station: str
    x: float
    y: float
    z: float


class PersonOut(Wire):
    """A person of the mine."""

    id: str
    name: str
    tag: str
    trade: str
    crew: str


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
    readers: list[ReaderOut]
    people: list[PersonOut]


# --- what changes ---------------------------------------------------------------------------


class ValueOut(Wire):
    """The newest value of a point."""

    point: str
    value: float | None
    """None: never heard, or no number may be shown."""
    quality: str
    """Lower-case `Quality`; `silent` while the engine holds the point silent."""
    sampled: int | None


class PlaceOut(Wire):
    """Where a person was seen last."""

    person: str
    roadway: str
    chainage_m: float
    level: str
    x: float
    y: float
    z: float
    error_m: float
    seen: int
    zones: list[str]
    lost: bool
    """No sighting for longer than allowed: shown hollow."""
    sos: bool
    out: bool = False
    """Gone out. Only `readings` tell it, at the change: take the person off the map."""


class CountOut(Wire):
    """Head-count of a zone; `unknown` while one of its readers is dead."""

    zone: str
    count: int
    unknown: bool
    low: int
    """Not fewer heads than this; `count` unless unknown."""
    high: int | None
    """Not more than this; null where nobody can say."""
    limit: int | None
    """The head-count limit in force, by the kind of shift that works."""


class AlarmOut(Wire):
    """An alarm that is not normal."""

    episode: str
    state: AlarmState
    severity: Severity
    source: AlarmSource
    subject: str
    condition: str
    zones: list[str]
    value: float | None
    limit: float | None
    rule: str | None
    reason: str
    began: int
    changed: int
    active: bool
    acknowledged_by: str | None


class ToldOut(Wire):
    """One receipt: what came of telling somebody by one channel."""

    recipient: str
    channel: str
    status: str
    step: int
    at: int
    detail: str


class MusterOut(Wire):
    """One person of an order's muster (清点)."""

    person: str
    told: Told
    whereabouts: Whereabouts
    roadway: str | None
    chainage_m: float | None
    seen: int | None
    destination: str
    distance_m: float | None
    ticked_by: str | None


class StepOut(Wire):
    """One step of the ladder, taken or still to come."""

    step: int
    due: int
    taken: int | None
    asked: list[tuple[Duty, str]]


class SignatureOut(Wire):
    """One of the two who give the all-clear."""

    by: str
    role: Role
    at: int
    override: str


class OrderOut(Wire):
    """An open or just closed order."""

    order: str
    number: int
    order_kind: OrderKind
    severity: Severity
    zones: list[str]
    cause: str
    subject: str
    condition: str
    value: float | None
    limit: float | None
    issued: int
    by: str | None
    origin: Origin
    drill: bool
    leader: str | None
    acknowledged_by: str | None
    acknowledged_at: int | None
    decision: Decision | None
    decided_by: str | None
    undecided_until: int | None
    """A level II order nobody decided becomes an evacuation at this time."""
    steps: list[StepOut]
    receipts: list[ToldOut]
    muster: list[MusterOut]
    signatures: list[SignatureOut]
    can_close: bool
    """Everyone is accounted for: the all-clear may be signed."""
    clear_since: int | None
    """Since when the cause is below its restore value; None while it is not."""
    override_needed: bool
    closed: int | None


class FindingOut(Wire):
    """Something wrong with a device, link or store."""

    finding: str
    subject: str
    detail: str
    began: int


class DutyOut(Wire):
    """Who is on duty now."""

    shift: str
    posts: list[tuple[Duty, str]]
    gap: bool


class SystemOut(Wire):
    """One of the six systems' tiles."""

    system: System
    state: Literal["healthy", "degraded", "dead"]
    since: int


class SnapshotOut(Wire):
    """Everything that changes, at `position` of the journal."""

    position: int
    now: int
    epoch: int
    values: list[ValueOut]
    places: list[PlaceOut]
    counts: list[CountOut]
    alarms: list[AlarmOut]
    orders: list[OrderOut]
    findings: list[FindingOut]
    duty: DutyOut
    systems: list[SystemOut]
    underground: int


# --- the live wire: WS /api/v1/live?since=<position> ------------------------------------------
# The first message is always a snapshot. `n` counts messages on this connection, from 1; a gap
# means: reconnect. Alarms and orders are never coalesced or dropped; readings and places may be.


class LiveSnapshot(Wire):
    """First message, and after any doubt."""

    kind: Literal["snapshot"] = "snapshot"
    n: int
    snapshot: SnapshotOut


class LiveBeat(Wire):
    """Each second; 3 s without one and the page says 数据中断."""

    kind: Literal["beat"] = "beat"
    n: int
    now: int
    position: int


class LiveReadings(Wire):
    """Values, places and counts that changed since the last of these."""

    kind: Literal["readings"] = "readings"
    n: int
    now: int
    values: list[ValueOut]
    places: list[PlaceOut]
    counts: list[CountOut]
    underground: int


class LiveAlarms(Wire):
    """Alarms that changed; state `normal` means: take it off the list."""

    kind: Literal["alarms"] = "alarms"
    n: int
    position: int
    alarms: list[AlarmOut]


class LiveOrders(Wire):
    """Orders that changed, each whole."""

    kind: Literal["orders"] = "orders"
    n: int
    position: int
    orders: list[OrderOut]


class LiveState(Wire):
    """Findings, duty and systems, whole, when any of them changed."""

    kind: Literal["state"] = "state"
    n: int
    position: int
    findings: list[FindingOut]
    duty: DutyOut
    systems: list[SystemOut]


LiveMessage = LiveSnapshot | LiveBeat | LiveReadings | LiveAlarms | LiveOrders | LiveState


# --- acts -------------------------------------------------------------------------------------


class LogIn(Wire):
    """POST /api/v1/session."""

    user: str
    password: str


class SessionOut(Wire):
    """Who is logged in; `csrf` goes into the X-CSRF-Token header of every act."""

    user: str
    person: str
    roles: list[Role]
    csrf: str


class OrderIn(Wire):
    """POST /api/v1/orders: break-glass, works without a log-in; `by` is then the name given."""

    order_kind: OrderKind
    zones: list[str]
    ground: str
    by: str = ""


class DecisionIn(Wire):
    """POST /api/v1/orders/{order}/decision."""

    decision: Decision
    reason: str


class TickIn(Wire):
    """POST /api/v1/orders/{order}/muster/{person}: a person accounted for by hand."""

    whereabouts: Whereabouts
    reason: str


class AllClearIn(Wire):
    """POST /api/v1/orders/{order}/all-clear: the password again, and a reason to override."""

    password: str
    override: str = ""


class RefusalOut(Wire):
    """Body of every 4xx answer: a code the page turns into words."""

    code: str
    params: dict[str, str | int | float] = {}


class SampleOut(Wire):
    """One stored sample."""

    sampled: int
    value: float | None
    quality: str


class TrackOut(Wire):
    """One stored place of a person."""

    sampled: int
    roadway: str
    chainage_m: float
    x: float
    y: float
    z: float


class EventOut(Wire):
    """One record of the journal; `body` carries its own `kind`."""

    position: int
    recorded: int
    valid: int
    frame: int | None
    cause: int | None
    epoch: int
    body: dict[str, Any]
    previous: str
    hash: str


class IssuedOut(Wire):
    """What an order issued by hand was given as its id."""

    order: str


class SignedOut(Wire):
    """After a signature: whether both have signed and the order is closed."""

    closed: bool


class HealthOut(Wire):
    """Whether work is being done: the age of the last frame, in real seconds."""

    ok: bool
    frame_age_s: float
    position: int
    epoch: int


# --- a demo's scenarios ---------------------------------------------------------------------


class ScenarioOut(Wire):
    """Something a demo's simulated mine can go through."""

    name: str
    about: Words
    """One sentence."""


class ScenariosOut(Wire):
    """What can be played, and what runs now; empty while another one starts."""

    playing: str
    scenarios: list[ScenarioOut]


class ScenarioIn(Wire):
    """Which scenario shall begin."""

    scenario: str
