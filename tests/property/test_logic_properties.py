"""Rules about several points: the arrays against the tree worked out leaf by leaf."""

import math
from dataclasses import replace
from typing import Any

from engine_bench import START, Bench
from hypothesis import given
from hypothesis import strategies as st
from small_mine import REVISION, small_mine
from story import Story

from minesafe.config.expression import parse
from minesafe.engine import Layout, State, judge
from minesafe.engine.kernels import Kernels
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.logic import Logic, Node
from minesafe.model.mine import Severity
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

IDS = ("CH4", "CH4-SLOW", "WIND", "FAN")

NUMBERS = st.one_of(
    st.sampled_from([0.0, 0.5, 1.0, 2.0]).map(lambda n: Node("number", number=n)),
    st.builds(Node, st.sampled_from(["value", "age"]), point=st.sampled_from(IDS)),
)
ASKED = ("lost", "calibrating", "bad", "warned", "alarmed", "cut")
NUMBER = st.recursive(
    NUMBERS, lambda n: st.builds(lambda op, a, b: Node(op, (a, b)), st.sampled_from("+-*/"), n, n),
    max_leaves=4,
)  # fmt: skip
TESTS = st.builds(
    lambda op, a, b: Node(op, (a, b)),
    st.sampled_from(["<", "<=", ">", ">=", "=", "!="]),
    NUMBER,
    NUMBER,
)
LEAVES = st.one_of(TESTS, st.builds(Node, st.sampled_from(ASKED), point=st.sampled_from(IDS)))


