"""Sightings as presences: everybody of one minute squeezed into one row of the database.

A row a person and minute would be another index of the size of the chunks; a row a minute is some
bytes a person, and a day of everybody is 1,440 rows to read.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.presence import Presence
from minesafe.model.steps import MINUTE, starts
from minesafe.store.chunks import Table
from minesafe.store.squeeze import MOST_ROWS, expand, squeeze

PLACES = 10.0
"""Bounds are to a tenth of a metre, outwards: a decimal is a byte or two, a place to the bit 8."""

BOUNDS = {
    "low": ("chainage", np.fmin, np.floor),
    "high": ("chainage", np.fmax, np.ceil),
    "west": ("x", np.fmin, np.floor),
    "east": ("x", np.fmax, np.ceil),
    "south": ("y", np.fmin, np.floor),
    "north": ("y", np.fmax, np.ceil),
}

_TYPES = [kind for name, kind in Presence.DTYPES.items() if name != "minute"]


def present(table: Table) -> Table:
    """Stored sightings of anybody as presences, by minute, person and roadway."""
    some = table["tag"] > 0
    rows = {name: column[some] for name, column in table.items()}
    minute = rows["sampled"] // MINUTE
    order = np.lexsort((rows["sampled"], rows["roadway"], rows["tag"], minute))
    rows, minute = {name: column[order] for name, column in rows.items()}, minute[order]
    groups = starts(minute, rows["tag"], rows["roadway"])
    if not len(groups):
        return {name: np.empty(0, kind) for name, kind in Presence.DTYPES.items()}
    ends = np.append(groups[1:], len(minute))
    return {
        "minute": minute[groups] * MINUTE,
        "tag": rows["tag"][groups],
        "roadway": rows["roadway"][groups],
        "samples": ends - groups,
        "first": rows["sampled"][groups],
        "last": rows["sampled"][ends - 1],
        **{
            name: _outward(name, _picked(rows[column], pick, groups))
            for name, (column, pick, _) in BOUNDS.items()
        },
    }


def rounded(table: Table) -> Table:
    """Presences whose bounds are to the bit, as they are stored."""
    return {**table, **{name: _outward(name, table[name]) for name in BOUNDS}}


def _outward(name: str, metres: Column) -> Column:
    """A bound rounded so that it still bounds; one too large to be rounded is no place."""
    rounded = BOUNDS[name][2]
    with np.errstate(over="ignore", invalid="ignore"):
        bound: Column = rounded(metres * PLACES) / PLACES
    return np.where(np.isfinite(bound), bound, np.nan)


def _picked(metres: Column, pick: np.ufunc, groups: Column) -> Column:
    found: Column = pick.reduceat(np.where(np.isfinite(metres), metres, np.nan), groups)
    return found


def packed(table: Table) -> Iterator[tuple[int, int, bytes]]:
    """Presences by minute as rows of the database: minute, how many, body."""
    minute = table["minute"] // MINUTE
    groups = starts(minute)
    for begin, end in zip(groups.tolist(), [*groups[1:].tolist(), len(minute)], strict=True):
        for low in range(begin, end, MOST_ROWS):
            part = slice(low, min(low + MOST_ROWS, end))
            body = {name: table[name][part] for name in Presence.DTYPES if name != "minute"}
            body["first"] = body["first"] - table["minute"][part]
            body["last"] = body["last"] - table["minute"][part]
            rows = len(body["first"])
            yield int(minute[low]), rows, squeeze(list(body.values()))


def unpacked(rows: Sequence[tuple[int, bytes]]) -> Table:
    """Presences of rows (minute, body).

    Raises:
        StoreUnavailable: a body is not what was stored.
    """
    names = [name for name in Presence.DTYPES if name != "minute"]
    parts = [dict(zip(names, expand(body, _TYPES), strict=True)) for _, body in rows]
    if not parts:
        return {name: np.empty(0, kind) for name, kind in Presence.DTYPES.items()}
    table = {name: np.concatenate([part[name] for part in parts]) for name in names}
    counts = [len(part["tag"]) for part in parts]
    table["minute"] = np.repeat(np.array([minute for minute, _ in rows]) * MINUTE, counts)
    table["first"], table["last"] = (table[n] + table["minute"] for n in ("first", "last"))
    return table


def added(table: Table) -> Table:
    """Presences of which several are of one person, roadway and minute: those as one."""
    order = np.lexsort((table["roadway"], table["tag"], table["minute"]))
    rows = {name: column[order] for name, column in table.items()}
    groups = starts(rows["minute"], rows["tag"], rows["roadway"])
    if len(groups) == len(order):
        return rows
    whole = {name: rows[name][groups] for name in ("minute", "tag", "roadway")}
    whole["samples"] = np.add.reduceat(rows["samples"], groups)
    whole["first"] = np.minimum.reduceat(rows["first"], groups)
    whole["last"] = np.maximum.reduceat(rows["last"], groups)
    picked = {name: pick.reduceat(rows[name], groups) for name, (_, pick, _) in BOUNDS.items()}
    return whole | picked
