"""Which points are to be asked for faster now (加速巡检): those in alarm, and those around them."""

from collections.abc import Callable, Collection, Iterable

from minesafe.alarms.places import zones_of_point
from minesafe.model.alarm import Alarm
from minesafe.model.events import AlarmSource
from minesafe.model.mine import Mine, Severity

LEAST_OF_A_POINT, LEAST_OF_A_ZONE = Severity.III, Severity.II
"""A low battery hurries nobody; a warning hurries its own point, a stop of work its zone."""


class Pressing:
    """Row numbers of the points that press, looked at anew after each record.

    Args:
        mine: the revision in force.
        alarms: those that are not normal.
        position: of the newest record; while it stays, so do the alarms.
    """

    def __init__(
        self, mine: Mine, alarms: Callable[[], Iterable[Alarm]], position: Callable[[], int]
    ) -> None:
        self._mine, self._alarms, self._position = mine, alarms, position
        self._looked = -1
        self._rows: frozenset[int] = frozenset()
        self._in_zone: dict[str, list[int]] = {}
        for row in range(len(mine.points)):
            for zone in zones_of_point(mine, row):
                self._in_zone.setdefault(zone, []).append(row)

    def __call__(self) -> Collection[int]:
        """The rows now."""
        position = self._position()
        if position != self._looked:
            self._looked = position
            self._rows = frozenset(row for a in self._alarms() if a.active for row in self._of(a))
        return self._rows

    def _of(self, alarm: Alarm) -> Iterable[int]:
        worst = min((severity.rank for severity in alarm.conditions.values()), default=9)
        if alarm.source is AlarmSource.POINT and worst <= LEAST_OF_A_POINT.rank:
            row = self._mine.point_row.get(alarm.subject)
            yield from () if row is None else (row,)
        if worst <= LEAST_OF_A_ZONE.rank:
            for zone in alarm.zones:
                yield from self._in_zone.get(zone, ())
