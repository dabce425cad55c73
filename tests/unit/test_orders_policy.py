"""How a policy answers: at once, after a time, never by itself; and what makes it ask anew."""

from dataclasses import replace

import pytest
from story import Story, story_mine

from minesafe.evacuation import acts
from minesafe.model.events import Decision, OrderKind, Origin
from minesafe.model.mine import Severity

STOP_WORK, EVACUATE = OrderKind.STOP_WORK, OrderKind.EVACUATE


def at_work(auto: str, after_s: float = 0.0) -> Story:
    base = story_mine()
    policy = replace(base.policy, auto_evacuate=auto, auto_after_s=after_s)
    story = Story(replace(base, policy=policy))
    story.at("P1", "A", 70)
    story.at("P4", "A", 20)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(2)
    return story


def gas(story: Story, value: float) -> None:
    story.reads("CH4", value)
    story.passes(1)


def decides(story: Story, decision: Decision) -> None:
    story.does(*acts.decide(story.order, decision, "P4", "seen", Origin.CONSOLE))


def test_at_once_is_at_once() -> None:
    story = at_work("at_once")
    gas(story, 1.7)
    assert (story.order.order_kind, story.order.undecided_until) == (EVACUATE, None)


def test_after_a_time_is_a_stop_work_order_of_level_one_until_then() -> None:
    story = at_work("after", 30)
    gas(story, 1.7)
    assert (story.order.order_kind, story.order.severity) == (STOP_WORK, Severity.I)
    story.passes(29)
    assert story.order.order_kind is STOP_WORK
    story.passes(1)
    assert story.order.order_kind is EVACUATE
    assert story.texts_to("P4") == ["issued", "raised"]


def test_never_leaves_it_to_people() -> None:
    story = at_work("never")
    gas(story, 1.7)
    story.passes(1000, step=5)
    assert story.order.order_kind is STOP_WORK
    decides(story, Decision.EVACUATE)
    assert story.order.order_kind is EVACUATE


@pytest.mark.parametrize("auto", ["after", "never"])
def test_the_cut_off_after_the_alarm_limit_asks_anew_and_is_of_level_one(auto: str) -> None:
    story = at_work(auto, 30)
    gas(story, 1.1)
    story.acknowledges("P4")
    assert story.order.severity is Severity.II
    gas(story, 1.7)
    assert (story.order.order_kind, story.order.severity) == (STOP_WORK, Severity.I)
    assert story.order.acknowledged_by is None
    assert story.texts_to("P4") == ["issued", "raised"]


def test_the_shorter_of_two_times_counts() -> None:
    story = at_work("after", 30)
    gas(story, 1.1)
    story.passes(100)
    gas(story, 1.7)
    story.passes(30)
    assert story.order.order_kind is EVACUATE


def test_what_was_due_already_is_not_put_off_by_worse_gas() -> None:
    story = at_work("after", 600)
    gas(story, 1.1)
    story.passes(100)
    gas(story, 1.7)
    story.passes(80)
    assert story.order.order_kind is EVACUATE


@pytest.mark.parametrize("auto", ["after", "never"])
def test_that_stopping_work_suffices_was_not_said_of_the_cut_off(auto: str) -> None:
    """1.1 % was decided; 1.7 % was not, whatever the policy does by itself."""
    story = at_work(auto, 30)
    gas(story, 1.1)
    decides(story, Decision.STOP_WORK_SUFFICES)
    gas(story, 1.7)
    assert story.order.decision is None
    story.passes(31)
    assert story.order.order_kind is (EVACUATE if auto == "after" else STOP_WORK)


def test_the_same_alarm_at_the_same_level_stays_decided() -> None:
    story = at_work("at_once")
    gas(story, 1.1)
    decides(story, Decision.STOP_WORK_SUFFICES)
    for value in (0.4, 1.2, 0.4, 1.1):
        gas(story, value)
    story.passes(300, step=5)
    assert story.order.order_kind is STOP_WORK
    assert story.order.decision is Decision.STOP_WORK_SUFFICES
    assert story.texts_to("P4") == ["issued"]
