"""Tags that are seen very often in one frame: a station that empties its memory, or a mad one.

The arrays judge the first sighting of every tag, then the second, and a round costs the same
however few it is of. Where rounds get narrow, the rest is judged sighting by sighting
(`wearer_loops`): compiled, or as plain Python on lists of those few people. What a place means
(its cell, the areas that hold it) depends on nobody and is found for all of them at once.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse.csgraph import dijkstra

from minesafe.engine import people
from minesafe.engine.kernels import wearer_loops
from minesafe.engine.kernels.crowd import FARTHEST, NARROW, ROUNDS
from minesafe.engine.kernels.wearer_loops import AT_MOST
from minesafe.engine.kernels.wearer_tables import Border, Few, Rows, Said, Scratch
from minesafe.engine.layout import BELIEVES, Layout
from minesafe.engine.pace_table import Pace
from minesafe.engine.rounds import ranks
from minesafe.engine.state import COLUMNS, State
from minesafe.engine.transcript import Transcript
from minesafe.model.frame import Column, Sightings
from minesafe.model.time import judged_at

Judge = Callable[..., tuple[int, int]]

STRETCH = 1024
"""Sightings of which is asked at once which fences hold them: so many rows of all fences."""

ROOM = 1 << 14
"""Transitions written at one go, at the least."""

TIMES = ("seen", "placed", "entered", "doubt_at", "rest_since")


def hear(layout: Layout, state: State, sightings: Sightings, transcript: Transcript) -> None:
    """As `people.hear`; however often a tag is seen."""
    hear_by(None, layout, state, sightings, transcript)


def hear_by(
    judge: Judge | None,
    layout: Layout,
    state: State,
    sightings: Sightings,
    transcript: Transcript,
) -> None:
    """The same, with the compiled loop where there is one."""
    early, late = parted(layout, sightings)
    if not len(late):
        people.hear(layout, state, sightings, transcript)
        return
    people.hear(layout, state, _picked(sightings, early), transcript)
    one_by_one(judge, layout, state, _picked(sightings, late), transcript)


def parted(layout: Layout, sightings: Sightings) -> tuple[Column, Column]:
    """Row numbers the arrays judge in rounds, and those that come after them, in their order."""
    known = _known(layout, sightings)
    rank = np.zeros(len(sightings), np.intp)
    if known.any():
        rank[known] = ranks(sightings.tag[known])
    wide = max(ROUNDS, int((np.bincount(rank) >= NARROW).sum())) if len(rank) else ROUNDS
    late = known & (rank >= wide)
    return np.flatnonzero(~late), np.flatnonzero(late)


def one_by_one(
    judge: Judge | None,
    layout: Layout,
    state: State,
    sightings: Sightings,
    transcript: Transcript,
) -> None:
    """Judge sightings of tags and readers that there are, in their order."""
    at, _ = judged_at(sightings.sampled, sightings.received)
    tags, who = np.unique(sightings.tag, return_inverse=True)
    if _absurd(state, tags, at):
        people.hear(layout, state, sightings, transcript)
        return
    people.hear_readers(state, sightings, at, np.arange(len(at)))
    as_ = _lists if judge is None else _arrays
    few = _few(layout, state, tags)
    rows = as_(_rows(layout, sightings, who, at))
    border = as_(_border(layout, few, sightings.roadway))
    slots, heads, columns = state.stay.shape[1], np.zeros(len(state.count), np.int64), as_(few)
    scratch = as_(Scratch(*np.zeros((4, slots), np.int64)))
    said = _room(max(ROOM, 2 * AT_MOST * (slots + 1)))
    begin, run = 0, judge or wearer_loops.judge
    while begin < len(at):
        begin, n = run(begin, rows, border, columns, heads, scratch, said)
        told = {name: column[:n].copy() for name, column in said._asdict().items()}
        transcript.add(**(told | {"subject": tags[told["subject"]]}))
    state.count += heads.astype(state.count.dtype)
    _put_back(state, tags, columns)


def _known(layout: Layout, sightings: Sightings) -> Column:
    tag, station = sightings.tag, sightings.station
    known: Column = (tag >= 0) & (tag < len(layout.people.counts))
    return known & (station >= 0) & (station < len(layout.readers.quiet))


def _absurd(state: State, tags: Column, at: Column) -> bool:
    """Whether any time is nobody's clock: the arrays overflow at it as they do, lists would not."""
    times = (at, *(getattr(state, name)[tags] for name in TIMES))
    return any(bool((np.abs(t + (t == -FARTHEST * 4)) > FARTHEST).any()) for t in times)


