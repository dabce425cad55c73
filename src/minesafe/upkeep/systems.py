"""The six systems: healthy, degraded or dead, why, and since when.

A system is what is of it: points by the `system` of their kind, devices by one table. It is dead
when nothing of it is heard, degraded when a part is not heard or not believed, or something is
found wrong with one. Since when is in the journal, so a restart does not make it younger.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from minesafe.model.events import FindingBegan, FindingKind, SystemChanged
from minesafe.model.fold import Fold
from minesafe.model.frame import Column
from minesafe.model.mine import Mine, System
from minesafe.model.picture import Picture
from minesafe.model.quality import Quality
from minesafe.model.system import SystemHealth, SystemState, Trouble
from minesafe.model.time import SECOND, Micros

SYSTEM_OF_FINDING = {
    FindingKind.CHANNEL_DOWN: System.COMMUNICATION,
    FindingKind.OUTPUT_FAILED: System.COMMUNICATION,
    FindingKind.UNKNOWN_TAG: System.POSITIONING,
    FindingKind.UNKNOWN_POINT: System.MONITORING,
}
"""Findings that are of one system whatever their subject."""

SYSTEM_OF_DEVICES = {
    "stations": System.POSITIONING,
    "readers": System.POSITIONING,
    "terminals": System.POSITIONING,
    "broadcasters": System.COMMUNICATION,
    "telephones": System.COMMUNICATION,
    "outputs": System.COMMUNICATION,
}
"""Devices that are of one system whatever they report; those that report points, substations and
gateways, are of the systems of these points."""

SETTLES: Micros = 60 * SECOND
"""So long after the first frame nothing is called dead: devices are only being asked."""

MOST_NAMED = 12
"""Subjects that are named of one reason; the others are counted."""

SYSTEMS = tuple(System)

Findings = Sequence[tuple[FindingBegan, Micros]]


class Systems(Fold):
    """How each system was said to be last: a fold over the journal."""

    HOLDS: ClassVar[Mapping[str, Any]] = {
        "_said": dict[System, tuple[SystemState, Micros]],
        "_began": Micros,
    }
    AROUND: ClassVar[frozenset[str]] = frozenset({"_seen", "_parts"})

    def __init__(self, mine: Mine) -> None:
        self._said: dict[System, tuple[SystemState, Micros]] = {}
        self._seen: dict[System, tuple[SystemState, Micros]] = {}
        """What is not journalled, and since when it was looked at: how a start looks."""
        self._began: Micros = 0
        self.take_over(mine)

    def take_over(self, mine: Mine) -> None:
        """Go on under another revision."""
        self._parts = _Parts.of(mine)

    def began(self, at: Micros) -> None:
        """The journal begins: before it nobody knows how anything was."""
        self._began = self._began or at

    @property
    def journal_began(self) -> Micros:
        """When; 0 before its first record."""
        return self._began

    def apply(self, body: SystemChanged, at: Micros) -> None:
        """Take one journalled body."""
        self._said[body.system] = (body.state, at)

    def look(self, picture: Picture, findings: Findings, now: Micros) -> list[SystemHealth]:
        """All six, as they are now."""
        return [self._dated(health, now) for health in self._parts.look(picture, findings)]

    def _dated(self, health: SystemHealth, now: Micros) -> SystemHealth:
        said = self._said.get(health.system, (SystemState.HEALTHY, self._began))
        if said[0] is not health.state:
            said = self._seen.get(health.system, said)
            said = said if said[0] is health.state else (health.state, now)
            self._seen[health.system] = said
        return replace(health, since=said[1])

    def decide(self, picture: Picture, findings: Findings) -> list[SystemChanged]:
        """Those that are otherwise than they were said to be; what the mine has not is silent."""
        healthy = (SystemState.HEALTHY, 0)
        return [
            SystemChanged(system=health.system, state=health.state)
            for health in self._parts.look(picture, findings)
            if health.parts and health.state is not self._said.get(health.system, healthy)[0]
        ]

    def dead(self) -> dict[str, str]:
        """Systems of which nothing is heard: finding's subject → detail."""
        return {s.value: "" for s, (state, _) in self._said.items() if state is SystemState.DEAD}


