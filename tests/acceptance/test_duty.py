"""带班: shifts change hands, leaders are followed by their own tags, months are counted."""

from dataclasses import replace

import pytest
from story import START, Story, story_mine

from minesafe.duty import decide_act
from minesafe.model.duty_acts import (
    ConfirmSubstitute,
    ConfirmSwap,
    DutyAct,
    HandOver,
    NameSubstitute,
    ProposeSwap,
    WithdrawSwap,
)
from minesafe.model.errors import Refused
from minesafe.model.events import (
    DutyHandedOver,
    DutyServed,
    FindingKind,
    LadderStepped,
    Origin,
    SwapEnded,
)
from minesafe.model.mine import Duty, Mine, Person, Shift
from minesafe.model.time import SECOND

HOUR = 3600 * SECOND
NIGHT = START + 600 * SECOND
"""The night shift begins ten minutes after the story."""

OTHERS = {"P4": "L2", "LEADER2": "D2", "DESK": "DESK2"}
"""Who keeps the same post by night."""


def mine_of_two_shifts() -> Mine:
    base = story_mine()
    more = (
        Person("L2", "L2", "20001", "leader", "above", "13800000001", False),
        Person("L3", "L3", "20003", "leader", "above", "13800000003", False),
        Person("D2", "D2", "", "office", "above", "13800000002", False),
        Person("DESK2", "DESK2", "", "office", "above", "13800000005", False),
        Person("DUMB", "DUMB", "20009", "leader", "above", "", False),
    )
    day = replace(base.shifts[0], end=NIGHT)
    posts = tuple((d, OTHERS.get(p, p)) for d, p in day.posts)
    night = Shift(NIGHT, NIGHT + 8 * HOUR, "night", posts)
    morrow = Shift(night.end, night.end + 24 * HOUR, "morrow", day.posts)
    return replace(base, people=(*base.people, *more), shifts=(day, night, morrow))


def shift_work() -> Story:
    story = Story(mine_of_two_shifts())
    story.at("P1", "A", 70)
    story.at("P4", "A", 60)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(2)
    return story


def does(story: Story, act: DutyAct) -> None:
    picture = story.watch.picture()
    story.does(decide_act(story.watch.duty, act, picture, story.now))


def day_of(story: Story) -> int:
    return story.mine.shifts[0].start


def swap(story: Story, by: str = "P4") -> None:
    does(
        story,
        ProposeSwap(
            by, Origin.CONSOLE, Duty.LEADER, NIGHT, "L2", NIGHT + 8 * HOUR, "P4", "a wedding"
        ),
    )


def stands_in(story: Story, who: str = "L3", by: str = "DESK") -> None:
    does(
        story,
        NameSubstitute(by, Origin.CONSOLE, Duty.LEADER, day_of(story), "P4", who, "taken ill"),
    )


def leaders(story: Story, at: int) -> tuple[str, ...]:
    shift = story.watch.duty.roster.at(at)
    return shift.holders(Duty.LEADER) if shift else ()


def found(story: Story) -> set[FindingKind]:
    return {f.finding for f, _ in story.watch.findings.open()}


def test_a_swap_takes_two_people_and_changes_both_shifts() -> None:
    story = shift_work()
    swap(story)
    assert leaders(story, NIGHT) == ("L2",), "one person changes nothing"
    with pytest.raises(Refused, match="same_person"):
        does(story, ConfirmSwap("P4", Origin.CONSOLE, "swap#1"))
    with pytest.raises(Refused, match="swap_open"):
        swap(story)
    does(story, ConfirmSwap("HEAD", Origin.CONSOLE, "swap#1"))
    assert leaders(story, NIGHT) == ("P4",)
    assert leaders(story, NIGHT + 8 * HOUR) == ("L2",)
    story.dies_and_comes_back()
    assert leaders(story, NIGHT) == ("P4",)


def test_a_swap_confirmed_a_minute_before_the_shift_is_the_one_the_ladder_asks() -> None:
    story = shift_work()
    swap(story)
    story.passes(538, step=2)
    does(story, ConfirmSwap("HEAD", Origin.CONSOLE, "swap#1"))
    story.passes(65)
    story.reads("CH4", 1.7)
    story.passes(1)
    assert story.order.leader == "P4"
    assert story.texts_to("P4") == ["issued"]
    assert story.texts_to("L2") == []


