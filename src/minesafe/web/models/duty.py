"""The roster as people change it, and where its leaders are."""

from minesafe.model.mine import Duty
from minesafe.web.models.wire import Wire


class ShiftOut(Wire):
    """One shift, with whoever holds its posts in the end."""

    start: int
    """Names the shift in every act about it."""
    end: int
    name: str
    posts: list[tuple[Duty, str]]


class StretchOut(Wire):
    """A leader of the shift that runs, by his own tag."""

    person: str
    duty: Duty
    underground: bool
    since: int | None
    """Since when without having come up; null while he is above."""
    underground_s: float
    zones: list[str]
    visited: list[tuple[str, float]]
    """(area, seconds in it this shift)."""
    route: list[tuple[int, bool, list[str]]]
    """Each change of this shift: when, whether underground, areas he was in from then on."""


class SwapOut(Wire):
    """调班 that waits for a second person."""

    swap: str
    duty: Duty
    start: int
    person: str
    other_start: int
    other_person: str
    reason: str
    asked: int
    asked_by: str


class SubstituteOut(Wire):
    """Somebody who stands in, and whom nobody else has confirmed."""

    substitute: str
    duty: Duty
    start: int
    person: str
    stands_in: str
    reason: str
    confirm_until: int
    named: int
    named_by: str


class HandOverOut(Wire):
    """井下交接班 of the shift that runs."""

    outgoing: str
    incoming: str
    roadway: str
    chainage_m: float
    note: str


class DutyBoardOut(Wire):
    """GET /api/v1/duty."""

    shifts: list[ShiftOut]
    """From the one before to two days ahead."""
    stretches: list[StretchOut]
    left_out: list[str]
    """Areas none of the shift's leaders has been in yet."""
    swaps: list[SwapOut]
    substitutes: list[SubstituteOut]
    hand_over: HandOverOut | None


class DutyMonthOut(Wire):
    """带班次数: one leader's month."""

    person: str
    duty: Duty
    shifts: int
    served: int
    days: int
    underground_s: float
    least: int
    """So many he has to serve; 0 where nothing is prescribed."""


class SwapIn(Wire):
    """POST /api/v1/duty/swaps."""

    duty: Duty
    start: int
    person: str
    other_start: int
    other_person: str
    reason: str


class SubstituteIn(Wire):
    """POST /api/v1/duty/substitutes."""

    duty: Duty
    start: int
    person: str
    stands_in: str
    reason: str


class CorrectionIn(Wire):
    """POST /api/v1/duty/corrections: who was really there."""

    duty: Duty
    start: int
    """Of the shift."""
    person: str
    """Who stands on the roster."""
    stood_in: str
    """Who was there."""
    reason: str
    since: int | None = None
    """Since when; null: since the shift began."""


class HandOverIn(Wire):
    """POST /api/v1/duty/hand-over."""

    start: int
    """Of the shift that takes over."""
    outgoing: str
    incoming: str
    note: str
