"""What time alone does to points: delays that end, and silence; loops beside `point_loops`.

Both look at blocks of points, and at a block only when the first of its points may be due: a
quiet second costs them one comparison, whoever speaks in it.
"""

import numpy as np

from minesafe.engine.kernels.point_loops import (
    BARRED,
    BLOCK,
    GRACE,
    STALE,
    TIMES,
    Known,
    Near,
    Rules,
    Told,
)
from minesafe.engine.layout import LIMITS
from minesafe.engine.state import NEVER
from minesafe.model.quality import Quality
from minesafe.model.verdict import Condition

# Enumerations are plain numbers to the compiler.
_LIMITS = len(LIMITS)
_GOOD, _LOST, _SILENT = int(Quality.GOOD), int(Quality.COMMS_LOST), int(Condition.SILENT)


def run_timers(
    begin: int, now: int, rules: Rules, known: Known, near: Near, told: Told
) -> tuple[int, int]:
    """Let the timers of every point run up to `now`, as `limits.pass_time` does.

    In blocks from `begin` on; a block is looked at when the first of its delays may end. An
    off-delay that no sample has carried so far waits for the next one, which goes the exact way.

    Returns:
        As `judge_rows`.
    """
    _, takes, quiet, _, conditions, _, _, _ = rules
    _, compared, quality, judged, bad, silent, stirred, active, due, _ = known
    low, _, _, ring = near
    told_condition, told_subject, told_on, told_value, told_at = told
    limits, blocks = _LIMITS, len(ring) - 1
    n = 0
    for block in range(begin, blocks):
        if now < ring[block]:
            continue
        if n + BLOCK * limits > len(told_subject):
            return block, n
        soonest = NEVER
        for p in range(block * BLOCK, min((block + 1) * BLOCK, len(judged))):
            if not stirred[p]:
                continue
            spoke = judged[p] + takes[p * TIMES + STALE]
            heard = min(now, spoke)
            stirs = False
            for j in range(limits):
                ends = due[p * limits + j]
                if ends <= (heard if active[p * limits + j] else now):
                    active[p * limits + j] = not active[p * limits + j]
                    told_condition[n], told_subject[n] = conditions[j], p
                    told_on[n], told_at[n] = active[p * limits + j], ends
                    told_value[n] = compared[p]
                    due[p * limits + j] = NEVER
                    n += 1
                elif ends <= spoke or not active[p * limits + j]:
                    soonest = min(soonest, ends)
                stirs = stirs or active[p * limits + j] or due[p * limits + j] != NEVER
            stirred[p] = stirs
            if not stirs:
                compared[p] = np.nan
            if not (stirs or silent[p] or bad[p]) and judged[p] > 0:
                low[p] = quiet[2 * p] if quality[p] == _GOOD else BARRED
        ring[block] = soonest
    ring[-1] = ring[:-1].min() if blocks else NEVER
    return blocks, n


def sweep(
    begin: int, now: int, started: int, rules: Rules, known: Known, near: Near, told: Told
) -> tuple[int, int]:
    """See who is silent by `now`, in blocks from `begin` on, as `silence.points` does.

    Hearing a point only puts off the time it would fall silent, so a block is looked at when the
    first of its points may have, or when one of them was heard that was silent or is lost.

    Returns:
        As `judge_rows`.
    """
    _, takes, quiet, _, _, _, _, _ = rules
    _, _, quality, judged, bad, silent, stirred, _, _, _ = known
    low, _, look, _ = near
    told_condition, told_subject, told_on, told_value, told_at = told
    n, blocks = 0, len(look) - 1
    for block in range(begin, blocks):
        if now <= look[block]:
            continue
        if n + BLOCK > len(told_subject):
            return block, n
        soonest = NEVER
        for p in range(block * BLOCK, min((block + 1) * BLOCK, len(judged))):
            heard = judged[p]
            stale, grace = takes[p * TIMES + STALE], takes[p * TIMES + GRACE]
            due = heard + stale if heard > 0 else started + grace
            lost = quality[p] == _LOST and heard > 0
            quiet_now = lost or now > due
            if quiet_now != silent[p]:
                told_condition[n], told_subject[n], told_on[n] = _SILENT, p, quiet_now
                told_value[n] = np.nan
                told_at[n] = due if quiet_now and not lost else heard
                n += 1
                silent[p] = quiet_now
                open_ = not (quiet_now or stirred[p] or bad[p]) and heard > 0
                low[p] = quiet[2 * p] if open_ and quality[p] == _GOOD else BARRED
            if not quiet_now:
                soonest = min(soonest, due)
        look[block] = soonest
    look[-1] = look[:-1].min() if blocks else NEVER
    return blocks, n