def test_a_swap_nobody_confirmed_lapses_when_the_shift_begins() -> None:
    story = shift_work()
    swap(story)
    story.passes(600, step=5)
    (ended,) = story.bodies(SwapEnded)
    assert isinstance(ended, SwapEnded)
    assert (ended.reason, ended.by) == ("lapsed", None)
    assert leaders(story, NIGHT) == ("L2",)
    with pytest.raises(Refused, match="unknown_swap"):
        does(story, ConfirmSwap("HEAD", Origin.CONSOLE, "swap#1"))


def test_a_swap_can_be_withdrawn() -> None:
    story = shift_work()
    swap(story)
    does(story, WithdrawSwap("P4", Origin.CONSOLE, "swap#1"))
    assert story.watch.duty.board(story.now).swaps == ()


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("reason_needed", {"reason": " "}),
        ("unknown_shift", {"start": 7}),
        ("shift_begun", {"start": START - 3600 * SECOND, "person": "P4", "other_person": "L2"}),
        ("not_on_duty", {"person": "L3"}),
        ("same_shift", {"other_start": NIGHT}),
    ],
)
def test_a_swap_that_cannot_be_is_refused(code: str, changes: dict[str, object]) -> None:
    story = shift_work()
    act = ProposeSwap("P4", Origin.CONSOLE, Duty.LEADER, NIGHT, "L2", NIGHT + 8 * HOUR, "P4", "x")
    with pytest.raises(Refused, match=code):
        does(story, replace(act, **changes))  # type: ignore[arg-type]  # fields by name


def test_a_substitute_takes_over_in_the_middle_of_an_order() -> None:
    """The leader falls ill between the alarm and the next climb: who stands in is asked at once."""
    story = shift_work()
    story.reads("CH4", 1.1)
    story.passes(20)
    assert story.texts_to("P4") == ["issued"]
    stands_in(story)
    assert story.texts_to("L3") == ["issued"]
    assert story.texts_to("P4") == ["issued"], "nobody twice"
    story.dies_and_comes_back()
    story.passes(170)
    assert story.texts_to("L3") == ["issued", "raised"]
    assert story.texts_to("P4") == ["issued"]
    story.acknowledges("L3")


def test_a_shift_that_ends_does_not_take_its_order_home() -> None:
    story = shift_work()
    story.passes(560, step=5)
    story.reads("CH4", 1.7)
    story.passes(10)
    story.acknowledges("P4")
    story.passes(40)
    assert story.texts_to("L2") == ["issued"], "the night's leader hears of what is under way"
    assert "DESK2" in story.order.asked
    assert story.texts_to("D2") == [], "the deputy was not asked by day either"
    last = [s for s in story.bodies(LadderStepped) if isinstance(s, LadderStepped)][-1]
    assert last.reason == "on_duty"
    story.passes(30)
    assert story.texts_to("L2") == ["issued"]


def test_a_substitute_nobody_confirms_is_a_finding_until_somebody_does() -> None:
    base = mine_of_two_shifts()
    story = Story(replace(base, policy=replace(base.policy, substitute_confirm_h=0.05)))
    story.passes(2)
    stands_in(story)
    assert FindingKind.SUBSTITUTE_UNCONFIRMED not in found(story)
    story.passes(185, step=5)
    assert FindingKind.SUBSTITUTE_UNCONFIRMED in found(story)
    story.dies_and_comes_back()
    for nobody in ("DESK", "L3"):
        with pytest.raises(Refused, match="same_person"):
            does(story, ConfirmSubstitute(nobody, Origin.CONSOLE, "substitute#1"))
    does(story, ConfirmSubstitute("HEAD", Origin.CONSOLE, "substitute#1"))
    story.passes(1)
    assert FindingKind.SUBSTITUTE_UNCONFIRMED not in found(story)
    assert leaders(story, story.now) == ("L3",)


