"""A roadway that is parted now: what hung on it hangs on the right piece, at the right metre."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from minesafe.config.row import Row
from minesafe.importing.toml import Table, new_table


@dataclass(frozen=True, slots=True)
class Piece:
    """What one piece of a roadway was before: a stretch of it."""

    roadway: str
    low: float
    """Chainage of the parted roadway where the piece begins; metres."""
    length_m: float


Pieces = Mapping[str, Sequence[Piece]]
"""By the roadway that is parted; its pieces by chainage."""


def moved(pieces: Sequence[Piece], chainage: float) -> tuple[str, float]:
    """The piece, and the chainage on it, of a chainage of the whole roadway.

    >>> moved([Piece("G01", 0.0, 60.0), Piece("G01-2", 60.0, 40.0)], 75.0)
    ('G01-2', 15.0)
    """
    piece = [p for p in pieces if p.low <= chainage or p is pieces[0]][-1]
    return piece.roadway, round(min(max(chainage - piece.low, 0.0), piece.length_m), 2)


def move_points(rows: Sequence[Row], pieces: Pieces) -> list[Row]:
    """Points of a list that hang on a parted roadway, on its pieces."""
    return [_moved_row(row, pieces) for row in rows]


def _moved_row(row: Row, pieces: Pieces) -> Row:
    on, at = str(row.values.get("roadway", "")), row.values.get("chainage_m")
    if on not in pieces or at is None:
        return row
    roadway, chainage = moved(pieces[on], float(str(at)))
    return replace(row, values={**row.values, "roadway": roadway, "chainage_m": f"{chainage:g}"})


def move_devices(page: Table, pieces: Pieces) -> None:
    """Readers, broadcasters, telephones of devices.toml likewise."""
    for table in _tables(page):
        if table.get("roadway") in pieces and "chainage_m" in table:
            roadway, chainage = moved(pieces[table["roadway"]], float(table["chainage_m"]))
            table["roadway"], table["chainage_m"] = roadway, chainage


def _tables(page: Table) -> Iterator[Table]:
    for value in page.values():
        if isinstance(value, list):
            yield from (item for item in value if hasattr(item, "get"))


def part_zones(page: Table, pieces: Pieces) -> None:
    """Zones go on covering all of what they covered: whole roadways and stretches alike."""
    for zone in page["zone"]:
        roadways = zone.get("roadways", ())
        for on in [r for r in roadways if r in pieces]:
            roadways.extend(piece.roadway for piece in pieces[on][1:])
        if any(stretch.get("roadway") in pieces for stretch in zone.get("interval", ())):
            stretches = [s for old in zone["interval"] for s in _parted(dict(old), pieces)]
            _put(zone, stretches)


def _parted(stretch: dict[str, Any], pieces: Pieces) -> Iterator[dict[str, Any]]:
    on = stretch["roadway"]
    if on not in pieces:
        yield stretch
        return
    ends = pieces[on][-1]
    begin = float(stretch.get("from_m", 0.0))
    end = float(stretch.get("to_m", ends.low + ends.length_m))
    for piece in pieces[on]:
        low, high = max(begin - piece.low, 0.0), min(end - piece.low, piece.length_m)
        if high > low:
            limits = {"from_m": round(low, 2), "to_m": round(high, 2)}
            yield stretch | {"roadway": piece.roadway} | limits


def _put(zone: Table, stretches: Sequence[dict[str, Any]]) -> None:
    tables = zone["interval"]
    for at, stretch in enumerate(stretches):
        if at < len(tables):
            tables[at].update(stretch)
        else:
            tables.append(new_table(stretch))


Change = Callable[[Table, Pieces], None]

FILES: Mapping[str, Change] = {"devices.toml": move_devices, "zones.toml": part_zones}
"""TOML files that say metres of roadways."""
