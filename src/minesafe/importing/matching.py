"""Which roadway in force a drawn one is: it then keeps its id, its names and what hangs on it."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.spatial import cKDTree

from minesafe.config.place import on_path
from minesafe.importing.drawing import Place
from minesafe.importing.weaving import spots
from minesafe.model.mine import Roadway

EVERY_M = 2.0
"""Courses are compared in steps of this."""

MOST = 0.6
"""Share of a drawn course that lies along a roadway for it to be that one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A drawn course, seen from the roadway it lies along."""

    roadway: str
    low: float
    """Chainage of the roadway where the course begins; metres."""
    turned: bool
    """Whether it was drawn from the roadway's end to its start."""


class Courses:
    """Roadways in force, to be asked.

    Args:
        roadways: those of the mine.
        near_m: what lies so near to one may be it.
    """

    def __init__(self, roadways: Sequence[Roadway], near_m: float) -> None:
        self._near_m = near_m
        self._roadways = {roadway.id: roadway for roadway in roadways}
        self._of: list[str] = []
        places: list[Place] = []
        for roadway in roadways:
            along = _steps(roadway.path)
            places += along
            self._of += [roadway.id] * len(along)
        self._tree = cKDTree(np.array(places)) if places else None

    def match(self, path: Sequence[Place]) -> Match | None:
        """The roadway a course lies along; None where it is a new one."""
        steps = _steps(path)
        if self._tree is None:
            return None
        near = self._tree.query_ball_point(np.array(steps), self._near_m)
        votes = Counter(roadway for found in near for roadway in {self._of[at] for at in found})
        if not votes:
            return None
        roadway, count = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
        if count < MOST * len(steps):
            return None
        first, last = (self._chainage(roadway, end) for end in (path[0], path[-1]))
        return Match(roadway, min(first, last), last < first)

    def _chainage(self, roadway: str, place: Place) -> float:
        return on_path(self._roadways[roadway].path, place)[1]


def _steps(path: Sequence[Place]) -> list[Place]:
    length = sum(math.dist(a, b) for a, b in pairwise(path))
    return spots(path, max(3, math.ceil(length / EVERY_M) + 1))
