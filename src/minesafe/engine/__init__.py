"""The judgement: frames in, transitions out. Arrays only; no I/O, no clock, no randomness."""

from minesafe.engine.judge import judge
from minesafe.engine.layout import Layout
from minesafe.engine.remember import remember
from minesafe.engine.sight import picture
from minesafe.engine.state import State

__all__ = ["Layout", "State", "judge", "picture", "remember"]
