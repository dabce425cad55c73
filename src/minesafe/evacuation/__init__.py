"""From an alarm to every single person accounted for: orders, ladder, muster, ways out."""

from minesafe.evacuation.control import Evacuation

__all__ = ["Evacuation"]
