"""People who only walked on: the bytes, read again as plainly as can be, as a page does too."""

import json
import struct
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
from desk_on_paper import DeskOnPaper
from hypothesis import given
from hypothesis import strategies as st

from minesafe.model.mine import Mine
from minesafe.model.picture import Picture
from minesafe.model.time import SECOND
from minesafe.web.changes import Told
from minesafe.web.walks import Walks

NOW = 1_764_230_400 * SECOND
LENGTHS = (120.0, 6400.0, 33.3)
FIXTURE = Path(__file__).parents[2] / "src/minesafe/web/ui/src/lib/live/walks.fixture.json"
"""What the pages' own test reads."""


def mine(*, areas: tuple[bool, ...] = (False,)) -> Mine:
    """As much of a mine as walks need."""
    roadways = [SimpleNamespace(length_m=metres) for metres in LENGTHS]
    zones = [SimpleNamespace(polygon=((0, 0),) if area else ()) for area in areas]
    known = SimpleNamespace(revision="a82331c349dd817e", roadways=roadways, zones=zones)
    return cast("Mine", known)


def picture(people: list[tuple[int, float, int]], inside: object = None) -> Picture:
    """Roadway, metres and age of each."""
    roadway, chainage, age = (np.array(column) for column in zip(*people, strict=True))
    size = len(people)
    shown = SimpleNamespace(
        roadway=roadway.astype(np.int32),
        chainage=chainage.astype(float),
        seen=NOW - age.astype(np.int64),
        out=np.zeros(size, bool),
        inside=np.zeros((size, 1), bool) if inside is None else inside,
        underground=size,
    )
    return cast("Picture", shown)


def read(message: bytes) -> dict[int, tuple[float, int]]:
    """Row to share of the roadway and quarters of a second, a bit after the other."""
    people = struct.unpack_from("<I", message, 20)[0]
    bits = message[24 : 24 + (people + 7) // 8]
    rows = [row for row in range(people) if bits[row // 8] >> row % 8 & 1]
    at = 24 + len(bits)
    ages = message[at + 2 * len(rows) :]
    assert len(ages) == (len(rows) + 1) // 2, "and nothing behind them"
    return {
        row: (
            struct.unpack_from("<H", message, at + 2 * i)[0] / 65_535,
            ages[i // 2] >> 4 * (i % 2) & 15,
        )
        for i, row in enumerate(rows)
    }


PEOPLE = st.lists(
    st.tuples(
        st.integers(-1, len(LENGTHS) - 1),
        st.floats(0, 1).map(lambda share: share),
        st.integers(0, 10 * SECOND),
    ),
    min_size=1,
    max_size=70,
)


@given(PEOPLE, st.data())
def test_what_is_read_is_where_they_are_to_a_decimetre_and_never_fresher(
    people: list[tuple[int, float, int]], data: st.DataObject
) -> None:
    shown = picture([(way, LENGTHS[way] * share, age) for way, share, age in people])
    some = data.draw(st.lists(st.sampled_from(range(len(people))), unique=True).map(sorted))
    walks = Walks(mine())
    rows = walks.tellable(shown, NOW, np.array(some, np.int64))
    wanted = [r for r in some if people[r][0] >= 0 and people[r][2] <= 3.75 * SECOND]
    assert rows.tolist() == wanted
    told = read(walks.told(shown, NOW, rows))
    assert list(told) == wanted
    for row, (share, quarters) in told.items():
        way, real, age = people[row]
        assert abs(share - real) * LENGTHS[way] <= 0.06
        assert age <= quarters * SECOND / 4 < age + SECOND / 4


def test_ten_thousand_who_all_walked_fit_into_thirty_kilobytes() -> None:
    shown = picture([(row % 3, row % 30, row % SECOND) for row in range(10_000)])
    assert len(Walks(mine()).told(shown, NOW, np.arange(10_000))) < 30_000


def test_who_is_in_an_open_area_is_told_in_words() -> None:
    shown = picture([(0, 1.0, 0), (0, 2.0, 0)], np.array([[True], [False]]))
    assert Walks(mine(areas=(True,))).tellable(shown, NOW, np.arange(2)).tolist() == [1]


def test_only_who_did_nothing_but_walk_is_told_apart() -> None:
    seen = DeskOnPaper().seen
    told = Told(seen)
    chainage, flags = seen.chainage + 1.0, seen.flags.copy()
    flags[1] ^= 1
    error = seen.error.copy()
    error[2] += 5.0
    seen.error[3] = error[3] = np.inf  # never seen
    rows, walked = told.turn_apart(replace(seen, chainage=chainage, flags=flags, error=error))
    everybody = set(range(len(chainage)))
    assert set(rows.people.tolist()) == everybody
    assert set(walked.tolist()) == everybody - {1, 2, 3}
    assert set(rows.without(walked).people.tolist()) == {1, 2, 3}


def test_a_page_reads_the_same_bytes() -> None:
    shown = picture([(0, 60.0, 0), (1, 1600.0, 1_100_000), (2, 3.0, 0), (0, 119.0, 3_700_000)])
    message = Walks(mine()).told(shown, NOW, np.array([0, 1, 3]))
    fixture = json.loads(FIXTURE.read_text("utf-8"))
    assert fixture["bytes"] == ((7).to_bytes(4, "little") + message).hex()
    assert fixture["told"] == [[0, 60.0, 0], [1, 1600.0, 1_250_000], [3, 119.0, 3_750_000]]