@pytest.mark.parametrize(
    ("who", "code"),
    [("D2", "no_card"), ("DUMB", "no_phone"), ("X", "unknown_person"), ("P4", "already_on_duty")],
)
def test_nobody_stands_in_who_cannot_be_called_or_seen(who: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        stands_in(shift_work(), who)


def test_the_absence_of_a_leader_is_judged_by_who_stands_in() -> None:
    """The one on the list sits in his office; who stands in for him is at the face."""
    base = mine_of_two_shifts()
    story = Story(replace(base, policy=replace(base.policy, absent_s=60.0)))
    story.at("P1", "A", 70)
    story.at("L3", "A", 60)
    story.passes(30)
    stands_in(story)
    story.passes(120)
    assert not [a for a in story.watch.book.alarms() if a.condition == "leader_absent"]
    story.vanishes("L3")
    story.at("L3", "A", 5)
    story.passes(2)
    story.vanishes("L3")
    story.passes(120)
    assert [a for a in story.watch.book.alarms() if a.condition == "leader_absent"]


def test_a_replay_asks_for_whoever_was_on_duty_at_the_time() -> None:
    """A roster that knows a change already still gives the one before it for what was before."""
    story = shift_work()
    before = story.now
    stands_in(story)
    assert leaders(story, before) == ("P4",)
    assert leaders(story, before + 1) == ("L3",)


def test_leaders_hand_over_underground_and_nowhere_else() -> None:
    story = shift_work()
    act = HandOver("P4", Origin.CONSOLE, NIGHT, "P4", "L2", "roof at 60 m is drummy")
    with pytest.raises(Refused, match="not_underground"):
        does(story, act)
    story.at("L2", "A", 55)
    story.passes(500, step=5)
    with pytest.raises(Refused, match="note_needed"):
        does(story, replace(act, note=" "))
    with pytest.raises(Refused, match="not_on_duty"):
        does(story, replace(act, incoming="L3"))
    does(story, act)
    (body,) = story.bodies(DutyHandedOver)
    assert isinstance(body, DutyHandedOver)
    assert (body.outgoing_place.chainage_m, body.incoming_place.chainage_m) == (60.0, 55.0)
    with pytest.raises(Refused, match="already_handed_over"):
        does(story, act)


def test_a_leaders_shift_is_written_down_by_his_own_tag() -> None:
    story = shift_work()
    board = story.watch.duty.board(story.now)
    (leader,) = (s for s in board.stretches if s.duty is Duty.LEADER)
    assert (leader.underground, leader.zones) == (True, ("FACE",))
    assert board.left_out == ("BLAST",)
    story.passes(118)
    story.at("P4", "A", 85)
    story.passes(180)
    story.dies_and_comes_back()
    story.at("P4", "A", 5)
    story.passes(20)
    story.vanishes("P4")
    story.passes(30, step=5)
    (way,) = (s.route for s in story.watch.duty.board(story.now).stretches if s.duty is Duty.LEADER)
    assert [(under, zones) for _, under, zones in way] == [
        (True, ("FACE",)), (True, ("FACE", "BLAST")), (True, ()), (False, ()),
    ]  # fmt: skip
    story.passes(270, step=5)
    served = {b.person: b for b in story.bodies(DutyServed) if isinstance(b, DutyServed)}
    assert set(served) == {"P4", "LEADER2", "HEAD"}
    assert served["P4"].underground_s == pytest.approx(330, abs=20)
    visited = dict(served["P4"].visited)
    assert visited["FACE"] == pytest.approx(300, abs=10)
    assert visited["BLAST"] == pytest.approx(180, abs=10)
    assert served["P4"].left_out == ()
    assert served["HEAD"].underground_s == 0
    story.passes(60, step=5)
    assert len(story.bodies(DutyServed)) == 3, "written once"


def test_a_month_counts_who_was_underground_for_half_his_shift() -> None:
    story = shift_work()
    story.passes(600, step=10)
    months = {
        m.person: m for m in story.watch.duty.month(2025, 11) + story.watch.duty.month(2025, 12)
    }
    assert months["P4"].shifts == 1
    assert months["P4"].served == 0, "ten minutes of seventy"
    assert months["HEAD"].least == 5
    assert months["P4"].least == 0


def test_a_shift_without_a_dispatcher_is_said_a_day_before() -> None:
    base = mine_of_two_shifts()
    day, night, morrow = base.shifts
    bare = replace(night, posts=tuple(p for p in night.posts if p[0] is not Duty.DISPATCHER))
    story = Story(replace(base, shifts=(day, bare, morrow)))
    story.passes(2)
    (said,) = story.watch.findings.of(FindingKind.SHIFT_UNFILLED)
    assert said.subject.endswith("night")
    assert said.detail == "dispatcher"


def test_a_new_revision_of_the_roster_keeps_what_people_changed() -> None:
    story = shift_work()
    swap(story)
    does(story, ConfirmSwap("HEAD", Origin.CONSOLE, "swap#1"))
    stands_in(story)
    story.changes_to(replace(mine_of_two_shifts(), revision="fedcba9876543210"))
    story.passes(1)
    assert leaders(story, story.now) == ("L3",)
    assert leaders(story, NIGHT) == ("P4",)
