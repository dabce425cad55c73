"""The alarm book after ISA-18.2 / IEC 62682: what rose, who knows of it, what returned."""

from minesafe.alarms.book import Book
from minesafe.alarms.lifecycle import MOVES, Signal

__all__ = ["MOVES", "Book", "Signal"]
