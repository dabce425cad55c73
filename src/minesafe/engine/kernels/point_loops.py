"""Points one by one: what `limits` says of whole arrays, as loops; `silence` in `clock_loops`.

The loops are for the compiler; run as the Python they are, they give the same, slowly. A reading
takes one of two ways:

- `scan`, the quick way: the value lies where no limit, range or quality of its point can change,
  so its value and its time are all there is to keep;
- `judge_rows`, the exact way, for the rows that `scan` could not pass: every rule, one by one.

A point whose row went the exact way is barred from the quick one until it has been judged, so
the samples of a point are taken in their order however often it occurs in a frame.

Written out at length on purpose: a compiled helper that is handed these arrays counts references
to every one of them at every call, which costs more than all the rest (numba issues 2248, 2345).
"""

from typing import NamedTuple

import numpy as np

from minesafe.engine.layout import LIMITS
from minesafe.engine.state import NEVER
from minesafe.model.frame import Column
from minesafe.model.quality import Quality
from minesafe.model.time import NEWEST, OLDEST
from minesafe.model.verdict import Condition

BLOCK = 128
"""Points looked at together: enough for wide registers, few enough that one odd value in a block
costs little."""

AT_ONCE = np.iinfo(np.int64).min
"""A block of points that has to be looked at whatever the time."""

VALUES, TIMES = 16, 4
"""So many columns `Rules` has of either, and where which begin."""
THRESHOLD, RESTORE, CALM, LOWEST, HIGHEST = 0, 6, 12, 14, 15
DELAY, STALE, GRACE = 0, 2, 3

BARRED = np.float32(np.inf)

_ALL_FIT = np.uint64(0x0101010101010101)
"""Eight truths at a glance."""

_LIMITS = len(LIMITS)

# Enumerations are plain numbers to the compiler.
_GOOD, _FAULT, _LOST = int(Quality.GOOD), int(Quality.FAULT), int(Quality.COMMS_LOST)
_OUTSIDE, _CLOCK = int(Quality.OUT_OF_RANGE), int(Quality.CLOCK)
_CALIBRATING = int(Quality.CALIBRATING)
_BAD = int(Condition.BAD)


class Rows(NamedTuple):
    """Readings of a frame, (n,) each."""

    point: Column
    value: Column
    quality: Column
    sampled: Column
    received: Column


class Rules(NamedTuple):
    """What the layout says of points, a row behind the other; see `layout.PointTable`.

    Whatever is asked of one point lies side by side: a point that goes the exact way is not in
    the cache, and each line of it that has to be fetched costs as much as all the comparing.
    """

    value: Column
    """(P, `VALUES`): thresholds, restore values, the calm interval, the measuring range."""
    time: Column
    """(P, `TIMES`): both delays, the stale time and the grace."""
    quiet: Column
    """float32, (P, 2): from the one through the other a good value is calm and in range."""
    signs: Column
    """(L,), and the code of each limit."""
    conditions: Column
    believes: Column
    may_raise: Column
    stops_a_raise: Column


class Known(NamedTuple):
    """Columns of the state, a row behind the other, changed in place."""

    value: Column
    compared: Column
    quality: Column
    judged: Column
    bad: Column
    silent: Column
    stirred: Column
    active: Column
    due: Column
    calibrating: Column


class Near(NamedTuple):
    """What follows from rules and state, kept so that it need not be found anew."""

    low: Column
    """float32 (P,): as `Rules.quiet` where the quick way is open, `BARRED` where it is not."""
    high: Column
    look: Column
    """(P / BLOCK + 1,): until then no point of the block can fall silent; the last, of none."""
    ring: Column
    """(P / BLOCK + 1,): before that no delay of the block can end; the last, of none."""


class Told(NamedTuple):
    """Room for transitions."""

    condition: Column
    subject: Column
    on: Column
    value: Column
    at: Column


