"""The past on a screen: GET /api/v1/replay, and what is played from it."""

from typing import Literal

from minesafe.model.mine import Severity
from minesafe.web.models.live import (
    LiveAlarms,
    LiveBeat,
    LiveOrders,
    LiveReadings,
    LiveSnapshot,
    LiveState,
)
from minesafe.web.models.state import SnapshotOut
from minesafe.web.models.wire import Wire


class ReplayOut(Wire):
    """A moment as the room knew it."""

    at: int
    heard: int | None
    """When something was heard last by then: long before where no server ran; null: nothing is
    stored."""
    revision: str
    """Whose names and limits these are; GET /api/v1/replay/mine has the rest of it."""
    lacking: str
    """Why that is not the revision in force then; empty where it is."""
    snapshot: SnapshotOut


class MarkOut(Wire):
    """Something on the slider: the worst of a stretch."""

    at: int
    severity: Severity
    order: bool
    """An order was issued."""


class RecordedOut(Wire):
    """What there is to be seen."""

    first: int | None
    last: int | None
    marks: list[MarkOut]


class ReplayEnd(Wire):
    """The last line of what is played."""

    kind: Literal["end"] = "end"
    n: int
    at: int
    code: str
    """present · other_revision · too_many_players · history_unavailable · not_logged_in · long, or
    what a refusal says."""


ReplayLine = (
    LiveSnapshot | LiveBeat | LiveReadings | LiveAlarms | LiveOrders | LiveState | ReplayEnd
)
"""What is played, one JSON object a line: as the live wire, but for the end."""
