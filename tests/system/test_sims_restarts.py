"""Whatever speaks MQTT is switched off and on again: it says so, and speaks as before."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from aiomqtt import Client
from called_devices import Heard, brokered, heard
from sim_mine import sim_mine, stage

from device_sims.devices.broadcaster import BroadcasterDevice
from device_sims.devices.called import CalledDevice
from device_sims.devices.paging import PagingDevice
from device_sims.devices.telephone import TelephoneDevice
from device_sims.devices.terminal import TerminalDevice
from device_sims.mine import Address, Broadcaster, Paging, Telephone, Terminal
from device_sims.stage import Stage
from device_sims.world.passing import Passing
from device_sims.world.roadways import Spot

Speaker: TypeAlias = TerminalDevice | CalledDevice
TOPIC = "mine/sim/device"
GATE = Terminal("GATE", "gate", "Z-PORTAL", TOPIC)
SPEAKERS: dict[str, tuple[Callable[[Stage, Address], Speaker], str]] = {
    "terminal": (lambda s, b: TerminalDevice(GATE, s, broker=b), TOPIC),
    "broadcaster": (
        lambda s, b: BroadcasterDevice(Broadcaster("BC", TOPIC, zones=("Z-FACE",)), s, broker=b),
        f"{TOPIC}/state",
    ),
    "paging": (lambda s, b: PagingDevice(Paging(TOPIC), s, broker=b), f"{TOPIC}/answer"),
    "telephone": (
        lambda s, b: TelephoneDevice(Telephone("TEL", "FACE", 60.0, TOPIC), s, broker=b),
        f"{TOPIC}/state",
    ),
}
"""How each is made, and the topic on which it speaks once it is spoken to."""


async def spoken_to(device: Speaker, host: Client) -> None:
    """Somebody passes, or the same call as before the restart comes."""
    if isinstance(device, TerminalDevice):
        device.passed(Passing("P02", "102", True, Spot("INTAKE", 5.0), 0))
    else:
        call = {"call": "1/100/FACE/again", "tags": ["102"]}
        await host.publish(f"{TOPIC}/call", json.dumps(call), qos=1)


def states(told: Heard) -> Iterable[dict[str, Any]]:
    """Hellos and farewells."""
    return (body for body in told.of(f"{TOPIC}/state") if "online" in body)


@pytest.mark.needs("mosquitto")
@pytest.mark.parametrize("kind", SPEAKERS)
async def test_after_a_restart_it_says_hello_anew_and_still_speaks(
    kind: str, tmp_path: Path
) -> None:
    made, speaks_on = SPEAKERS[kind]
    mine_stage = stage(
        sim_mine(terminals=[{"id": "GATE", "kind": "gate", "zone": "Z-PORTAL", "topic": TOPIC}])
    )
    boots = []
    async with brokered(tmp_path) as (host, broker):
        for _ in range(2):
            async with made(mine_stage, broker) as device:
                told = await heard(host, lambda t: any(s["online"] for s in states(t)))
                boots += [s["boot"] for s in states(told) if s["online"]]
                await spoken_to(device, host)
                said = await heard(host, lambda t: any("online" not in m for m in t.of(speaks_on)))
                assert device.boot == boots[-1]
                assert said.of(speaks_on)[-1].get("boot", device.boot) == device.boot
            await heard(host, lambda t: any(not s["online"] for s in states(t)))
        async with Client(broker.host, broker.port) as newcomer:
            await newcomer.subscribe(f"{TOPIC}/state", qos=1)
            kept = await heard(newcomer, lambda t: len(t) == 1)
    assert boots[0] < boots[1]
    assert kept == [(f"{TOPIC}/state", {"online": False})], "whoever comes later knows that it went"
