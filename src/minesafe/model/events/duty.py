"""Duty (带班): changes of the roster that people make, and what leaders did underground.

The configured roster is a file of the revision; these are written into it from a moment on, by the
start of the shift they are about.
"""

from minesafe.model.events.body import Body, Origin
from minesafe.model.events.orders import Place
from minesafe.model.mine import Duty
from minesafe.model.time import Micros


class SwapProposed(Body, frozen=True, kw_only=True, tag="swap_proposed"):
    """Two people of two shifts want to change places; nothing has changed yet."""

    swap: str
    """`swap#<n>`; likewise below."""
    duty: Duty
    start: Micros
    """Of the one shift, and who leaves it; the other shift likewise."""
    person: str
    other_start: Micros
    other_person: str
    reason: str
    by: str
    origin: Origin


class SwapConfirmed(Body, frozen=True, kw_only=True, tag="swap_confirmed"):
    """A second person stands for it: the roster is changed."""

    swap: str
    by: str
    origin: Origin


class SwapEnded(Body, frozen=True, kw_only=True, tag="swap_ended"):
    """It comes to nothing."""

    swap: str
    by: str | None
    """None where nobody confirmed it before the first of the two shifts began."""
    reason: str
    """withdrawn · lapsed"""


class SubstituteNamed(Body, frozen=True, kw_only=True, tag="substitute_named"):
    """Somebody stands in at once; another person has to confirm it afterwards."""

    substitute: str
    duty: Duty
    start: Micros
    """Of the shift."""
    person: str
    """Who cannot keep the post."""
    stands_in: str
    reason: str
    confirm_until: Micros
    """Unconfirmed after it, it still holds, and is a finding."""
    by: str
    origin: Origin


class SubstituteConfirmed(Body, frozen=True, kw_only=True, tag="substitute_confirmed"):
    """A second person has looked at it."""

    substitute: str
    by: str
    origin: Origin


class RosterCorrected(Body, frozen=True, kw_only=True, tag="roster_corrected"):
    """带班更正: who really held a post, said afterwards; its valid time is since when he did.

    It changes what is told of the past, and nothing that was judged or asked by the roster then.
    """

    duty: Duty
    start: Micros
    """Of the shift."""
    person: str
    """Who stands on the roster."""
    stood_in: str
    """Who was there."""
    reason: str
    by: str
    origin: Origin


class DutyHandedOver(Body, frozen=True, kw_only=True, tag="duty_handed_over"):
    """井下交接班: the leader who goes hands over to the one who comes, with a written note.

    国家安监总局令第33号, article 10.
    """

    start: Micros
    """Of the shift that takes over."""
    outgoing: str
    incoming: str
    outgoing_place: Place
    """Where the tag was seen last; likewise below."""
    incoming_place: Place
    note: str
    by: str
    origin: Origin


class DutyBegan(Body, frozen=True, kw_only=True, tag="duty_began"):
    """A shift begins, or the server first sees it."""

    start: Micros
    end: Micros
    name: str
    posts: tuple[tuple[Duty, str], ...]


class DutyMoved(Body, frozen=True, kw_only=True, tag="duty_moved"):
    """A leader's way through the mine by his own tag: written when one of the two changes."""

    person: str
    underground: bool
    zones: tuple[str, ...]
    """Faces, headings, key and restricted areas he is in."""


class DutyServed(Body, frozen=True, kw_only=True, tag="duty_served"):
    """The shift is over: what one who holds a leader's post did in it."""

    start: Micros
    end: Micros
    name: str
    duty: Duty
    person: str
    underground_s: float
    first_seen: Micros | None
    """Underground first and last within the shift, None for never."""
    last_seen: Micros | None
    visited: tuple[tuple[str, float], ...]
    """(area, seconds in it), the longest first."""
    left_out: tuple[str, ...]
    """Areas nobody of the shift's leaders was in."""
    handed_over: bool
    """Whether this shift was taken over underground."""
