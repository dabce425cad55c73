"""How many days a disk lasts, by how fast it has filled over the last day. Pure."""

from collections import deque

DAY_S = 86_400.0
STEP_S = 600.0
"""Between two marks: a day of them is 145 numbers."""

LEAST_S = 3600.0
"""Before an hour is known nothing is said: the first minutes of a start say nothing of a day."""

MOST_DAYS = 3650.0
"""Said of a disk that does not fill."""


class Ebb:
    """Marks of what is free, oldest first, a day of them."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def days_left(self, now_s: float, free: int) -> float | None:
        """How long it lasts if it goes on so; None in the first hour.

        Args:
            now_s: monotonic seconds.
            free: bytes.
        """
        if not self._marks or now_s - self._marks[-1][0] >= STEP_S:
            self._marks.append((now_s, free))
        while now_s - self._marks[0][0] > DAY_S:
            self._marks.popleft()
        since, then = self._marks[0]
        if now_s - since < LEAST_S:
            return None
        filled = then - free
        return min(MOST_DAYS, free / filled * (now_s - since) / DAY_S) if filled > 0 else MOST_DAYS
