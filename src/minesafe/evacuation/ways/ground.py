"""The ground: all that is known of the roadways now and changes the way out. Frozen, hashable."""

from dataclasses import dataclass
from typing import TypeVar

from minesafe.model.events import WaysChanged
from minesafe.model.mine import Danger

T = TypeVar("T", str, tuple[str, int], Danger)


@dataclass(frozen=True, slots=True)
class Ground:
    """The same ground of the same mine gives the same ways."""

    dangers: frozenset[Danger] = frozenset()
    blocked: frozenset[str] = frozenset()
    foul: frozenset[str] = frozenset()
    afire: frozenset[str] = frozenset()
    smoky: frozenset[str] = frozenset()
    crowded: frozenset[tuple[str, int]] = frozenset()
    shut: frozenset[str] = frozenset()
    water_m: float | None = None

    @classmethod
    def of(cls, body: WaysChanged) -> "Ground":
        """The ground a record tells."""
        return cls(
            frozenset(body.dangers),
            frozenset(body.blocked),
            frozenset(body.foul),
            frozenset(body.afire),
            frozenset(body.smoky),
            frozenset(body.crowded),
            frozenset(body.shut),
            body.water_m,
        )

    def also(self, other: "Ground") -> "Ground":
        """What either says; crowds are this one's."""
        heights = [w for w in (self.water_m, other.water_m) if w is not None]
        return Ground(
            self.dangers | other.dangers,
            self.blocked | other.blocked,
            self.foul | other.foul,
            self.afire | other.afire,
            self.smoky | other.smoky,
            self.crowded,
            self.shut | other.shut,
            max(heights, default=None),
        )

    def told(self) -> WaysChanged:
        """The record that tells it; the same ground makes the same bytes."""
        return WaysChanged(
            dangers=_in_order(self.dangers),
            blocked=_in_order(self.blocked),
            foul=_in_order(self.foul),
            afire=_in_order(self.afire),
            smoky=_in_order(self.smoky),
            crowded=_in_order(self.crowded),
            shut=_in_order(self.shut),
            water_m=self.water_m,
        )


def _in_order(some: frozenset[T]) -> tuple[T, ...]:
    return tuple(sorted(some))
