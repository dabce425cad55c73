"""The ladder: rungs at their times, and what is durable of them."""

from dataclasses import replace

from story import Story, story_mine

from minesafe.evacuation.ladder import not_reached, order_round_began, steps_due
from minesafe.model.events import LadderStepped, OrderKind, PowerShown, ReceiptStatus
from minesafe.model.mine import Danger, Duty, LadderStep, Mine
from minesafe.model.time import SECOND

FAILED, ACCEPTED = ReceiptStatus.FAILED, ReceiptStatus.ACCEPTED


def outburst(mine: Mine | None = None, value: float = 1.7) -> Story:
    story = Story(mine or story_mine())
    story.at("P1", "A", 70)
    for point in ("CH4", "CH4-SLOW", "WIND", "FAN"):
        story.reads(point, 0.5)
    story.passes(2)
    story.reads("CH4", value)
    story.passes(1)
    return story


def taken(story: Story) -> list[int]:
    return [s.step for s in story.bodies(LadderStepped) if isinstance(s, LadderStepped)]


def test_deadlines_are_times_in_the_order() -> None:
    story = outburst()
    issued = story.order.issued
    assert [(s.due - issued) / SECOND for s in story.order.steps] == [0, 0, 30, 60, 120]
    assert order_round_began(story.order) == issued


def test_a_server_that_slept_through_three_rungs_climbs_them_together() -> None:
    story = outburst()
    story.second += 300
    story.hears(story.readings(), story.sightings())
    assert taken(story) == [0, 1, 2, 3, 4]


def test_an_acknowledged_order_climbs_no_further_and_a_raised_one_from_the_start() -> None:
    story = outburst(value=1.1)
    story.acknowledges("P4")
    story.passes(100)
    assert taken(story) == [0, 1]
    story.passes(90)
    assert story.order.order_kind is OrderKind.EVACUATE
    assert taken(story) == [0, 1, 100, 101]
    story.passes(31)
    assert taken(story) == [0, 1, 100, 101, 102]


def test_one_channel_that_is_still_under_way_is_waited_for() -> None:
    story = outburst()
    story.carrier_says("call", FAILED)
    assert not not_reached(story.mine, story.order)
    story.carrier_says("sms", ACCEPTED)
    assert not not_reached(story.mine, story.order)
    assert list(steps_due(story.mine, story.watch.duty.roster, story.order, story.now)) == []


def test_a_rung_of_several_leaders_is_reached_by_any_of_them() -> None:
    base = story_mine()
    shift = replace(base.shifts[0], posts=(*base.shifts[0].posts, (Duty.LEADER, "HEAD")))
    story = outburst(replace(base, shifts=(shift,)))
    story.carrier_says("call", FAILED)
    story.carrier_says("sms", FAILED, "P4")
    assert not not_reached(story.mine, story.order)
    story.carrier_says("sms", FAILED, "HEAD")
    assert taken(story)[-1] == 2


def test_the_shift_that_is_on_duty_when_a_rung_is_due_is_asked() -> None:
    base = story_mine()
    early = replace(base.shifts[0], end=base.shifts[0].start + 3600 * SECOND + 20 * SECOND)
    posts = tuple((d, {"LEADER2": "ENGINEER"}.get(p, p)) for d, p in early.posts)
    late = replace(early, start=early.end, end=early.end + 3600 * SECOND, posts=posts)
    story = outburst(replace(base, shifts=(early, late)))
    story.passes(31)
    assert story.texts_to("LEADER2") == []
    assert story.texts_to("ENGINEER") == ["issued"]


def test_a_ladder_of_one_rung_is_a_ladder() -> None:
    base = story_mine()
    one = (LadderStep(0, (Duty.MINE_HEAD,), ("sms",)),)
    story = outburst(replace(base, policy=replace(base.policy, ladder=one)))
    story.passes(300, step=5)
    assert taken(story) == [0]
    assert story.texts_to("HEAD") == ["issued"]


def test_a_shorter_ladder_after_a_restart_takes_no_order_down() -> None:
    story = outburst()
    story.passes(61)
    base = story.mine
    story.mine = replace(base, policy=replace(base.policy, ladder=base.policy.ladder[:2]))
    story.dies_and_comes_back()
    story.passes(100)
    assert story.order.is_open
    assert taken(story) == [0, 1, 2, 3]


def test_after_a_minute_without_an_answer_the_dispatcher_is_shown_his_own_power() -> None:
    """And again when the order is raised: that climb is another one."""
    story = outburst(value=1.1)
    story.passes(58)
    assert story.bodies(PowerShown) == []
    story.passes(3)
    assert [b.ground for b in story.bodies(PowerShown) if isinstance(b, PowerShown)] == ["unknown"]
    story.dies_and_comes_back()
    story.passes(10)
    assert len(story.bodies(PowerShown)) == 1
    story.passes(175)
    assert story.order.order_kind is OrderKind.EVACUATE
    assert len(story.bodies(PowerShown)) == 2


def test_a_leader_who_answers_in_time_keeps_the_power() -> None:
    story = outburst()
    story.passes(20)
    story.acknowledges("P4")
    story.passes(100, step=5)
    assert story.bodies(PowerShown) == []


def test_leaders_nobody_can_reach_give_the_dispatcher_his_power_at_once() -> None:
    """Every channel to leader and deputy fails: the mine head is asked, and the desk told."""
    story = outburst()
    story.carrier_says("sms", FAILED)
    story.carrier_says("call", FAILED)
    story.carrier_says("sms", FAILED)
    story.carrier_says("call", FAILED)
    assert taken(story) == [0, 1, 2, 3]
    story.passes(1)
    assert len(story.bodies(PowerShown)) == 1


def test_the_ground_is_what_the_sensor_warns_of() -> None:
    base = story_mine()
    kinds = (replace(base.kinds[0], danger=Danger.GAS), *base.kinds[1:])
    story = outburst(replace(base, kinds=kinds))
    story.passes(61)
    assert story.order.power == "gas"


def test_the_ladder_is_the_table_of_the_pages_for_dispatchers() -> None:
    """At 0, 30, 60 and 120 s, of a level I order that nobody answers and every channel takes."""
    story = outburst()
    began = story.second
    at: dict[str, float] = {}
    for _ in range(130):
        for channel in ("sms", "call", "console"):
            story.carrier_says(channel, ACCEPTED)
        for command in story.told:
            at.setdefault(f"{command.channel} {command.recipient}", story.second - began)
        for body in story.bodies(PowerShown):
            at.setdefault(str(type(body).__name__), story.second - began)
        story.passes(1)
    assert story.order.order_kind is OrderKind.EVACUATE, "by itself, and at once"
    people = {name: seconds for name, seconds in at.items() if name.partition(" ")[0] in ASKED}
    assert people == {
        **{"sms P4": 0, "call P4": 0, "console DESK": 0},
        **{"sms LEADER2": 30, "call LEADER2": 30},
        **{"sms HEAD": 60, "call HEAD": 60, "PowerShown": 60},
        **{"sms ENGINEER": 120, "call ENGINEER": 120, "sms DESK": 120, "call DESK": 120},
    }
    underground = {name: seconds for name, seconds in at.items() if name not in people}
    assert {"horn HORN", "tag FACE"} <= set(underground)
    assert set(underground.values()) == {0}


ASKED = ("sms", "call", "console", "PowerShown")
