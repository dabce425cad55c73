"""The memory: what was true at a moment, and what the room knew then, out of the journal alone."""

from minesafe.memory.course import Course
from minesafe.memory.memory import Memory

__all__ = ["Course", "Memory"]
