"""Ids and numbers of one mine as cells of a report: names as its files have them."""

from collections.abc import Iterable

from minesafe.model.mine import Mine, Name, System
from minesafe.model.mine import Shift as RosterShift
from minesafe.reports.statutory.facts import Cell, Coded, Measured, Named, Said, named, several

_SYSTEMS = frozenset(system.value for system in System)


class Cells:
    """Turns what the program holds into cells."""

    def __init__(self, mine: Mine) -> None:
        self.mine = mine
        things = (
            mine.zones, mine.points, mine.roadways, mine.readers, mine.outputs, mine.feeders,
            mine.terminals, mine.substations, mine.gateways, mine.stations,
        )  # fmt: skip
        self._names: dict[str, Name] = {x.id: x.name for row in things for x in row}
        self._names |= {p.id: Name(p.name, p.name) for p in mine.people}

    def name(self, ident: str) -> Cell:
        """A thing or person; what the revision does not know keeps its id."""
        both = self._names.get(ident)
        return Said(ident) if both is None else named(both)

    def names(self, idents: Iterable[str]) -> Cell:
        """Several of them."""
        return several([self.name(ident) for ident in idents if ident])

    def point(self, ident: str) -> Cell:
        """A point or device, its id before its name: papers are compared by ids."""
        both = self._names.get(ident)
        if ident in _SYSTEMS:
            return Coded(f"system_{ident}")
        if both is None or both.zh == ident:
            return Said(ident)
        return Named(f"{ident} {both.zh}", f"{ident} {both.en}")

    def place(self, row: int) -> Cell:
        """Where a point is."""
        return self.name(self.mine.points[row].roadway)

    def value(self, row: int | None, value: float | None) -> Cell:
        """A value of a point, in its unit or as its state's word."""
        if row is None or value is None:
            return None if value is None else Measured(value, 2)
        kind = self.mine.kind[self.mine.points[row].kind]
        for state, word in kind.states:
            if state == value:
                return named(word)
        return Measured(round(value, kind.decimals), kind.decimals, kind.unit)

    def mean(self, row: int, value: float | None) -> Cell:
        """A mean, one decimal finer than what was measured."""
        if value is None:
            return None
        kind = self.mine.kind[self.mine.points[row].kind]
        return Measured(round(value, kind.decimals + 1), kind.decimals + 1, kind.unit)

    def limits(self, row: int, *keys: str) -> Cell:
        """Limits of a point, the high side before the low one."""
        limits = self.mine.points[row].limits
        return several([self.value(row, v) for k in keys if (v := getattr(limits, k)) is not None])

    def shift(self, shift: RosterShift) -> Cell:
        """A shift, by its name."""
        return Said(shift.name)

    def condition(self, what: str) -> Cell:
        """A condition, a finding or a permit, as a code."""
        return Coded(what)
