"""The live wire: WS /api/v1/live?since=<position>."""

from typing import Literal

from minesafe.web.models.alarms import AlarmOut, GroupOut, PermitOut
from minesafe.web.models.reach import NightlyOut
from minesafe.web.models.state import (
    CountOut,
    DutyOut,
    FindingOut,
    OrderOut,
    PlaceOut,
    SnapshotOut,
    SystemOut,
    ValueOut,
)
from minesafe.web.models.ways import BlockedOut, ImpactOut, LegOut, ReckoningOut, RefugeOut
from minesafe.web.models.wire import Wire


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
    cannot: list[str] = []  # noqa: RUF012  pydantic copies it for each
    """Why no alarm can be raised now, as codes of the health report."""


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
    """Findings, duty, systems, refuges, permits …, each whole, when any of them changed."""

    kind: Literal["state"] = "state"
    n: int
    position: int
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


LiveMessage = LiveSnapshot | LiveBeat | LiveReadings | LiveAlarms | LiveOrders | LiveState
