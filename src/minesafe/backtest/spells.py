"""Spells: from when to when a condition of a point held, read off the moves of alarms.

The journal's moves and those of a back-test are read the same way, so what is counted of one can
be held against the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from minesafe.model.events import ASIDE, AlarmMove, AlarmMoved, AlarmSource
from minesafe.model.mine import Severity
from minesafe.model.time import Micros

FOREVER = (1 << 63) - 1

Moves = Iterable[tuple[AlarmMoved, Micros]]
"""Moves with the time at which each was true in the mine."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One time a condition held."""

    subject: str
    condition: str
    episode: str
    severity: Severity
    began: Micros
    ended: Micros | None
    """None while it holds."""
    heard: bool
    """It asked for somebody: it was not shelved, suppressed or out of service when it began."""

    def meets(self, began: Micros, ended: Micros | None, reach: Micros) -> bool:
        """Whether it held within, or at most so long before, another span."""
        over = FOREVER if self.ended is None else self.ended + reach
        return self.began <= (FOREVER if ended is None else ended) and began <= over


def spells(moves: Moves) -> list[Spell]:
    """Every spell of a point's conditions, in the order they began.

    Of an episode that was there before the first of these moves nobody knows what began with it:
    it counts as not heard.
    """
    open_: dict[tuple[str, str], Spell] = {}
    found: list[Spell] = []
    seen: set[str] = set()
    for move, at in moves:
        if move.source is not AlarmSource.POINT:
            continue
        key = move.episode.rpartition("#")[0]
        held = {condition for of, condition in open_ if of == key}
        gone = sorted(held - move.active.keys())
        found += [replace(open_.pop((key, condition)), ended=at) for condition in gone]
        for condition in move.active.keys() - held:
            known = move.episode in seen or move.move is AlarmMove.RAISE
            severity, heard = move.active[condition], known and move.state not in ASIDE
            open_[key, condition] = Spell(
                move.subject, condition, move.episode, severity, at, None, heard
            )
        seen.add(move.episode)
    return sorted([*found, *open_.values()], key=lambda s: (s.began, s.subject, s.condition))