def scan(rows: Rows, value: Column, judged: Column, near: Near, missed: Column) -> int:
    """Take the quick way with every row that may; write the others' numbers to `missed`.

    Returns:
        How many were missed.
    """
    point, values, quality, sampled, received = rows
    low, high, _, _ = near
    points, misses, fits = len(judged), 0, np.empty(BLOCK, np.bool_)
    eights = fits.view(np.uint64)
    spared, stayed = np.empty(BLOCK, np.float64), np.empty(BLOCK, np.int64)
    # In blocks of a length that the compiler knows, cut once: it makes wide instructions of them,
    # and cutting each would cost as much as looking at it.
    blocks = len(point) // BLOCK
    p = point[: blocks * BLOCK].reshape(blocks, BLOCK)
    v = values[: blocks * BLOCK].reshape(blocks, BLOCK)
    q = quality[: blocks * BLOCK].reshape(blocks, BLOCK)
    s = sampled[: blocks * BLOCK].reshape(blocks, BLOCK)
    r = received[: blocks * BLOCK].reshape(blocks, BLOCK)
    begin = 0
    while begin < len(point):
        # A run of neighbours, as from a polled device: so many whole blocks of every point once.
        block, run, strays = begin // BLOCK, 0, 0
        first = np.int64(point[begin])
        while block + run < blocks and 0 <= first <= points - (run + 1) * BLOCK:
            for i in range(BLOCK):
                strays += p[block + run, i] != first + run * BLOCK + i
            if strays:
                break
            run += 1
        last = first + run * BLOCK
        if run:
            was, heard = (
                value[first:last].reshape(run, BLOCK),
                judged[first:last].reshape(run, BLOCK),
            )
            least, most = low[first:last].reshape(run, BLOCK), high[first:last].reshape(run, BLOCK)
            for k in range(run):
                b, odd = block + k, 0
                for i in range(BLOCK):  # only counted: to keep which, costs a store for each
                    ahead = s[b, i] - r[b, i]
                    odd += not (
                        (least[k, i] <= v[b, i])
                        & (v[b, i] <= most[k, i])
                        & (q[b, i] == _GOOD)
                        & (ahead >= OLDEST)
                        & (ahead <= NEWEST)
                        & (s[b, i] >= heard[k, i])
                    )
                if odd == 0:
                    # One column after the other: assigning a row would ask whether they overlap.
                    for i in range(BLOCK):
                        was[k, i] = v[b, i]
                    for i in range(BLOCK):
                        heard[k, i] = s[b, i]
                    continue
                for i in range(BLOCK):
                    ahead = s[b, i] - r[b, i]
                    fits[i] = (
                        (least[k, i] <= v[b, i])
                        & (v[b, i] <= most[k, i])
                        & (q[b, i] == _GOOD)
                        & (ahead >= OLDEST)
                        & (ahead <= NEWEST)
                        & (s[b, i] >= heard[k, i])
                    )
                before = misses
                for eight in range(BLOCK // 8):
                    if eights[eight] == _ALL_FIT:
                        continue
                    for i in range(8 * eight, 8 * eight + 8):
                        if not fits[i]:
                            least[k, i] = BARRED
                            missed[misses] = b * BLOCK + i
                            spared[misses - before], stayed[misses - before] = (
                                was[k, i],
                                heard[k, i],
                            )
                            misses += 1
                # Those that fit need not wait for the others, which are put back as they were.
                for i in range(BLOCK):
                    was[k, i] = v[b, i]
                for i in range(BLOCK):
                    heard[k, i] = s[b, i]
                for m in range(misses - before):
                    i = missed[before + m] - b * BLOCK
                    was[k, i], heard[k, i] = spared[m], stayed[m]
            begin += run * BLOCK
            continue
        end = min(begin + BLOCK, len(point))
        for i in range(begin, end):
            n = point[i]
            if n < 0 or n >= points:
                continue
            ahead, at = sampled[i] - received[i], sampled[i]
            if (
                low[n] <= values[i] <= high[n]
                and quality[i] == _GOOD
                and OLDEST <= ahead <= NEWEST
                and at >= judged[n]
            ):
                value[n] = values[i]
                judged[n] = at
            else:
                low[n] = BARRED
                missed[misses] = i
                misses += 1
        begin = end
    return misses


def judge_rows(
    rows: Rows, picked: Column, begin: int, rules: Rules, known: Known, near: Near, told: Told
) -> tuple[int, int]:
    """Judge the picked rows from `begin` on by every rule, as `limits` does.

    Returns:
        Where it stopped, which is before the end where `told` had no more room; and how many
        transitions it wrote.
    """
    point, values, qualities, sampled, received = rows
    says, takes, quiet, signs, conditions, believes, may_raise, stops_a_raise = rules
    low, high, look, ring = near
    value, compared, quality, judged, bad, silent, stirred, active, due, calibrating = known
    told_condition, told_subject, told_on, told_value, told_at = told
    limits = _LIMITS  # a number the compiler knows
    room, n = len(told_subject) - 2 * limits - 2, 0
    for k in range(begin, len(picked)):
        if n > room:
            return k, n
        i = picked[k]
        p = point[i]
        ahead = sampled[i] - received[i]
        off = ahead < OLDEST or ahead > NEWEST
        at = received[i] if off else sampled[i]
        if at >= judged[p]:
            v, q = values[i], int(qualities[i])
            if believes[q]:
                if v != v:
                    q = _FAULT
                elif v < says[p * VALUES + LOWEST] or v > says[p * VALUES + HIGHEST]:
                    q = _OUTSIDE
                elif off and q == _GOOD:
                    q = _CLOCK
            trusted, raises = believes[q], may_raise[q]
            above, below = says[p * VALUES + CALM], says[p * VALUES + CALM + 1]
            if not (above < v < below and trusted and not stirred[p]):
                # The timers run up to the sample ...
                spoke = judged[p] + takes[p * TIMES + STALE]
                for j in range(limits if stirred[p] else 0):
                    if due[p * limits + j] <= (min(at, spoke) if active[p * limits + j] else at):
                        active[p * limits + j] = not active[p * limits + j]
                        told_condition[n], told_subject[n] = conditions[j], p
                        told_on[n], told_at[n] = active[p * limits + j], due[p * limits + j]
                        told_value[n] = compared[p]
                        due[p * limits + j] = NEVER
                        n += 1
                # ... which starts and stops them ...
                for j in range(limits):
                    signed, on, ends = v * signs[j], active[p * limits + j], due[p * limits + j]
                    over = raises and signed >= says[p * VALUES + THRESHOLD + j]
                    under = trusted and signed < says[p * VALUES + RESTORE + j]
                    if on and at > spoke:
                        ends = NEVER
                    if under if on else over:
                        ends = min(ends, at + takes[p * TIMES + DELAY + (1 if on else 0)])
                    elif on or stops_a_raise[q]:
                        ends = NEVER
                    due[p * limits + j] = ends
                if raises and v == v:
                    compared[p] = v
                # ... and those without a delay have ended.
                stirs, soonest = False, NEVER
                for j in range(limits):
                    if due[p * limits + j] <= at:
                        active[p * limits + j] = not active[p * limits + j]
                        told_condition[n], told_subject[n] = conditions[j], p
                        told_on[n], told_at[n] = active[p * limits + j], due[p * limits + j]
                        told_value[n] = compared[p]
                        due[p * limits + j] = NEVER
                        n += 1
                    stirs = stirs or active[p * limits + j] or due[p * limits + j] != NEVER
                    soonest = min(soonest, due[p * limits + j])
                stirred[p] = stirs
                if not stirs:
                    compared[p] = np.nan
                if soonest < ring[p // BLOCK]:
                    ring[p // BLOCK] = soonest
                    ring[-1] = min(ring[-1], soonest)
            was = int(bad[p])
            now = was if q == _LOST else 0 if trusted else q
            if now != was:
                for on in range(2):
                    if (now if on else was) != 0:
                        told_condition[n], told_subject[n], told_on[n] = _BAD, p, on
                        told_value[n], told_at[n] = q, at
                        n += 1
            since = calibrating[p] if q in (_CALIBRATING, _LOST) else 0
            if q == _CALIBRATING and since == 0:
                since = at
            if judged[p] <= 0 or silent[p] or q == _LOST:
                look[p // BLOCK] = look[-1] = AT_ONCE
            calibrating[p] = since
            value[p], quality[p], judged[p], bad[p] = v, q, at, now
        open_ = not (stirred[p] or silent[p] or bad[p]) and quality[p] == _GOOD and judged[p] > 0
        low[p] = quiet[2 * p] if open_ else BARRED
        high[p] = quiet[2 * p + 1]
    return len(picked), n
