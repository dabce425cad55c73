"""What became of an order and of the people in it."""

from enum import StrEnum

import msgspec

from minesafe.model.events.body import Body, Origin
from minesafe.model.mine import Duty, Role, Severity
from minesafe.model.time import Micros


class OrderKind(StrEnum):
    """What is ordered."""

    STOP_WORK = "stop_work"
    EVACUATE = "evacuate"


class Peril(StrEnum):
    """What an operator's order says that people flee from; it decides which way is the way out."""

    GAS = "gas"
    """Against the air, towards the intake."""
    FIRE = "fire"
    """Likewise."""
    INRUSH = "inrush"
    """Up."""
    ROOF = "roof"
    """The shortest way."""
    OTHER = "other"
    """Likewise."""


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


UNSEEN = (Whereabouts.UNKNOWN, Whereabouts.OUT)
"""Whereabouts that need no tag to be seen."""


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
    toward: str = ""
    """Node id of the next node on the way."""
    walk_s: float | None = None
    known_by: str = ""
    """gate · lamp_room · attendance: the terminal that alone knows the person below, because no tag
    has been seen since; else empty."""
    other: str = ""
    """Person id of whose tag moves as one with this one's: of the two, one body; else empty."""


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
    """演练: the same path, and stamped; the order's id says it too, hence every record of it."""
    feeds: tuple[str, ...] = ()
    """Points that tell whether the scope has power: whether a cut that was asked for came."""
    peril: Peril | None = None
    """What an operator's order names; None: an alarm's order, whose point tells."""
    cuts: tuple[str, ...] = ()
    """Feeders (馈电开关) to be switched off by hand: those of the scope's ground."""


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
    feeds: tuple[str, ...] = ()
    """As of an order's issue; those that came into scope. Likewise `cuts`."""
    cuts: tuple[str, ...] = ()
    by: str | None = None
    """Who added people by hand: visitors, who have no tag."""


class LadderStepped(Body, frozen=True, kw_only=True, tag="ladder_stepped"):
    """The next ones are asked. Step 0 is the issue of the order itself."""

    order: str
    step: int
    asked: tuple[tuple[Duty, str], ...]
    """(post, person id); empty when nobody holds the post, which is said aloud."""
    reason: str
    """issued · unacknowledged · unreachable · on_duty: somebody has come on duty since"""


class PowerShown(Body, frozen=True, kw_only=True, tag="power_shown"):
    """No leader has answered: the dispatcher is shown that he may order by himself, and why."""

    order: str
    ground: str
    """gas · fire · water · air · unknown: which of the cases in which a dispatcher orders without
    asking a leader; see `evacuation.ladder`."""


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
    other: str = ""
    """As of `InScope`; a tick by hand leaves it as it was."""


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


class ReentryPermitted(Body, frozen=True, kw_only=True, tag="reentry_permitted"):
    """After the all-clear: people may go back to where they were ordered out of."""

    order: str
    by: str
    role: Role
    reason: str
    """What was checked, and by whom."""
