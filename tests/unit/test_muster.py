"""The muster (清点): how a person's way to safety is read from a tag that jitters."""

import pytest
from story import Story

from minesafe.evacuation import acts
from minesafe.model.commands import CallOut
from minesafe.model.errors import Refused
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AlarmSource,
    AlarmState,
    PersonMoved,
    Whereabouts,
)
from minesafe.model.mine import Severity

STANDING, MOVING = Whereabouts.STANDING, Whereabouts.MOVING
WRONG_WAY, UNKNOWN = Whereabouts.WRONG_WAY, Whereabouts.UNKNOWN


def called_out() -> Story:
    """P1 stands at A 30 (30 m from the portal) when the order comes; the gas is at 90."""
    story = Story()
    story.at("P1", "A", 30)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(3)
    story.reads("CH4", 1.7)
    story.passes(2)
    assert story.muster("P1").destination == "N0"
    return story


def goes(story: Story, *chainages: float) -> Whereabouts:
    for chainage in chainages:
        story.at("P1", "A", chainage)
        story.passes(2)
    return story.muster("P1").whereabouts


def test_a_tag_that_jitters_is_a_person_who_stands() -> None:
    story = called_out()
    assert goes(story, 32, 28, 31, 27, 33, 26, 30, 29) is STANDING
    assert story.bodies(PersonMoved) == []


def test_five_metres_nearer_is_on_the_way() -> None:
    story = called_out()
    assert goes(story, 27, 25.5) is STANDING
    assert goes(story, 25) is MOVING


def test_ten_metres_farther_is_the_wrong_way_until_it_is_the_right_one() -> None:
    story = called_out()
    assert goes(story, 35, 39) is STANDING
    assert goes(story, 40) is WRONG_WAY
    assert goes(story, 38) is WRONG_WAY
    assert goes(story, 35) is MOVING


def test_who_is_heard_beyond_a_junction_is_not_told_to_walk_the_wrong_way() -> None:
    """Its reader knows how far away he is and not in which roadway: the place is the junction."""
    story = called_out()
    assert goes(story, 24) is MOVING
    story.at("P1", "A", 45, error=40.0)
    story.passes(10)
    assert story.muster("P1").whereabouts is MOVING, "45 or 5 from the portal: nobody can say"
    assert goes(story, 14) is MOVING, "and a sure place goes on from there"
    assert goes(story, 24.5) is WRONG_WAY


def test_a_coarse_place_that_never_changes_is_a_person_who_stands_in_the_end() -> None:
    story = called_out()
    assert goes(story, 24) is MOVING
    story.at("P1", "A", 24, error=40.0)
    policy = story.mine.policy
    story.passes(policy.standing_s + 5)
    assert story.muster("P1").whereabouts is MOVING
    story.passes(41 / policy.walking_m_s + 5)
    assert story.muster("P1").whereabouts is STANDING


def test_who_was_on_the_way_and_stops_is_standing_after_a_while() -> None:
    story = called_out()
    assert goes(story, 24) is MOVING
    story.passes(28)
    assert story.muster("P1").whereabouts is MOVING
    story.passes(3)
    assert story.muster("P1").whereabouts is STANDING
    assert goes(story, 19) is MOVING


def test_out_at_the_portal_and_back_in_again() -> None:
    story = called_out()
    goes(story, 20, 5)
    story.vanishes("P1")
    story.passes(8)
    assert story.muster("P1").whereabouts is Whereabouts.OUT
    assert story.order.unaccounted == ()
    story.at("P1", "A", 20)
    story.passes(2)
    assert story.order.unaccounted == ("P1",)


def test_who_is_at_the_refuge_and_leaves_it_is_followed_again() -> None:
    story = called_out()
    story.at("P1", "B", 30)
    story.passes(2)
    assert story.muster("P1").whereabouts is Whereabouts.AT_REFUGE
    story.at("P1", "B", 10)
    story.passes(2)
    assert story.muster("P1").whereabouts is not Whereabouts.AT_REFUGE


def test_who_is_seen_no_more_is_unknown_and_found_again() -> None:
    story = called_out()
    goes(story, 24)
    story.vanishes("P1")
    story.passes(45)
    assert story.muster("P1").whereabouts is UNKNOWN
    place = story.muster("P1").place
    assert place is not None
    assert (place.roadway, place.chainage_m) == ("A", 24.0)
    assert goes(story, 20) is not UNKNOWN


