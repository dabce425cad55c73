"""Every device of the simulated first mine is heard, over real sockets and a real broker."""

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from brokers import running
from fakes import Doors, FindingBook, Inbox, Notes
from field import free_port, until
from first_mine import first_mine
from sim_mine import stage

from device_sims.clock import MineClock as SimClock
from device_sims.devices.device import Device
from device_sims.devices.gateway import GatewayDevice
from device_sims.devices.station import StationDevice
from device_sims.devices.substation import SubstationDevice
from device_sims.mine import decode
from minesafe.clock import WallClock
from minesafe.config import emit, with_ports
from minesafe.links.modbus import ModbusDevice
from minesafe.links.outputs import ModbusOutputs
from minesafe.model.mine import Mine
from minesafe.model.quality import Quality
from minesafe.sources.build import every_source
from minesafe.sources.positioning.listener import StationServer
from minesafe.sources.supervise import Supervisor


def mine_at(broker_port: int) -> Mine:
    mine = first_mine()
    moved = with_ports(
        mine,
        web=free_port(),
        stations=free_port(),
        substations={s.id: free_port() for s in mine.substations},
        carrier=free_port(),
    )
    return replace(moved, broker=replace(mine.broker, host="127.0.0.1", port=broker_port))


async def test_the_whole_simulated_mine_is_heard_and_its_horn_obeys(tmp_path: Path) -> None:
    async with AsyncExitStack() as running_parts:
        broker = await running_parts.enter_async_context(running("nats", tmp_path))
        mine = mine_at(broker.port)
        scene = stage(decode(json.dumps(emit(mine)).encode()))
        assert isinstance(scene.clock, SimClock)
        inbox, book = Inbox(), FindingBook()
        clients = {s.id: ModbusDevice.of(s) for s in mine.substations}
        for client in clients.values():
            running_parts.push_async_callback(client.close)

        sim = scene.site.mine
        devices: list[Device] = [
            *(SubstationDevice(s, scene) for s in sim.substations),
            *(GatewayDevice(g, scene) for g in sim.gateways),
            *(StationDevice(s, scene) for s in sim.stations),
        ]
        for device in devices:
            await running_parts.enter_async_context(device)
        address = broker.address
        sources = every_source(mine, address, clients, inbox, WallClock(), book, Doors(), Notes())
        assert any(isinstance(s, StationServer) for s in sources)
        watch = asyncio.create_task(Supervisor(sources, book).run())
        try:
            await until(lambda: _points(inbox) == set(range(len(mine.points))), 30)
            await until(lambda: _readers(inbox) == set(range(len(mine.readers))), 30)
            people = {row for row, p in enumerate(mine.people) if p.tag}
            await until(lambda: {r[0] for r in inbox.sightings()} - {-1} <= people, 5)
            await until(lambda: not book.now, 30)
            outputs = ModbusOutputs(mine, clients, book)
            horn = mine.outputs[0].id
            await outputs.write(horn, True)
            assert scene.is_on(horn)
            await outputs.write(horn, False)
            assert not scene.is_on(horn)
        finally:
            watch.cancel()
            await asyncio.wait([watch])


def _points(inbox: Inbox) -> set[int]:
    """Points heard with a value that may be believed."""
    return {r[0] for r in inbox.readings() if r[2] == Quality.GOOD}


def _readers(inbox: Inbox) -> set[int]:
    return {r[1] for r in inbox.sightings()}
