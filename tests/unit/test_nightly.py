"""Each night everybody who may be asked is asked whether the message came."""

from dataclasses import replace
from datetime import time

import msgspec
import pytest
from notify_mine import SECRET
from story import START, Story, story_mine

from minesafe.model.commands import CallOut, SendText
from minesafe.model.errors import Refused
from minesafe.model.events import (
    FindingBegan,
    FindingKind,
    Origin,
    ReachAnswered,
    ReachAsked,
    ReceiptStatus,
)
from minesafe.model.mine import Mine, Paging, ReachPolicy
from minesafe.model.signing import link_of, link_token
from minesafe.notify.receipt import noted
from minesafe.notify.spoken import spoken
from minesafe.notify.texts import compose, size

ON_CALL = ("P4", "LEADER2", "HEAD", "DESK", "ENGINEER")


def proving_mine(after_s: int = 60) -> Mine:
    """Its proof begins a minute after the story, by UTC, and counts for half an hour."""
    base = story_mine()
    begins = START // 1_000_000 + after_s
    at, by = (time(t // 3600 % 24, t // 60 % 60) for t in (begins, begins + 1800))
    server = replace(base.server, timezone="UTC")
    return replace(base, server=server, policy=replace(base.policy, proof=ReachPolicy(at, by)))


def night(story: Story, minutes: float) -> None:
    story.passes(minutes * 60, step=20.0)


def findings(story: Story, kind: FindingKind) -> set[str]:
    return {found.subject for found in story.watch.findings.of(kind)}


def sent_tests(story: Story) -> list[SendText]:
    return [c for c in story.told if isinstance(c, SendText) and c.about == "proof"]


def answers(story: Story, *people: str) -> None:
    for person in people:
        row = story.mine.person_row[person]
        phone = story.mine.people[row].phone
        story.does(story.watch.evacuation.nightly.answer(person, phone, Origin.SMS))


def test_at_its_hour_everybody_on_call_gets_one_test_by_each_written_channel() -> None:
    story = Story(proving_mine())
    night(story, 0.5)
    assert sent_tests(story) == []
    night(story, 10)
    sent = sent_tests(story)
    assert {(c.recipient, c.channel) for c in sent} == {(p, "sms") for p in ON_CALL}
    assert len({c.key for c in sent}) == len(sent) == len(ON_CALL)
    assert len(story.bodies(ReachAsked)) == 1


def test_who_has_not_answered_by_morning_is_a_finding_until_he_does() -> None:
    story = Story(proving_mine())
    night(story, 5)
    answers(story, "P4", "HEAD", "DESK")
    night(story, 20)
    assert findings(story, FindingKind.UNREACHED) == set(), "the night is not over"
    night(story, 20)
    assert findings(story, FindingKind.UNREACHED) == {"LEADER2", "ENGINEER"}
    answers(story, "LEADER2")
    night(story, 1)
    assert findings(story, FindingKind.UNREACHED) == {"ENGINEER"}


def test_the_finding_says_how_far_the_test_came() -> None:
    story = Story(proving_mine())
    night(story, 5)
    for command in sent_tests(story):
        came = noted(command, ReceiptStatus.DELIVERED)
        story._keep(story.watch.noted(story.now, came))
    night(story, 40)
    [engineer] = [
        f for f in story.watch.findings.of(FindingKind.UNREACHED) if f.subject == "ENGINEER"
    ]
    assert engineer.detail == "sms:delivered"


def test_a_number_that_was_never_verified_is_loud_and_one_answer_silences_it() -> None:
    story = Story(proving_mine())
    night(story, 5)
    assert findings(story, FindingKind.UNPROVEN) == set(ON_CALL)
    answers(story, *ON_CALL)
    night(story, 1)
    assert findings(story, FindingKind.UNPROVEN) == set()


def test_a_changed_number_is_no_proven_one() -> None:
    story = Story(proving_mine())
    night(story, 5)
    answers(story, *ON_CALL)
    people = tuple(
        replace(p, phone="13911111111") if p.id == "HEAD" else p for p in story.mine.people
    )
    story.watch.evacuation.take_over(replace(story.mine, people=people))
    assert story.watch.evacuation.nightly.unproven(story.now) == {"HEAD": "13911111111"}


def test_after_a_crash_nobody_is_asked_a_second_time_and_answers_stand() -> None:
    story = Story(proving_mine())
    night(story, 5)
    answers(story, "P4")
    story.dies_and_comes_back()
    night(story, 40)
    assert len(story.bodies(ReachAsked)) == 1
    assert "P4" not in findings(story, FindingKind.UNREACHED)


def test_the_next_night_asks_anew() -> None:
    mine = proving_mine()
    shift = replace(mine.shifts[0], end=mine.shifts[0].end + 86_400_000_000)
    story = Story(replace(mine, shifts=(shift,)))
    night(story, 40)
    story.passes(86_400, step=600.0)
    first, second = (b.proof for b in story.bodies(ReachAsked))
    assert first != second
    assert len({c.key for c in sent_tests(story)}) == 2 * len(ON_CALL)


def test_a_server_that_starts_by_day_does_not_ask_in_the_middle_of_the_shift() -> None:
    story = Story(proving_mine(after_s=-7200))
    night(story, 10)
    assert sent_tests(story) == []


def test_who_was_not_asked_has_nothing_to_answer() -> None:
    story = Story(proving_mine())
    with pytest.raises(Refused, match="not_asked"):
        answers(story, "P4")
    night(story, 5)
    with pytest.raises(Refused, match="not_asked"):
        answers(story, "P1")


def test_without_a_proof_in_the_policy_nothing_is_asked_and_nothing_found() -> None:
    story = Story()
    night(story, 30)
    assert sent_tests(story) == []
    found = [b for b in story.bodies(FindingBegan) if isinstance(b, FindingBegan)]
    unheard = (FindingKind.SYSTEM_DEAD, FindingKind.DEVICE_SILENT)
    assert [b for b in found if b.finding not in unheard] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_message_says_in_both_languages_that_it_is_a_test(language: str) -> None:
    story = Story(proving_mine())
    night(story, 5)
    said, link = compose(story.mine, sent_tests(story)[0], "http://x/a/y", language)
    assert "测试" in said
    assert "TEST" in said
    assert "0" in said
    assert size(said) <= 70
    assert "http://x/a/y" in link


def paging_mine() -> Mine:
    """Tags can be called, by name too."""
    mine = proving_mine()
    policy = replace(mine.policy, scope_channels=("horn", "tag"))
    return replace(mine, policy=policy, paging=Paging("mine/m/page", "page", "pw"))


def test_whoever_has_a_tag_answers_by_its_button_and_his_number_stays_unproven() -> None:
    story = Story(paging_mine())
    night(story, 5)
    called = [c for c in story.told if isinstance(c, CallOut) and c.about == "proof"]
    assert {c.recipient for c in called} == {p for p in ON_CALL if tag_of(story, p)}
    assert spoken(story.mine, called[0], "zh") == "夜间通知测试,不是命令,请按卡上按钮。"
    pressed = called[0].recipient
    for _ in range(2):
        story._keep(story.watch.noted(story.now, noted(called[0], ReceiptStatus.READ)))
    night(story, 40)
    assert pressed not in findings(story, FindingKind.UNREACHED)
    assert pressed in findings(story, FindingKind.UNPROVEN)
    assert [(b.person, b.origin) for b in story.bodies(ReachAnswered)] == [(pressed, Origin.TAG)]


def tag_of(story: Story, person: str) -> str:
    return story.mine.people[story.mine.person_row[person]].tag


def test_a_link_is_one_of_its_channel() -> None:
    story = Story(proving_mine())
    night(story, 5)
    sms = sent_tests(story)[0]
    mail = msgspec.structs.replace(sms, channel="mail")
    assert link_of(SECRET, sms) != link_of(SECRET, mail)
    order = msgspec.structs.replace(sms, about="issued")
    assert link_of(SECRET, order) == link_token(SECRET, sms.order, sms.recipient)


def test_a_test_somebody_sends_is_a_message_whose_receipts_and_answer_are_kept() -> None:
    story = Story(proving_mine())
    nightly = story.watch.evacuation.nightly
    story.does(nightly.decide_test("P4", "sms", "DESK", story.now))
    [command] = sent_tests(story)
    assert (command.recipient, command.order) == ("P4", "test-1")
    with pytest.raises(Refused, match="test_waits"):
        nightly.decide_test("P4", "sms", "DESK", story.now)
    for person, channel in (("NOBODY", "sms"), ("P4", "pigeon")):
        with pytest.raises(Refused):
            nightly.decide_test(person, channel, "DESK", story.now)
    story.passes(2)
    story.hears_back(noted(command, ReceiptStatus.ACCEPTED))
    story.passes(3)
    story.hears_back(noted(command, ReceiptStatus.DELIVERED))
    story.hears_back(noted(command, ReceiptStatus.DELIVERED))
    came = nightly.tests["test-1"].came
    assert [status for status, _, _ in came] == [ReceiptStatus.ACCEPTED, ReceiptStatus.DELIVERED]
    answers(story, "P4")
    assert nightly.tests["test-1"].answered == story.now
    assert nightly.proven_at["P4"] == story.now
    assert "P4" not in nightly.unproven(story.now)


def test_a_failed_test_is_a_finding_until_another_one_comes() -> None:
    story = Story(proving_mine())
    nightly = story.watch.evacuation.nightly
    story.does(nightly.decide_test("P4", "sms", "DESK", story.now))
    answers(story, "P4")
    night(story, 1)
    assert "P4" not in findings(story, FindingKind.UNPROVEN), "his number is proven"
    story.does(nightly.decide_test("P4", "sms", "DESK", story.now))
    story.hears_back(noted(sent_tests(story)[-1], ReceiptStatus.FAILED))
    assert nightly.unproven(story.now)["P4"] == "sms:failed"
