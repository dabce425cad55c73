"""Places nobody can have come to, once more, one person at a time."""

import math
from dataclasses import dataclass

from minesafe.model.mine import Mine, Roadway
from minesafe.model.time import SECOND

Seen = tuple[tuple[int, float], float, int]
"""Roadway and metres, error, when."""


@dataclass
class Doubt:
    """Of one person: how many doubted places agree, and the newest."""

    agreeing: int = 0
    newest: Seen = ((-1, 0.0), math.inf, 0)
    told: bool = False


def doubtful(mine: Mine, doubt: Doubt, away: bool, new: Seen) -> bool:
    """Whether a place is doubted: `away` says that it is too far from the one in force."""
    if not away:
        doubt.agreeing = 0
        return False
    agrees = bool(doubt.agreeing) and not too_far(mine, doubt.newest, new)
    if agrees and new[2] - doubt.newest[2] < SECOND // 2:
        return True
    doubt.agreeing = doubt.agreeing + 1 if agrees else 1
    doubt.newest = new
    if doubt.agreeing == 3:
        doubt.agreeing = 0
        return False
    return True


def too_far(mine: Mine, was: Seen, new: Seen) -> bool:
    """Whether nobody can have come from one to the other."""
    slack = (10 + was[1] + new[1]) / min(speed(mine, r) for r in mine.roadways)
    return seconds_to(mine, was[0], new[0]) > (new[2] - was[2]) / SECOND + slack


def speed(mine: Mine, road: Roadway) -> float:
    return mine.policy.cage_m_s if road.kind == "shaft" else mine.policy.ride_m_s


def seconds_to(mine: Mine, place: tuple[int, float], other: tuple[int, float]) -> float:
    """The quickest ride from one place to another."""
    (row, at), (to, there) = place, other
    road, goal = mine.roadways[row], mine.roadways[to]
    if row == to:
        return abs(at - there) / speed(mine, road)
    reached = {road.start: at / speed(mine, road)}
    to_end = (road.length_m - at) / speed(mine, road)
    reached[road.end] = min(reached.get(road.end, math.inf), to_end)
    for _ in mine.nodes:
        for r in mine.roadways:
            for a, b in ((r.start, r.end), (r.end, r.start)):
                came = reached.get(a, math.inf) + r.length_m / speed(mine, r)
                reached[b] = min(reached.get(b, math.inf), came)
    last = (there / speed(mine, goal), (goal.length_m - there) / speed(mine, goal))
    ends = (reached.get(goal.start, math.inf), reached.get(goal.end, math.inf))
    return min(a + b for a, b in zip(ends, last, strict=True))
