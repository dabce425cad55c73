"""The lists a mine keeps in a table: points, people, who leads which shift, devices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from minesafe.config.papers import HEADINGS as REGISTER
from minesafe.config.people import HEADINGS as PEOPLE
from minesafe.config.points import HEADINGS as POINTS
from minesafe.config.roster import HEADINGS as ROSTER
from minesafe.config.row import Findings, Row
from minesafe.config.sheets import read_sheet
from minesafe.config.text import decode, read_csv


@dataclass(frozen=True, slots=True)
class MineList:
    """One of them: how it is found in a workbook, and what tells its lines apart."""

    name: str
    sheet: str
    headings: Mapping[str, str]
    """Other headings → our keys."""
    key: tuple[str, ...]

    def read(self, findings: Findings, file: str, raw: bytes) -> list[Row]:
        """The lines of a CSV file or a workbook."""
        if file.endswith(".xlsx"):
            return read_sheet(findings, file, raw, (self.sheet, self.name), self.headings)
        return read_csv(findings, file, decode(findings, file, raw), self.headings)

    def key_of(self, row: Row) -> tuple[str, ...]:
        """What tells this line from the others."""
        return tuple(str(row.values.get(key, "")) for key in self.key)

    def merged(self, own: list[Row], more: list[Row]) -> list[Row]:
        """Lines of `more` take the place of those they stand for; others come behind.

        Every row keeps the file and cell it came from, so that faults are told where they can be
        mended. All rows know all columns, for a column only one list has is not missing.
        """
        columns = _columns((*own, *more))
        places = {self.key_of(row): place for place, row in enumerate(own)}
        rows = list(own)
        for row in more:
            place = places.get(self.key_of(row))
            if place is None:
                rows.append(row)
            else:
                rows[place] = row
        return [replace(row, heads=dict.fromkeys(columns, 1) | dict(row.heads)) for row in rows]


def _columns(rows: tuple[Row, ...]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row.heads))


LISTS = {
    which.name: which
    for which in (
        MineList("points", "测点", POINTS, ("id",)),
        MineList("people", "人员", PEOPLE, ("id",)),
        MineList("roster", "带班表", ROSTER, ("date", "name")),
        MineList("register", "台账", REGISTER, ("device",)),
    )
}
