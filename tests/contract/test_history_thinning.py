"""A kind with a dead-band: what says nothing new is judged, not stored, and counted."""

from dataclasses import replace

import pytest
from history_line import ALWAYS, ask
from hypothesis import given
from hypothesis import strategies as st
from small_mine import REVISION, small_mine
from store_samples import START
from system.parts import new_database

from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.store.history import PostgresHistory
from minesafe.store.thinning import Band, is_news

BAND = 0.05


def banded() -> PostgresHistory:
    """The kind of the first point is stored by hundredths of five, and at least every minute."""
    mine = small_mine()
    kind = mine.points[0].kind
    kinds = tuple(
        replace(k, store_band=BAND, store_every_s=60.0) if k.id == kind else k for k in mine.kinds
    )
    own = replace(mine, kinds=kinds)
    return PostgresHistory(new_database(), own, spool="a", journal="a")


def frame(seq: int, *rows: tuple[int, float, int]) -> Frame:
    at = START + seq * SECOND
    readings = Readings.of([(p, value, int(quality), at, at) for p, value, quality in rows])
    return Frame(seq, at, REVISION, readings, Sightings.none())


async def test_what_says_nothing_new_is_left_out_and_its_frame_says_so() -> None:
    history = banded()
    last = len(small_mine().points) - 1
    told = [0.50, 0.52, 0.54, 0.56, 0.53, 0.61, 0.60]
    every = [frame(n, (0, v, Quality.GOOD), (last, v, Quality.GOOD)) for n, v in enumerate(told, 1)]
    every.append(frame(8, (0, 0.60, Quality.FAULT)))
    every += [frame(9 + n, (0, 0.60, Quality.GOOD)) for n in range(62)]
    for batch in (every[:3], every[3:5], every[5:]):
        await history.write(batch)
    kept = await history.values(0, *ALWAYS, 1000)
    times = ((kept.sampled - START) // SECOND).tolist()
    assert times == [1, 4, 8, 9, 69], "first, news, a bad one, good again, a heartbeat"
    assert len(await history.values(last, *ALWAYS, 1000)) == len(told), "another kind is whole"
    dsn = history._database._dsn
    counts = "SELECT array_agg(seq ORDER BY seq) FROM frames WHERE left_out > 0 AND seq < 11"
    assert await ask(dsn, counts) == [2, 3, 5, 6, 7, 10]
    whole = "SELECT sum(readings - left_out) FROM frames"
    assert await ask(dsn, whole) == 5 + len(told)
    await history.close()


@pytest.mark.parametrize("quality", [Quality.FAULT, Quality.CLOCK])
@given(st.floats(), st.floats())
def test_a_value_that_is_not_plainly_good_is_always_news(
    quality: Quality, last: float, value: float
) -> None:
    band = Band(BAND, 60 * SECOND)
    assert is_news(band, (last, int(quality), START), (value, int(quality), START + 1))
