"""The memory: what was true at a moment, and what the room knew then, out of the journal alone."""

from minesafe.memory.course import Course
from minesafe.memory.memory import FOR_EVER, Memory
from minesafe.memory.revisions import Withheld

__all__ = ["FOR_EVER", "Course", "Memory", "Withheld"]
