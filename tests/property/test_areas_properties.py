"""A polygon holds exactly the places that geometry says it holds, its edge included."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from minesafe.engine.areas import FARTHEST, Area

Corners = list[tuple[int, int]]

SMALL, WIDE = st.integers(-6, 6), st.integers(-FARTHEST, FARTHEST)


def polygons(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Corners]:
    """Simple polygons: degenerate corners on one line, slivers and spikes among them."""
    corners = st.lists(st.tuples(numbers, numbers), min_size=3, max_size=9, unique=True)
    return corners.filter(lambda c: shapely.Polygon(c).is_valid)


def around(corners: Corners) -> list[tuple[int, int]]:
    """Every corner, the middle of every edge, and all eight neighbours of each."""
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    spots = [*corners, *(((a + c) // 2, (b + d) // 2) for (a, b), (c, d) in pairs)]
    near = [(x + i, y + j) for x, y in spots for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return [(x, y) for x, y in near if max(abs(x), abs(y)) <= FARTHEST]


def agrees(corners: Corners, places: list[tuple[int, int]]) -> None:
    x, y = np.array(places, np.int64).T
    held = Area.of(0, 0, 0.0, tuple(corners)).holds(x, y)
    oracle = shapely.covers(shapely.Polygon(corners), shapely.points(x, y))
    assert held.tolist() == oracle.tolist()


@given(polygons(SMALL))
def test_every_place_of_a_small_grid_is_told_as_shapely_tells_it(corners: Corners) -> None:
    agrees(corners, [(x, y) for x in range(-7, 8) for y in range(-7, 8)])


@given(polygons(WIDE), st.lists(st.tuples(WIDE, WIDE), max_size=20))
def test_corners_edges_and_their_neighbours_a_millimetre_off(
    corners: Corners, places: list[tuple[int, int]]
) -> None:
    agrees(corners, [*around(corners), *places])


@pytest.mark.parametrize("seed", range(4))
def test_a_hundred_thousand_places_of_a_ragged_stope(seed: int) -> None:
    chance = np.random.default_rng(seed)
    turn = np.sort(chance.uniform(0, 2 * np.pi, 40))
    out = chance.uniform(20_000, 90_000, 40)
    corners = np.rint(np.stack([out * np.cos(turn), out * np.sin(turn)], axis=1)).astype(int)
    agrees(
        [(int(x), int(y)) for x, y in corners],
        [(int(x), int(y)) for x, y in chance.integers(-95_000, 95_000, (100_000, 2))],
    )


@given(polygons(SMALL), st.tuples(SMALL, SMALL))
def test_how_far_off_a_place_is(corners: Corners, place: tuple[int, int]) -> None:
    x, y = np.array([place]).T
    away = Area.of(0, 0, 0.0, tuple(corners)).away(x, y)
    ring = shapely.LinearRing(corners)
    assert away[0] == pytest.approx(shapely.distance(ring, shapely.Point(place)), abs=1e-9)
