"""Limits that judge beside those in force, and tell nobody."""

from dataclasses import dataclass

from minesafe.model.mine.names import Name
from minesafe.model.mine.points import Point, Rule
from minesafe.model.windows import Window


@dataclass(frozen=True, slots=True)
class Shadow:
    """One row of shadow.toml: what of the mine is otherwise in it."""

    id: str
    name: Name
    points: tuple[Point, ...]
    rules: tuple[Rule, ...]
    windows: tuple[Window, ...]
