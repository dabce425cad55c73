"""What a room asks about people, on both shelves, beside every sample looked at one by one."""

import math
import random
import sys

import people_reference as plain
import pytest
from small_mine import REVISION, small_mine
from store_samples import START

from minesafe import queries
from minesafe.model.errors import Refused
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.time import SECOND
from minesafe.store.history import PostgresHistory

HOUR = 3600 * SECOND
MINE = small_mine()


def a_shift(seed: int) -> list[plain.Row]:
    """Four people walk up and down both roadways, vanish, come late, and stay out over night."""
    hand, rows = random.Random(seed), []
    for person in range(4):
        at, metres, pace = START + person, hand.uniform(0, 160), 1.2
        for _ in range(260):
            pause = hand.choice([2, 5, 9, 9, 9, 30])
            pause = hand.choice([400, 1000, 46_000]) if hand.random() < 0.02 else pause
            at += pause * SECOND
            pace = hand.choice([pace, pace, pace, -pace, 0.1])
            metres = min(max(metres + pace * min(pause, 30), 0.0), 160.0)
            road, along = (0, metres) if metres < 100 else (1, metres - 100)
            place = (road, along, 0, metres, 0.0, 0.0)
            if hand.random() < 0.05:
                place = (-1, math.nan, -1, math.nan, math.nan, math.nan)
            road, along, level, x, y, z = place
            rows.append((person, 1, road, along, level, x, y, z, 2.0, 0, 0, at, at))
    return rows


async def stored(history: PostgresHistory, seed: int) -> list[plain.Row]:
    """A tenth comes minutes late."""
    hand, rows = random.Random(seed), a_shift(seed)
    come = sorted(
        (r[11] + (hand.randrange(400) * SECOND if hand.random() < 0.1 else 0), r) for r in rows
    )
    frames = [
        Frame(n, now, REVISION, Readings.none(), Sightings.of([(*row[:12], now)]))
        for n, (now, row) in enumerate(come, 1)
    ]
    for at in range(0, len(frames), 200):
        await history.write(frames[at : at + 200])
    return rows


@pytest.mark.parametrize(("seed", "most"), [(1, 200_000), (2, 150)])
async def test_zones_trips_and_meetings_are_those_of_every_sample(
    history: PostgresHistory, seed: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where what is read at a time is far too little for an hour."""
    for room in ("within", "contacts"):
        monkeypatch.setattr(sys.modules[f"minesafe.queries.{room}"], "MOST_SAMPLES", most)
    rows = await stored(history, seed)
    end = max(row[11] for row in rows) + SECOND
    for span in ((START, end), (START + 777 * SECOND, START + HOUR + 5)):
        for name in ("FACE", "REFUGE"):
            number = MINE.zone_row[name]
            found = await queries.occupancy(history, MINE, number, span)
            told = [(s.person, s.entered, s.left, s.elsewhere) for s in found.stays]
            assert told == plain.stays(MINE, MINE.zones[number], rows, span)
        trips = (await queries.attendance(history, MINE, span)).trips
        assert [(t.person, t.down, t.up, t.came_up) for t in trips] == plain.trips(MINE, rows, span)
    span = (START + 100 * SECOND, START + 2 * HOUR)
    found = await queries.contacts(history, MINE, 1, span, 25.0)
    assert [(c.person, c.first, c.last, c.seconds) for c in found] == plain.met(rows, 1, span, 25.0)


async def test_who_was_near_whom_at_a_time_is_told_with_both_distances(
    history: PostgresHistory,
) -> None:
    rows = await stored(history, 3)
    people = dict(plain.of_each(rows, (0, 1 << 62)))
    asked = 0
    for at in range(START, START + HOUR, 97 * SECOND):
        places = {p: plain.place_at(own, at, plain.GAP) for p, own in people.items()}
        mine_own = places.pop(0)
        if mine_own is None:
            with pytest.raises(Refused, match="not_seen_then"):
                await queries.spot_of_person(history, MINE, 0, at)
            continue
        spot = await queries.spot_of_person(history, MINE, 0, at)
        assert (spot.seen, spot.chainage_m) == (mine_own[11], mine_own[3])
        near = [(p, o) for p, o in places.items() if o and abs(o[5] - mine_own[5]) <= 50.0]
        expected = {p: (o[11], abs(o[5] - mine_own[5]), plain.along(o, mine_own)) for p, o in near}
        found = await queries.near(history, MINE, spot, at, 50.0)
        told = {n.person: (n.seen, n.straight_m, n.along_m) for n in found}
        assert {p: pytest.approx(row) for p, row in told.items()} == expected
        asked += len(expected)
    assert asked > 10


async def test_a_question_that_is_too_long_is_refused_and_not_begun(
    history: PostgresHistory,
) -> None:
    with pytest.raises(Refused, match="ask_shorter"):
        await queries.occupancy(history, MINE, 0, (START, START + 8 * 24 * HOUR))
    with pytest.raises(Refused, match="bad_span"):
        await queries.attendance(history, MINE, (START, START))
