"""What `windows` says of whole arrays, as a loop for the compiler: every family, sample by sample.

Every sum is taken in the order in which the arrays take it; nothing else keeps the last bit.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np

from minesafe.engine.kernels.point_loops import Rows, Told
from minesafe.engine.windows.drift import DOWN, UP
from minesafe.engine.windows.fit import ERRORS, FEWEST
from minesafe.engine.windows.table import BINS, CODE, SUMS
from minesafe.model.frame import Column
from minesafe.model.quality import Quality
from minesafe.model.time import NEWEST, OLDEST, SECOND
from minesafe.model.windows import WindowFamily

_GOOD, _FAULT = int(Quality.GOOD), int(Quality.FAULT)
_OUTSIDE, _CLOCK = int(Quality.OUT_OF_RANGE), int(Quality.CLOCK)
_RISE, _FORECAST = CODE[WindowFamily.RISE], CODE[WindowFamily.FORECAST]
_REPEAT, _OVER_TIME = CODE[WindowFamily.REPEAT], CODE[WindowFamily.OVER_TIME]
_DRIFT = CODE[WindowFamily.DRIFT]


class Heeded(NamedTuple):
    """What the layout says of points, (P,)."""

    first: Column
    """(P + 1,): the rules of point p are first[p] … first[p + 1] - 1."""
    stale: Column
    low: Column
    high: Column
    believes: Column
    counts: Column


class Ruled(NamedTuple):
    """What the layout says of rules over time, (W,); see `WindowTable`."""

    family: Column
    sign: Column
    width: Column
    window: Column
    limit: Column
    restore: Column
    needed: Column
    """The table's `count`."""
    of: Column
    over: Column
    horizon: Column
    target: Column
    slack: Column
    conditions: Column
    """Of each family."""


class Summed(NamedTuple):
    """Columns of the state, changed in place; bins and sums of a row one after the other."""

    window_bins: Column
    window_older: Column
    window_reach: Column
    window_bin: Column
    window_held: Column
    window_at: Column
    window_on: Column


