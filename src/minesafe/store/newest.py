"""The newest rows of everything: what a moment is made of.

Of newest rows and the rows that came after them the newest are again newest rows, in whichever
pieces they come, and a row more or less that is older changes nothing. So a snapshot and the rows
since give what a walk over all rows would give.
"""

from collections.abc import Sequence

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.quality import BELIEVED, Quality
from minesafe.model.steps import starts
from minesafe.model.time import SECOND, judged_at
from minesafe.store.chunks import READINGS, Shape, Table
from minesafe.store.squeeze import MOST_ROWS, expand, squeeze

WITHIN = 3 * SECOND
"""Of a person all rows so long before the newest are kept: of several readers that see him in the
same seconds the nearer counts, and may be the one that spoke before."""


def joined(shape: Shape, parts: Sequence[Table]) -> Table:
    """Rows of all parts, one after the other."""
    return {
        name: np.concatenate([np.empty(0, kind), *(part[name] for part in parts)]).astype(kind)
        for name, kind in shape.columns.items()
    }


def taken(table: Table, rows: Column) -> Table:
    """Some rows, by number or by truth."""
    return {name: column[rows] for name, column in table.items()}


def judged(table: Table) -> Column:
    """When each row counts."""
    return judged_at(table["sampled"], table["received"])[0]


def newest(shape: Shape, table: Table) -> Table:
    """The newest rows of a table, by whose they are."""
    return newest_readings(table) if shape is READINGS else newest_sightings(table)


def newest_readings(table: Table) -> Table:
    """One row a point."""
    return taken(table, _last(table, table["point"], np.arange(len(table["seq"]))))


def newest_sightings(table: Table) -> Table:
    """Rows of each person's last seconds, of his last seconds at a place, and one row a reader."""
    at, tag = judged(table), table["tag"]
    rows = np.arange(len(tag))
    placing = np.isin(table["quality"], BELIEVED) & (table["roadway"] > 0)
    lost = table["quality"] == Quality.COMMS_LOST
    kept = [
        *(_lately(tag, at, rows[(tag > 0) & some]) for some in (np.True_, placing)),
        *(_last(table, table["station"], rows[some]) for some in (lost, ~lost)),
    ]
    return _once(taken(table, np.unique(np.concatenate(kept))))


def _last(table: Table, key: Column, rows: Column) -> Column:
    """Of these rows the newest of each key."""
    order = rows[_order(table, key, rows)]
    first = starts(key[order])
    return order[np.append(first[1:], len(order)) - 1] if len(order) else order


def _order(table: Table, key: Column, rows: Column) -> Column:
    columns = (table["ord"], table["seq"], judged(table), key)
    return np.lexsort([column[rows] for column in columns])


def _lately(tag: Column, at: Column, rows: Column) -> Column:
    """Of these rows those of each tag's last seconds."""
    who, inverse = np.unique(tag[rows], return_inverse=True)
    latest = np.full(len(who), np.iinfo(np.int64).min)
    np.maximum.at(latest, inverse, at[rows])
    recent: Column = rows[at[rows] > latest[inverse] - WITHIN]
    return recent


def _once(table: Table) -> Table:
    """Each row of a frame once, by person and then as they came."""
    order = np.lexsort((table["ord"], table["seq"], table["tag"]))
    table = taken(table, order)
    return taken(table, starts(table["tag"], table["seq"], table["ord"]))


def packed(shape: Shape, table: Table) -> list[bytes]:
    """Rows made small; everything but their feed."""
    columns = {name: table[name] for name in _body(shape)}
    columns["received"] = table["received"] - table["sampled"]
    return [
        squeeze([column[begin : begin + MOST_ROWS] for column in columns.values()])
        for begin in range(0, len(table["seq"]), MOST_ROWS)
    ]


def unpacked(shape: Shape, feed: int, bodies: Sequence[bytes]) -> Table:
    """The rows again.

    Raises:
        StoreUnavailable: they are not what was stored.
    """
    names, types = _body(shape), [shape.columns[name] for name in _body(shape)]
    parts: list[Table] = []
    for body in bodies:
        part = dict(zip(names, expand(body, types), strict=True))
        part["received"] = part["received"] + part["sampled"]
        parts.append(part | {"feed": np.full(len(part["seq"]), feed, np.int16)})
    return joined(shape, parts)


def _body(shape: Shape) -> list[str]:
    return [name for name in shape.columns if name != "feed"]
