"""What a scenario asks of people and water, in the words of its file."""

from dataclasses import dataclass

import msgspec


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Frozen, and refuses words it does not know."""


class Crowd(Given, frozen=True):
    """People who gather in a zone."""

    zone: str
    """An id, or a kind of zone: then the first of that kind. Likewise below."""
    people: int
    """How many come; fewer where there are not so many underground."""
    from_s: float
    until_s: float


class Visit(Given, frozen=True):
    """Somebody who goes where he has no business."""

    who: str
    """A person's id, a trade, or a duty of the roster: then the first of those underground."""
    zone: str
    from_s: float
    until_s: float


class Swing(Given, frozen=True):
    """Somebody who goes back and forth over the border of a zone."""

    who: str
    zone: str
    from_s: float
    until_s: float
    period_s: float = 20.0
    """There and back."""


class Sos(Given, frozen=True):
    """Somebody who presses the SOS button of his tag."""

    who: str
    at_s: float
    cancel_s: float | None = None
    """None: it is never taken back."""


class Absence(Given, frozen=True):
    """Somebody who leaves the mine; from 0 on: who never went down."""

    who: str
    """As above, but for a duty: everybody who holds it then."""
    from_s: float
    until_s: float | None = None
    """When he comes back; None: he does not."""


class Inrush(Given, frozen=True):
    """Water that breaks in."""

    at: str
    """A roadway's id or kind, or the id or kind of a point: then where that is."""
    profile: tuple[tuple[float, float], ...]
    """(seconds, m³/s) joined by lines; nothing before and after."""
    share: float = 0.0
    """Where, as a share of the roadway down-wind."""


class ShiftChange(Given, frozen=True):
    """The shift ends now, whatever the roster says."""

    from_s: float
    minutes: float = 20.0
    """Within which everybody comes through the portal."""


@dataclass(frozen=True, slots=True)
class Course:
    """All of it."""

    crowds: tuple[Crowd, ...] = ()
    visits: tuple[Visit, ...] = ()
    swings: tuple[Swing, ...] = ()
    sos: tuple[Sos, ...] = ()
    absences: tuple[Absence, ...] = ()
    inrush: tuple[Inrush, ...] = ()
    shift_change: ShiftChange | None = None
    deaf: int = 0
    """How many hear neither horn nor shout nor telephone."""
    still: int = 0
    """How many stand motionless at their post, whatever they are told."""
    cards_left: int = 0
    """How many have hung up the jacket with the card at the post and go without it."""
