"""Can this system raise an alarm now? Yes, or no and each reason; the siren and the page agree."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_mine import small_mine
from web_site import well

from minesafe.model.events import FindingBegan, FindingKind
from minesafe.model.mine import Broadcaster, Carrier, Duty, LadderStep, Mine, Name
from minesafe.readiness import CODES, LIMITS, cannot, ways
from minesafe.vitals import Vital
from minesafe.watchdog.status import Status, troubles


def found(kind: FindingKind, subject: str) -> tuple[FindingBegan, int]:
    return FindingBegan(finding=kind, subject=subject, detail=""), 0


def codes(vital: Vital, *told: str, judged: bool = True, **more: str) -> list[str]:
    findings = [found(FindingKind(kind), subject) for kind, subject in more.items()]
    return [why.code for why in cannot(vital, told, findings, judged=judged)]


def test_a_server_that_hears_judges_and_can_tell_somebody_can_raise_an_alarm() -> None:
    assert codes(well(), "sms") == []
    assert codes(well(), "sms", database_down="history", disk_full="journal") == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"frame_age_s": 11.0}, "frame"),
        ({"sample_age_s": 11.0}, "sample"),
        ({"message_age_s": 11.0}, "message"),
        ({"proof_age_s": 131.0}, "proof"),
        ({"spool_fill": 0.96}, "spool"),
    ],
)
def test_each_sign_that_is_too_old_is_a_reason_with_its_age(
    wrong: dict[str, float], code: str
) -> None:
    (why,) = cannot(replace(well(), **wrong), ["horn"], [], judged=True)
    assert why.code == code
    assert why.seconds == (None if code == "spool" else next(iter(wrong.values())))


def test_deaf_mute_and_just_begun_are_reasons_too() -> None:
    assert codes(well(), "sms", system_dead="monitoring") == ["deaf"]
    assert codes(well(), "sms", system_dead="water") == []
    assert codes(well()) == ["nobody"]
    assert codes(well(), "sms", judged=False) == ["starting"]
    assert {"deaf", "nobody", "starting"} <= set(CODES)


ages = st.none() | st.floats(0, 200)


@given(frame=st.floats(0, 200), sample=ages, message=ages, proof=ages, fill=st.floats(0, 1))
def test_what_sounds_the_siren_is_said_here_in_the_same_words(
    frame: float, sample: float | None, message: float | None, proof: float | None, fill: float
) -> None:
    row = Status(
        50.0, False, {"frame": frame, "sample": sample, "message": message, "proof": proof}, fill
    )
    vital = Vital(50.0, False, frame, sample, message, proof, fill)
    assert codes(vital, "sms") == troubles(row, 50.0, 50.0, LIMITS)


def carried_mine() -> Mine:
    """A ladder by SMS and at the desk, and a loudspeaker below."""
    mine, no = small_mine(), Name("", "")
    rung = LadderStep(0.0, (Duty.LEADER,), ("sms", "console"))
    policy = replace(mine.policy, scope_channels=("horn", "broadcast"), ladder=(rung,))
    return replace(
        mine,
        policy=policy,
        carrier=Carrier("127.0.0.1", 2775, "id", "pw", "106"),
        broadcasters=(Broadcaster("GB1", no, "A", 50.0, "b", "", "", ("FACE",)),),
    )


def test_a_way_counts_while_its_last_message_came_and_its_link_is_there() -> None:
    mine = carried_mine()
    whole = ways(mine, [], 1)
    assert whole == ["broadcast", "sms", "console"], "no horn is listed"
    assert "console" not in ways(mine, [], 0)
    assert "sms" not in ways(mine, [found(FindingKind.CHANNEL_DOWN, "sms")], 1)
    assert "sms" not in ways(mine, [found(FindingKind.LINK_DOWN, "smpp")], 1)
    assert "broadcast" not in ways(mine, [found(FindingKind.LINK_DOWN, "broker")], 1)


def test_a_mine_whose_only_way_is_the_desk_can_tell_nobody_with_no_screen_open() -> None:
    policy = replace(carried_mine().policy, scope_channels=())
    alone = replace(carried_mine(), policy=policy, carrier=None)
    assert ways(alone, [], 1) == ["console"]
    assert ways(alone, [], 0) == []