def _rows(layout: Layout, some: Sightings, who: Column, at: Column) -> Rows:
    known = layout.places.known(some.roadway, some.chainage)
    way, chainage = np.where(known, some.roadway, 0), np.where(known, some.chainage, 0.0)
    empty = not len(layout.places.length)
    cell = np.zeros(len(at), np.intp) if empty else layout.places.cells(way, chainage)
    first, within, first_near, near = _fences(layout, some, cell, known)
    return Rows(
        who=who, at=at, station=some.station, cell=cell, way=way,
        metres=chainage if empty else layout.places.metres(way, chainage),
        chainage=chainage, level=some.level, x=some.x, y=some.y, z=some.z, error=some.error,
        flags=some.flags, believed=BELIEVES[some.quality], known=known,
        first=first, within=within, first_near=first_near, near=near,
    )  # fmt: skip


def _fences(layout: Layout, some: Sightings, cell: Column, known: Column) -> list[Column]:
    """Where those of each row begin, and the fences that hold it; likewise those that are near."""
    found: list[list[Column]] = [[], [], [], []]
    for begin in range(0, len(cell), STRETCH):
        part = slice(begin, begin + STRETCH)
        within, near = layout.places.within[cell[part]], layout.places.near[cell[part]]
        layout.areas.mark(within, near, some.level[part], (some.x[part], some.y[part]))
        for k, held in enumerate((within, near)):
            held &= known[part, None]
            found[2 * k].append(held.sum(axis=1))
            found[2 * k + 1].append(np.nonzero(held)[1])
    many, within, nearby, near = (np.concatenate(parts) for parts in found)
    return [np.append(0, np.cumsum(many)), within, np.append(0, np.cumsum(nearby)), near]


def _border(layout: Layout, few: Few, ways: Column) -> Border:
    fences, pace = layout.fences, layout.pace
    row, away = _seconds(pace, np.concatenate([ways, few.roadway, few.doubt_way]))
    return Border(
        zone=fences.zone, halo=fences.halo_m > 0, tolerance=fences.tolerance, delay=fences.delay,
        timeout=fences.timeout, dwell=fences.dwell, still=fences.still,
        drawn=layout.areas.drawn, portal=layout.places.portal, leave=layout.readers.leave,
        column=layout.licences.column, speed=pace.speed, length=layout.places.length,
        ends=np.asarray(pace.ends, np.int64).reshape(-1), slowest=pace.slowest,
        row=row, away=away,
    )  # fmt: skip


def _seconds(pace: Pace, ways: Column) -> tuple[Column, Column]:
    """Row of each node, and the seconds from those at the ends of these roadways to all nodes."""
    nodes = pace.graph.shape[0]
    row = np.zeros(nodes, np.intp)
    ways = np.unique(ways[(ways >= 0) & (ways < len(pace.length))])
    if not pace.asks or not len(ways):
        return row, np.zeros((1, max(nodes, 1)))
    starts = np.unique(pace.ends[ways])
    row[starts] = np.arange(len(starts))
    return row, np.ascontiguousarray(dijkstra(pace.graph, indices=starts))


_OF_PEOPLE = tuple(name for name in Few._fields if name in COLUMNS)


def _few(layout: Layout, state: State, tags: Column) -> Few:
    """Copies, a line of each person's values after the other."""
    table = layout.licences
    own = {name: getattr(state, name)[tags].reshape(-1) for name in _OF_PEOPLE}
    return Few(
        counts=layout.people.counts[tags],
        forbidden=table.forbidden[table.trade[tags]].reshape(-1),
        until=table.until[tags].reshape(-1),
        **own,
    )


def _put_back(state: State, tags: Column, few: Few) -> None:
    for name in _OF_PEOPLE:
        column = getattr(state, name)
        values = np.array(getattr(few, name), column.dtype)
        column[tags] = values.reshape(len(tags), *column.shape[1:])


def _lists(columns: Any) -> Any:
    """As lists, whose elements Python reads ten times as fast; but for what has two axes."""
    plain = (c.tolist() if isinstance(c, np.ndarray) and c.ndim == 1 else c for c in columns)
    return type(columns)(*plain)


def _arrays(columns: Any) -> Any:
    """As arrays that may be written, whose every row is where the one before ends."""
    return type(columns)(
        *(
            np.require(c, requirements=["C", "A", "W"]) if isinstance(c, np.ndarray) else c
            for c in columns
        )
    )


def _room(rows: int) -> Said:
    return Said(
        condition=np.empty(rows, np.uint8),
        subject=np.empty(rows, np.int32),
        zone=np.empty(rows, np.int32),
        on=np.empty(rows, np.bool_),
        value=np.empty(rows, np.float64),
        at=np.empty(rows, np.int64),
    )


def _picked(sightings: Sightings, rows: Column) -> Sightings:
    return Sightings(**{name: getattr(sightings, name)[rows] for name in Sightings.DTYPES})
