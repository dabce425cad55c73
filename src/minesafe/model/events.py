"""Events: what the journal holds, and nothing else is the truth.

Each body is frozen and strict; its JSON carries its own tag (`kind`). Ids, codes and parameters
only: words are made at the edge, in the reader's language. Times are `Micros`.
"""

from enum import StrEnum
from typing import TypeAlias

import msgspec

from minesafe.model.mine import Duty, Role, Severity
from minesafe.model.time import Micros


class Body(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    """What happened."""


class Origin(StrEnum):
    """How an act reached the server."""

    RULE = "rule"
    CONSOLE = "console"
    LINK = "link"
    SMS = "sms"
    API = "api"


# --- the server and its configuration ------------------------------------------------------


class ServerStarted(Body, frozen=True, kw_only=True, tag="server_started"):
    """The server took up its work; everything after it is of this epoch."""

    epoch: int
    revision: str
    version: str
    demo: bool


class ServerStopped(Body, frozen=True, kw_only=True, tag="server_stopped"):
    """An orderly end. Its absence before the next start tells of a crash."""

    epoch: int


class RevisionApproved(Body, frozen=True, kw_only=True, tag="revision_approved"):
    """A configuration came into force."""

    revision: str
    by: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    """(name, SHA-256) of every file."""


class LoggedIn(Body, frozen=True, kw_only=True, tag="logged_in"):
    """A user opened a session."""

    user: str
    address: str


class LoginRefused(Body, frozen=True, kw_only=True, tag="login_refused"):
    """A wrong name or password, or too many tries."""

    user: str
    address: str
    reason: str


class LoggedOut(Body, frozen=True, kw_only=True, tag="logged_out"):
    """A session ended."""

    user: str
    reason: str


class ScenarioStarted(Body, frozen=True, kw_only=True, tag="scenario_started"):
    """A demo's simulated mine begins anew; what came before is of another story."""

    scenario: str
    by: str
    """Person id."""


# --- findings: what adapters and stores report about themselves -----------------------------


class FindingKind(StrEnum):
    """What an adapter, store or channel can find out about its own world."""

    LINK_DOWN = "link_down"
    """No connection, or no answer, from `subject`."""
    GARBAGE = "garbage"
    """`subject` sent what cannot be read."""
    UNKNOWN_POINT = "unknown_point"
    UNKNOWN_TAG = "unknown_tag"
    WRONG_ANSWER = "wrong_answer"
    """Answered with another's id, function or length."""
    CLOCK_OFF = "clock_off"
    GAP = "gap"
    """Sequence numbers are missing: something was lost on the way."""
    QUEUE_FULL = "queue_full"
    DATABASE_DOWN = "database_down"
    SPOOL_FILLING = "spool_filling"
    DISK_FULL = "disk_full"
    DISK_HANGS = "disk_hangs"
    CHANNEL_DOWN = "channel_down"
    ROSTER_GAP = "roster_gap"
    OUTPUT_FAILED = "output_failed"
    TASK_CRASHED = "task_crashed"


class FindingBegan(Body, frozen=True, kw_only=True, tag="finding_began"):
    """Something is wrong with `subject` from now on. Written at the change, not repeated."""

    finding: FindingKind
    subject: str
    detail: str


class FindingEnded(Body, frozen=True, kw_only=True, tag="finding_ended"):
    """It is well again."""

    finding: FindingKind
    subject: str


# --- alarms ---------------------------------------------------------------------------------


class AlarmState(StrEnum):
    """ISA-18.2 states a process alarm of ours can be in (shelving permits come later)."""

    NORMAL = "normal"
    UNACKED = "unacked"
    ACKED = "acked"
    RETURNED_UNACKED = "returned_unacked"


class AlarmMove(StrEnum):
    """Moves of the alarm book; each names why a state changed."""

    RAISE = "raise"
    RISE = "rise"
    """Its severity went up: an acknowledged alarm sounds again."""
    HOLD = "hold"
    """It came back before it was acknowledged, or another of its conditions joined."""
    EASE = "ease"
    """One of its conditions ended, another still holds."""
    RETURN = "return"
    ACKNOWLEDGE = "acknowledge"
    CLEAR = "clear"


class AlarmSource(StrEnum):
    """What an alarm's `subject` is."""

    POINT = "point"
    ZONE = "zone"
    PERSON = "person"
    READER = "reader"
    FINDING = "finding"


class AlarmMoved(Body, frozen=True, kw_only=True, tag="alarm_moved"):
    """An alarm changed its state. `episode` is unique: mine, rule, subject, count."""

    episode: str
    """`<family>:<subject>[:<zone>]#<n>`; n counts the episodes of one alarm."""
    move: AlarmMove
    state: AlarmState
    severity: Severity
    source: AlarmSource
    subject: str
    condition: str
    """The worst condition that holds: lower-case name of the `Condition`, or the `FindingKind`."""
    active: dict[str, Severity] = {}
    """Every condition of this alarm that holds after the move, with its level."""
    zones: tuple[str, ...] = ()
    value: float | None = None
    limit: float | None = None
    rule: str | None = None
    by: str | None = None
    origin: Origin = Origin.RULE
    reason: str = ""
    """A code a page turns into words: over_limit, silent, acknowledged_by, …"""


# --- orders ---------------------------------------------------------------------------------


class OrderKind(StrEnum):
    """What is ordered."""

    STOP_WORK = "stop_work"
    EVACUATE = "evacuate"


class Told(StrEnum):
    """How far an order has reached a person; only ever grows."""

    NOT_YET = "not_yet"
    FAILED = "failed"
    """No channel reached this person so far."""
    NOTIFIED = "notified"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"


class Whereabouts(StrEnum):
    """Where a person in scope is on the way to safety."""

    UNKNOWN = "unknown"
    STANDING = "standing"
    WRONG_WAY = "wrong_way"
    MOVING = "moving"
    AT_REFUGE = "at_refuge"
    OUT = "out"


ACCOUNTED = (Whereabouts.AT_REFUGE, Whereabouts.OUT)
"""Whereabouts that account for a person."""


class Place(msgspec.Struct, frozen=True):
    """A place in the mine and when it was true."""

    roadway: str
    chainage_m: float
    seen: Micros


class InScope(msgspec.Struct, frozen=True):
    """A person an order is about, as known at that moment."""

    person: str
    whereabouts: Whereabouts
    place: Place | None
    destination: str
    """Node id of the exit or refuge to walk to; empty where none is reachable."""
    distance_m: float | None


class OrderIssued(Body, frozen=True, kw_only=True, tag="order_issued"):
    """停产撤人命令. Stays open until two people give the all-clear."""

    order: str
    """Unique id."""
    number: int
    """Three digits, for SMS replies; unique among open orders."""
    order_kind: OrderKind
    severity: Severity
    zones: tuple[str, ...]
    people: tuple[InScope, ...]
    leader: str | None
    """Person id of the on-duty leader, None in a roster gap."""
    cause: str
    """Episode of the alarm, or the operator's ground."""
    subject: str = ""
    """The point, zone or person the cause is about."""
    condition: str = ""
    value: float | None = None
    limit: float | None = None
    by: str | None = None
    origin: Origin = Origin.RULE
    undecided_until: Micros | None = None
    """When a stop-work order nobody decided becomes an evacuation."""
    drill: bool = False


class OrderRaised(Body, frozen=True, kw_only=True, tag="order_raised"):
    """A stop-work order became an evacuation."""

    order: str
    by: str | None
    reason: str
    """undecided · decided · alarm_rose · operator"""
    subject: str = ""
    """The point, zone or person whose alarm raised it; empty where time or a person did."""
    condition: str = ""
    value: float | None = None
    limit: float | None = None


class OrderWidened(Body, frozen=True, kw_only=True, tag="order_widened"):
    """More zones or people came into scope."""

    order: str
    zones: tuple[str, ...]
    people: tuple[InScope, ...]
    cause: str
    """Episode of the alarm that widened it; empty where people walked in."""
    anew: bool = False
    """The danger is greater than what was acknowledged or decided: everyone is asked again."""
    severity: Severity | None = None
    """The order's level from now on, where it became graver."""
    undecided_until: Micros | None = None
    """When an order asked anew becomes an evacuation, unless it was to be sooner."""


class LadderStepped(Body, frozen=True, kw_only=True, tag="ladder_stepped"):
    """The next ones are asked. Step 0 is the issue of the order itself."""

    order: str
    step: int
    asked: tuple[tuple[Duty, str], ...]
    """(post, person id); empty when nobody holds the post, which is said aloud."""
    reason: str
    """issued · unacknowledged · unreachable"""


class OrderAcknowledged(Body, frozen=True, kw_only=True, tag="order_acknowledged"):
    """Someone who was asked has it. The ladder stops; the order does not."""

    order: str
    by: str
    origin: Origin


class Decision(StrEnum):
    """How a level II order is decided."""

    STOP_WORK_SUFFICES = "stop_work_suffices"
    EVACUATE = "evacuate"
    FALSE_ALARM = "false_alarm"


class OrderDecided(Body, frozen=True, kw_only=True, tag="order_decided"):
    """Leader, deputy, mine head or dispatcher has chosen."""

    order: str
    decision: Decision
    by: str
    reason: str
    origin: Origin


class PersonMoved(Body, frozen=True, kw_only=True, tag="person_moved"):
    """A person's whereabouts in an order changed."""

    order: str
    person: str
    whereabouts: Whereabouts
    place: Place | None
    by: str | None = None
    """Who ticked the person by hand, else None."""
    reason: str = ""


class PersonTold(Body, frozen=True, kw_only=True, tag="person_told"):
    """An order reached a person in scope, or did not."""

    order: str
    person: str
    told: Told
    channel: str


class AllClearSigned(Body, frozen=True, kw_only=True, tag="all_clear_signed"):
    """One of the two who must agree has signed."""

    order: str
    by: str
    role: Role
    override: str = ""
    """Reason given for ending while gas is not yet below restore long enough."""


class OrderClosed(Body, frozen=True, kw_only=True, tag="order_closed"):
    """解除: both have signed and every person is accounted for."""

    order: str
    by: tuple[str, ...]


# --- telling --------------------------------------------------------------------------------


class ReceiptStatus(StrEnum):
    """What came of a command, in the order it happens."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    """The carrier or device took it."""
    DELIVERED = "delivered"
    """It reached the phone or the horn read back."""
    FAILED = "failed"


class Noted(Body, frozen=True, kw_only=True, tag="receipt"):
    """What came of one command; see `commands.Command`."""

    key: str
    status: ReceiptStatus
    channel: str
    order: str
    step: int
    recipient: str
    """Person id, output id or zone id."""
    carrier_id: str = ""
    """Of the first message where there are several."""
    detail: str = ""
    attempt: int = 1
    final: bool = False
    """FAILED and nothing more will be tried."""


AnyBody: TypeAlias = (
    ServerStarted
    | ServerStopped
    | RevisionApproved
    | LoggedIn
    | LoginRefused
    | LoggedOut
    | ScenarioStarted
    | FindingBegan
    | FindingEnded
    | AlarmMoved
    | OrderIssued
    | OrderRaised
    | OrderWidened
    | LadderStepped
    | OrderAcknowledged
    | OrderDecided
    | PersonMoved
    | PersonTold
    | AllClearSigned
    | OrderClosed
    | Noted
)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One record of the journal."""

    position: int
    """1, 2, 3, … without a gap."""
    recorded: Micros
    """Record time: when the journal took it."""
    valid: Micros
    """Valid time: when it was true in the mine."""
    frame: int | None
    """Seq of the frame it follows from, None for acts."""
    cause: int | None
    """Position of the event it follows from."""
    epoch: int
    """Counts the server's starts; a stale host's writes are refused by it."""
    body: AnyBody
    previous: str
    """SHA-256 of the record before, hex; 64 zeros for the first."""
    hash: str
    """SHA-256 over previous and this record's bytes."""
