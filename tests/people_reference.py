"""Questions about people as one answers them first: every sample, one after the other."""

from collections.abc import Iterator, Sequence

from minesafe.model.mine import Mine, Zone, ZoneKind

Row = tuple[int, int, int, float, int, float, float, float, float, int, int, int, int]
TAG, ROAD, METRES, X, WHEN = 0, 2, 3, 5, 11
GAP = 300_000_000
LONG = 12 * 3_600_000_000


def of_each(rows: Sequence[Row], span: tuple[int, int]) -> Iterator[tuple[int, list[Row]]]:
    """Each person's samples with a place, by time."""
    for person in sorted({row[TAG] for row in rows if row[TAG] >= 0}):
        own = [
            r for r in rows if r[TAG] == person and r[ROAD] >= 0 and span[0] <= r[WHEN] < span[1]
        ]
        yield person, sorted(own, key=lambda r: r[WHEN])


def inside(mine: Mine, zone: Zone, row: Row) -> bool:
    return any(
        mine.roadways[row[ROAD]].id == i.roadway and i.from_m <= row[METRES] <= i.to_m
        for i in zone.intervals
    )


def stays(
    mine: Mine, zone: Zone, rows: Sequence[Row], span: tuple[int, int]
) -> list[tuple[int, int, int, bool]]:
    """(person, entered, left, seen elsewhere then)."""
    found = []
    for person, own in of_each(rows, span):
        entered: int | None = None
        last = 0
        for row in own:
            if entered is not None and row[WHEN] - last > GAP:
                found.append((person, entered, last, False))
                entered = None
            if inside(mine, zone, row):
                entered = row[WHEN] if entered is None else entered
                last = row[WHEN]
            elif entered is not None:
                found.append((person, entered, row[WHEN], True))
                entered = None
        if entered is not None:
            found.append((person, entered, last, False))
    return found


def trips(
    mine: Mine, rows: Sequence[Row], span: tuple[int, int]
) -> list[tuple[int, int, int, bool]]:
    """(person, down, up, came up)."""
    portal = next(z for z in mine.zones if z.kind is ZoneKind.PORTAL)
    found = []
    for person, own in of_each(rows, span):
        trip: list[Row] = []
        for row in [*own, None]:
            pause = (row[WHEN] if row else 1 << 62) - (trip[-1][WHEN] if trip else 0)
            if trip and pause > (GAP if inside(mine, portal, trip[-1]) else LONG):
                at = [inside(mine, portal, r) for r in trip]
                if not all(at):
                    found.append((person, trip[0][WHEN], trip[-1][WHEN], at[-1]))
                trip = []
            trip += [row] if row else []
    return found


def place_at(own: Sequence[Row], at: int, fresh: int) -> Row | None:
    before = [r for r in own if at - fresh <= r[WHEN] <= at]
    return before[-1] if before else None


def along(one: Row, other: Row) -> float:
    """Of the small mine: B goes on from the far end of A."""
    metres = [row[METRES] + (100.0 if row[ROAD] == 1 else 0.0) for row in (one, other)]
    return abs(metres[0] - metres[1])


def met(
    rows: Sequence[Row], whom: int, span: tuple[int, int], metres: float
) -> list[tuple[int, int, int, float]]:
    """(person, first, last, seconds near) at every tenth second."""
    step, fresh, pause = 10_000_000, 60_000_000, 120_000_000
    people = dict(of_each(rows, (span[0] - fresh, span[1])))
    found: list[tuple[int, int, int, float]] = []
    for person, own in people.items():
        for at in range(-(-span[0] // step) * step, span[1], step) if person != whom else ():
            his, theirs = (place_at(o, at, fresh) for o in (people.get(whom, []), own))
            if not his or not theirs or abs(his[X] - theirs[X]) > metres:
                continue
            if found and found[-1][0] == person and at - found[-1][2] <= pause:
                found[-1] = (person, found[-1][1], at, found[-1][3] + 10.0)
            else:
                found.append((person, at, at, 10.0))
    return found
