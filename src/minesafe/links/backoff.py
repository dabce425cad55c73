"""How long to wait before trying again: longer each time, never in step with the others."""

import random
from collections.abc import Callable


class Backoff:
    """Pauses that double from `first_s` to `longest_s`, each shortened by chance up to a half.

    The chance part (jitter) keeps a mine's devices from all knocking at once after a power cut.
    No pause is shorter than `first_s`: a zero delay turns a dead peer into a busy loop.

    >>> backoff = Backoff(0.5, 10.0, chance=lambda: 1.0)
    >>> [backoff.next_s() for _ in range(6)]
    [0.5, 1.0, 2.0, 4.0, 8.0, 10.0]
    >>> backoff.reset()
    >>> backoff.next_s()
    0.5
    """

    def __init__(
        self, first_s: float, longest_s: float, *, chance: Callable[[], float] = random.random
    ) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._chance = chance
        self._bound_s = first_s

    def next_s(self) -> float:
        """Seconds to wait after one more failure."""
        bound_s, self._bound_s = self._bound_s, min(self._bound_s * 2, self._longest_s)
        return max(self._first_s, bound_s * (0.5 + 0.5 * self._chance()))

    def reset(self) -> None:
        """It worked: begin anew."""
        self._bound_s = self._first_s
