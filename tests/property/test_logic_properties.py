"""Rules about several points: the arrays against the tree worked out leaf by leaf."""

import math
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from engine_bench import START, Bench
from hypothesis import given
from hypothesis import strategies as st
from small_mine import REVISION, small_mine
from story import Story

from minesafe.config.expression import parse
from minesafe.engine import Layout, State, judge
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.engine.kernels.compiled import looks, uncompiled
from minesafe.model.frame import Frame, Readings, Sightings, TagFlag
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
    state, on, expected = State.fresh(layout), [False] * len(rules), list[Any]()
    slow = Layout.of(small_mine(logic=tuple(replace(r, for_s=25.0) for r in rules)))
    arrays, loops = State.fresh(slow), State.fresh(slow)
    for seq, rows in enumerate([*said, []]):
        now = START + 20 * seq * SECOND
        told = Readings.of([(*row, now, now) for row in rows])
        frame = Frame(seq, now, REVISION, told, Sightings.none())
        rows_told = judge(layout, state, frame)
        assert judge(slow, arrays, frame) == judge(slow, loops, frame, compiled)
        assert arrays.snapshot() == loops.snapshot()
        found = [(r[0], r[1], r[3], r[5]) for r in rows_told.transitions.rows()]
        assert [r for r in found if r[0] == Condition.LOGIC] == expected, "of the moment before"
        assert state.logic_on.tolist() == on
        expected = []
        over = moment_over(layout, state, now)
        for i, (when, until) in enumerate(trees):
            holds = worked_out(when, layout, over, now)
            ends = holds == 0 if until is None else worked_out(until, layout, over, now) == 1
            if (not ends if on[i] else holds == 1) != on[i]:
                on[i] = not on[i]
                expected.append((int(Condition.LOGIC), i, on[i], now))
    assert State.restore(layout, state.snapshot()).logic_on.tolist() == state.logic_on.tolist()


def moment_over(layout: Layout, state: State, now: int) -> State:
    """As a moment leaves the points: delays that end in it have ended (decision 0080)."""
    over = State.restore(layout, state.snapshot())
    judge(layout, over, Frame(0, now, REVISION, Readings.none(), Sightings.none()))
    return over


def rule(ident: str, when: Node, until: Node | None = None, for_s: float = 0.0) -> Logic:
    return Logic(ident, ident, ident, "CH4", when, until, for_s, "II", "", "")


def bench(when: str, until: str | None = None, for_s: float = 0.0) -> Bench:
    end = None if until is None else parse(until, IDS)
    return Bench(small_mine(logic=(replace(rule("L", parse(when, IDS), end), for_s=for_s),)))


def told(b: Bench, now: float, **readings: Any) -> list[tuple[bool, float]]:
    """Read points (`_` for `-`), or only let time pass; what is told of it once it is over."""
    rows = []
    for point, value in readings.items():
        number, quality = value if isinstance(value, tuple) else (value, 0)
        rows.append(b.reading(point.replace("_", "-"), number, now, quality))
    found = b.frame(now, readings=rows) + b.frame(now + 1e-6)
    return [(t[2], round(t[4], 3)) for t in found if t[0] == "LOGIC"]


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
    story.passes(2)
    alarm = next(a for a in story.watch.book.alarms() if a.condition == "logic")
    assert (alarm.episode, alarm.rule, alarm.subject) == ("logic:CH4:L#1", "L", "CH4")
    assert alarm.severity is Severity.II
    assert "FACE" in alarm.zones
    assert not story.watch.reconcile()


MOMENTS = st.lists(st.lists(ROWS, max_size=5), min_size=1, max_size=6)


@given(st.lists(st.tuples(TREES, st.none() | TREES), min_size=1, max_size=3), MOMENTS)
def test_how_the_rows_of_a_moment_are_gathered_changes_no_verdict(
    trees: list[tuple[Node, Node | None]], said: list[list[Any]]
) -> None:
    """Two sensors at one instant: which is heard first, and in which frame, means nothing."""
    rules = tuple(rule(f"L{i}", *tree, for_s=20.0 * i) for i, tree in enumerate(trees))
    layout = Layout.of(small_mine(logic=rules))
    joined, single = State.fresh(layout), State.fresh(layout)
    for step, rows in enumerate([*said, [], []]):
        now = START + 20 * step * SECOND
        parts = [[row] for row in rows] or [[]]
        whole = logic_rows(layout, joined, now, [rows])
        assert logic_rows(layout, single, now, parts) == whole


def logic_rows(layout: Layout, state: State, now: int, parts: list[list[Any]]) -> list[Any]:
    """What is told of rules while these frames of one moment are judged."""
    told = list[Any]()
    for rows in parts:
        readings = Readings.of([(*row, now, now) for row in rows])
        verdict = judge(layout, state, Frame(1, now, REVISION, readings, Sightings.none()))
        told += [row for row in verdict.transitions.rows() if row[0] == Condition.LOGIC]
    return [repr(row) for row in told]


@pytest.mark.parametrize("kernels", [ARRAYS, looks(uncompiled)], ids=["arrays", "loops"])
def test_of_a_zone_it_may_ask_who_calls_for_help_and_how_many_there_are(kernels: Kernels) -> None:
    zones = [z.id for z in small_mine().zones]
    asked = ("sos(FACE) and value(CH4) > 0.5", "heads(FACE) >= 2")
    rules = tuple(rule(f"L{i}", parse(text, IDS, zones)) for i, text in enumerate(asked))
    b = Bench(small_mine(logic=rules))
    b.judge = partial(judge, b.layout, b.state, kernels=kernels)  # type: ignore[method-assign]  # its form
    b.frame(0, readings=[b.reading("CH4", 0.6, 0)], sightings=[b.sighting("P1", "A", 60, 0)])
    assert not b.state.logic_on.any()
    b.frame(1, sightings=[b.sighting("P2", "A", 20, 1, flags=int(TagFlag.SOS))])
    b.frame(2)
    assert b.state.logic_on.tolist() == [False, False], "he calls from elsewhere"
    b.frame(3, sightings=[b.sighting("P2", "A", 60, 3, flags=int(TagFlag.SOS))])
    b.frame(4)
    assert b.state.logic_on.tolist() == [True, True]
    b.frame(5, sightings=[b.sighting("P2", "A", 60, 5)])
    b.frame(6)
    assert b.state.logic_on.tolist() == [False, True]
