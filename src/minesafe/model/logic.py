"""Rules about several points at once, as trees that were checked when they were read."""

from collections.abc import Iterator
from dataclasses import dataclass

from minesafe.model.mine.names import Name


@dataclass(frozen=True, slots=True)
class Node:
    """A number, an operand, or an operation on nodes. Truths are 1 and 0, the unknown is NaN."""

    op: str
    """number · an operand · an operator"""
    args: tuple["Node", ...] = ()
    number: float = 0.0
    """Of `number`; of `of`, how many of its arguments must hold."""
    point: str = ""
    """Of an operand: the id of the point, or of the zone, it asks about."""


OPERANDS = {
    "value": False,
    "age": False,
    "lost": True,
    "calibrating": True,
    "bad": True,
    "warned": True,
    "alarmed": True,
    "cut": True,
    "rising": True,
    "forecast": True,
    "sos": True,
    "heads": False,
    "rate": False,
    "total": False,
}
"""What may be asked, and whether the answer is a truth rather than a number."""

IN_FORMULAS = frozenset({"rate", "total", "max", "min"})
"""Words of the formulas of derived points alone: `rate` and `total` ask what a counter counts per
hour, and has counted in this shift."""

TRUTHS = frozenset(
    {name for name, truth in OPERANDS.items() if truth}
    | {"not", "and", "or", "<", "<=", ">", ">=", "=", "!=", "of"}
)
"""Nodes that hold or do not; the others are numbers."""

OF_ZONES = frozenset({"sos", "heads"})
"""Operands that are asked of a zone; the others of a point."""


def operands(node: Node) -> Iterator[Node]:
    """Every operand in a tree."""
    if node.op in OPERANDS:
        yield node
    for arg in node.args:
        yield from operands(arg)


@dataclass(frozen=True, slots=True)
class Logic:
    """One `[[logic]]` row."""

    id: str
    zh: str
    en: str
    about: str
    """The point whose place it is about."""
    when: Node
    until: Node | None
    """None: it ends when `when` is known not to hold."""
    for_s: float
    level: str
    """A `Severity`."""
    source: str
    clause: str
    guidance: Name | None = None
    """What to do; None: as the point it is about says."""
