"""Ways, neighbours and fuses once more, one at a time: what the plain rules measure by."""

import math

from minesafe.model.mine import Interval, Mine
from minesafe.model.time import SECOND


def metres_to(mine: Mine, place: tuple[int, float], stretches: tuple[Interval, ...]) -> float:
    """The shortest way along the roadways; every stretch is tried from both its ends."""
    road, chainage = mine.roadways[place[0]], place[1]
    reached = {road.start: chainage, road.end: road.length_m - chainage}
    for _ in mine.nodes:
        for r in mine.roadways:
            for a, b in ((r.start, r.end), (r.end, r.start)):
                if reached.get(a, math.inf) + r.length_m < reached.get(b, math.inf):
                    reached[b] = reached[a] + r.length_m
    ways = [math.inf]
    for s in stretches:
        r = mine.roadways[mine.roadway_row[s.roadway]]
        ways.append(reached.get(r.start, math.inf) + s.from_m)
        ways.append(reached.get(r.end, math.inf) + r.length_m - s.to_m)
        if r is road:
            ways.append(max(s.from_m - chainage, chainage - s.to_m, 0.0))
    return min(ways)


Spot = tuple[int, float] | None


def beside_m(one: Spot, other: Spot) -> float:
    if one is None or other is None or one[0] != other[0]:
        return math.inf
    return abs(one[1] - other[1])


def neighbour(spots: list[Spot], i: int) -> int | None:
    """The nearer of the two beside somebody in the order of places."""
    row = sorted((spot, k) for k, spot in enumerate(spots) if spot)
    at = row.index((spots[i], i)) if spots[i] else 0
    beside = [row[k][1] for k in (at - 1, at + 1) if spots[i] and 0 <= k < len(row)]
    best = min(beside, key=lambda k: beside_m(spots[i], spots[k]), default=i)
    return best if best != i and beside_m(spots[i], spots[best]) < 1 else None


def lit(due: int | None, outside: bool, at: int, seconds: float) -> int | None:
    """When a guard's fuse ends: lit at the first moment outside, out again inside."""
    if not outside:
        return None
    return at + round(seconds * SECOND) if due is None else due
