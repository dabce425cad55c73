"""Points one by one: what `limits` and `silence` say of whole arrays, as loops.

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

from minesafe.engine.state import NEVER
from minesafe.model.frame import Column
from minesafe.model.quality import Quality
from minesafe.model.time import NEWEST, OLDEST
from minesafe.model.verdict import Condition

BLOCK = 128
"""Points looked at together: enough for wide registers, few enough that one odd value in a block
costs little."""

AT_ONCE = np.iinfo(np.int64).min
"""A block of points whose silence has to be looked at whatever the time."""

BARRED = np.float32(np.inf)

# Enumerations are plain numbers to the compiler.
_GOOD, _FAULT, _LOST = int(Quality.GOOD), int(Quality.FAULT), int(Quality.COMMS_LOST)
_OUTSIDE, _CLOCK = int(Quality.OUT_OF_RANGE), int(Quality.CLOCK)
_CALIBRATING = int(Quality.CALIBRATING)
_BAD, _SILENT = int(Condition.BAD), int(Condition.SILENT)


class Rows(NamedTuple):
    """Readings of a frame, (n,) each."""

    point: Column
    value: Column
    quality: Column
    sampled: Column
    received: Column


class Rules(NamedTuple):
    """What the layout says of points, a row behind the other; see `layout.PointTable`."""

    threshold: Column
    restore: Column
    calm: Column
    delay: Column
    low: Column
    high: Column
    stale: Column
    grace: Column
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
    """(P / BLOCK,): until then no point of the block can fall silent."""


class Told(NamedTuple):
    """Room for transitions."""

    condition: Column
    subject: Column
    on: Column
    value: Column
    at: Column


def scan(rows: Rows, known: Known, near: Near, missed: Column) -> int:
    """Take the quick way with every row that may; write the others' numbers to `missed`.

    Returns:
        How many were missed.
    """
    point, value, quality, sampled, received = rows
    kept, judged, low, high = known.value, known.judged, near.low, near.high
    points, misses, fits = len(judged), 0, np.empty(BLOCK, np.bool_)
    for begin in range(0, len(point), BLOCK):
        end = min(begin + BLOCK, len(point))
        first = point[begin]
        if 0 <= first <= points - (end - begin):  # a strange row number may be the largest there is
            last = first + (end - begin)
            # A run of neighbours, as from a polled device: slices, which the compiler turns
            # into wide instructions.
            p, v, q = point[begin:end], value[begin:end], quality[begin:end]
            s, r, heard, was = (
                sampled[begin:end],
                received[begin:end],
                judged[first:last],
                kept[first:last],
            )
            least, most = low[first:last], high[first:last]
            strays = odd = 0
            for i in range(end - begin):
                ahead = s[i] - r[i]
                fits[i] = (
                    (least[i] <= v[i])
                    & (v[i] <= most[i])
                    & (q[i] == _GOOD)
                    & (ahead >= OLDEST)
                    & (ahead <= NEWEST)
                    & (s[i] >= heard[i])
                )
                strays += p[i] != first + i
                odd += not fits[i]
            if strays == 0 and odd == 0:
                # One column after the other: assigning a slice would ask whether they overlap.
                for i in range(end - begin):
                    was[i] = v[i]
                for i in range(end - begin):
                    heard[i] = s[i]
                continue
            if strays == 0:
                # Every point once: those that fit need not wait for the others.
                for i in range(end - begin):
                    was[i] = v[i] if fits[i] else was[i]
                    heard[i] = s[i] if fits[i] else heard[i]
                for i in range(end - begin):
                    if not fits[i]:
                        least[i] = BARRED
                        missed[misses] = begin + i
                        misses += 1
                continue
        for i in range(begin, end):
            p = point[i]
            if p < 0 or p >= points:
                continue
            ahead, at = sampled[i] - received[i], sampled[i]
            if (
                low[p] <= value[i] <= high[p]
                and quality[i] == _GOOD
                and OLDEST <= ahead <= NEWEST
                and at >= judged[p]
            ):
                kept[p] = value[i]
                judged[p] = at
            else:
                low[p] = BARRED
                missed[misses] = i
                misses += 1
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
    threshold, restore, calm, delay = rules.threshold, rules.restore, rules.calm, rules.delay
    lowest, highest, stale, quiet = rules.low, rules.high, rules.stale, rules.quiet
    signs, conditions, believes = rules.signs, rules.conditions, rules.believes
    may_raise, stops_a_raise = rules.may_raise, rules.stops_a_raise
    value, compared, quality, judged, bad, silent, stirred, active, due, calibrating = known
    told_condition, told_subject, told_on, told_value, told_at = told
    limits = len(signs)
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
                elif v < lowest[p] or v > highest[p]:
                    q = _OUTSIDE
                elif off and q == _GOOD:
                    q = _CLOCK
            trusted, raises = believes[q], may_raise[q]
            if not (calm[2 * p] < v < calm[2 * p + 1] and trusted and not stirred[p]):
                # The timers run up to the sample ...
                spoke = judged[p] + stale[p]
                for j in range(limits):
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
                    over = raises and signed >= threshold[p * limits + j]
                    under = trusted and signed < restore[p * limits + j]
                    if on and at > spoke:
                        ends = NEVER
                    if under if on else over:
                        ends = min(ends, at + delay[2 * p + 1 if on else 2 * p])
                    elif on or stops_a_raise[q]:
                        ends = NEVER
                    due[p * limits + j] = ends
                if raises and v == v:
                    compared[p] = v
                # ... and those without a delay have ended.
                stirs = False
                for j in range(limits):
                    if due[p * limits + j] <= at:
                        active[p * limits + j] = not active[p * limits + j]
                        told_condition[n], told_subject[n] = conditions[j], p
                        told_on[n], told_at[n] = active[p * limits + j], due[p * limits + j]
                        told_value[n] = compared[p]
                        due[p * limits + j] = NEVER
                        n += 1
                    stirs = stirs or active[p * limits + j] or due[p * limits + j] != NEVER
                stirred[p] = stirs
                if not stirs:
                    compared[p] = np.nan
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
                near.look[p // BLOCK] = AT_ONCE
            calibrating[p] = since
            value[p], quality[p], judged[p], bad[p] = v, q, at, now
        open_ = not (stirred[p] or silent[p] or bad[p]) and quality[p] == _GOOD and judged[p] > 0
        near.low[p] = quiet[2 * p] if open_ else BARRED
        near.high[p] = quiet[2 * p + 1]
    return len(picked), n


def run_timers(
    points: Column, begin: int, now: int, rules: Rules, known: Known, near: Near, told: Told
) -> tuple[int, int]:
    """Let the timers of these points run up to `now`, as `limits.pass_time` does.

    Returns:
        As `judge_rows`.
    """
    stale, quiet, conditions = rules.stale, rules.quiet, rules.conditions
    active, due, judged, compared = known.active, known.due, known.judged, known.compared
    limits = len(conditions)
    room, n = len(told.subject) - limits, 0
    for k in range(begin, len(points)):
        if n > room:
            return k, n
        p = points[k]
        heard = min(now, judged[p] + stale[p])
        stirs = False
        for j in range(limits):
            if due[p * limits + j] <= (heard if active[p * limits + j] else now):
                active[p * limits + j] = not active[p * limits + j]
                told.condition[n], told.subject[n] = conditions[j], p
                told.on[n], told.at[n] = active[p * limits + j], due[p * limits + j]
                told.value[n] = compared[p]
                due[p * limits + j] = NEVER
                n += 1
            stirs = stirs or active[p * limits + j] or due[p * limits + j] != NEVER
        known.stirred[p] = stirs
        if not stirs:
            compared[p] = np.nan
        if not (stirs or known.silent[p] or known.bad[p]) and judged[p] > 0:
            near.low[p] = quiet[2 * p] if known.quality[p] == _GOOD else BARRED
    return len(points), n


def sweep(
    begin: int, now: int, started: int, rules: Rules, known: Known, near: Near, told: Told
) -> tuple[int, int]:
    """See who is silent by `now`, in blocks from `begin` on, as `silence.points` does.

    Hearing a point only puts off the time it would fall silent, so a block is looked at when the
    first of its points may have, or when one of them was heard that was silent or is lost.

    Returns:
        As `judge_rows`.
    """
    stale, grace, quiet = rules.stale, rules.grace, rules.quiet
    quality, judged, silent = known.quality, known.judged, known.silent
    n = 0
    for block in range(begin, len(near.look)):
        if now <= near.look[block]:
            continue
        if n + BLOCK > len(told.subject):
            return block, n
        soonest = NEVER
        for p in range(block * BLOCK, min((block + 1) * BLOCK, len(judged))):
            heard = judged[p]
            due = heard + stale[p] if heard > 0 else started + grace[p]
            lost = quality[p] == _LOST and heard > 0
            quiet_now = lost or now > due
            if quiet_now != silent[p]:
                told.condition[n], told.subject[n], told.on[n] = _SILENT, p, quiet_now
                told.value[n] = np.nan
                told.at[n] = due if quiet_now and not lost else heard
                n += 1
                silent[p] = quiet_now
                open_ = not (quiet_now or known.stirred[p] or known.bad[p]) and heard > 0
                near.low[p] = quiet[2 * p] if open_ and quality[p] == _GOOD else BARRED
            if not quiet_now:
                soonest = min(soonest, due)
        near.look[block] = soonest
    return len(near.look), n
