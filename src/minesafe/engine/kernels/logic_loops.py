"""What `logic` says of all expressions at once, as a loop for the compiler: node by node."""

from typing import NamedTuple

import numpy as np

from minesafe.engine.kernels.point_loops import Told
from minesafe.engine.layout import HIGH
from minesafe.engine.logic_table import OP
from minesafe.engine.windows.table import CODE
from minesafe.model.frame import Column
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition
from minesafe.model.windows import WindowFamily

_LOGIC, _CALIBRATING = int(Condition.LOGIC), int(Quality.CALIBRATING)
_RISE, _FORECAST = CODE[WindowFamily.RISE], CODE[WindowFamily.FORECAST]
_NUMBER, _VALUE, _AGE, _LOST = OP["number"], OP["value"], OP["age"], OP["lost"]
_CALIBRATES, _BAD, _WARNED, _CUT = OP["calibrating"], OP["bad"], OP["warned"], OP["cut"]
_RISING, _SOON, _NOT, _AND, _OR = OP["rising"], OP["forecast"], OP["not"], OP["and"], OP["or"]
_LESS, _LESS_EQUAL, _MORE, _MORE_EQUAL = OP["<"], OP["<="], OP[">"], OP[">="]
_EQUAL, _UNEQUAL, _PLUS, _MINUS, _TIMES = OP["="], OP["!="], OP["+"], OP["-"], OP["*"]
_OF, _SOS, _HEADS = OP["of"], OP["sos"], OP["heads"]


class Program(NamedTuple):
    """What the layout says of rules, (G,), and nodes, (N,); see `LogicTable`."""

    when: Column
    until: Column
    delay: Column
    op: Column
    numbers: Column
    point: Column
    first: Column
    args: Column
    rules: Column
    """(P + 1,): the rules over time of point p are rules[p] … rules[p + 1] - 1."""
    family: Column
    counts: Column


class Stands(NamedTuple):
    """Columns of the state, of points, zones, rules over time and rules; the last two change."""

    value: Column
    quality: Column
    judged: Column
    bad: Column
    silent: Column
    active: Column
    heads: Column
    """The state's `count`."""
    window_on: Column
    logic_on: Column
    logic_since: Column


def work_out(
    begin: int,
    now: int,
    then: int,
    program: Program,
    state: Stands,
    called: Column,
    known: Column,
    told: Told,
) -> tuple[int, int]:
    """Judge the rules from `begin` on; with the first, every node is worked out into `known`.

    Returns:
        Where it stopped, which is before the end where `told` had no more room; and how many
        transitions it wrote.
    """
    when, until, delay, op, numbers, point, first, args, rules, family, counts = program
    value, quality, judged, bad, silent, active, heads, window_on, on, since = state
    nan, limits = np.nan, 2 * HIGH
    for i in range(len(op) if begin == 0 else 0):
        does, p, result = op[i], point[i], 0.0
        # Of a point ...
        if does == _NUMBER:
            result = numbers[i]
        elif does == _VALUE:
            result = value[p] if counts[quality[p]] and not silent[p] else nan
        elif does == _AGE:
            result = (then - judged[p]) / SECOND if judged[p] > 0 else nan
        elif does == _LOST:
            result = 1.0 if silent[p] else 0.0
        elif does == _CALIBRATES:
            result = 1.0 if quality[p] == _CALIBRATING else 0.0
        elif does == _BAD:
            result = 1.0 if bad[p] != 0 else 0.0
        elif _WARNED <= does <= _CUT:
            k = p * limits + does - _WARNED
            result = 1.0 if active[k] or active[k + HIGH] else 0.0
        elif does in (_RISING, _SOON):
            asked = _RISE if does == _RISING else _FORECAST
            for r in range(rules[p], rules[p + 1]):
                if family[r] == asked and window_on[r]:
                    result = 1.0
        # ... of a zone ...
        elif does == _SOS:
            result = 1.0 if called[p] else 0.0
        elif does == _HEADS:
            result = float(heads[p])
        # ... or of what was worked out before, for leaves come first.
        elif does == _OF:
            hold = unknown = 0
            for k in range(first[i], first[i + 1]):
                hold += known[args[k]] == 1
                unknown += known[args[k]] != known[args[k]]
            result = nan if hold + unknown >= numbers[i] else 0.0
            result = 1.0 if hold >= numbers[i] else result
        else:
            a, b = known[args[first[i]]], known[args[first[i + 1] - 1]]
            if does == _NOT:
                result = 1 - a
            elif does == _AND:
                result = 0.0 if a == 0 or b == 0 else a * b
            elif does == _OR:
                result = 1.0 if a == 1 or b == 1 else 1 - (1 - a) * (1 - b)
            elif a != a or b != b:
                result = nan
            elif does == _LESS:
                result = 1.0 if a < b else 0.0
            elif does == _LESS_EQUAL:
                result = 1.0 if a <= b else 0.0
            elif does == _MORE:
                result = 1.0 if a > b else 0.0
            elif does == _MORE_EQUAL:
                result = 1.0 if a >= b else 0.0
            elif does == _EQUAL:
                result = 1.0 if a == b else 0.0
            elif does == _UNEQUAL:
                result = 1.0 if a != b else 0.0
            else:
                if does == _PLUS:
                    result = a + b
                elif does == _MINUS:
                    result = a - b
                elif does == _TIMES:
                    result = a * b
                else:
                    result = a / b if b != 0 else nan
                result = result if np.isfinite(result) else nan
        known[i] = result
    room, n = len(told.subject), 0
    for g in range(begin, len(when)):
        if n == room:
            return g, n
        holds, was = known[when[g]] == 1, on[g]
        ends = known[when[g]] == 0 if until[g] < 0 else known[until[g]] == 1
        waits = since[g] if since[g] > 0 else then
        begins = holds and not was and now - waits >= delay[g]
        since[g] = waits if holds and not was and not begins else 0
        is_on = not ends if was else begins
        if is_on != was:
            told.condition[n], told.subject[n], told.on[n] = _LOGIC, g, is_on
            told.value[n], told.at[n] = np.nan, waits + delay[g] if begins else then
            on[g] = is_on
            n += 1
    return len(when), n
