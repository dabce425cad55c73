"""What people pass and what calls them, over a real broker: terminals, broadcasters, tag paging."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from called_devices import brokered, going_on, heard, ready
from sim_mine import MINE, Pages, sim_mine, stage

from device_sims.clock import SECOND
from device_sims.devices.broadcaster import BroadcasterDevice
from device_sims.devices.called import CalledDevice
from device_sims.devices.paging import PagingDevice
from device_sims.devices.telephone import TelephoneDevice
from device_sims.devices.terminal import TerminalDevice
from device_sims.errors import ScenarioUnknown
from device_sims.faults.words import FaultSource
from device_sims.mine import Mine
from device_sims.stage import Stage
from device_sims.world.passing import Passing, passings
from device_sims.world.roadways import Spot
from device_sims.world.walkers import SAFE, Doing

AT_THE_PORTAL = Spot("INTAKE", 5.0)
CALL = "mine/sim/broadcast/BC/call"


def mine(**changed: Any) -> Mine:
    return sim_mine(
        terminals=[
            {"id": i, "kind": k, "zone": z, "topic": f"mine/sim/terminal/{i}"}
            for i, k, z in (
                ("GATE", "gate", "Z-PORTAL"),
                ("GATE2", "gate", "Z-REFUGE"),
                ("LAMPS", "lamp_room", "Z-MINE"),
            )
        ],
        broadcasters=[{"id": "BC", "topic": "mine/sim/broadcast/BC", "zones": ["Z-FACE"]}],
        paging={"topic": "mine/sim/page"},
        shifts=[{"start": 0, "end": 4_000_000_000_000_000, "name": "早班", "posts": []}],
        **changed,
    )


# --- terminals: decided without a broker ----------------------------------------------------------


def passing(card: str, *, inward: bool = True, at: int = 0) -> Passing:
    return Passing(f"P{card}", card, inward, AT_THE_PORTAL, at)


def said(terminal: TerminalDevice) -> list[dict[str, Any]]:
    terminal.report()
    return [json.loads(m) for m in terminal.backlog.take()]


def gate(mine_stage: Stage) -> TerminalDevice:
    terminals = mine_stage.site.mine.terminals
    return TerminalDevice(terminals[0], mine_stage, boot=2)


def test_a_gate_tells_whose_card_went_in_and_counts_of_the_shift() -> None:
    terminal = gate(stage(mine()))
    terminal.passed(passing("101"))
    terminal.passed(passing("102"))
    terminal.passed(passing("101", inward=False))
    [message] = said(terminal)
    assert (message["terminal"], message["boot"], message["seq"]) == ("GATE", 2, 1)
    assert [(e["card"], e["dir"]) for e in message["events"]] == [
        ("101", "in"), ("102", "in"), ("101", "out"),
    ]  # fmt: skip
    assert message["counts"] == {"shift": "早班", "in": 2, "out": 1}


def test_the_gate_of_another_portal_and_a_card_left_below_are_counted_as_they_should() -> None:
    mine_stage = stage(mine())
    other = TerminalDevice(mine_stage.site.mine.terminals[1], mine_stage)
    lamps = TerminalDevice(mine_stage.site.mine.terminals[2], mine_stage)
    for terminal in (other, lamps):
        terminal.passed(passing(""))
    assert said(other) == []
    lamps.passed(passing("104"))
    [message] = said(lamps)
    assert (len(message["events"]), message["counts"]["in"]) == (1, 2)


def test_a_double_swipe_is_two_events_of_one_person() -> None:
    terminal = gate(stage(mine(), faults=[FaultSource("double_swipe", "gate", amount=1.0)]))
    terminal.passed(passing("101", at=SECOND))
    [message] = said(terminal)
    assert [(e["card"], e["t"]) for e in message["events"]] == [("101", 1000), ("101", 2500)]
    assert message["counts"]["in"] == 1


def test_who_slips_through_is_counted_and_not_read() -> None:
    terminal = gate(stage(mine(), faults=[FaultSource("tailgating", "GATE", amount=0.5)]))
    for n in range(200):
        terminal.passed(passing(str(n)))
    [message] = said(terminal)
    assert 60 < len(message["events"]) < 140
    assert message["counts"]["in"] == 200


def test_what_was_read_offline_comes_late_with_the_time_it_was_read() -> None:
    mine_stage = stage(mine(), faults=[FaultSource("late_upload", "GATE", until_s=5.0)])
    terminal = gate(mine_stage)
    terminal.passed(passing("101", at=7 * SECOND))
    assert said(terminal) == []
    for _ in range(12):
        mine_stage.advance()
    [message] = said(terminal)
    assert message["events"] == [{"card": "101", "dir": "in", "t": 7000}]


def test_who_errs_does_so_at_the_terminal_and_in_the_time_the_scenario_says() -> None:
    errs = FaultSource("double_swipe", "lamp_room", 1.0, 2.0, 1.0)
    mine_stage = stage(mine(), faults=[errs])
    lamps = TerminalDevice(mine_stage.site.mine.terminals[2], mine_stage)
    for seen in (1, 2, 1):  # at 0 s, 1 s and 2 s
        gate_too = gate(mine_stage)
        for terminal in (lamps, gate_too):
            terminal.passed(passing("101"))
        assert [len(said(t)[0]["events"]) for t in (lamps, gate_too)] == [seen, 1]
        mine_stage.advance()
        mine_stage.advance()


def test_a_fault_of_a_terminal_the_mine_has_not_is_refused_with_what_it_must_name() -> None:
    with pytest.raises(ScenarioUnknown, match="must name a terminal or kind of terminal"):
        stage(mine(), faults=[FaultSource("tailgating", "attendance")])


def test_people_who_come_up_and_go_down_pass() -> None:
    mine_stage = stage(mine())
    walker = mine_stage.world.walkers[0]
    out = replace(walker, doing=Doing.OUT)
    [up] = passings([walker], [out], 5)
    assert (up.person, up.card, up.inward) == (walker.person, walker.tag, False)
    [down] = passings([out], [replace(walker, doing=Doing.COMING_DOWN, spot=AT_THE_PORTAL)], 6)
    assert (down.inward, down.spot, down.at) == (True, AT_THE_PORTAL, 6)
    assert not list(passings([walker], [walker], 7))


def test_a_call_is_over_for_whoever_is_safe_and_the_mine_goes_on() -> None:
    mine_stage = stage(mine())
    below = [w.person for w in mine_stage.world.walkers if w.doing not in SAFE]
    mine_stage.call(frozenset(w.person for w in mine_stage.world.walkers), by="test")
    assert mine_stage.called == frozenset(below), "nobody phones somebody at home"
    for _ in range(4_000):
        mine_stage.advance()
        if not mine_stage.called:
            break
    assert not mine_stage.called
    walkers = {w.person: w for w in mine_stage.world.walkers}
    assert all(walkers[person].doing in SAFE for person in below)


# --- over a broker --------------------------------------------------------------------------------


@pytest.mark.needs("mosquitto")
async def test_people_who_are_called_out_are_read_on_their_way_up(tmp_path: Path) -> None:
    nodes = [n | ({"kind": "junction"} if n["kind"] == "refuge" else {}) for n in MINE["nodes"]]
    mine_stage = stage(mine(nodes=nodes), speed=200)
    async with brokered(tmp_path) as (host, broker):
        terminal = mine_stage.site.mine.terminals[2]
        async with TerminalDevice(terminal, mine_stage, broker=broker):
            await ready(host, terminal.topic)
            mine_stage.call(frozenset({"P01", "P02", "P03"}), by="test")
            async with going_on(mine_stage):
                told = await heard(host, lambda t: any(m["events"] for m in t.of(terminal.topic)))
    events = [e for m in told.of(terminal.topic) for e in m["events"]]
    assert {e["dir"] for e in events} == {"out"}
    assert {e["card"] for e in events} <= {"101", "102", "103", "104"}


@pytest.mark.needs("mosquitto")
async def test_a_broadcast_is_spoken_heard_by_people_and_answered_once(tmp_path: Path) -> None:
    pages = Pages()
    mine_stage = stage(mine(), speed=20, pages=pages)
    call = {"call": "1/100/FACE/broadcast", "zh": "撤", "en": "leave", "repeat": 2}
    speaker = mine_stage.site.mine.broadcasters[0]
    async with (
        brokered(tmp_path) as (host, broker),
        going_on(mine_stage),
        BroadcasterDevice(speaker, mine_stage, broker=broker),
    ):
        await ready(host, "mine/sim/broadcast/BC")
        for _ in range(2):  # the second is a repeat: it is told how the first stands
            await host.publish(CALL, json.dumps(call), qos=1)
        state = "mine/sim/broadcast/BC/state"
        told = await heard(host, lambda t: len(t.of(state)) == 3)
    assert [(m["call"], m["state"]) for m in told.of(state)] == [
        (call["call"], "playing"), (call["call"], "playing"), (call["call"], "played"),
    ]  # fmt: skip
    assert {"P02", "P03"} <= {e["person"] for e in pages.of("told")}


@pytest.mark.needs("mosquitto")
async def test_called_tags_answer_when_they_buzz_and_when_the_button_is_pressed(
    tmp_path: Path,
) -> None:
    mine_stage = stage(mine(), speed=20)
    paging = mine_stage.site.mine.paging
    assert paging is not None
    async with (
        brokered(tmp_path) as (host, broker),
        going_on(mine_stage),
        PagingDevice(paging, mine_stage, broker=broker),
    ):
        await ready(host, paging.topic)
        call = {"call": "1/100/P02/tag", "tags": ["102", "999"]}
        await host.publish("mine/sim/page/call", json.dumps(call), qos=1)
        told = await heard(host, lambda t: len(t.of("mine/sim/page/answer")) == 3)
    taken, *answers = told.of("mine/sim/page/answer")
    assert (taken["call"], taken["answer"]) == (call["call"], "calling")
    assert [(a["tag"], a["answer"]) for a in answers] == [("102", "received"), ("102", "button")]
    assert answers[0]["t"] < answers[1]["t"], "a nobody's tag answers nothing"


# --- calls that go wrong --------------------------------------------------------------------------


def spoken(device: CalledDevice) -> list[dict[str, Any]]:
    return [json.loads(m) for m in device.backlog.take()]


def call(name: str, **more: Any) -> bytes:
    return json.dumps({"call": name} | more).encode()


async def test_a_call_that_comes_late_or_to_a_broken_device_fails_with_a_reason() -> None:
    mine_stage = stage(mine())
    device = BroadcasterDevice(mine_stage.site.mine.broadcasters[0], mine_stage)
    an_hour_ago = mine_stage.clock.now() // 1000 - 3_600_000
    device.hear(call("old", t=an_hour_ago))
    device.broken = "amplifier"
    device.hear(call("new"))
    reasons = [(m["state"], m["reason"]) for m in spoken(device)]
    assert reasons == [("failed", "late"), ("failed", "amplifier")]


async def test_garbage_is_noted_and_a_stopped_call_says_so() -> None:
    pages = Pages()
    mine_stage = stage(mine(), pages=pages)
    device = BroadcasterDevice(mine_stage.site.mine.broadcasters[0], mine_stage)
    for noise in (b"\xff\x00", b"[]", b'{"call":7}', b""):
        device.hear(noise)
    assert len(pages.of("unreadable")) == 4
    device.hear(call("a"))
    await asyncio.sleep(0)
    device.hear(call("a", stop=True))
    device.hear(call("b", stop=True))  # nobody knows it
    await asyncio.sleep(0.01)
    assert [m["state"] for m in spoken(device)] == ["playing", "stopped"]
    await device.stop()


async def test_a_test_gives_way_to_an_order() -> None:
    phone = {"id": "TEL", "roadway": "FACE", "chainage_m": 60.0, "topic": "mine/sim/telephone/TEL"}
    mine_stage = stage(mine(telephones=[phone]))
    device = TelephoneDevice(mine_stage.site.mine.telephones[0], mine_stage)
    device.hear(call("a", test=True))
    await asyncio.sleep(0)
    device.hear(call("b"))
    await asyncio.sleep(0.01)
    assert [(m["call"], m["state"]) for m in spoken(device)] == [("a", "stopped"), ("b", "ringing")]
    await device.stop()


async def test_more_calls_than_can_be_spoken_are_refused() -> None:
    mine_stage = stage(mine())
    device = BroadcasterDevice(mine_stage.site.mine.broadcasters[0], mine_stage)
    for n in range(20):
        device.hear(call(str(n)))
    await asyncio.sleep(0)
    states = [m["state"] for m in spoken(device)]
    assert (states.count("failed"), states.count("playing")) == (4, 16)
    await device.stop()
