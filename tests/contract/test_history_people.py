"""Who was where, and what was not believed: the same on both shelves as a plain list says."""

import asyncio
import math
import random
from collections.abc import Sequence

import asyncpg
import pytest
from small_mine import REVISION, small_mine
from store_samples import START, frames
from system.parts import new_database

from minesafe.model.errors import Refused
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.presence import Presence
from minesafe.model.quality import BELIEVED, Quality
from minesafe.model.time import SECOND
from minesafe.store import history as history_module
from minesafe.store.history import PostgresHistory

MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
Row = tuple[int, int, int, float, int, float, float, float, float, int, int, int, int]


def walked(seed: int) -> list[Frame]:
    """Nine minutes of three people, and of a reader that sees nobody: late, doubled, placeless."""
    hand = random.Random(seed)
    every, now = [], START
    for seq in range(1, 180):
        now += hand.choice([0, 1, 3, 6]) * SECOND
        rows: list[Row] = []
        for tag in (-1, 0, 1, 3):
            late = hand.choice([0, 0, 0, 50, 400]) * SECOND
            road = hand.choice([-1, 0, 0, 0, 1])
            metres = hand.choice([hand.uniform(0, 100), round(hand.uniform(0, 60), 1)])
            place = (road, metres, 0, metres, 0.0, 0.0) if road >= 0 else (-1, *[math.nan] * 5)
            level = 0 if road >= 0 else -1
            x, y = place[3], place[4]
            z = 0.0 if road >= 0 else math.nan
            rows.append((tag, 1, road, place[1], level, x, y, z, 2.0, 0, 0, now - late, now))
        rows += rows[: hand.randrange(2)]
        every.append(Frame(seq, now, REVISION, Readings.none(), Sightings.of(rows)))
    return every


def down(metres: float) -> float:
    return math.floor(metres * 10) / 10


def up(metres: float) -> float:
    return math.ceil(metres * 10) / 10


