"""From an alarm to everybody on the way: a module a part, each with its figures by name."""

from collections.abc import Callable, Mapping

from minesafe.bench.order import book, handover, leaving

Figures = dict[str, float]

PARTS: tuple[Callable[[int], Mapping[str, float]], ...] = (book.run, leaving.run, handover.run)


def run(seed: int) -> Figures:
    """All parts, one after the other."""
    return {name: value for part in PARTS for name, value in part(seed).items()}
