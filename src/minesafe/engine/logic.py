"""Rules about several points at once: expressions, as arrays, judged once a frame by its `now`.

All expressions of the mine are one column of nodes. Operands are read off the state, one gather
each; then the operations run from the leaves up, all nodes of one depth and one operation at once.
Truths are 1, 0, and NaN for "not known": a value that is not believed, or not heard, compares with
nothing; `and` is false where one side is, `or` is true where one side is. A rule is raised where
its expression is known to hold, and ended where its end is known to: what is not known, holds on.

It is judged by all that is known of a moment, once a later one has begun: which of two sensors was
heard first within one makes no difference, nor how their samples were gathered into frames.
"""

from collections.abc import Callable

import numpy as np

from minesafe.engine.layout import LIMITS, Layout
from minesafe.engine.logic_table import LogicTable
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.engine.trust import COUNTS
from minesafe.engine.windows.table import CODE
from minesafe.model.frame import Column, TagFlag
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND, Micros
from minesafe.model.verdict import Condition
from minesafe.model.windows import WindowFamily

Operand = Callable[[Layout, State, Micros, Column], Column]


def judge(layout: Layout, state: State, now: Micros, transcript: Transcript) -> None:
    """Begin and end what the expressions say of the moment before `now`."""
    table = layout.logic
    if not len(table.when):
        return
    then = state.now
    known = evaluate(table, layout, state, then)
    was, holds = state.logic_on, known[table.when] == 1
    ends = np.where(table.until < 0, known[table.when] == 0, known[table.until] == 1)
    since = np.where(holds & ~was, np.where(state.logic_since > 0, state.logic_since, then), 0)
    begins = holds & ~was & (now - since >= table.delay)
    state.logic_since[:] = np.where(begins, 0, since)
    at = np.where(begins, since + table.delay, then)
    transcript.change(Condition.LOGIC, was, np.where(was, ~ends, begins), at=at)


def evaluate(table: LogicTable, layout: Layout, state: State, now: Micros) -> Column:
    """What every node comes to; shape (N,)."""
    known = table.numbers.copy()
    for name, (node, point) in table.operands.items():
        known[node] = OPERANDS[name](layout, state, now, point)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        for step in table.steps:
            if step.op == "of":
                known[step.node] = _of(known, step.args, step.number)
            else:
                known[step.node] = OPERATIONS[step.op](*known[step.args].T)
    return known


# --- operands -------------------------------------------------------------------------------


def _value(_: Layout, state: State, __: Micros, point: Column) -> Column:
    believed = COUNTS[state.quality[point]] & ~state.silent[point]
    return np.where(believed, state.value[point], np.nan)


def _age(_: Layout, state: State, now: Micros, point: Column) -> Column:
    heard = state.judged[point]
    return np.where(heard > 0, (now - heard) / SECOND, np.nan)


def _heard(state: State, point: Column, counts: Column) -> Column:
    """What a counter came to, while it is heard of."""
    return np.where(state.silent[point] | (state.counted_at[point] == 0), np.nan, counts[point])


def _active(*limits: Condition) -> Operand:
    def active(_: Layout, state: State, __: Micros, point: Column) -> Column:
        columns = [LIMITS.index(limit) for limit in limits]
        return np.asarray(state.active[point][:, columns].any(axis=1))

    return active


def _window(family: WindowFamily) -> Operand:
    def holds(layout: Layout, state: State, _: Micros, point: Column) -> Column:
        on = state.window_on & (layout.windows.family == CODE[family])
        return np.isin(point, layout.windows.point[on])

    return holds


def called(layout: Layout, state: State) -> Column:
    """(Z,): somebody within calls for help, as far as is known."""
    caller = np.flatnonzero((state.flags & TagFlag.SOS != 0) & ~state.out)
    fence = state.stay[caller].ravel()
    zones = np.zeros(len(state.count) + 1, np.bool_)
    zones[layout.fences.zone[fence[layout.fences.halo_m[fence] == 0]]] = True
    return zones[:-1]


_C = Condition

OPERANDS: dict[str, Operand] = {
    "value": _value,
    "age": _age,
    "lost": lambda _, state, __, point: state.silent[point],
    "calibrating": lambda _, state, __, point: state.quality[point] == Quality.CALIBRATING,
    "bad": lambda _, state, __, point: state.bad[point] != 0,
    "warned": _active(_C.WARN_HIGH, _C.WARN_LOW),
    "alarmed": _active(_C.ALARM_HIGH, _C.ALARM_LOW),
    "cut": _active(_C.CUT_HIGH, _C.CUT_LOW),
    "rising": _window(WindowFamily.RISE),
    "forecast": _window(WindowFamily.FORECAST),
    "sos": lambda layout, state, __, zone: called(layout, state)[zone],
    "rate": lambda _, state, __, point: _heard(state, point, state.rate),
    "total": lambda _, state, __, point: _heard(state, point, state.total),
    "heads": lambda _, state, __, zone: state.count[zone],
}


# --- operations -----------------------------------------------------------------------------


def _and(a: Column, b: Column) -> Column:
    return np.where((a == 0) | (b == 0), 0.0, a * b)


def _compare(test: Callable[[Column, Column], Column]) -> Callable[[Column, Column], Column]:
    return lambda a, b: np.where(np.isnan(a) | np.isnan(b), np.nan, test(a, b))


def _finite(of: Callable[[Column, Column], Column]) -> Callable[[Column, Column], Column]:
    """What has no result, or none that is a number, is not known."""

    def known(a: Column, b: Column) -> Column:
        result = of(a, b)
        return np.where(np.isfinite(result), result, np.nan)

    return known


OPERATIONS: dict[str, Callable[..., Column]] = {
    "not": lambda a: 1 - a,
    "and": _and,
    "or": lambda a, b: 1 - _and(1 - a, 1 - b),
    "<": _compare(np.less),
    "<=": _compare(np.less_equal),
    ">": _compare(np.greater),
    ">=": _compare(np.greater_equal),
    "=": _compare(np.equal),
    "!=": _compare(np.not_equal),
    "+": _finite(np.add),
    "-": _finite(np.subtract),
    "*": _finite(np.multiply),
    "/": _finite(np.divide),
    "max": np.maximum,
    "min": np.minimum,
}


def _of(known: Column, args: Column, number: Column) -> Column:
    """At least so many of the arguments; shorter lists of them end with -1."""
    given = args >= 0
    value = np.where(given, known[args], 0.0)
    hold, unknown = (value == 1).sum(axis=1), np.isnan(value).sum(axis=1)
    return np.where(hold >= number, 1.0, np.where(hold + unknown < number, 0.0, np.nan))
