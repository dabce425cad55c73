"""The whole simulated mine in a straight line: world, devices, people; torn down in reverse."""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import replace

from device_sims.clock import MineClock
from device_sims.devices.broadcaster import BroadcasterDevice
from device_sims.devices.device import Device
from device_sims.devices.gateways import gateway_of
from device_sims.devices.kj_host import KjHostDevice
from device_sims.devices.modem import ModemDevice
from device_sims.devices.paging import PagingDevice
from device_sims.devices.serial_line import SerialLine
from device_sims.devices.smsc import SmscDevice
from device_sims.devices.station import StationDevice
from device_sims.devices.substation import SubstationDevice, lines_of
from device_sims.devices.telephone import TelephoneDevice
from device_sims.devices.terminal import TerminalDevice
from device_sims.diary import Diary
from device_sims.faults.hand import FaultHand
from device_sims.faults.wires import Wires
from device_sims.mine import Mine
from device_sims.people.leader import Leader
from device_sims.people.office import OfficeUser, signers
from device_sims.scenario import Scenario
from device_sims.stage import Stage


class StageHand(Device):
    """Keeps the world going."""

    def __init__(self, stage: Stage) -> None:
        super().__init__("world")
        self._stage = stage

    async def start(self) -> None:
        """Let the world follow the clock."""
        self.spawn(self._stage.run())


async def run(
    mine: Mine, scenario: Scenario, diary: Diary, clock: MineClock, seed: int, stop: asyncio.Event
) -> None:
    """Play a scenario until `stop` is set.

    Raises:
        PortTaken: a device cannot listen where mine.json says.
        ScenarioUnknown: the scenario does not fit the mine.
    """
    stage = Stage(scenario.site(mine), clock, diary, seed, scenario.faults_in(mine))
    diary.hold()
    async with AsyncExitStack() as running:
        wires = Wires(stage)
        for proxy in wires.proxies:
            await running.enter_async_context(proxy)
        stage.site = replace(stage.site, mine=wires.inside())
        devices = [*_devices(stage, wires), *_carrier_and_people(stage, scenario)]
        devices += [StageHand(stage), FaultHand(stage)]
        for device in devices:
            await running.enter_async_context(device)
        wires.found(devices)
        diary.ready(
            mine=mine.mine,
            revision=mine.revision,
            devices=[d.name for d in devices],
            note="模拟矿井 simulated mine",
        )
        await _until(stop, [*devices, *wires.proxies])


def _devices(stage: Stage, wires: Wires) -> Iterable[Device]:
    mine = stage.site.mine
    for line in lines_of(mine.substations):
        if line[0].serial is not None:
            yield SerialLine(line, stage)
        else:
            yield SubstationDevice(line[0], stage, port=wires.port_of(line), beside=line[1:])
    yield from (gateway_of(g, stage, broker=wires.way_of(g.id)) for g in mine.gateways)
    yield from (KjHostDevice(h, stage) for h in mine.kj_hosts)
    yield from (StationDevice(s, stage, host=wires.way_of(s.id)) for s in mine.stations)
    yield from (TerminalDevice(t, stage, broker=wires.way_of(t.id)) for t in mine.terminals)
    yield from (BroadcasterDevice(b, stage, broker=wires.way_of(b.id)) for b in mine.broadcasters)
    yield from (TelephoneDevice(t, stage, broker=wires.way_of(t.id)) for t in mine.telephones)
    if mine.paging is not None:
        yield PagingDevice(mine.paging, stage)


def _carrier_and_people(stage: Stage, scenario: Scenario) -> Iterable[Device]:
    mine, acting = stage.site.mine, scenario.people
    if mine.carrier is not None:
        carrier = SmscDevice(mine.carrier, stage.clock, stage.diary)
        yield carrier
        yield Leader(stage, carrier.inbox, acting)
    if mine.modem is not None:
        yield ModemDevice(mine.modem, stage.clock, stage.diary)
    if acting.all_clear or acting.decision:
        for i, user in enumerate(signers(mine)):
            yield OfficeUser(user, stage, acting, decides=i == 0)


async def _until(stop: asyncio.Event, devices: Iterable[Device]) -> None:
    """Wait for the end; a device that ends by itself is a fault and is raised."""
    waiting = asyncio.create_task(stop.wait())
    tasks = {task for device in devices for task in device.tasks}
    try:
        done, _ = await asyncio.wait({waiting, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {waiting}:
            task.result()
    finally:
        waiting.cancel()
