"""Who showed a card at a gate, a lamp room or an attendance terminal."""

from enum import StrEnum

import msgspec

from minesafe.model.events.body import Body
from minesafe.model.time import Micros


class Through(StrEnum):
    """Which way somebody goes."""

    IN = "in"
    """Down the mine, a lamp taken, a shift begun."""
    OUT = "out"


class CardRead(msgspec.Struct, frozen=True):
    """One card."""

    person: str
    through: Through
    at: Micros
    """When it was read, by the terminal; perhaps told much later."""


class CardsRead(Body, frozen=True, kw_only=True, tag="cards_read"):
    """What one terminal has told at once. It counts people, which is not always cards."""

    terminal: str
    reads: tuple[CardRead, ...]
    shift: str
    """Name of the roster's shift the counts are of; empty where none is in force."""
    went_in: int
    came_out: int