def _joined(t: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = st.builds(lambda op, a, b: Node(op, (a, b)), st.sampled_from(["and", "or"]), t, t)
    some = st.builds(
        lambda args, n: Node("of", tuple(args), number=float(min(n, len(args)))),
        st.lists(t, min_size=1, max_size=4), st.integers(1, 4),
    )  # fmt: skip
    return st.one_of(pairs, some, st.builds(lambda a: Node("not", (a,)), t))


TREES = st.recursive(LEAVES, _joined, max_leaves=8)


def worked_out(node: Node, layout: Layout, state: State, now: int) -> float | None:
    """The same by hand: None is not known."""
    if node.op == "number":
        return node.number
    if node.point:
        return asked(node, state, IDS.index(node.point), now)
    args = [worked_out(a, layout, state, now) for a in node.args]
    if node.op == "of":
        holds, unknown = args.count(1), args.count(None)
        return 1 if holds >= node.number else 0 if holds + unknown < node.number else None
    if node.op == "not":
        return None if args[0] is None else 1 - args[0]
    if node.op in ("and", "or"):
        decides = 0 if node.op == "and" else 1
        return decides if decides in args else None if None in args else 1 - decides
    a, b = args
    if a is None or b is None:
        return None
    if node.op == "/":
        return a / b if b else None
    return float({
        "+": a + b, "-": a - b, "*": a * b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b,
        "=": a == b, "!=": a != b,
    }[node.op])  # fmt: skip


def asked(node: Node, state: State, point: int, now: int) -> float | None:
    quality, silent = state.quality[point], state.silent[point]
    if node.op == "value":
        believed = quality in (Quality.GOOD, Quality.UNDER_VOLTAGE, Quality.CLOCK) and not silent
        return float(state.value[point]) if believed else None
    if node.op == "age":
        heard = int(state.judged[point])
        return (now - heard) / SECOND if heard else None
    high = {"warned": 0, "alarmed": 1, "cut": 2}
    if node.op in high:
        return float(state.active[point, high[node.op]] or state.active[point, high[node.op] + 3])
    return float({
        "lost": bool(silent), "calibrating": quality == Quality.CALIBRATING,
        "bad": bool(state.bad[point]),
    }[node.op])  # fmt: skip


ROWS = st.tuples(
    st.integers(0, 3),
    st.sampled_from([0.0, 0.2, 0.5, 1.0, 1.6, 2.0, math.nan, 99.0]),
    st.sampled_from([0] * 6 + [2, 3, 4, 5, 8]),
)


@given(
    st.lists(st.tuples(TREES, st.none() | TREES), min_size=1, max_size=4),
    st.lists(st.lists(ROWS, max_size=4), max_size=5),
)
def test_arrays_and_loops_come_to_what_the_tree_comes_to(
    compiled: Kernels, trees: list[tuple[Node, Node | None]], said: list[list[Any]]
) -> None:
    rules = tuple(rule(f"L{i}", *tree) for i, tree in enumerate(trees))
    layout = Layout.of(small_mine(logic=rules))
    state, on = State.fresh(layout), [False] * len(rules)
    slow = Layout.of(small_mine(logic=tuple(replace(r, for_s=25.0) for r in rules)))
    arrays, loops = State.fresh(slow), State.fresh(slow)
    for seq, rows in enumerate(said):
        now = START + 20 * seq * SECOND
        told = Readings.of([(*row, now, now) for row in rows])
        frame = Frame(seq, now, REVISION, told, Sightings.none())
        rows_told = judge(layout, state, frame)
        assert judge(slow, arrays, frame) == judge(slow, loops, frame, compiled)
        assert arrays.snapshot() == loops.snapshot()
        expected = []
        for i, (when, until) in enumerate(trees):
            holds = worked_out(when, layout, state, now)
            ends = holds == 0 if until is None else worked_out(until, layout, state, now) == 1
            if (not ends if on[i] else holds == 1) != on[i]:
                on[i] = not on[i]
                expected.append((int(Condition.LOGIC), i, on[i], now))
        found = [(r[0], r[1], r[3], r[5]) for r in rows_told.transitions.rows()]
        assert [r for r in found if r[0] == Condition.LOGIC] == expected
    assert State.restore(layout, state.snapshot()).logic_on.tolist() == on


def rule(ident: str, when: Node, until: Node | None = None, for_s: float = 0.0) -> Logic:
    return Logic(ident, ident, ident, "CH4", when, until, for_s, "II", "", "")


def bench(when: str, until: str | None = None, for_s: float = 0.0) -> Bench:
    end = None if until is None else parse(until, IDS)
    return Bench(small_mine(logic=(replace(rule("L", parse(when, IDS), end), for_s=for_s),)))


def told(b: Bench, now: float, **readings: Any) -> list[tuple[bool, float]]:
    """Read points (`_` for `-`), or only let time pass; what is told of the rule."""
    rows = []
    for point, value in readings.items():
        number, quality = value if isinstance(value, tuple) else (value, 0)
        rows.append(b.reading(point.replace("_", "-"), number, now, quality))
    return [(t[2], t[4]) for t in b.frame(now, readings=rows) if t[0] == "LOGIC"]


def test_a_fan_that_stops_while_methane_is_there_is_told_once_it_lasts() -> None:
    b = bench("value(FAN) = 0 and value(CH4) >= 0.5", "value(FAN) = 1 and value(CH4) < 0.4", 3.0)
    assert told(b, 1, FAN=0.0, CH4=0.6) == []
    assert told(b, 3.9) == []
    assert told(b, 4) == [(True, 4.0)]
    assert told(b, 5, FAN=1.0) == []
    assert told(b, 6, CH4=0.3) == [(False, 6.0)]


def test_what_is_no_longer_known_neither_begins_nor_ends_anything() -> None:
    b = bench("value(CH4) > 0.5 and value(FAN) = 0")
    assert told(b, 0, FAN=0.0, CH4=0.6) == [(True, 0.0)]
    assert told(b, 1, CH4=(0.1, Quality.FAULT)) == []
    assert told(b, 2, CH4=0.1) == [(False, 2.0)]


def test_two_of_three_sensors_decide() -> None:
    b = bench("2 of (value(CH4) > 0.5, value(CH4-SLOW) > 0.5, lost(WIND))")
    assert told(b, 0, CH4=0.6) == []
    assert told(b, 1, CH4_SLOW=0.6) == [(True, 1.0)]


def test_a_rule_of_several_points_is_an_alarm_about_its_place() -> None:
    story = Story(small_mine(logic=(rule("L", parse("2 of (cut(CH4), bad(WIND))", IDS)),)))
    story.reads("CH4", 1.7)
    story.reads("WIND", 0.5, Quality.FAULT)
    story.passes(1)
    alarm = next(a for a in story.watch.book.alarms() if a.condition == "logic")
    assert (alarm.episode, alarm.rule, alarm.subject) == ("logic:CH4:L#1", "L", "CH4")
    assert alarm.severity is Severity.II
    assert "FACE" in alarm.zones
    assert not story.watch.reconcile()
