"""The six systems' tiles: healthy, degraded or dead, and since when."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from minesafe.model.events import FindingBegan, FindingKind
from minesafe.model.mine import Mine, System
from minesafe.model.picture import Picture
from minesafe.model.time import Micros
from minesafe.web.models import SystemOut

State: TypeAlias = Literal["healthy", "degraded", "dead"]

SYSTEM_OF_FINDING = {
    FindingKind.CHANNEL_DOWN: System.COMMUNICATION,
    FindingKind.OUTPUT_FAILED: System.COMMUNICATION,
    FindingKind.UNKNOWN_TAG: System.POSITIONING,
    FindingKind.UNKNOWN_POINT: System.MONITORING,
}
"""Findings that are of one system whatever their subject."""


def deaf(mine: Mine, picture: Picture) -> dict[System, list[bool]]:
    """For each system its points and readers: True where nothing is heard of one.

    A point never heard counts as not heard: until its first sample nobody knows that it lives.
    """
    parts: dict[System, list[bool]] = {system: [] for system in System}
    unheard = picture.silent | (picture.sampled == 0)
    for point, silent in zip(mine.points, unheard.tolist(), strict=True):
        parts[mine.kind[point.kind].system].append(silent)
    parts[System.POSITIONING] += picture.reader_silent.tolist()
    return parts


def touched(mine: Mine, findings: Sequence[tuple[FindingBegan, Micros]]) -> set[System]:
    """Systems a finding is about: by its kind, or by the device that is its subject."""
    stations = {s.id for s in mine.stations} | {r.id for r in mine.readers}
    systems: set[System] = set()
    for finding, _ in findings:
        if finding.finding in SYSTEM_OF_FINDING:
            systems.add(SYSTEM_OF_FINDING[finding.finding])
        elif finding.subject in stations:
            systems.add(System.POSITIONING)
        rows = mine.points_of_device.get(finding.subject, ())
        systems.update(mine.kind[mine.points[row].kind].system for row in rows)
    return systems


def state_of(parts: Sequence[bool], troubled: bool) -> State:
    """Dead: nothing of it is heard. Degraded: a part is not heard, or a finding is about it.

    >>> state_of([True, True], False), state_of([True, False], False), state_of([False], False)
    ('dead', 'degraded', 'healthy')
    """
    if all(parts):
        return "dead"
    return "degraded" if troubled or any(parts) else "healthy"


class Tiles:
    """Remembers since when each system is as it is."""

    def __init__(self) -> None:
        self._since: dict[System, tuple[State, Micros]] = {}

    def look(
        self,
        mine: Mine,
        picture: Picture,
        findings: Sequence[tuple[FindingBegan, Micros]],
        now: Micros,
    ) -> list[SystemOut]:
        """All six, as they are now."""
        troubled = touched(mine, findings)
        for system, parts in deaf(mine, picture).items():
            state = state_of(parts, system in troubled)
            if self._since.get(system, (None, 0))[0] != state:
                self._since[system] = (state, now)
        return [
            SystemOut(system=system, state=state, since=since)
            for system, (state, since) in self._since.items()
        ]