def presences(rows: Sequence[Row]) -> list[tuple[object, ...]]:
    """As one writes it first."""
    groups: dict[tuple[int, int, int], list[Row]] = {}
    for row in rows:
        if row[0] >= 0:
            groups.setdefault((row[11] // MINUTE * MINUTE, row[0], row[2]), []).append(row)
    return sorted(
        (
            (
                *(*key, len(group), min(r[11] for r in group), max(r[11] for r in group)),
                *_bounds(key[2], group),
            )
        )
        for key, group in groups.items()
    )


def _bounds(road: int, group: Sequence[Row]) -> tuple[float, ...]:
    if road < 0:
        return (-1.0,) * 6
    pairs = [(down(min(r[c] for r in group)), up(max(r[c] for r in group))) for c in (3, 5, 6)]
    return tuple(bound for pair in pairs for bound in pair)


def told(found: Presence) -> list[tuple[object, ...]]:
    return sorted(
        tuple(-1.0 if isinstance(v, float) and math.isnan(v) else v for v in row)
        for row in found.rows()
    )


@pytest.mark.parametrize(("seed", "size"), [(1, 3), (2, 179)])
async def test_who_was_where_by_minute_is_what_a_plain_list_says(
    history: PostgresHistory, seed: int, size: int
) -> None:
    every = walked(seed)
    for at in range(0, len(every), size):
        await history.write(every[at : at + size])
    rows = [row for frame in every for row in frame.sightings.rows()]
    for start, end in ((START - 600 * SECOND, START + 900 * SECOND), (START, START + 200 * SECOND)):
        low, high = start // MINUTE * MINUTE, -(-end // MINUTE) * MINUTE
        inside = [row for row in rows if low <= row[11] < high]
        assert told(await history.presence(start, end)) == presences(inside)
        wanted = sorted((r for r in rows if start <= r[11] < end and r[0] in (0, 3)), key=_when)
        found = await history.tracks([0, 3], start, end, 10_000)
        assert repr(sorted(found.rows(), key=_when)) == repr(wanted)
        assert found.sampled.tolist() == [row[11] for row in wanted]
    assert len(await history.tracks([0, 3], START, START + 900 * SECOND, 7)) == 7


def _when(row: Row) -> tuple[object, ...]:
    return row[11], row[12], repr(row)


async def test_what_was_not_believed_is_told_by_step_and_quality(history: PostgresHistory) -> None:
    hand, every = random.Random(5), []
    for seq in range(1, 400):
        now = START + seq * 2 * SECOND
        quality = Quality.GOOD if seq % 90 < 60 else hand.choice(list(Quality))
        late = hand.choice([0, 0, 200]) * SECOND
        rows = [(p, 0.5, int(quality), now - late, now) for p in (0, 1)]
        every.append(Frame(seq, now, REVISION, Readings.of(rows), Sightings.none()))
    for at in range(0, len(every), 70):
        await history.write(every[at : at + 70])
    for width_s in (60, 300, 3600):
        width, count = width_s * SECOND, dict[tuple[int, int], int]()
        span = (START - START % (3600 * SECOND) - 3600 * SECOND, START + 3600 * SECOND)
        for frame in every:
            _, _, quality, sampled, _ = frame.readings.rows()[1]
            if quality not in BELIEVED:
                key = (sampled // width * width, quality)
                count[key] = count.get(key, 0) + 1
        found = await history.spells(1, *span, width_s)
        assert found.rows() == sorted((*key, n) for key, n in count.items())


# --- a plain PostgreSQL -----------------------------------------------------------------------


async def test_what_was_packed_before_there_were_presences_is_answered_from_its_chunks() -> None:
    dsn, every = new_database(), walked(3)
    history = PostgresHistory(dsn, small_mine(), spool="a", journal="a")
    for at in range(0, len(every), 30):
        await history.write(every[at : at + 30])
    span = (START - 600 * SECOND, START + 900 * SECOND)
    before = await history.presence(*span)
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=5)
    await connection.execute("DELETE FROM presences")
    newest = "(SELECT max(minute) + 1 FROM sighting_chunks)"
    await connection.execute(f"UPDATE presences_since SET minute = {newest}")
    await connection.close()
    assert told(await history.presence(*span)) == told(before)
    await history.close()


async def test_questions_asked_while_minutes_move_on_lose_and_double_nothing() -> None:
    history = PostgresHistory(new_database(), small_mine(), spool="a", journal="a")
    every, done, asked = frames(1, 900), 0, 0

    async def write() -> None:
        nonlocal done
        for at in range(0, len(every), 30):
            await history.write(every[at : at + 30])
            done = at + 30

    async def ask() -> None:
        nonlocal asked
        while done < len(every):
            least = done
            values = await history.values(0, START, START + HOUR, 10_000)
            some = await history.presence(START, START + HOUR)
            assert values.value.tolist() == [float(n) for n in range(1, len(values) + 1)]
            assert least <= len(values) <= int(some.samples.sum()) <= done + 30
            asked += 1

    await asyncio.gather(write(), ask(), ask())
    await history.close()
    assert asked > 3


async def test_a_question_the_database_takes_too_long_for_is_told_to_be_shorter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = history_module.QUESTIONS | {"statement_timeout": "1"}
    monkeypatch.setattr(history_module, "QUESTIONS", quick)
    history = PostgresHistory(new_database(), small_mine(), spool="a", journal="a")
    await history.write(large_walk())
    with pytest.raises(Refused, match="ask_shorter"):
        await history.presence(START, START + HOUR)
    assert await history.stored_through() == 1
    await history.close()


def large_walk() -> list[Frame]:
    """More rows of this minute than a millisecond is enough for."""
    rows = [
        (n % 4, 1, 0, 1.0, 0, 1.0, 0.0, 0.0, 2.0, 0, 0, START + n, START) for n in range(60_000)
    ]
    return [Frame(1, START, REVISION, Readings.none(), Sightings.of(rows))]
