"""The judgement: frames in, transitions out. Arrays only; no I/O, no clock, no randomness."""

from minesafe.engine.carry import carry
from minesafe.engine.judge import judge
from minesafe.engine.layout import Layout
from minesafe.engine.reach import reach
from minesafe.engine.remember import remember
from minesafe.engine.sight import picture
from minesafe.engine.state import State

__all__ = ["Layout", "State", "carry", "judge", "picture", "reach", "remember"]
