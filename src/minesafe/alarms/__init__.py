"""The alarm book after ISA-18.2 / IEC 62682: what rose, who knows of it, what returned."""

from minesafe.alarms.acts import decide_act, evacuates
from minesafe.alarms.book import Book
from minesafe.alarms.lifecycle import MOVES, Signal

__all__ = ["MOVES", "Book", "Signal", "decide_act", "evacuates"]
