"""How much comes from each device, and how far its clock is off: counted as frames are judged.

The newest sample of a device that has lost nine of its ten sensors is as young as ever; how many
came in the last minute, beside how many should have, shows it. D devices; a frame costs some
microseconds, for it is counted in whole arrays.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from minesafe.model.frame import Column, Frame
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND, Micros

STEP: Micros = 10 * SECOND
STEPS = 6
"""A minute, in whole steps; the one that fills now is a seventh."""

_NOTHING = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Flow:
    """What came from one device in the last minute, of the mine's time."""

    rate: float | None
    """Samples of its points, or reports of its readers, a minute; None in the first one."""
    expected: float
    """So many by its files; a point that hangs around an alarm is asked more often."""
    skew_s: float | None
    """Its clock beside ours, by the sample that came quickest: how long that took is in it. None
    where nothing came, or the device has no clock."""


class Traffic:
    """Counts by device over the last minute."""

    def __init__(self, mine: Callable[[], Mine]) -> None:
        """`mine`: the revision in force; another one begins anew."""
        self._in_force = mine
        self._begin(mine())

    def _begin(self, mine: Mine) -> None:
        self._mine = mine
        self._expected = dict(_expected(mine))
        row = {device: i for i, device in enumerate(self._expected)}
        other = len(row)
        self._of_point = np.array([row.get(p.device, other) for p in mine.points], np.intp)
        self._of_reader = np.array([row.get(r.station, other) for r in mine.readers], np.intp)
        self._counts = np.zeros((STEPS + 1, other + 1), np.int64)
        self._ahead = np.full((STEPS + 1, other + 1), _NOTHING, np.int64)
        self._step, self._since = 0, 0

    def take(self, frame: Frame) -> None:
        """Count one frame; one in another revision's rows is left out."""
        if self._in_force() is not self._mine:
            self._begin(self._in_force())
        if frame.revision != self._mine.revision:
            return
        self._turn(frame.now // STEP)
        readings, sightings = frame.readings, frame.sightings
        of = self._of_point[readings.point]
        self._count(of)
        self._compare(of, readings.sampled - readings.received)
        seen = sightings.station >= 0
        reported = np.unique(sightings.station[seen])
        self._count(self._of_reader[reported])
        ahead = sightings.sampled[seen] - sightings.received[seen]
        self._compare(self._of_reader[sightings.station[seen]], ahead)

    def _turn(self, step: int) -> None:
        """Empty the steps that have begun since the last frame."""
        self._since = self._since or step
        for begun in range(max(self._step + 1, step - STEPS), step + 1):
            self._counts[begun % (STEPS + 1)] = 0
            self._ahead[begun % (STEPS + 1)] = _NOTHING
        self._step = max(self._step, step)

    def _count(self, devices: Column) -> None:
        now = self._counts[self._step % (STEPS + 1)]
        now += np.bincount(devices, minlength=len(now))

    def _compare(self, devices: Column, ahead: Column) -> None:
        """A sample without a time of its own has that of its receipt, and says nothing."""
        own = ahead != 0
        np.maximum.at(self._ahead[self._step % (STEPS + 1)], devices[own], ahead[own])

    def flows(self) -> Mapping[str, Flow]:
        """Each device that reports by itself, by its id."""
        whole = self._step - self._since > STEPS
        full = np.arange(STEPS + 1) != self._step % (STEPS + 1)
        counts, ahead = self._counts[full].sum(axis=0), self._ahead.max(axis=0)
        minutes = STEPS * STEP / (60 * SECOND)
        return {
            device: Flow(
                float(counts[row]) / minutes if whole else None,
                expected,
                None if ahead[row] == _NOTHING else int(ahead[row]) / SECOND,
            )
            for row, (device, expected) in enumerate(self._expected.items())
        }


def _expected(mine: Mine) -> Iterator[tuple[str, float]]:
    """Samples a minute of each device, by its files."""
    polled = {s.id: s.period_s for s in mine.substations} | {
        h.id: h.period_s for h in mine.kj_hosts
    }
    for device in (*polled, *(gateway.id for gateway in mine.gateways)):
        points = [mine.points[row] for row in mine.points_of_device.get(device, ())]
        own = polled.get(device)
        periods = [p.period_s or own or mine.kind[p.kind].period_s for p in points]
        yield device, sum(60 / period for period in periods)
    for station in mine.stations:
        readers = [r for r in mine.readers if r.station == station.id]
        yield station.id, sum(60 / reader.period_s for reader in readers)