def test_a_person_ticked_by_hand_stays_as_ticked_whatever_the_tag_says() -> None:
    """His tag lies in the lamp room's drawer underground; he stands in front of the desk."""
    story = called_out()
    story.does(acts.tick(story.order, "P1", Whereabouts.OUT, "DESK", "stands before me"))
    assert story.muster("P1").ticked_by == "DESK"
    assert goes(story, 20, 40, 60) is Whereabouts.OUT
    story.does(acts.tick(story.order, "P1", UNKNOWN, "DESK", "it was his brother"))
    assert story.order.unaccounted == ("P1",)


def test_after_a_restart_the_way_goes_on_from_the_same_anchor() -> None:
    story, other = called_out(), called_out()
    for one in (story, other):
        goes(one, 28, 26)
    anchors = story.watch.evacuation.muster.snapshot()
    story.dies_and_comes_back()
    story.watch.evacuation.muster.restore(anchors)
    assert goes(story, 25) is goes(other, 25) is MOVING


def carried(person: str, state: AlarmState, *conditions: str, other: str = "") -> AlarmMoved:
    return AlarmMoved(
        episode=f"carried:{person}#1",
        move=AlarmMove.RAISE if conditions else AlarmMove.CLEAR,
        state=state,
        severity=Severity.III,
        source=AlarmSource.PERSON,
        subject=person,
        condition="moving_as_one",
        active=dict.fromkeys(conditions, Severity.III),
        other=other,
    )


def test_two_cards_in_one_pocket_account_for_nobody_until_the_person_is_seen() -> None:
    story = called_out()
    story.does(carried("P1", AlarmState.UNACKED, "moving_as_one"))
    story.at("P1", "B", 30)
    story.passes(2)
    row = story.muster("P1")
    assert (row.whereabouts, row.doubt) == (UNKNOWN, "moving_as_one")
    assert story.order.unaccounted == ("P1",)
    story.does(acts.tick(story.order, "P1", Whereabouts.AT_REFUGE, "DESK", "seen by the deputy"))
    assert story.order.unaccounted == ()
    assert story.muster("P1").doubt == ""


def test_a_card_that_does_not_move_is_marked_as_one_that_may_hang_without_its_man() -> None:
    story = called_out()
    story.does(carried("P1", AlarmState.UNACKED, "standing_still"))
    story.passes(2)
    row = story.muster("P1")
    assert (row.whereabouts, row.doubt) == (STANDING, "standing_still")
    before = len(story.bodies(PersonMoved))
    story.passes(5)
    assert len(story.bodies(PersonMoved)) == before
    story.does(carried("P1", AlarmState.NORMAL))
    story.passes(1)
    assert story.muster("P1").doubt == ""


def test_when_the_alarm_of_the_two_cards_is_over_and_seen_the_tag_counts_again() -> None:
    story = called_out()
    story.does(carried("P1", AlarmState.UNACKED, "moving_as_one"))
    story.at("P1", "B", 30)
    story.passes(2)
    story.does(carried("P1", AlarmState.RETURNED_UNACKED))
    story.passes(1)
    assert story.order.unaccounted == ("P1",)  # it latches until somebody has looked
    story.does(carried("P1", AlarmState.NORMAL))
    story.passes(1)
    assert story.order.unaccounted == ()


def test_a_visitor_without_a_tag_is_missed_until_ticked_off_by_name() -> None:
    story = called_out()
    story.at("P1", "B", 30)
    story.passes(2)
    story.does(acts.add_visitor(story.order, "  Li  Visitor ", "DESK"))
    visitor = "visitor:Li Visitor"
    assert story.order.unaccounted == (visitor,)
    assert not any(isinstance(c, CallOut) and c.recipient == visitor for c in story.told)
    with pytest.raises(Refused, match="in_scope_already"):
        acts.add_visitor(story.order, "Li Visitor", "DESK")
    with pytest.raises(Refused, match="name_needed"):
        acts.add_visitor(story.order, " ", "DESK")
    story.passes(5)
    story.dies_and_comes_back()
    story.does(acts.tick(story.order, visitor, Whereabouts.OUT, "DESK", "at the portal"))
    assert story.order.unaccounted == ()
