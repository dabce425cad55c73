"""What the alarm book still holds, given to an engine that has to learn anew.

After a restart under another revision, or with frames the disk had refused, the engine may know
less than the book. It would never report the end of what it does not know has begun; so it is
told what holds, and reports the end when it sees it.
"""

from collections.abc import Callable

import numpy as np

from minesafe.engine import stays
from minesafe.engine.fences import FOREVER
from minesafe.engine.layout import LIMITS, Layout
from minesafe.engine.state import State
from minesafe.engine.windows.table import CODE
from minesafe.model.frame import Column, TagFlag
from minesafe.model.quality import BELIEVED, Quality
from minesafe.model.time import Micros
from minesafe.model.verdict import Condition
from minesafe.model.windows import CONDITIONS, WindowFamily

LONG_AGO: Micros = 1
"""Heard once, and not for longer than any patience: silent or lost until heard again."""


def remember(
    layout: Layout,
    state: State,
    now: Micros,
    condition: Condition,
    row: int,
    zone: int,
    value: float,
) -> bool:
    """Let a condition hold; changes nothing where the engine knows of it.

    Args:
        layout: the revision in force.
        state: changed in place.
        now: the newest time that is recorded.
        condition: what holds.
        row: its subject's row number.
        zone: the zone's row number for a person's place, else -1.
        value: the value that decided; the quality's code for BAD.

    Returns:
        False where it cannot hold under this revision: the limit, or the prohibition, is gone.
    """
    state.near = state.boxes = None
    if condition in LIMITS:
        return _limit(layout, state, row, LIMITS.index(condition))
    if condition in _WINDOWS:
        return _window(layout, state, row, _WINDOWS[condition])
    if condition in _STEADY and not layout.steady.watched[row]:
        return False
    if condition is Condition.STANDING_STILL and not (layout.fences.still < FOREVER).any():
        return False
    if condition is Condition.TOO_FAST and not layout.pace.asks:
        return False
    if condition is Condition.MOVING_AS_ONE and layout.people.together == FOREVER:
        return False
    if condition in _POSTS:
        return _vacant(layout, state, condition, row)
    if condition in _WHERE:
        return _inside(layout, state, now, condition, row, zone)
    if condition in _FLAGS:
        state.flags[row] |= _FLAGS[condition]
    elif condition in _SWITCHES:
        _silent_since_long_ago(state, condition, row)
        getattr(state, _SWITCHES[condition])[row] = True
    elif condition is Condition.BAD and not state.bad[row]:
        state.bad[row] = _quality(value)
    return True


_WINDOWS = {condition: family for family, condition in CONDITIONS.items()}
_STEADY = (Condition.STUCK, Condition.NOISELESS)
_FLAGS = {Condition.SOS: TagFlag.SOS, Condition.LOW_BATTERY: TagFlag.LOW_BATTERY}

_WHERE: dict[Condition, Callable[[Layout, Column, Column, Micros], Column]] = {
    Condition.TRESPASSING: lambda to, who, zone, _: to.licences.strays(who, zone),
    Condition.NEAR_DANGER: lambda to, who, zone, _: to.licences.strays(who, zone),
    Condition.UNCERTIFIED: lambda to, who, zone, now: (
        (to.licences.ends(who, zone) <= now) & ~to.licences.strays(who, zone)
    ),
    Condition.OVERTIME: lambda to, _, zone, __: to.fences.dwell[zone] < FOREVER,
}
"""Conditions of somebody's stay in a zone, and of whom this revision still says them."""

_POSTS = (Condition.LEADER_ABSENT, Condition.POST_ABSENT)

_SWITCHES = {
    Condition.SILENT: "silent",
    Condition.CALIBRATING_LONG: "calibrating_long",
    Condition.LOGIC: "logic_on",
    Condition.STUCK: "stuck",
    Condition.NOISELESS: "noiseless",
    Condition.READER_SILENT: "reader_silent",
    Condition.OVERCROWDED: "over",
    Condition.GROSSLY_OVERCROWDED: "gross",
    Condition.COUNT_UNKNOWN: "unknown",
    Condition.LOST_CONTACT: "lost",
    Condition.STANDING_STILL: "resting",
    Condition.MOVING_AS_ONE: "as_one",
    Condition.TOO_FAST: "doubted",
    Condition.LEADER_ABSENT: "leaderless",
    Condition.POST_ABSENT: "postless",
}
"""Conditions the engine looks at anew with each frame, and the column that says they held."""


def _window(layout: Layout, state: State, row: int, family: WindowFamily) -> bool:
    table = layout.windows
    found = np.flatnonzero((table.point == row) & (table.family == CODE[family]))
    state.window_on[found] = True
    return bool(len(found))


def _limit(layout: Layout, state: State, row: int, limit: int) -> bool:
    if np.isnan(layout.points.threshold[row, limit]):
        return False
    state.active[row, limit] = True
    state.stirred[row] = True
    return True


def _inside(
    layout: Layout, state: State, now: Micros, condition: Condition, row: int, zone: int
) -> bool:
    """Somewhere in the zone, at this moment; the next sighting tells where."""
    who, where = np.array([row]), np.array([zone])
    if not _WHERE[condition](layout, who, where, now)[0]:
        return False
    halo = condition is Condition.NEAR_DANGER
    fences = np.flatnonzero((layout.fences.zone == zone) & ((layout.fences.halo_m > 0) == halo))
    if not len(fences):
        return False
    if not (state.stay[row] == fences[0]).any():
        state.seen[row] = state.placed[row] = max(int(state.seen[row]), now)
        state.out[row] = False
    told = 1 << stays.MARKS.index(condition) if condition in stays.MARKS else 0
    return stays.put(layout, state, row, int(fences[0]), told)


def _vacant(layout: Layout, state: State, condition: Condition, row: int) -> bool:
    """Since before anybody remembers, where this revision still has such a post."""
    led = layout.posts.led if condition is Condition.LEADER_ABSENT else ~layout.posts.led
    posts = np.flatnonzero(led & (layout.posts.zone == row))
    if not getattr(state, _SWITCHES[condition])[row]:
        state.vacant[posts] = LONG_AGO
        getattr(state, _SWITCHES[condition])[row] = len(posts) > 0
    return len(posts) > 0


def _silent_since_long_ago(state: State, condition: Condition, row: int) -> None:
    """Only where nothing was heard since: what was heard has been judged already."""
    if condition is Condition.SILENT and not state.judged[row]:
        state.judged[row] = LONG_AGO
    elif condition is Condition.READER_SILENT and not state.reader_heard[row]:
        state.reader_gone[row] = max(int(state.reader_gone[row]), LONG_AGO)
    elif condition is Condition.LOST_CONTACT and not state.seen[row]:
        state.out[row] = False


def _quality(value: float) -> Quality:
    known = [q for q in Quality if q == value and q not in BELIEVED]
    return known[0] if known else Quality.FAULT
