"""What is asked of the server, and what it answers."""

from typing import Any, Literal

from minesafe.model.events import Decision, OrderKind, Peril, Whereabouts
from minesafe.model.mine import Role
from minesafe.web.models.asked import BandOut
from minesafe.web.models.wire import Wire


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
    must_change: bool
    """The password was given by another: nothing is open before an own one is chosen."""


class NewPasswordIn(Wire):
    """POST /api/v1/session/password: the password there is, and the one to come."""

    password: str
    new: str


class UserOut(Wire):
    """Somebody who may log in."""

    user: str
    person: str
    roles: list[Role]
    password: Literal["own", "once", "none", "barred"]
    sessions: int
    used: int | None
    """When a page of an open session last asked, by the wall clock."""


class BarIn(Wire):
    """POST /api/v1/users/{user}/bar: why, and the password again."""

    reason: str
    password: str


class GivenPasswordOut(Wire):
    """A password for one log-in. It is told once and kept nowhere."""

    user: str
    once: str


class OrderIn(Wire):
    """POST /api/v1/orders: break-glass, works without a log-in; `by` is then the name given."""

    order_kind: OrderKind
    zones: list[str]
    ground: str
    by: str = ""
    peril: Peril = Peril.OTHER
    """What people flee from: it decides which way they are sent, and every message says it."""


class DecisionIn(Wire):
    """POST /api/v1/orders/{order}/decision."""

    decision: Decision
    reason: str


class TickIn(Wire):
    """POST /api/v1/orders/{order}/muster/{person}: a person accounted for by hand."""

    whereabouts: Whereabouts
    reason: str
    seen: int | None = None
    """When that was, where it is entered afterwards: between the order and now."""


class AllClearIn(Wire):
    """POST /api/v1/orders/{order}/all-clear: the password again, and a reason to override."""

    password: str
    override: str = ""


class RefusalOut(Wire):
    """Body of every 4xx answer: a code the page turns into words."""

    code: str
    params: dict[str, str | int | float] = {}  # noqa: RUF012  pydantic copies it for each


class SampleOut(Wire):
    """One stored sample."""

    sampled: int
    value: float | None
    quality: str


class CurveOut(Wire):
    """A point's stored course in steps; a step without samples is left out, and is a gap."""

    step_us: int
    kept_s: int
    """Made of kept steps of so many seconds; 0: of raw samples."""
    start: list[int]
    samples: list[int]
    believed: list[int]
    """How many of the samples the numbers are of; where none is, they are null."""
    lowest: list[float | None]
    mean: list[float | None]
    highest: list[float | None]
    opening: list[float | None]
    closing: list[float | None]
    bands: list[BandOut]
    """When samples were not believed, and why; a stretch may lie among good ones of a step."""


class TrackOut(Wire):
    """One stored place of a person."""

    sampled: int
    roadway: str
    chainage_m: float
    x: float
    y: float
    z: float
    error_m: float
    """How far he may have been from there, along the roadway."""
    reader: str | None
    """Who heard him."""


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


class EventsOut(Wire):
    """GET /api/v1/events: a page of records."""

    events: list[EventOut]
    source: str
    """database · journal: found at once, or by reading the journal while the database is away."""
    behind: int
    """Records the database has not taken over yet, and cannot find."""
    more: int
    """Give it as `after` for the next page; 0: there is nothing more."""


class IssuedOut(Wire):
    """What an order issued by hand was given as its id."""

    order: str


class SignedOut(Wire):
    """After a signature: whether both have signed and the order is closed."""

    closed: bool
