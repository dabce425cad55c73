"""What is to be tried: a mine as it is, the same with other limits, and whom that concerns."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from minesafe.backtest.report import Tried
from minesafe.engine.layout import LIMITS
from minesafe.model.logic import Logic, operands
from minesafe.model.mine import Mine
from minesafe.model.windows import CONDITIONS, WindowFamily

_NAMES = tuple(condition.name.lower() for condition in LIMITS)


@dataclass(frozen=True, eq=False)
class Asked:
    """Two mines with the same rows."""

    old: Mine
    new: Mine
    whole: bool = False
    """Judge every point and person, whatever is changed."""

    @cached_property
    def changed(self) -> tuple[int, ...]:
        """Rows of the points that another limit, or another rule over time, is tried at."""
        return tuple(
            row
            for row, (was, is_now) in enumerate(zip(self.old.points, self.new.points, strict=True))
            if was.limits != is_now.limits or _windows(self.old, row) != _windows(self.new, row)
        )

    @property
    def judged(self) -> tuple[int, ...] | None:
        """Rows of the points that are judged; None: everything, as where nothing is changed."""
        return None if self.whole or not self.changed else self.changed

    def tried(self) -> list[Tried]:
        """Limits to tell of: those of the changed points, or where none is, of all."""
        rows = self.changed or range(len(self.old.points))
        return [tried for row in rows for tried in self._tried(row)]

    def _tried(self, row: int) -> list[Tried]:
        point, was, is_now = self.old.points[row].id, self.old.points[row], self.new.points[row]
        found = [
            Tried(point, name, getattr(was.limits, name), getattr(is_now.limits, name))
            for name in _NAMES
        ]
        old, new = _windows(self.old, row), _windows(self.new, row)
        found += [
            Tried(point, CONDITIONS[family].name.lower(), _limit(old, family), _limit(new, family))
            for family in sorted(old.keys() | new.keys())
        ]
        return [tried for tried in found if (tried.before, tried.after) != (None, None)]

    def thinned(self) -> int:
        """Judged points that are stored with a dead-band: what said nothing new is not there.

        Of everything judged the readings that are missing are counted instead.
        """
        kinds = [self.old.kind[self.old.points[row].kind] for row in self.judged or ()]
        return sum(kind.store_band is not None for kind in kinds)

    def logic_beside(self) -> int:
        """Rules about several points that ask about a changed one, and are not judged again."""
        names = {self.old.points[row].id for row in self.judged or ()}
        return sum(not names.isdisjoint(_asked_of(rule)) for rule in self.old.logic)


def _asked_of(rule: Logic) -> Iterator[str]:
    for tree in (rule.when, rule.until):
        if tree is not None:
            yield from (node.point for node in operands(tree))


def _windows(mine: Mine, row: int) -> dict[WindowFamily, object]:
    return {family: w for family in WindowFamily if (w := mine.window.get((row, family)))}


def _limit(windows: dict[WindowFamily, object], family: WindowFamily) -> float | None:
    limit: float | None = getattr(windows.get(family), "limit", None)
    return limit
