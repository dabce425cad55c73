"""When the points of a gateway are due, each once in the period of its kind."""

from device_sims.clock import SECOND, Micros
from device_sims.mine import Mine


class Due:
    """Rows of the points on one device, and when each is to be told next.

    Args:
        mine: as the simulators know it.
        device: whose points.
    """

    def __init__(self, mine: Mine, device: str) -> None:
        self._period = {
            row: mine.kind[p.kind].period_s
            for row, p in enumerate(mine.points)
            if p.device == device
        }
        self._next = dict.fromkeys(self._period, 0)
        self.period_s = min(self._period.values(), default=1.0)
        """The shortest: how often it is to be asked."""

    @property
    def rows(self) -> list[int]:
        """All of them."""
        return list(self._next)

    def take(self, now: Micros) -> list[int]:
        """Those that are due; half a shortest period early is in time."""
        due = [row for row, at in self._next.items() if at <= now]
        for row in due:
            self._next[row] = now + round((self._period[row] - self.period_s / 2) * SECOND)
        return due
