"""A turnstile: so many in so much time for each key, and bounded memory whoever comes."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable


class Turnstile:
    """Sliding window per key on a monotonic clock. The keys heard longest ago are forgotten."""

    def __init__(
        self,
        passes: int,
        window_s: float,
        clock: Callable[[], float] = time.monotonic,
        keys: int = 4096,
    ) -> None:
        """Let `passes` through in each `window_s` seconds and remember at most `keys` keys."""
        self._passes, self._window_s, self._clock, self._keys = passes, window_s, clock, keys
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def wait_s(self, key: str) -> float:
        """Go through and return 0, or return the seconds until the next may.

        >>> gate = Turnstile(1, 10.0, clock=lambda: 5.0)
        >>> gate.wait_s("10.0.0.7"), gate.wait_s("10.0.0.7"), gate.wait_s("10.0.0.8")
        (0.0, 10.0, 0.0)
        """
        now = self._clock()
        times = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        while times and times[0] <= now - self._window_s:
            times.popleft()
        if len(times) >= self._passes:
            return times[0] + self._window_s - now
        times.append(now)
        while len(self._seen) > self._keys:
            self._seen.popitem(last=False)
        return 0.0
