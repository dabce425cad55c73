"""What orders what: the statute's table, and a mine's own that may only sharpen it."""

from dataclasses import replace
from pathlib import Path

import pytest
from ring_mine import at_the_face, ring_mine

from minesafe.alarms.conditions import FAMILIES
from minesafe.config.row import Findings, Named, Row
from minesafe.config.triggers import read_triggers
from minesafe.model.events import AlarmSource, OrderKind
from minesafe.model.mine import Mine, Severity
from minesafe.model.mine.triggers import OF_PLACES_AND_PEOPLE, Trigger, printed
from minesafe.model.verdict import Condition

DOCS = Path(__file__).parents[2] / "docs"


def test_the_statute_is_what_the_alarm_book_says() -> None:
    mine = ring_mine()
    for on, level in OF_PLACES_AND_PEOPLE.items():
        family = FAMILIES[Condition[on.upper()]]
        assert family.source in (AlarmSource.ZONE, AlarmSource.PERSON)
        assert family.severity(mine, 0, 0.0) is level, on


def test_the_table_in_the_docs_is_printed_from_the_code() -> None:
    assert printed() in (DOCS / "evacuation.md").read_text("utf-8")


def sharper(*triggers: Trigger) -> Mine:
    base = ring_mine()
    return replace(base, policy=replace(base.policy, triggers=triggers))


def test_gas_at_the_alarm_limit_evacuates_where_the_mine_says_so() -> None:
    story = at_the_face(sharper(Trigger("alarm_high", "ch4", Severity.I, "usual")))
    story.reads("CH4", 1.1)
    story.passes(1)
    assert (story.order.order_kind, story.order.severity) == (OrderKind.EVACUATE, Severity.I)
    assert story.order.zones == ("FACE",)


def test_carbon_monoxide_of_another_kind_is_as_the_rule_has_it() -> None:
    story = at_the_face(sharper(Trigger("alarm_high", "ch4", Severity.I, "mine")))
    story.reads("CO", 30.0)
    story.passes(1)
    assert story.order.order_kind is OrderKind.STOP_WORK


def test_a_trigger_of_the_whole_mine_takes_everybody_in() -> None:
    story = at_the_face(sharper(Trigger("cut_high", "ch4", Severity.I, "mine")))
    story.reads("CH4", 1.7)
    story.passes(1)
    assert story.order.zones == ("MINE",)


def read(**values: object) -> tuple[tuple[Trigger, ...], Findings]:
    mine, findings = ring_mine(), Findings()
    kinds = Named(items={k.id: k for k in mine.kinds})
    rules = Named(items={r.id: r for r in mine.rules})
    row = Row(findings, "policy.toml", 7, values, dict.fromkeys(values, 7))
    return read_triggers([row], kinds, rules), findings


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"on": "sos", "level": "III"}, "'sos' is level II by the statute; III would be weaker"),
        (
            {"on": "cut_high", "kind": "ch4", "level": "II"},
            "'cut_high' is level I by the statute; II would be weaker",
        ),
        ({"on": "cut_high", "kind": "h2s", "level": "I"}, "'kind' names kind 'h2s'"),
        ({"on": "sleepy", "level": "I"}, "'on' is 'sleepy', which is not known"),
        ({"on": "sos", "level": "I", "when": "now"}, "unknown key 'when'"),
    ],
)
def test_what_is_weaker_or_unknown_is_refused(values: dict[str, object], what: str) -> None:
    _, findings = read(**values)
    assert next(f.what for f in findings.faults).startswith(what)


def test_what_is_graver_or_wider_stands() -> None:
    triggers, findings = read(on="alarm_high", kind="co", level="I", scope="mine")
    assert triggers == (Trigger("alarm_high", "co", Severity.I, "mine"),)
    assert findings.faults == []