def look_back(
    rows: Rows, begin: int, heeded: Heeded, table: Ruled, state: Summed, told: Told
) -> tuple[int, int]:
    """Judge the rules over time of each row's point, from row `begin` on.

    Returns:
        Where it stopped, which is before the end where `told` had no more room; and how many
        transitions it wrote.
    """
    points, values, qualities, sampled, received = rows
    first, stale, low, high, believes, counts = heeded
    families, signs, widths, windows, limits, restores = (
        table.family, table.sign, table.width, table.window, table.limit, table.restore
    )  # fmt: skip
    needed, of, over, horizon = table.needed, table.of, table.over, table.horizon
    target, slack, conditions = table.target, table.slack, table.conditions
    bins, older, reach, newest, held, heard, on = state
    known, room, n = len(first) - 1, len(told.subject), 0
    for i in range(begin, len(points)):
        p = points[i]
        if p < 0 or p >= known or first[p] == first[p + 1]:
            continue
        if n + first[p + 1] - first[p] > room:
            return i, n
        ahead = sampled[i] - received[i]
        off = ahead < OLDEST or ahead > NEWEST
        at = received[i] if off else sampled[i]
        v, q = values[i], int(qualities[i])
        if believes[q]:
            if v != v:
                q = _FAULT
            elif v < low[p] or v > high[p]:
                q = _OUTSIDE
            elif off and q == _GOOD:
                q = _CLOCK
        believed = counts[q]
        for r in range(first[p], first[p + 1]):
            if at < heard[r]:
                continue
            family, sign, width, limit = families[r], signs[r], widths[r], limits[r]
            value = v * sign if believed else 0.0
            number = at // width
            second = (at - number * width) / SECOND
            # A new bin: what is out of the window goes, the rest is added up, the oldest first.
            if family != _DRIFT and number != newest[r]:
                for k in range(BINS):
                    if newest[r] - (newest[r] - k) % BINS <= number - BINS:
                        for s in range(SUMS):
                            bins[(r * BINS + k) * SUMS + s] = 0.0
                for s in range(SUMS):
                    older[r * SUMS + s] = 0.0
                reach[r] = 0
                for back in range(BINS - 1, 0, -1):
                    b, o = (r * BINS + (number - back) % BINS) * SUMS, r * SUMS
                    if family in (_RISE, _FORECAST):
                        shift, m, t = -back * (width / SECOND), bins[b], bins[b + 1]
                        older[o] += m
                        older[o + 1] += t + shift * m
                        older[o + 2] += bins[b + 2]
                        older[o + 3] += bins[b + 3] + 2 * shift * t + shift * shift * m
                        older[o + 4] += bins[b + 4] + shift * bins[b + 2]
                        older[o + 5] += bins[b + 5]
                    else:
                        for s in range(SUMS):
                            older[o + s] += bins[b + s]
                    if reach[r] == 0 and bins[b] > 0:
                        reach[r] = back
            newest[r] = number
            b, o = (r * BINS + number % BINS) * SUMS, r * SUMS
            raises = clears = False
            tells = 0.0
            if family in (_RISE, _FORECAST):
                if believed:
                    bins[b] += 1.0
                    bins[b + 1] += second
                    bins[b + 2] += value
                    bins[b + 3] += second * second
                    bins[b + 4] += second * value
                    bins[b + 5] += value * value
                m, t, vs = (
                    older[o] + bins[b],
                    older[o + 1] + bins[b + 1],
                    older[o + 2] + bins[b + 2],
                )
                if believed and m >= FEWEST and reach[r] >= BINS // 2:
                    xx = older[o + 3] + bins[b + 3] - t * t / m
                    if xx > 0:
                        xy = older[o + 4] + bins[b + 4] - t * vs / m
                        slope = xy / xx
                        left = older[o + 5] + bins[b + 5] - vs * vs / m - slope * xy
                        left = left / (m - 2) if left > 0 else 0.0
                        error = sqrt(left / xx)
                        if family == _RISE:
                            tells = slope * 60
                            raises = (slope - ERRORS * error) * 60 >= limit
                            clears = tells < restores[r]
                        else:
                            away = second + horizon[r] - t / m
                            then, turned = vs / m + slope * away, error * away
                            error = sqrt(left / m + turned * turned)
                            tells = then * sign
                            raises = slope > 0 and then - ERRORS * error >= limit
                            clears = then < restores[r]
            elif family == _REPEAT:
                if believed:
                    bins[b] += 1.0
                    bins[b + 1] += 1.0 if value >= limit else 0.0
                m, tells = older[o] + bins[b], older[o + 1] + bins[b + 1]
                raises = tells >= needed[r] and (of[r] == 0 or tells * of[r] >= needed[r] * m)
                clears = not raises
            elif family == _DRIFT:
                if believed:
                    b, away, top = r * BINS * SUMS, value - target[r], 2 * limit
                    up, down = bins[b + UP] + (away - slack[r]), bins[b + DOWN] + (-away - slack[r])
                    up, down = up if up > 0 else 0.0, down if down > 0 else 0.0
                    up, down = top if up > top else up, top if down > top else down
                    bins[b + UP], bins[b + DOWN] = up, down
                    worst = up if up >= down else down
                    raises, clears, tells = worst >= limit, worst <= 0, up if up >= down else -down
            else:
                stood = held[r]
                if stood == stood:
                    lasted = at - heard[r]
                    seconds = (lasted if lasted < stale[p] else stale[p]) / SECOND
                    bins[b] += seconds
                    bins[b + 1] += stood * seconds
                    if stood >= limit:
                        bins[b + 2] += seconds
                if family == _OVER_TIME:
                    tells = older[o + 2] + bins[b + 2]
                    raises = tells >= over[r]
                    clears = not raises
                else:
                    seconds, dose = older[o] + bins[b], older[o + 1] + bins[b + 1]
                    mean = dose / (seconds if seconds > windows[r] else windows[r])
                    raises, clears, tells = mean >= limit, mean < restores[r], mean * sign
            now = on[r]
            if believed:
                now = not clears if on[r] else raises
            if now != on[r]:
                told.condition[n], told.subject[n], told.on[n] = conditions[family], p, now
                told.value[n], told.at[n] = tells, at
                on[r] = now
                n += 1
            held[r] = value if believed else np.nan
            heard[r] = at
    return len(points), n
