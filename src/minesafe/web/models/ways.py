"""Ways out, refuges, drills and the way back in."""

from minesafe.model.events import OrderKind, Peril
from minesafe.model.mine import Danger, TerminalKind
from minesafe.model.refuge import Verdict
from minesafe.web.models.mine import IntervalOut
from minesafe.web.models.wire import Wire


class ScoreOut(Wire):
    """How well an order went so far: seconds since its issue, null for what is still to come."""

    people: int
    accounted: int
    first_acknowledged_s: float | None
    out_50_s: float | None
    out_90_s: float | None
    out_100_s: float | None
    slowest_zone: str


class RefugeOut(Wire):
    """A refuge now; the list begins with the one to be reached first."""

    node: str
    zone: str
    inside: int
    coming: int
    capacity: int
    air_h: float | None
    """Hours until what it stores is used up; null while it is empty."""
    verdict: Verdict
    why: list[str]
    """Points that speak against it."""


class ReckoningOut(Wire):
    """The count at one kind of door beside the one by tag."""

    kind: TerminalKind
    below: int
    unread: int
    """People counted and no card read of."""
    only_by_tag: list[str]
    only_here: list[str]


class BlockedOut(Wire):
    """A roadway nobody gets through."""

    roadway: str
    by: str
    reason: str


class LegOut(Wire):
    """A stretch of one roadway that people of an open evacuation walk."""

    roadway: str
    from_m: float
    """Larger than `to_m` where they walk towards the roadway's start."""
    to_m: float
    people: int


class ImpactOut(Wire):
    """Where the air carries a danger, until it joins the common return."""

    cause: str
    """Id of the point at its limit, or of the order that names the danger."""
    danger: Danger
    stretches: list[IntervalOut]


class RoadwayIn(Wire):
    """POST /api/v1/roadways/{roadway}: nobody gets through it, or one does again."""

    blocked: bool
    reason: str


class VisitorIn(Wire):
    """POST /api/v1/orders/{order}/visitors: somebody without a tag."""

    name: str


class ReentryIn(Wire):
    """POST /api/v1/orders/{order}/reentry: what was checked, and by whom."""

    reason: str


class DrillIn(Wire):
    """POST /api/v1/drills: an order on the same path, stamped 演练; without zones, of the mine."""

    order_kind: OrderKind
    zones: list[str]
    ground: str
    peril: Peril = Peril.OTHER
    """As of an order in earnest."""
