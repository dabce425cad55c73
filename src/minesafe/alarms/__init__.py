"""The alarm book after ISA-18.2 / IEC 62682: what rose, who knows of it, what returned."""

from minesafe.alarms.acts import decide_act
from minesafe.alarms.book import AlarmBody, Book
from minesafe.alarms.flood import grouped
from minesafe.alarms.lifecycle import MOVES, Signal
from minesafe.alarms.pressing import Pressing
from minesafe.alarms.shelf import evacuates

__all__ = ["MOVES", "AlarmBody", "Book", "Pressing", "Signal", "decide_act", "evacuates", "grouped"]
