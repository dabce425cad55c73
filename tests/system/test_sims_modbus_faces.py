"""Every face a simulated unit can have, read and written by the server over a serial line."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import FindingBook, HandClock, Inbox
from field import field_mine, on_register, substation
from sim_mine import point, sim_mine, stage

from device_sims.devices.serial_line import SerialLine
from device_sims.faults.words import FaultSource
from device_sims.mine import Mine as SimulatedMine
from device_sims.world.world import reading
from minesafe.links.modbus import devices_of
from minesafe.links.outputs import ModbusOutputs
from minesafe.model.errors import BadReply
from minesafe.model.mine import Kind, Mine, Name, Output, Serial, System
from minesafe.model.quality import Quality
from minesafe.sources.modbus import SubstationPoller

NO = Name("", "")
ANY = Kind("any", NO, System.MONITORING, "", -1e6, 1e6, 2, 1, 3, (), NO)

WIRED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "FLOAT": ("ch4", "FACE", {"address": 0, "function": 4, "order": "CDAB"}),
    "SWAPPED": ("co", "FACE", {"address": 4, "order": "DCBA"}),
    "INT32": (
        "temperature",
        "FACE",
        {"address": 8, "encoding": "int32", "decimals": 2, "offset": -273.15, "order": "BADC"},
    ),
    "UINT32": (
        "temperature",
        "TAIL",
        {"address": 10, "encoding": "uint32", "function": 4, "decimals": 1},
    ),
    "BCD32": ("mystery", "HEAD", {"address": 12, "encoding": "bcd32", "decimals": 3}),
    "BCD": ("wind", "INTAKE", {"address": 14, "encoding": "bcd", "decimals": 2, "order": "BADC"}),
    "BIT": ("feed", "FACE", {"address": 16, "encoding": "uint16", "bits": (3, 1)}),
    "FIELD": ("feed", "TAIL", {"address": 16, "encoding": "uint16", "bits": (5, 2)}),
    "CONTACT": ("feed", "FACE", {"address": 2, "encoding": "uint16", "function": 2}),
    "OPENS": (
        "feed",
        "FACE",
        {"address": 9, "encoding": "uint16", "function": 2, "scale": -1.0, "offset": 1.0},
    ),
    "COIL": ("feed", "FACE", {"address": 1, "encoding": "uint16", "function": 1}),
}
STATUS = {"FLOAT": {"status_address": 40, "status_function": 4}, "BCD": {"status_address": 41}}

OUTPUTS = (
    Output("HORN", NO, "horn", "S2", 5, (), function=15),
    Output("CUT", NO, "cut", "S1", 50, (), function=16, on=2),
    Output("CUT-6", NO, "cut", "S1", 51, (), function=6),
)


def where(kind: str, roadway: str) -> tuple[str, float]:
    return roadway, 20.0 if kind == "mystery" else 60.0


def simulated(port: str) -> SimulatedMine:
    points = [
        point(name, kind, where(kind, road), f"S{1 + row % 2}", **wiring, **STATUS.get(name, {}))
        for row, (name, (kind, road, wiring)) in enumerate(WIRED.items())
    ]
    units = [
        {
            "id": f"S{n}",
            "host": "",
            "port": 0,
            "unit": n,
            "framing": "rtu",
            "serial": {"port": port},
        }
        for n in (1, 2)
    ]
    outputs = [
        {"id": o.id, "kind": o.kind, "device": o.device, "coil": o.coil, "function": o.function,
         "on": o.on, "shows": ["BIT", "CONTACT"] if o.id == "CUT" else []}
        for o in OUTPUTS
    ]  # fmt: skip
    return sim_mine(points=points, substations=units, outputs=outputs)


def ours(port: str) -> Mine:
    points = tuple(
        replace(
            on_register(name, 0, None), kind="any", device=f"S{1 + row % 2}",
            **wiring, **STATUS.get(name, {}),
        )
        for row, (name, (_, _, wiring)) in enumerate(WIRED.items())
    )  # fmt: skip
    units = tuple(
        substation(f"S{n}", unit=n, host="", serial=Serial(port), framing="rtu", timeout_s=0.4)
        for n in (1, 2)
    )
    return field_mine(points=points, substations=units, outputs=OUTPUTS, kinds=(ANY,))


async def polled(mine: Mine, devices: Any) -> dict[str, tuple[float, Quality]]:
    inbox, book = Inbox(), FindingBook()
    for unit in mine.substations:
        poller = SubstationPoller(mine, unit, devices[unit.id], inbox, HandClock(), book)
        await poller.poll()
    assert not book.now, book.now
    return {mine.points[row].id: (value, q) for row, value, q, _, _ in inbox.readings()}


@contextmanager
def moved_by(change: dict[str, int], line: SerialLine) -> Iterator[None]:
    line.status.update(change)
    yield
    line.status.clear()


async def test_what_every_face_says_is_what_the_world_is(tmp_path: Path) -> None:
    port = str(tmp_path / "ttyRS485")
    theirs, mine = stage(simulated(port)), ours(port)
    devices = devices_of(mine)
    async with SerialLine(theirs.site.mine.substations, theirs) as line:
        told = await polled(mine, devices)
        assert told.keys() == WIRED.keys()
        for row, p in enumerate(theirs.site.mine.points):
            true = reading(theirs.site, theirs.world, row)
            near = 0.5 * 10.0**-p.decimals if p.encoding not in ("float32",) else 1e-5
            assert told[p.id][0] == pytest.approx(true, abs=near + 1e-9), p.id
            assert told[p.id][1] == Quality.GOOD, p.id
        with moved_by({"FLOAT": 3, "BCD": 1}, line):
            again = await polled(mine, devices)
        assert again["FLOAT"][1] == Quality.CALIBRATING
        assert again["BCD"][1] == Quality.UNDER_VOLTAGE
        for device in devices.values():
            await device.close()


async def test_outputs_of_every_function_are_written_and_a_cut_is_shown_by_its_feeds(
    tmp_path: Path,
) -> None:
    port = str(tmp_path / "ttyRS485")
    theirs, mine = stage(simulated(port)), ours(port)
    devices, book = devices_of(mine), FindingBook()
    outputs = ModbusOutputs(mine, devices, book)
    async with SerialLine(theirs.site.mine.substations, theirs):
        await outputs.write("HORN", True)
        await outputs.write("CUT-6", True)
        assert theirs.is_on("HORN")
        assert (await polled(mine, devices))["BIT"][0] == 1.0
        await outputs.write("CUT", True)
        theirs.advance()
        dead = await polled(mine, devices)
        assert [dead[name][0] for name in ("BIT", "CONTACT", "COIL")] == [0.0, 0.0, 1.0]
        await outputs.write("CUT", False)
        theirs.advance()
        assert (await polled(mine, devices))["BIT"][0] == 1.0
        with pytest.raises(BadReply, match="exception code 2"):
            await devices["S1"].write(6, 7, 1)
        assert not book.now
        await devices["S1"].close()


async def test_a_unit_a_scenario_cuts_off_is_silent_and_its_neighbour_is_not(
    tmp_path: Path,
) -> None:
    port = str(tmp_path / "ttyRS485")
    theirs = stage(simulated(port), faults=[FaultSource("substation_lost", on="S1")])
    devices = devices_of(ours(port))
    async with SerialLine(theirs.site.mine.substations, theirs):
        theirs.advance()
        first, second = await asyncio.gather(
            devices["S1"].read(3, 0, 1), devices["S2"].read(3, 4, 2), return_exceptions=True
        )
        assert isinstance(first, Exception)
        assert isinstance(second, bytes)
        await devices["S2"].close()
