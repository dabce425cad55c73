"""GET /api/v1/at: a moment of the past, by when it was true and by when it was known."""

from minesafe.web.models.alarms import AlarmOut, PermitOut
from minesafe.web.models.mine import PersonOut, PointOut
from minesafe.web.models.state import DutyOut, FindingOut, OrderOut
from minesafe.web.models.ways import BlockedOut
from minesafe.web.models.wire import Wire


class RevisionOut(Wire):
    """The revision that was in force."""

    revision: str
    since: int
    by: list[str]
    """Who stood for it."""
    files: list[tuple[str, str]]
    """(name, SHA-256) of each."""
    lacking: str
    """Why limits and names are of another revision; empty where they are of this one."""


class CertifiedOut(Wire):
    """A person as that revision had him."""

    person: PersonOut
    shift: str
    certificates: list[tuple[str, str]]
    """(what for, last valid day)."""


class AtOut(Wire):
    """What the journal says of a moment."""

    valid: int
    known: int
    position: int
    """The last record that was known by then."""
    late: int
    """How many of those that count were entered more than a minute after they were true."""
    revision: RevisionOut | None
    """null: none was in force yet."""
    alarms: list[AlarmOut]
    orders: list[OrderOut]
    """Open ones."""
    findings: list[FindingOut]
    permits: list[PermitOut]
    blocked: list[BlockedOut]
    duty: DutyOut
    point: PointOut | None
    """The point asked for, with the limits in force; null where none was, or it was not there."""
    person: CertifiedOut | None
    """Likewise."""
