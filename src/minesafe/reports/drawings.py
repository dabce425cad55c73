"""Curves and tracks as SVG: few marks, no scripts, the same on a page and on paper."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
import numpy.typing as npt

from minesafe.model.mine import Mine
from minesafe.model.time import Micros

WIDTH, HEIGHT = 720, 180
LEFT, BOTTOM, TOP = 48, 24, 8
MOST_DOTS = 1_400
"""Two a pixel: the least and the greatest of what falls upon it."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What one point measured."""

    point: str
    unit: str
    times: npt.NDArray[np.int64]
    """(n,) `Micros`, ascending."""
    values: npt.NDArray[np.float64]
    """(n,), NaN where there was none."""
    limits: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Track:
    """Where one person was, in the mine's plan."""

    person: str
    places: tuple[tuple[float, float], ...]
    """(x, y) m, in order of time."""


def curve_svg(curve: Curve, at: Callable[[Micros], str]) -> str:
    """One curve with its limits.

    Args:
        curve: what was measured.
        at: writes a time.
    """
    known = curve.values[np.isfinite(curve.values)]
    if not len(known):
        return _svg(WIDTH, HEIGHT, "")
    low, high = min(float(known.min()), 0.0), max(float(known.max()), *curve.limits, 0.0)
    high = low + 1.05 * (high - low) if high > low else low + 1.0
    first, last = int(curve.times[0]), int(curve.times[-1])
    across, down = WIDTH - LEFT, HEIGHT - BOTTOM - TOP

    def x(time: float) -> float:
        return LEFT + across * (time - first) / max(last - first, 1)

    def y(value: float) -> float:
        return TOP + down * (high - value) / (high - low)

    lines = [
        f'<line x1="{LEFT}" y1="{y(v):.1f}" x2="{WIDTH}" y2="{y(v):.1f}" stroke="#c0392b"'
        f' stroke-dasharray="6 4"/><text x="{LEFT - 6}" y="{y(v) + 4:.1f}" text-anchor="end"'
        f' fill="#c0392b">{v:g}</text>'
        for v in curve.limits
    ]
    strokes = [
        f'<polyline fill="none" stroke="#1f4e79" stroke-width="1.5" points="{points}"/>'
        for points in _strokes(*_thinned(curve), x, y)
    ]
    frame = (
        f'<rect x="{LEFT}" y="{TOP}" width="{across}" height="{down}" fill="none" stroke="#999"/>'
        f'<text x="{LEFT}" y="{HEIGHT - 6}">{escape(at(first))}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT - 6}" text-anchor="end">{escape(at(last))}</text>'
        f'<text x="{LEFT - 6}" y="{TOP + 10}" text-anchor="end">{high:.3g}</text>'
        f'<text x="{LEFT - 6}" y="{HEIGHT - BOTTOM}" text-anchor="end">{low:.3g}</text>'
    )
    return _svg(WIDTH, HEIGHT, frame + "".join(lines) + "".join(strokes))


def _thinned(curve: Curve) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """At most `MOST_DOTS` samples, the least and greatest of each stretch among them."""
    number = len(curve.values)
    if number <= MOST_DOTS:
        return curve.times, curve.values
    kept: list[int] = []
    for part in np.array_split(np.arange(number), MOST_DOTS // 2):
        values = curve.values[part]
        if np.isnan(values).any():
            kept.append(int(part[np.isnan(values)][0]))
        if not np.isnan(values).all():
            kept += [int(part[np.nanargmin(values)]), int(part[np.nanargmax(values)])]
    rows = np.unique(kept)
    return curve.times[rows], curve.values[rows]


def _strokes(
    times: npt.NDArray[np.int64],
    values: npt.NDArray[np.float64],
    x: Callable[[float], float],
    y: Callable[[float], float],
) -> Iterator[str]:
    """The curve, parted where nothing was measured."""
    gaps = np.flatnonzero(np.isnan(values))
    for part in np.split(np.arange(len(values)), gaps):
        rows = part[np.isfinite(values[part])]
        if len(rows):
            yield " ".join(f"{x(int(times[i])):.1f},{y(float(values[i])):.1f}" for i in rows)


def tracks_svg(mine: Mine, tracks: Sequence[Track], last: str) -> str:
    """The mine's plan with where people went; north is up.

    Args:
        mine: whose roadways are drawn.
        tracks: where people went.
        last: who was safe last, drawn over the others.
    """
    corners = np.array([p[:2] for road in mine.roadways for p in road.path])
    low, high = corners.min(axis=0), corners.max(axis=0)
    scale = (WIDTH - 2 * TOP) / max(float((high - low)[0]), 1.0)
    tall = float((high - low)[1]) * scale + 2 * TOP

    def dots(places: Sequence[Sequence[float]]) -> str:
        return " ".join(
            f"{TOP + (p[0] - low[0]) * scale:.1f},{TOP + (high[1] - p[1]) * scale:.1f}"
            for p in places
        )

    roads = (_line(dots(road.path), "#bbb", 2.0) for road in mine.roadways)
    others = (_line(dots(t.places), "#2a6fb0", 1.0) for t in tracks if t.person != last)
    red = (_line(dots(t.places), "#c0392b", 2.5) for t in tracks if t.person == last)
    return _svg(WIDTH, tall, "".join([*roads, *others, *red]))


def _line(points: str, colour: str, width: float) -> str:
    return (
        f'<polyline fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-linejoin="round" points="{points}"/>'
    )


def _svg(width: float, height: float, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'font-family="sans-serif" font-size="11" fill="#333">{inside}</svg>'
    )
