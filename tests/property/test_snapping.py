"""A measured point goes where a plain look at every roadway would put it, and says how sure."""

from dataclasses import replace
from itertools import pairwise
from math import dist

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_mine import roadway, small_mine

from minesafe.config import load, shipped
from minesafe.model.mine import Level, Mine
from minesafe.sources.positioning.snap import FARTHEST_M, LEAST_DOUBT_M, MOST_DOUBT_M, Snapper

DEMO = load(shipped("demo"))
SNAPPER = Snapper(DEMO)
ENDS = [place for r in DEMO.roadways for place in r.path]

XYZ = tuple[float, float, float]


def feet(mine: Mine, at: XYZ, level: str = "") -> list[tuple[float, str, XYZ]]:
    """Every stretch of every roadway looked at: metres off, the roadway, and where on it."""
    found = []
    for road in mine.roadways:
        for a, b in pairwise(road.path):
            leg2 = dist(a, b) ** 2
            along = sum((p - s) * (e - s) for p, s, e in zip(at, a, b, strict=True))
            share = min(max(along / leg2 if leg2 else 0.0, 0.0), 1.0)
            x, y, z = (s + share * (e - s) for s, e in zip(a, b, strict=True))
            if level in ("", road.level):
                found.append((dist((x, y, z), at), road.id, (x, y, z)))
    return found


def error_of(found: list[tuple[float, str, XYZ]], given_m: float) -> float:
    """What nobody can tell apart is in the error."""
    off, road, foot = min(found)
    doubt = off + min(max(2 * given_m, LEAST_DOUBT_M), MOST_DOUBT_M)
    apart = [dist(foot, f) for o, r, f in found if o <= doubt and r != road]
    return max(given_m, off) + max(apart, default=0.0)


@given(
    st.sampled_from(ENDS),
    st.sampled_from(ENDS),
    st.floats(0, 1),
    st.tuples(*[st.floats(-40, 40)] * 3),
    st.floats(0.05, 15),
)
def test_a_point_goes_where_a_look_at_every_roadway_puts_it(
    a: XYZ, b: XYZ, share: float, beside: XYZ, error: float
) -> None:
    """Points near roadways, between them and beyond them."""
    x, y, z = (p + share * (q - p) * 0.1 + d for p, q, d in zip(a, b, beside, strict=True))
    found, spot = feet(DEMO, (x, y, z)), SNAPPER.snap(x, y, z, error)
    off = min(found)[0]
    if spot is None:
        assert off > FARTHEST_M - 1e-6
        return
    assert spot.off_m == pytest.approx(off, abs=1e-6)
    as_near = {road for o, road, _ in found if o <= off + 1e-6}
    assert DEMO.roadways[spot.roadway].id in as_near
    assert 0 <= spot.chainage <= DEMO.roadways[spot.roadway].length_m + 1e-6
    at_the_edge = {o for o, _, _ in found if abs(o - off - max(2 * error, 1)) < 1e-6}
    if len(as_near) == 1 and not at_the_edge:
        assert spot.error == pytest.approx(error_of(found, error), abs=1e-6)


@given(st.floats(), st.floats(), st.one_of(st.none(), st.floats()))
def test_no_number_is_too_odd_to_be_nowhere(x: float, y: float, z: float | None) -> None:
    spot = SNAPPER.snap(x, y, z, 0.3)
    assert spot is None or spot.off_m <= FARTHEST_M


def stacked() -> Mine:
    """One roadway 40 m above the other, and one beside it, 6 m away."""
    upper = roadway("UP", "N0", "N1", 100.0)
    lower = replace(
        roadway("LOW", "N0", "N1", 100.0), level="L2", path=((0, 0, -40), (100, 0, -40))
    )
    beside = replace(roadway("BESIDE", "N0", "N1", 100.0), path=((0, 6, 0), (100, 6, 0)))
    base = small_mine()
    levels = (*base.levels, Level("L2", base.name, -340.0))
    return replace(base, levels=levels, roadways=(upper, lower, beside))


def test_the_height_tells_the_level_and_the_level_tells_it_without_a_height() -> None:
    snapper = Snapper(stacked())
    roads = [
        snapper.snap(50, 0, -38, 0.3),
        snapper.snap(50, 0, None, 0.3, level=1),
        snapper.snap(50, 0, None, 0.3, level=0),
        snapper.snap(50, 0, -2, 0.3, level=1),
    ]
    assert [spot and spot.roadway for spot in roads] == [1, 1, 0, None]


def test_between_two_roadways_the_error_reaches_to_the_other() -> None:
    snapper = Snapper(stacked())
    near, between = snapper.snap(50, 0.2, 0, 0.3), snapper.snap(50, 2.9, 0, 0.3)
    assert near is not None
    assert between is not None
    assert (near.roadway, round(near.error, 2)) == (0, 0.3)
    assert (between.roadway, round(between.error, 2)) == (0, 8.9)


def test_without_height_and_level_both_levels_are_in_the_error() -> None:
    spot = Snapper(stacked()).snap(50, 0, None, 0.3)
    assert spot is not None
    assert spot.error >= 40
