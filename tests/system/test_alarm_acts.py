"""Acts about alarms on real files: what two people did is there after a kill, and counts on."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from line_on_disk import Line, line
from story import story_mine

from minesafe.model.alarm_acts import (
    AskPermit,
    CloseRecord,
    ConfirmPermit,
    Handle,
    Shelve,
)
from minesafe.model.errors import Refused
from minesafe.model.events import AlarmSource, AlarmState, OrderIssued, Origin, PermitKind
from minesafe.model.mine import Mine
from minesafe.model.quality import Quality

DESK, ENGINEER = ("DESK", Origin.CONSOLE), ("ENGINEER", Origin.CONSOLE)


def heard_again() -> Mine:
    """An acknowledged alarm that still holds sounds again after ten seconds."""
    mine = story_mine()
    return replace(mine, policy=replace(mine.policy, again_s=(10.0, 10.0, 10.0, 0.0)))


def states(one: Line) -> dict[str, AlarmState]:
    return {alarm.subject: alarm.state for alarm in one.desk.alarms()}


async def test_permits_shelves_and_records_outlive_a_kill(tmp_path: Path) -> None:
    async with line(tmp_path, mine=heard_again()) as one:
        await one.all_is_well()
        await one.desk.about_alarm(
            AskPermit(
                *ENGINEER, PermitKind.OUT_OF_SERVICE, AlarmSource.POINT, "CH4", "new one", 0.5
            )
        )
        (permit,) = one.desk.permits()
        await one.desk.about_alarm(ConfirmPermit(*DESK, permit.permit))
        one.shown.reads("CH4-SLOW", 0.5, Quality.FAULT)
        one.shown.reads("WIND", 0.2)
        one.shown.reads("CH4", 2.0)
        await one.passes(3)
        slow = next(a for a in one.desk.alarms() if a.subject == "CH4-SLOW")
        await one.desk.about_alarm(Shelve(*DESK, slow.episode, "known", 60))
        wind = next(a for a in one.desk.alarms() if a.subject == "WIND")
        await one.desk.acknowledge_alarm(wind.episode, "DESK", Origin.CONSOLE)
        shown, clock = one.shown, one.clock
        before = states(one)
    assert before == {
        "CH4": AlarmState.OUT_OF_SERVICE,
        "CH4-SLOW": AlarmState.SHELVED,
        "WIND": AlarmState.ACKED,
    }
    async with line(tmp_path, mine=heard_again(), clock=clock, shown=shown) as one:
        assert states(one) == before
        assert [p.confirmed_by for p in one.desk.permits()] == ["DESK"]
        await one.passes(5)
        assert one.bodies(OrderIssued) == []
        await one.passes(6)
        assert states(one)["WIND"] is AlarmState.UNACKED  # the time went on over the kill
        await one.passes(20)
        assert states(one)["CH4"] is AlarmState.UNACKED
        assert [a.condition for a in one.desk.alarms()].count("permit_overrun") == 1
        assert len(one.bodies(OrderIssued)) == 1


async def test_a_record_outlives_a_kill_between_writing_and_closing(
    tmp_path: Path,
) -> None:
    async with line(tmp_path) as one:
        await one.all_is_well()
        one.shown.reads("WIND", 0.2)
        await one.passes(2)
        (alarm,) = one.desk.alarms()
        one.shown.reads("WIND", 0.5)
        await one.passes(2)
        await one.desk.acknowledge_alarm(alarm.episode, "DESK", Origin.CONSOLE)
        assert one.desk.alarms() == []
        await one.desk.about_alarm(Handle(*DESK, alarm.episode, "wet", False, "dried"))
        shown, clock = one.shown, one.clock
    async with line(tmp_path, clock=clock, shown=shown) as one:
        (record,) = one.desk.ledger().records
        assert record.handled is not None
        assert record.handled.cause == "wet"
        await one.desk.about_alarm(CloseRecord(*DESK, alarm.episode))
        assert one.desk.ledger().records == ()
        assert one.desk.alarm_kpi().heard == 1
        assert one.desk.groups().groups == ()


async def test_two_confirm_at_once_and_the_second_is_told_by_whom(tmp_path: Path) -> None:
    async with line(tmp_path) as one:
        await one.all_is_well()
        ask = AskPermit(*ENGINEER, PermitKind.OUT_OF_SERVICE, AlarmSource.POINT, "CH4", "x", 5)
        await one.desk.about_alarm(ask)
        permit = one.desk.permits()[0].permit
        both = await asyncio.gather(
            one.desk.about_alarm(ConfirmPermit(*DESK, permit)),
            one.desk.about_alarm(ConfirmPermit("HEAD", Origin.CONSOLE, permit)),
            return_exceptions=True,
        )
        (refused,) = (r for r in both if isinstance(r, Refused))
        assert (refused.code, refused.params) == ("already_confirmed", {"by": "DESK"})
        with pytest.raises(Refused, match="permit_open"):
            await one.desk.about_alarm(ask)
