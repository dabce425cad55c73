"""A mine grown to a wanted size: whole copies of it side by side, and more substations.

Copies share levels, kinds, rules and roster, and touch nowhere; the first is the mine itself. What
is polled is spread over the substations, each at an address of its own on the loopback network.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from minesafe.model.mine import Mine, Point, Substation

NAMES: Mapping[str, tuple[str, ...]] = {
    "nodes": ("id",),
    "roadways": ("id", "start", "end"),
    "zones": ("id",),
    "points": ("id", "roadway", "device"),
    "substations": ("id",),
    "gateways": ("id", "topic", "user"),
    "stations": ("id", "topic", "user"),
    "readers": ("id", "station", "roadway"),
    "people": ("id", "tag"),
}
"""What is copied, and its fields that name something of the mine: they are marked in a copy."""


def herd(mine: Mine, slaves: int, tags: int) -> Mine:
    """At least so many people with a tag, and so many substations.

    Args:
        mine: what is copied.
        slaves: Modbus units in the end; no fewer than there are.
        tags: people who wear one.
    """
    below = replace(mine, people=tuple(p for p in mine.people if p.tag))
    copies = range(1, -(-tags // len(below.people)))
    grown: dict[str, Any] = {
        key: (*getattr(mine, key), *(x for n in copies for x in _copy(below, key, f"~{n}")))
        for key in NAMES
    }
    return _spread(replace(mine, **grown), slaves)


def _copy(mine: Mine, key: str, mark: str) -> Iterator[Any]:
    """Things of a copy; an empty name stays one."""
    for thing in getattr(mine, key):
        names = {field: getattr(thing, field) for field in NAMES[key]}
        copy = replace(thing, **{field: name and name + mark for field, name in names.items()})
        if key == "zones":
            parts = tuple(replace(i, roadway=i.roadway + mark) for i in copy.intervals)
            copy = replace(copy, intervals=parts)
        yield copy


def _spread(mine: Mine, slaves: int) -> Mine:
    """The polled points go round all substations; outputs stay where they are."""
    units = tuple(islice(_units(mine), max(slaves, len(mine.substations))))
    polled = {s.id for s in mine.substations}
    rows = iter(range(len(mine.points)))

    def moved(point: Point) -> Point:
        if point.device not in polled:
            return point
        return replace(point, device=units[next(rows) % len(units)].id)

    return replace(mine, substations=units, points=tuple(moved(p) for p in mine.points))


def _units(mine: Mine) -> Iterator[Substation]:
    """Those there are and then more like the first, each behind an address of its own."""
    first, n = mine.substations[0], 0
    while True:
        unit = mine.substations[n] if n < len(mine.substations) else replace(first, id=f"SLAVE-{n}")
        yield replace(unit, host=f"127.{1 + n // 250}.0.{1 + n % 250}", port=first.port)
        n += 1
