"""A drawing, whatever file it came in: what stands on which layer, in metres of the mine."""

from collections.abc import Callable
from dataclasses import dataclass

Place = tuple[float, float, float]
"""x east, y north, z up; metres of the mine."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing drawn."""

    layer: str
    origin: str
    """How to find it again: layer and handle of an entity, or the line of a feature."""
    places: tuple[Place, ...]
    """Of a line its course, of a ring its corners (the first once), of a mark or word one."""
    text: str = ""
    """What a word says; of a feature with a name its name."""
    given: tuple[tuple[str, object], ...] = ()
    """Properties a feature brings along, by our keys."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it."""

    file: str
    lines: tuple[Item, ...] = ()
    rings: tuple[Item, ...] = ()
    marks: tuple[Item, ...] = ()
    words: tuple[Item, ...] = ()

    def layers(self) -> tuple[str, ...]:
        """Every layer on which anything stands."""
        items = (*self.lines, *self.rings, *self.marks, *self.words)
        return tuple(sorted({item.layer for item in items}))


Placing = Callable[[float, float, float], Place]
"""From the drawing's units and axes to the mine's."""

MOST_ITEMS = 100_000
"""Of one drawing: a large mine has some thousand roadways, drawn in some ten thousand pieces."""

FLAT_M = 0.05
"""Arcs and splines become straight pieces that leave them by no more than this."""
