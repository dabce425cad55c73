"""What is looked for in the journal, and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass

from minesafe.model.events import Event
from minesafe.model.time import Micros

Span = tuple[Micros, Micros]
"""start <= time < end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Everything that must be so of a record; what is empty is not asked."""

    valid: Span | None = None
    recorded: Span | None = None
    kinds: tuple[str, ...] = ()
    """One of them."""
    severities: tuple[str, ...] = ()
    """One of them."""
    about: tuple[str, ...] = ()
    """Ids, all of them: points, zones, people, orders, alarms, devices."""
    actor: str = ""
    text: str = ""
    """Its words, all of them: of what the room sees in either language, or of the record itself."""
    after: int = 0
    """Only records beyond this position; on from the last one of a page, in either direction."""
    newest: bool = False
    """The newest first; `after` then means before it, 0 the end."""
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A page of records."""

    events: Sequence[Event]
    source: str
    """database · journal"""
    through: int
    """Of the database: how far it has taken the journal over. Of the journal: how far was read."""
    head: int
    """The journal's last record."""
    more: int
    """Where to go on, as `after`; 0 where there is nothing more."""
