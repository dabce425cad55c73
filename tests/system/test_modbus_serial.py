"""A serial port of the machine itself: units on one pair of wires, over a pty."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FindingBook, Inbox
from field import field_mine, holding, on_register, substation, until
from pty_line import Bus, cable
from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from minesafe.clock import WallClock
from minesafe.links.modbus import ModbusDevice, devices_of
from minesafe.model.errors import LinkDown
from minesafe.model.events import FindingKind
from minesafe.model.mine import Mine, Serial, Substation
from minesafe.model.quality import Quality
from minesafe.sources.modbus import SubstationPoller


def on_line(port: str, unit: int, **changes: object) -> Substation:
    changes = {"serial": Serial(port, 19200), "framing": "rtu", "timeout_s": 0.3} | changes
    return substation(f"S{unit}", unit=unit, host="", **changes)


def mine_on(port: str, *units: int, **changes: object) -> Mine:
    """A unit a substation, each with one point of one register."""
    return field_mine(
        substations=tuple(on_line(port, n, **changes) for n in units),
        points=tuple(
            replace(on_register(f"T{n}", 0, None, kind="temp", encoding="int16"), device=f"S{n}")
            for n in units
        ),
        outputs=(),
    )


async def test_units_of_another_make_on_one_line_are_read_and_written() -> None:
    with cable() as wires:
        units = [
            SimDevice(n, [SimData(0, values=[100 * n, 7], datatype=DataType.REGISTERS)])
            for n in (1, 2, 3)
        ]
        server = ModbusSerialServer(
            units, framer=FramerType.RTU, port=wires.ends[1], baudrate=19200
        )
        await server.serve_forever(background=True)
        devices = devices_of(mine_on(wires.ends[0], 1, 2, 3))
        both = await asyncio.gather(*(holding(d, 0, 2) for d in devices.values()))
        assert both == [[100, 7], [200, 7], [300, 7]]
        await devices["S2"].write(16, 1, 4711)
        await devices["S3"].write(6, 1, 42)
        assert [await d.value(3, 1) for d in devices.values()] == [7, 4711, 42]
        await devices["S1"].close()
        await server.shutdown()


async def test_a_dead_unit_takes_ever_less_of_its_neighbours_time() -> None:
    """Three units asked as often as they answer; one is dead, and is asked less and less."""
    with cable() as wires:
        bus = Bus(wires.ends[1], registers={0: 21})
        bus.silent = {1}
        mine = mine_on(wires.ends[0], 1, 2, 3, period_s=0.2, timeout_s=0.1)
        devices, clock, book = devices_of(mine), WallClock(), FindingBook()
        inbox = Inbox()
        pollers = [
            SubstationPoller(mine, s, devices[s.id], inbox, clock, book) for s in mine.substations
        ]
        tasks = [asyncio.create_task(poller.run()) for poller in pollers]
        await asyncio.sleep(3.0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        asked = Counter(request.unit for request in bus.requests)
        assert min(asked[2], asked[3]) > 1.5 * asked[1]
        told = Counter((row, quality) for row, _, quality, _, _ in inbox.readings())
        lost = Quality.COMMS_LOST
        assert told[1, Quality.GOOD] > 2 * told[1, lost], "a neighbour hardly misses a poll"
        assert told[0, Quality.GOOD] == 0
        assert told[0, lost] > 0
        assert (FindingKind.LINK_DOWN, "S1") in book.now
        assert (FindingKind.LINK_DOWN, "S2") not in book.now

        bus.silent = set()
        again = ModbusDevice.of(mine.substations[0], devices["S2"]._line)
        assert await holding(again, 0, 1) == [21]
        await again.close()
        bus.close()


async def test_a_port_that_is_pulled_out_and_plugged_in_again(tmp_path: Path) -> None:
    port = tmp_path / "ttyUSB0"
    device = ModbusDevice.of(on_line(str(port), 1))
    with pytest.raises(LinkDown, match="ttyUSB0"):
        await holding(device, 0, 1)
    for registers in ({0: 1}, {0: 2}):
        with cable() as wires:
            with suppress(FileNotFoundError):
                port.unlink()
            port.symlink_to(wires.ends[0])
            bus = Bus(wires.ends[1], registers=registers)
            await until(lambda: device._now() > device._rests_until)
            assert await holding(device, 0, 1) == [registers[0]]
            bus.close()
        with pytest.raises(LinkDown):
            await holding(device, 0, 1)
    await device.close()


async def test_two_servers_never_speak_on_one_line() -> None:
    with cable() as wires:
        bus = Bus(wires.ends[1], registers={0: 5})
        ours, theirs = (ModbusDevice.of(on_line(wires.ends[0], 1)) for _ in range(2))
        assert await holding(ours, 0, 1) == [5]
        with pytest.raises(LinkDown, match=r"exclusively lock"):
            await holding(theirs, 0, 1)
        await ours.close()
        bus.close()
