"""What changes: the snapshot, part by part."""

from minesafe.model.events import (
    Decision,
    OrderKind,
    Origin,
    Peril,
    Told,
    Whereabouts,
)
from minesafe.model.mine import Duty, Role, Severity, System
from minesafe.model.system import SystemState
from minesafe.web.models.alarms import AlarmOut, GroupOut, PermitOut
from minesafe.web.models.reach import NightlyOut
from minesafe.web.models.ways import (
    BlockedOut,
    ImpactOut,
    LegOut,
    ReckoningOut,
    RefugeOut,
    ScoreOut,
)
from minesafe.web.models.wire import Wire


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
    toward: str
    """Node id of the next node on the way last told; empty where there is none."""
    walk_s: float | None
    doubt: str
    """Why the tag may not stand for the person: moving_as_one · standing_still · card_alone; else
    empty."""
    other: str
    """Person id of whose tag moves as one with this one's; else empty."""
    known_by: str
    """gate · lamp_room · attendance: the terminal that alone knows the person below; else empty."""
    ticked_by: str | None


class StepOut(Wire):
    """One step of the ladder, taken or still to come."""

    step: int
    due: int
    taken: int | None
    asked: list[tuple[Duty, str]]
    duties: list[Duty]
    """Who is asked by it; empty where the ladder of this revision has no such step."""
    current: bool
    """Of the climb that goes on: an order that has become graver begins anew."""


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
    power: str
    """The ground on which a dispatcher may order by himself, once nobody has answered."""
    steps: list[StepOut]
    receipts: list[ToldOut]
    muster: list[MusterOut]
    heads: int
    """How many bodies these are: two cards that move as one hang on one."""
    signatures: list[SignatureOut]
    can_close: bool
    """Everyone is accounted for: the all-clear may be signed."""
    clear_since: int | None
    """Since when the cause is below its restore value; None while it is not."""
    override_needed: bool
    closed: int | None
    feeds: list[str]
    """Points that tell whether the scope has power: whoever cuts it is asked by telephone."""
    peril: Peril | None
    """What an operator named as the danger; null for an alarm's order."""
    cuts: list[str]
    """Feeders to be switched off for it."""
    reentry_by: str | None
    """Who let people go back, after the all-clear."""
    score: ScoreOut


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


class TroubleOut(Wire):
    """One reason why a system is not healthy."""

    code: str
    """none · never_heard · silent · faulty · reports_dead, or the kind of a finding."""
    count: int
    subjects: list[str]
    """The first of them, ids of points, readers or devices."""


class SystemOut(Wire):
    """One of the six systems' tiles."""

    system: System
    state: SystemState
    since: int
    parts: int
    """Points and readers of it."""
    heard: int
    why: list[TroubleOut]


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
    refuges: list[RefugeOut]
    blocked: list[BlockedOut]
    impacts: list[ImpactOut]
    legs: list[LegOut]
    reckoned: list[ReckoningOut]
    nightly: NightlyOut | None
    permits: list[PermitOut] = []  # noqa: RUF012  pydantic copies it for each
    flood: bool = False
    """Ten or more new alarms in ten minutes."""
    groups: list[GroupOut] = []  # noqa: RUF012  as above
    underground: int


# The first message is always a snapshot. `n` counts messages on this connection, from 1; a gap
# means: reconnect. Alarms and orders are never coalesced or dropped; readings and places may be.
