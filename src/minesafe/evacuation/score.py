"""How well an order went, told from the order alone: what a drill is scored by."""

from collections.abc import Iterable, Sequence
from math import ceil

from minesafe.model.events import Told
from minesafe.model.order import MusterRow, Order
from minesafe.model.score import Score
from minesafe.model.time import SECOND, Micros


def score(order: Order) -> Score:
    """The score so far; what has not come to pass yet is None."""
    rows = list(order.muster.values())
    safe = sorted(row.since - order.issued for row in rows if row.accounted)
    return Score(
        order=order.order,
        drill=order.drill,
        people=len(rows),
        accounted=len(safe),
        first_acknowledged_s=_first_acknowledged(order),
        out_50_s=_share(safe, len(rows), 0.5),
        out_90_s=_share(safe, len(rows), 0.9),
        out_100_s=_share(safe, len(rows), 1.0),
        slowest_zone=_slowest(rows),
        closed_s=None if order.closed is None else _seconds(order.closed - order.issued),
    )


def _first_acknowledged(order: Order) -> float | None:
    """By anybody: who was asked, or a wearer's button."""
    people = [r.told_at for r in order.muster.values() if r.told is Told.ACKNOWLEDGED]
    asked = [] if order.acknowledged_at is None else [order.acknowledged_at]
    first = min([*people, *asked], default=None)
    return None if first is None else _seconds(first - order.issued)


def _share(safe: Sequence[Micros], people: int, share: float) -> float | None:
    """When so many of all were out or at a refuge, and have stayed so."""
    needed = ceil(people * share)
    return _seconds(safe[needed - 1]) if people and needed <= len(safe) else None


def _slowest(rows: Iterable[MusterRow]) -> str:
    """The zone whose last person was safe last; one with people still on the way comes before."""
    last: dict[str, tuple[bool, Micros]] = {}
    for row in rows:
        if row.zone:
            own = (not row.accounted, row.since if row.accounted else 0)
            last[row.zone] = max(own, last.get(row.zone, own))
    return max(last, key=lambda zone: (last[zone], zone), default="")


def _seconds(span: Micros) -> float:
    return round(max(span, 0) / SECOND, 1)
