"""A bench to try the engine on: seconds and ids in, readable transitions out."""

import math
from typing import Any

from small_mine import REVISION, small_mine

from minesafe.engine import Layout, State, judge, picture
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.mine import Mine
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND, Micros
from minesafe.model.verdict import Condition, Verdict

START = 1_764_000_000 * SECOND

Row = tuple[Any, ...]
Told = tuple[str, str, bool, float | None, float]
"""Condition (with the zone for a person's), subject, on, value, second."""

ROUTINE = (Condition.READER_SILENT, Condition.COUNT_UNKNOWN)


class Bench:
    """One engine over one mine."""

    def __init__(self, mine: Mine | None = None) -> None:
        self.mine = mine or small_mine()
        self.layout = Layout.of(self.mine)
        self.state = State.fresh(self.layout)
        self._seq = 0

    def micros(self, second: float) -> Micros:
        return START + round(second * SECOND)

    def reading(self, point: str, value: float, sampled: float, quality: int = 0) -> Row:
        at = self.micros(sampled)
        return (self.mine.point_row[point], value, quality, at, at)

    def sighting(
        self,
        person: str,
        roadway: str,
        chainage: float,
        second: float,
        *,
        reader: str = "R1",
        error: float = 1.0,
        flags: int = 0,
        quality: int = 0,
    ) -> Row:
        who, where = self.mine.person_row[person], self.mine.roadway_row[roadway]
        place = (where, chainage, 0, chainage, 0.0, 0.0, error)
        at = self.micros(second)
        return (who, self.mine.reader_row[reader], *place, flags, quality, at, at)

    def beat(self, reader: str, second: float, quality: int = 0) -> Row:
        at = self.micros(second)
        nowhere = (-1, math.nan, -1, math.nan, math.nan, math.nan, math.nan)
        return (-1, self.mine.reader_row[reader], *nowhere, 0, quality, at, at)

    def frame(
        self,
        now: float,
        *,
        readings: list[Row] | None = None,
        sightings: list[Row] | None = None,
        everything: bool = False,
    ) -> list[Told]:
        self._seq += 1
        seen = Sightings.of(sightings or [])
        frame = Frame(self._seq, self.micros(now), REVISION, Readings.of(readings or []), seen)
        told = self._told(self.judge(frame))
        return told if everything else [t for t in told if not t[0].startswith(_routine())]

    def reads(
        self,
        now: float,
        point: str,
        value: float,
        quality: int = 0,
        *,
        sampled: float | None = None,
    ) -> list[Told]:
        row = self.reading(point, value, now if sampled is None else sampled, quality)
        told = self.frame(now, readings=[(*row[:4], self.micros(now))])
        return [t for t in told if t[1] == point]

    def sees(
        self, now: float, person: str, roadway: str, chainage: float, **more: Any
    ) -> list[Told]:
        row = self.sighting(person, roadway, chainage, now, **more)
        return [t for t in self.frame(now, sightings=[row]) if t[0] != "SILENT"]

    def sweeps(self, now: float, *, everything: bool = False) -> list[Told]:
        heard = {self.mine.points[i].id for i in range(len(self.mine.points)) if self._heard(i)}
        told = self.frame(now, everything=everything)
        return [t for t in told if everything or t[0] != "SILENT" or t[1] in heard]

    def judge(self, frame: Frame) -> Verdict:
        return judge(self.layout, self.state, frame)

    def picture(self) -> Picture:
        return picture(self.layout, self.state, self.state.now)

    def _heard(self, point: int) -> bool:
        return bool(self.state.judged[point])

    def _told(self, verdict: Verdict) -> list[Told]:
        return [self._row(*row) for row in verdict.transitions.rows()]

    def _row(self, code: int, subject: int, zone: int, on: bool, value: float, at: int) -> Told:
        condition = Condition(code)
        mine = self.mine
        things: Any = (
            *(mine.points, mine.zones, mine.people, mine.readers),
            *(mine.points, mine.logic, mine.people),
        )
        name = condition.name + (f":{self.mine.zones[zone].id}" if zone >= 0 else "")
        number = None if math.isnan(value) else value
        return name, things[code // 10 - 1][subject].id, on, number, (at - START) / SECOND


def _routine() -> tuple[str, ...]:
    return tuple(c.name for c in ROUTINE)
