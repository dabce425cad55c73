"""A horn is made to sound for three seconds, on request alone; an order goes before its test."""

from story import Story, story_mine

from minesafe.model.commands import SetOutput
from minesafe.model.events import (
    DevicesCalled,
    FindingKind,
    HornsRested,
    OrderKind,
    Origin,
    ReceiptStatus,
)
from minesafe.notify.receipt import noted
from minesafe.upkeep.trials import SOUNDS, STUCK

FAILED, DELIVERED = ReceiptStatus.FAILED, ReceiptStatus.DELIVERED
SOUNDS_S = SOUNDS / 1_000_000


def failing(story: Story) -> dict[str, str]:
    found = story.watch.findings.of(FindingKind.TEST_CALL_FAILED)
    return {f.subject: f.detail for f in found}


def comes(story: Story, told: SetOutput, status: ReceiptStatus, detail: str = "") -> None:
    story.watch.noted(story.watch.now, noted(told, status, detail=detail, final=status is FAILED))


def switched(story: Story) -> list[SetOutput]:
    return [c for c in story.told if isinstance(c, SetOutput)]


def asked() -> Story:
    """The dispatcher has asked for it, and it sounds."""
    story = Story(story_mine())
    story.passes(5)
    story.does(story.watch.trials.ask(("HORN",), "P4", story.watch.now, quiet=True))
    return story


def evacuated(story: Story, *zones: str) -> None:
    watch = story.watch
    story.does(
        *watch.evacuation.order_by_hand(
            OrderKind.EVACUATE, zones, "", "P4", Origin.CONSOLE, watch.picture(), watch.now
        )
    )


def test_it_sounds_for_three_seconds_and_its_answer_is_the_result() -> None:
    story = asked()
    (on,) = switched(story)
    assert (on.recipient, on.channel, on.on) == ("HORN", "horn", True)
    comes(story, on, DELIVERED)
    story.passes(SOUNDS_S - 1)
    assert len(switched(story)) == 1
    story.passes(2)
    off = switched(story)[-1]
    assert (off.recipient, off.on, off.issued > on.issued) == ("HORN", False, True)
    comes(story, off, DELIVERED)
    story.passes(60)
    assert len(switched(story)) == 2, "once on, once off"
    assert failing(story) == {}
    assert story.watch.calendar.test("HORN").last is not None
    assert story.bodies(DevicesCalled)[0].by == "P4"


def test_a_round_of_all_makes_no_horn_sound_and_a_horn_is_never_overdue() -> None:
    story = Story(story_mine())
    story.passes(5)
    trials, now = story.watch.trials, story.watch.now
    assert "HORN" not in trials.failing(now, now - 999 * 3600 * 1_000_000)
    story.does(trials.ask(("HORN",), "P4", now, quiet=True))
    assert [d for b in story.bodies(DevicesCalled) for d in b.devices] == ["HORN"]


def test_one_that_cannot_be_switched_is_found_and_one_that_does_not_fall_silent_too() -> None:
    story = asked()
    comes(story, switched(story)[0], FAILED, "link_down")
    story.passes(2)
    assert failing(story) == {"HORN": "link_down"}
    story = asked()
    comes(story, switched(story)[0], DELIVERED)
    story.passes(SOUNDS_S + 1)
    comes(story, switched(story)[-1], FAILED, "not_switched")
    story.passes(2)
    assert failing(story) == {"HORN": STUCK}
    comes(story, switched(story)[-1], DELIVERED)
    story.passes(2)
    assert failing(story) == {}, "it was tried again, and is silent"


def test_an_order_that_needs_the_horn_keeps_it_sounding() -> None:
    story = asked()
    evacuated(story, "FACE")
    story.passes(10)
    assert all(command.on for command in switched(story)), "nothing switches it off under people"
    assert story.bodies(HornsRested)[0].kept == ("HORN",)


def test_an_order_elsewhere_ends_the_test_at_once() -> None:
    story = asked()
    evacuated(story, "REFUGE")
    story.passes(1)
    assert [c.on for c in switched(story) if c.recipient == "HORN"] == [True, False]


def test_after_a_crash_the_horn_that_sounds_is_not_forgotten() -> None:
    story = asked()
    story.dies_and_comes_back()
    story.passes(SOUNDS_S + 1)
    assert [c.on for c in switched(story)] == [True, False]
