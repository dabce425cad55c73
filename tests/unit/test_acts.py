"""What people may do to an order: every refusal of the desk, with its code."""

from dataclasses import replace

import pytest
from story import Story, story_mine

from minesafe.evacuation import acts
from minesafe.model.errors import Refused
from minesafe.model.events import Decision, Origin, PersonTold, Whereabouts
from minesafe.model.mine import Role
from minesafe.model.order import Order


def outburst(value: float = 1.7) -> Story:
    story = Story()
    story.at("P1", "A", 70)
    story.at("P4", "A", 20)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(2)
    story.reads("CH4", value)
    story.passes(2)
    return story


def all_out_and_clear() -> Story:
    story = outburst()
    for person in ("P1", "P4"):
        story.at(person, "B", 30)
    story.reads("CH4", 0.4)
    story.passes(65)
    return story


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_an_order_nobody_knows_and_an_order_that_is_over() -> None:
    with pytest.raises(Refused) as refused:
        acts.still_open(None, "17-001")
    assert (code(refused), refused.value.params) == ("unknown_order", {"order": "17-001"})
    over = replace(outburst().order, closed=1)
    with pytest.raises(Refused, match="closed"):
        acts.still_open(over, over.order)


def test_only_who_was_asked_acknowledges_and_only_once() -> None:
    story = outburst()
    for stranger in ("LEADER2", "DESK", "nobody"):
        with pytest.raises(Refused, match="not_asked"):
            acts.acknowledge(story.order, stranger, Origin.SMS)
    assert isinstance(acts.acknowledge(story.order, "P1", Origin.SMS), PersonTold)  # for himself
    story.acknowledges("P4")
    with pytest.raises(Refused) as refused:
        story.acknowledges("P4")
    assert (code(refused), refused.value.params) == ("already_acknowledged", {"by": "P4"})


@pytest.mark.parametrize("decision", [*Decision])
def test_an_evacuation_is_not_open_to_decision(decision: Decision) -> None:
    with pytest.raises(Refused, match="not_open_to_decision"):
        acts.decide(outburst().order, decision, "P4", "seen", Origin.LINK)


def test_who_is_not_in_scope_is_not_ticked_and_nobody_without_a_reason() -> None:
    order = outburst().order
    with pytest.raises(Refused, match="not_in_scope"):
        acts.tick(order, "P3", Whereabouts.OUT, "DESK", "seen")
    with pytest.raises(Refused, match="reason_needed"):
        acts.tick(order, "P1", Whereabouts.OUT, "DESK", " \n")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.INSPECTOR, Role.ADMIN, Role.ENGINEER])
def test_a_role_that_is_not_in_the_policy_does_not_sign(role: Role) -> None:
    with pytest.raises(Refused, match="role_not_allowed"):
        all_out_and_clear().signs("X", role)


def test_of_two_who_may_give_the_second_signature_one_is_enough() -> None:
    base = story_mine()
    policy = replace(base.policy, all_clear_second=(Role.DISPATCHER, Role.ENGINEER))
    order: Order = all_out_and_clear().order
    now = (order.clear_since or 0) + 10**9
    signed, *more = acts.sign_all_clear(order, policy, "ENG", Role.ENGINEER, "", now)
    assert more == []
    story = all_out_and_clear()
    story.does(signed)
    with pytest.raises(Refused, match="already_signed"):
        acts.sign_all_clear(story.order, policy, "DESK", Role.DISPATCHER, "", now)
    closed = acts.sign_all_clear(story.order, policy, "P4", Role.LEADER, "", now)[-1]
    assert getattr(closed, "by", ()) == ("ENG", "P4")


def test_a_missing_person_counts_before_anything_else() -> None:
    story = outburst()
    with pytest.raises(Refused) as refused:
        story.signs("P4", Role.LEADER, override="hurry")
    assert (code(refused), refused.value.params) == ("unaccounted", {"people": 2})


def test_how_long_to_wait_is_said_and_whether_gas_is_there_still() -> None:
    story = outburst()
    for person in ("P1", "P4"):
        story.at(person, "B", 30)
    story.passes(2)
    with pytest.raises(Refused) as refused:
        story.signs("P4", Role.LEADER)
    assert refused.value.params == {"wait_s": 60, "active": 1}
    story.reads("CH4", 0.4)
    story.passes(20)
    with pytest.raises(Refused) as refused:
        story.signs("P4", Role.LEADER)
    assert refused.value.params == {"wait_s": 41, "active": 0}


def test_the_second_signature_looks_again() -> None:
    """Between the two a person has come back in: nobody is waved through."""
    story = all_out_and_clear()
    story.signs("P4", Role.LEADER)
    story.at("P1", "A", 70)
    story.passes(2)
    with pytest.raises(Refused, match="unaccounted"):
        story.signs("DESK", Role.DISPATCHER)
    assert story.order.is_open
