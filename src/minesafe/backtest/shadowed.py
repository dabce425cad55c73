"""What shadows have come to: a fold over the journal, held against what was real."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from minesafe.backtest.asked import Asked
from minesafe.backtest.report import Row, compared, total
from minesafe.backtest.spells import Spell, spells
from minesafe.backtest.truth import Truth
from minesafe.model.events import AlarmMoved, AnyBody, ShadowMoved
from minesafe.model.mine import Mine, Shadow
from minesafe.model.time import Micros

KINDS = (
    *("alarm_moved", "alarm_handled", "shadow_moved"),
    *("order_issued", "order_widened", "order_decided"),
)
"""Events it is a fold over."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One shadow, and each of its limits."""

    shadow: Shadow
    rows: tuple[Row, ...]

    @property
    def total(self) -> Row:
        """All of it together."""
        return total(self.rows)


@dataclass(slots=True)
class Shadowed:
    """Takes events in their order."""

    truth: Truth = field(default_factory=Truth)
    _moves: list[tuple[AlarmMoved, Micros]] = field(default_factory=list)
    _would: dict[str, list[Spell]] = field(default_factory=dict)
    """By shadow, in the order they began."""
    _open: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """Place of the spell that holds, by shadow, subject and condition."""

    def apply(self, body: AnyBody, at: Micros) -> None:
        """Take one event."""
        self.truth.apply(body, at)
        if isinstance(body, AlarmMoved):
            self._moves.append((body, at))
        elif isinstance(body, ShadowMoved):
            self._shadow(body)

    def _shadow(self, move: ShadowMoved) -> None:
        key, told = (move.shadow, move.subject, move.condition), self._would
        every = told.setdefault(move.shadow, [])
        if move.on:
            self._open[key] = len(every)
            words = (move.subject, move.condition, move.episode, move.severity)
            every.append(Spell(*words, move.at, None, move.heard))
        elif (place := self._open.pop(key, None)) is not None:
            every[place] = replace(every[place], ended=move.at)

    def standings(self, mine: Mine, span: tuple[Micros, Micros]) -> Iterator[Standing]:
        """How each shadow of the revision in force has done, of what began within a span."""
        old, real = spells(self._moves), self.truth.real(point.id for point in mine.points)
        for shadow in mine.shadows:
            tried = Asked(mine, mine.cast(shadow)).tried()
            rows = compared(tried, old, self._would.get(shadow.id, ()), real, span)
            yield Standing(shadow, rows)