@dataclass(frozen=True, eq=False)
class _Parts:
    """What of a mine belongs to which system."""

    mine: Mine
    system: Column
    """(P,): of each point, its row in `SYSTEMS`."""
    beats: Column
    """(P,): the lowest state of a heartbeat, which says that its device is dead; else NaN."""
    devices: Mapping[str, frozenset[System]]
    """By the id of anything a finding may be about."""

    @classmethod
    def of(cls, mine: Mine) -> "_Parts":
        kinds = [mine.kind[p.kind] for p in mine.points]
        beats = [min(value for value, _ in k.states) if k.heartbeat else np.nan for k in kinds]
        return cls(
            mine,
            np.array([SYSTEMS.index(k.system) for k in kinds], np.intp),
            np.array(beats, np.float64),
            _devices(mine),
        )

    def look(self, picture: Picture, findings: Findings) -> Iterator[SystemHealth]:
        """Each system; its `since` is not known here."""
        never = picture.sampled == 0
        flags = {
            "never_heard": never,
            "silent": picture.silent & ~never,
            "reports_dead": (picture.value == self.beats) & ~picture.silent,
        }
        deaf = np.logical_or.reduce(list(flags.values()))
        flags["faulty"] = (picture.quality == Quality.FAULT) & ~deaf
        found = self._found(findings)
        counted = {code: self._count(flag) for code, flag in flags.items()}
        all_parts, all_lost = self._count(np.ones_like(deaf)), self._count(deaf)
        for row, system in enumerate(SYSTEMS):
            parts, lost = all_parts[row], all_lost[row]
            why = [
                self._points(code, flag & (self.system == row))
                for code, flag in flags.items()
                if counted[code][row]
            ]
            if system is System.POSITIONING:
                parts += len(picture.reader_silent)
                lost += int(picture.reader_silent.sum())
                why.append(self._readers(picture))
            troubles = (*(t for t in why if t.count), *found.get(system, ()))
            yield _health(system, parts, lost, troubles)

    def _count(self, flag: Column) -> list[int]:
        """How many points of each system; nearly always none."""
        counts: list[int] = np.bincount(self.system[flag], minlength=len(SYSTEMS)).tolist()
        return counts

    def _points(self, code: str, rows: Column) -> Trouble:
        points = self.mine.points
        return _trouble(code, [points[row].id for row in np.flatnonzero(rows).tolist()])

    def _readers(self, picture: Picture) -> Trouble:
        readers = self.mine.readers
        rows = np.flatnonzero(picture.reader_silent).tolist()
        return _trouble("silent", [readers[row].id for row in rows])

    def _found(self, findings: Findings) -> dict[System, list[Trouble]]:
        """What was found wrong, by system and kind of finding."""
        about: dict[tuple[System, FindingKind], list[str]] = {}
        for finding, _ in findings:
            whole = SYSTEM_OF_FINDING.get(finding.finding)
            systems = {whole} if whole else self.devices.get(finding.subject, frozenset())
            for system in systems:
                about.setdefault((system, finding.finding), []).append(finding.subject)
        told: dict[System, list[Trouble]] = {}
        for (system, kind), subjects in about.items():
            told.setdefault(system, []).append(_trouble(kind.value, subjects))
        return told


def _devices(mine: Mine) -> dict[str, frozenset[System]]:
    found: dict[str, set[System]] = {}
    for point in mine.points:
        system = mine.kind[point.kind].system
        found.setdefault(point.id, set()).add(system)
        found.setdefault(point.device, set()).add(system)
    for table, system in SYSTEM_OF_DEVICES.items():
        for device in getattr(mine, table):
            found.setdefault(device.id, set()).add(system)
    return {ident: frozenset(systems) for ident, systems in found.items()}


def _trouble(code: str, subjects: Sequence[str]) -> Trouble:
    return Trouble(code, len(subjects), tuple(sorted(subjects)[:MOST_NAMED]))


def _health(system: System, parts: int, lost: int, troubles: tuple[Trouble, ...]) -> SystemHealth:
    """Dead where all parts are lost; a mine that has none of it is told so.

    >>> _health(System.WATER, 2, 1, (_trouble("silent", ["W"]),)).state.value
    'degraded'
    """
    if not parts:
        return SystemHealth(system, SystemState.DEAD, 0, 0, 0, (*troubles, Trouble("none", 0, ())))
    state = SystemState.DEGRADED if troubles else SystemState.HEALTHY
    state = SystemState.DEAD if lost == parts else state
    return SystemHealth(system, state, 0, parts, parts - lost, troubles)
