"""How the fans run in the course of a scenario."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from device_sims.world.ventilation import Drives

FANS = Drives._fields


@dataclass(frozen=True, slots=True)
class FanCourse:
    """How fast the fans of one sort turn over time."""

    fan: str
    """main or local"""
    profile: tuple[tuple[float, float], ...]
    """(seconds since the scenario began, share of full speed), joined by lines; the ends hold."""

    def speed(self, elapsed_s: float) -> float:
        """Share of full speed now.

        >>> FanCourse("main", ((30, 1.0), (60, 0.0))).speed(45)
        0.5
        """
        times, shares = zip(*self.profile, strict=True)
        return float(np.interp(elapsed_s, times, shares))


def drives_at(courses: Sequence[FanCourse], elapsed_s: float) -> Drives:
    """All fans now; those nobody speaks of run at full speed."""
    return Drives(**{course.fan: course.speed(elapsed_s) for course in courses})
