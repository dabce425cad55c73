"""Telephones underground over a real broker: they ring, and somebody near by answers, or nobody."""

import asyncio
import json
from pathlib import Path

import pytest
from called_devices import brokered, going_on, heard, ready
from sim_mine import Pages, sim_mine, stage

from device_sims.devices.telephone import TelephoneDevice
from device_sims.mine import Telephone
from device_sims.stage import Stage

TOPIC = "mine/sim/telephone/TEL"
CALL = {"call": "1/100/FACE/telephone", "zh": "撤", "en": "leave"}


def beside(mine_stage: Stage, person: str) -> Telephone:
    """A telephone where somebody works."""
    walker = next(w for w in mine_stage.world.walkers if w.person == person)
    return Telephone("TEL", walker.spot.roadway, walker.spot.chainage_m, TOPIC)


def nowhere_near() -> Telephone:
    """A telephone in a chamber in which nobody is."""
    return Telephone("TEL", "NICHE", 18.0, TOPIC)


def states(device: TelephoneDevice) -> list[tuple[str, str]]:
    said = [json.loads(m) for m in device.backlog.take()]
    return [(m["call"], m.get("reason", m["state"])) for m in said]


@pytest.mark.needs("mosquitto")
async def test_it_is_answered_by_somebody_near_who_is_told_and_leaves(tmp_path: Path) -> None:
    pages = Pages()
    mine_stage = stage(sim_mine(), speed=20, pages=pages)
    async with (
        brokered(tmp_path) as (host, broker),
        going_on(mine_stage),
        TelephoneDevice(beside(mine_stage, "P02"), mine_stage, broker=broker, boot=3),
    ):
        await ready(host, TOPIC)
        for _ in range(2):  # the second is a repeat: it is told that it rings
            await host.publish(f"{TOPIC}/call", json.dumps(CALL), qos=1)
        told = await heard(host, lambda t: len(t.of(f"{TOPIC}/state")) == 4)
    [called] = pages.of("called")
    mine_stage.advance()
    assert set(called["persons"]) <= {e["person"] for e in pages.of("told")}
    answers = told.of(f"{TOPIC}/state")
    assert [(m["call"], m["state"]) for m in answers] == [
        (CALL["call"], state) for state in ("ringing", "ringing", "answered", "told")
    ]  # fmt: skip
    assert answers[2]["t"] - answers[0]["t"] >= 3000, "nobody is there at once"
    assert called["by"] == "TEL"
    assert set(called["persons"]) <= {"P02", "P03"}


async def test_where_nobody_is_it_rings_for_two_minutes_and_nobody_is_told() -> None:
    pages = Pages()
    mine_stage = stage(sim_mine(), speed=400, pages=pages)
    device = TelephoneDevice(nowhere_near(), mine_stage)
    device.hear(json.dumps(CALL).encode())
    async with asyncio.timeout(10):
        await device.backlog.next()
        await device.backlog.next()
    assert [state for _, state in states(device)] == ["ringing", "unanswered"]
    assert not pages.of("called")


async def test_one_call_at_a_time_and_none_is_told_after_the_host_hangs_up() -> None:
    mine_stage = stage(sim_mine())
    device = TelephoneDevice(beside(mine_stage, "P02"), mine_stage)
    device.hear(b'{"call":"a"}')
    await asyncio.sleep(0)
    device.hear(b'{"call":"b"}')
    device.hear(b'{"call":"a","stop":true}')
    await asyncio.sleep(0.01)
    device.hear(b'{"call":"c"}')
    await asyncio.sleep(0)
    assert states(device) == [("a", "ringing"), ("b", "busy"), ("a", "stopped"), ("c", "ringing")]
    await device.stop()
    assert not mine_stage.called
