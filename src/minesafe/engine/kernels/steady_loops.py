"""What `steady` says of whole arrays, as a loop for the compiler: stuck, and without noise."""

from typing import NamedTuple

import numpy as np

from minesafe.engine.kernels.point_loops import Rows, Told
from minesafe.engine.steady import BACK, COLLAPSED, ENOUGH, LARGEST, LATELY, LEARNT, USUALLY
from minesafe.model.frame import Column
from minesafe.model.quality import Quality
from minesafe.model.time import NEWEST, OLDEST
from minesafe.model.verdict import Condition

_GOOD, _FAULT = int(Quality.GOOD), int(Quality.FAULT)
_OUTSIDE, _CLOCK = int(Quality.OUT_OF_RANGE), int(Quality.CLOCK)
_STUCK, _NOISELESS = int(Condition.STUCK), int(Condition.NOISELESS)


class Patience(NamedTuple):
    """What the layout says of points that may not stand still; see `layout.SteadyTable`."""

    watched: Column
    patience: Column
    noisy: Column
    quiet: Column
    step: Column
    stale: Column
    low: Column
    high: Column
    believes: Column
    counts: Column


class Followed(NamedTuple):
    """Columns of the state, changed in place."""

    followed: Column
    followed_at: Column
    anchor: Column
    moved: Column
    stuck: Column
    noise: Column
    usual_noise: Column
    steps: Column
    noiseless: Column


def follow(rows: Rows, begin: int, table: Patience, state: Followed, told: Told) -> tuple[int, int]:
    """Look at each sample of a watched point, from row `begin` on.

    Returns:
        Where it stopped, which is before the end where `told` had no more room; and how many
        transitions it wrote.
    """
    point, values, qualities, sampled, received = rows
    watched, patience, noisy, quiet, steps_of, stale, low, high, believes, counts_of = table
    followed, followed_at, anchor, moved, stuck, noise, usual_noise, steps, noiseless = state
    room, n = len(told.subject) - 2, 0
    for i in range(begin, len(point)):
        if n > room:
            return i, n
        p = point[i]
        if p < 0 or p >= len(watched) or not watched[p]:
            continue
        ahead = sampled[i] - received[i]
        off = ahead < OLDEST or ahead > NEWEST
        at = received[i] if off else sampled[i]
        if at < followed_at[p]:
            continue
        v, q = values[i], int(qualities[i])
        if believes[q]:
            if v != v:
                q = _FAULT
            elif v < low[p] or v > high[p]:
                q = _OUTSIDE
            elif off and q == _GOOD:
                q = _CLOCK
        believed = counts_of[q]
        live = believed and v > quiet[p]
        unheard = at > followed_at[p] + stale[p]

        was = stuck[p]
        same = abs(v - anchor[p]) < steps_of[p]
        anew = (believed and not same) or (not was and (unheard or not live))
        if anew:
            anchor[p] = v if live else np.nan
            moved[p] = at
        now = not anew and (was or at - moved[p] >= patience[p])
        if now != was:
            told.condition[n], told.subject[n], told.on[n] = _STUCK, p, now
            told.value[n], told.at[n] = v, at
            n += 1
        stuck[p] = now

        was = noiseless[p]
        step = abs(v - followed[p]) / steps_of[p]
        counts = live and not unheard and step == step and noisy[p]
        weight = min(steps[p] + 1, USUALLY)
        if counts:
            square = min(step, LARGEST) * min(step, LARGEST)
            noise[p] += (square - noise[p]) / LATELY
            if not was:
                usual_noise[p] += (square - usual_noise[p]) / weight
            steps[p] = weight
        if was:
            back = counts and noise[p] >= BACK * usual_noise[p]
            now = not (back or (believed and not live))
        else:
            known = counts and weight >= LEARNT and usual_noise[p] >= ENOUGH
            now = known and noise[p] < COLLAPSED * usual_noise[p]
        if now != was:
            told.condition[n], told.subject[n], told.on[n] = _NOISELESS, p, now
            told.value[n], told.at[n] = v, at
            n += 1
        noiseless[p] = now

        followed[p] = v if live else np.nan
        followed_at[p] = at
    return len(point), n
