"""Each day every loudspeaker and telephone is called; which does not answer is known by name."""

from dataclasses import replace
from datetime import time

import pytest
from story import START, Story, story_mine

from minesafe.model.commands import CallOut, Command
from minesafe.model.errors import Refused
from minesafe.model.events import DevicesCalled, FindingKind, ReceiptStatus
from minesafe.model.mine import Broadcaster, CallPolicy, Mine, Name, System, Telephone
from minesafe.model.system import SystemState
from minesafe.model.time import SECOND
from minesafe.notify.receipt import noted
from minesafe.notify.spoken import spoken
from minesafe.upkeep.devices import Known, devices

FAILED, DELIVERED = ReceiptStatus.FAILED, ReceiptStatus.DELIVERED
NO = Name("", "")


def calling_mine(after_s: int = 60) -> Mine:
    """A loudspeaker and a telephone; their hour begins a minute after the story, by UTC."""
    base, begins = story_mine(), START // 1_000_000 + after_s
    at = time(begins // 3600 % 24, begins // 60 % 60)
    return replace(
        base,
        server=replace(base.server, timezone="UTC"),
        policy=replace(base.policy, test_call=CallPolicy(at, 300.0)),
        broadcasters=(Broadcaster("GB1", NO, "A", 50.0, "b", "", "", ("FACE",)),),
        telephones=(Telephone("TEL1", NO, "A", 90.0, "8001", "t", "", ""),),
    )


def calls(story: Story) -> list[CallOut]:
    return [c for c in story.told if isinstance(c, CallOut) and c.about == "test"]


def failing(story: Story) -> dict[str, str]:
    found = story.watch.findings.of(FindingKind.TEST_CALL_FAILED)
    return {f.subject: f.detail for f in found}


def comes(story: Story, call: Command, status: ReceiptStatus, detail: str = "") -> None:
    receipt = noted(call, status, detail=detail, final=status is FAILED)
    story.watch.noted(story.watch.now, receipt)


def called(story: Story) -> tuple[CallOut, CallOut]:
    """The hour has come."""
    story.passes(120, step=10.0)
    broadcast, telephone = calls(story)
    return broadcast, telephone


def test_at_its_hour_every_terminal_is_called_once_and_all_is_well() -> None:
    story = Story(calling_mine())
    story.passes(50, step=10.0)
    assert calls(story) == []
    broadcast, telephone = called(story)
    assert (broadcast.channel, telephone.channel) == ("broadcast", "telephone")
    for call in (broadcast, telephone):
        comes(story, call, DELIVERED)
    story.passes(900, step=30.0)
    assert len(calls(story)) == 2
    assert failing(story) == {}
    assert len(story.bodies(DevicesCalled)) == 1


def test_one_that_is_given_up_is_a_finding_at_once_and_one_that_is_silent_when_time_is_up() -> None:
    story = Story(calling_mine())
    broadcast, _ = called(story)
    comes(story, broadcast, FAILED, "away")
    story.passes(2, step=1.0)
    assert failing(story) == {"GB1": "away"}
    story.passes(300, step=30.0)
    assert failing(story) == {"GB1": "away", "TEL1": "silent"}
    health = {h.system: h for h in story.watch.systems.look(
        story.watch.picture(), story.watch.findings.open(), story.watch.now)}  # fmt: skip
    its = health[System.COMMUNICATION]
    assert its.state in (SystemState.DEGRADED, SystemState.DEAD)
    assert ("test_call_failed", ("GB1", "TEL1")) in [(t.code, t.subjects) for t in its.why]


def test_a_failed_one_stays_failed_until_a_call_comes_through_whichever() -> None:
    story = Story(calling_mine())
    broadcast, telephone = called(story)
    comes(story, broadcast, FAILED, "away")
    comes(story, telephone, FAILED, "unanswered")
    story.passes(2, step=1.0)
    assert failing(story) == {"GB1": "away"}, "a telephone that rang has rung"
    story.does(story.watch.trials.ask(("GB1",), "P4", story.watch.now, quiet=True))
    story.passes(2, step=1.0)
    assert failing(story) == {"GB1": "away"}, "that it is called again mends nothing"
    comes(story, calls(story)[-1], DELIVERED)
    story.passes(2, step=1.0)
    assert failing(story) == {}


def test_one_that_nobody_called_for_a_day_is_overdue() -> None:
    """The server was off at the hour, or an order was open; a new journal is given a day."""
    story = Story(calling_mine(after_s=-3600))
    story.passes(60, step=10.0)
    assert calls(story) == [], "the hour is over, and the journal has just begun"
    assert failing(story) == {}
    trials, now, hour = story.watch.trials, story.watch.now, 3600 * SECOND
    assert trials.failing(now, now - 23 * hour) == {}
    assert trials.failing(now, now - 25 * hour) == {"GB1": "overdue", "TEL1": "overdue"}


def test_after_a_crash_nothing_is_called_twice() -> None:
    story = Story(calling_mine())
    called(story)
    story.dies_and_comes_back()
    story.passes(60, step=10.0)
    assert len(calls(story)) == 2
    assert story.retold().trials.calls == story.watch.trials.calls


def test_the_register_knows_when_each_was_tested() -> None:
    story = Story(calling_mine())
    broadcast, _ = called(story)
    comes(story, broadcast, DELIVERED)
    known = Known(story.watch.picture(), (), {}, story.watch.calendar)
    tested = {d.id: d.test.last for d in devices(story.mine, known)}
    assert tested["GB1"] == story.watch.now
    assert tested["TEL1"] is None


def test_while_an_order_is_open_nothing_is_tested() -> None:
    trials = Story(calling_mine()).watch.trials
    hour = START + 60_000_000
    assert list(trials.on_time(hour, quiet=False)) == []
    for devices_, quiet, code in (((), False, "order_open"), (("CUT",), True, "not_called")):
        with pytest.raises(Refused, match=code):
            trials.ask(devices_, "P4", hour, quiet=quiet)
    assert trials.ask((), "P4", hour, quiet=True).devices == ("GB1", "TEL1")


def test_a_call_says_that_it_is_a_test() -> None:
    story = Story(calling_mine())
    broadcast, _ = called(story)
    assert spoken(story.mine, broadcast, "zh") == "通信试呼,不是命令。"
    assert spoken(story.mine, broadcast, "en") == "Test call, no order."


def test_a_receipt_that_says_what_is_known_is_no_news() -> None:
    story = Story(calling_mine())
    broadcast, _ = called(story)
    again = noted(broadcast, FAILED, detail="away")
    story.watch.noted(story.watch.now, again)
    assert story.watch.trials.knows(again)
    assert not story.watch.trials.knows(noted(broadcast, FAILED, detail="no_answer"))
