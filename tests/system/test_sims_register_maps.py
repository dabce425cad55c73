"""Substations of every map, over both framings, read by another implementation of the protocol.

What they show is read the way the server reads it: the two ends share the page about the wire, and
nothing else.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from field import NO, on_register
from modbus_reference import decoded
from pymodbus import FramerType
from pymodbus.client import AsyncModbusTcpClient
from serial_line import crc
from sim_mine import MINE, point, sim_mine, stage

from device_sims.devices.substation import SubstationDevice, lines_of
from device_sims.devices.unit import Unit
from device_sims.mine import Mine
from device_sims.stage import Stage
from device_sims.world.world import reading
from minesafe.model.mine import Kind, System
from minesafe.model.quality import Quality
from minesafe.sources.modbus.numbers import ENCODINGS
from minesafe.sources.modbus.status import MAPS

LOOPBACK = "127.0.0.1"
ANY = Kind("any", NO, System.MONITORING, "", -1e6, 1e6, 2, 1, 3, (), NO)
AT_FACE, IN_TAIL = ("FACE", 100.0), ("TAIL", 140.0)
HIGH = {"alarm_high": 1.0, "cut_high": 1.5}
TENTHS: dict[str, Any] = {"encoding": "uint16", "scale": 0.1}

SENSORS: dict[str, list[dict[str, Any]]] = {
    "msa": [
        point("M1", "ch4", AT_FACE, "D", address=207, status_address=201, **HIGH),
        point("M2", "co", IN_TAIL, "D", address=209, status_address=201),
    ],
    "pemtech": [point("P1", "ch4", AT_FACE, "D", address=0, status_address=1, **TENTHS, **HIGH)],
    "pemtech_gateway": [
        point(f"G{n}", "ch4", AT_FACE, "D", address=4 * n + 26, status_address=4 * n + 27, **TENTHS)
        for n in range(1, 33)
    ],
    "oldham": [
        point(
            "O1", "co", AT_FACE, "D", address=101, status_address=100, encoding="int16", scale=0.1
        ),
        point("O2", "co", IN_TAIL, "D", address=201, status_address=200, encoding="bcd", scale=0.1),
    ],
    "wind": [point("W1", "wind", ("INTAKE", 100.0), "D", address=0, encoding="int16", scale=0.1)],
}


def mine_of(map_: str, framing: str = "tcp", unit: int = 2) -> Mine:
    device = {"id": "D", "host": LOOPBACK, "port": 0, "unit": unit, "framing": framing}
    return sim_mine(points=SENSORS[map_], substations=[device | {"map": map_}], outputs=[])


@asynccontextmanager
async def asked(
    mine_stage: Stage, framing: str = "tcp", status: dict[str, int] | None = None
) -> AsyncIterator[AsyncModbusTcpClient]:
    """A client of another make, at the mine's devices behind one port."""
    first, *beside = mine_stage.site.mine.substations
    framer = FramerType.RTU if framing == "rtu" else FramerType.SOCKET
    async with SubstationDevice(first, mine_stage, beside=beside) as device:
        device.status.update(status or {})
        client = AsyncModbusTcpClient(LOOPBACK, port=device.port, timeout=2, framer=framer)
        assert await client.connect()
        try:
            yield client
        finally:
            client.close()


async def words_at(
    client: AsyncModbusTcpClient, address: int, count: int, unit: int = 2
) -> list[int]:
    reply = await client.read_holding_registers(address, count=count, device_id=unit)
    assert not reply.isError()
    return list(reply.registers)


@pytest.mark.parametrize("framing", ["tcp", "rtu"])
@pytest.mark.parametrize("map_", SENSORS)
async def test_values_and_status_of_every_map_read_as_the_page_says(
    map_: str, framing: str
) -> None:
    mine_stage = stage(mine_of(map_, framing))
    async with asked(mine_stage, framing) as client:
        for row, p in enumerate(mine_stage.site.mine.points):
            assert p.address is not None
            words = await words_at(client, p.address, ENCODINGS[p.encoding].registers)
            cells = {(3, p.address + i): word for i, word in enumerate(words)}
            ours = on_register(p.id, p.address, None, encoding=p.encoding, scale=p.scale)
            [(value, _)] = decoded([(ours, ANY)], cells)
            true = reading(mine_stage.site, mine_stage.world, row)
            assert value == pytest.approx(true, abs=0.051), p.id
            if p.status_address is not None:
                [word] = await words_at(client, p.status_address, 1)
                assert MAPS[map_].quality(word) is Quality.GOOD, p.id


TOLD = {
    "msa": {
        1: Quality.UNDER_VOLTAGE,
        2: Quality.FAULT,
        3: Quality.CALIBRATING,
        4: Quality.WARMING_UP,
    },
    "oldham": {2: Quality.COMMS_LOST, 5: Quality.COMMS_LOST, 3: Quality.GOOD},
}
TOLD["pemtech"] = TOLD["pemtech_gateway"] = TOLD["msa"] | {5: Quality.COMMS_LOST}


@pytest.mark.parametrize(
    ("map_", "code", "quality"),
    [(map_, code, quality) for map_, codes in TOLD.items() for code, quality in codes.items()],
)
async def test_what_befalls_a_sensor_is_told_in_the_words_of_its_map(
    map_: str, code: int, quality: Quality
) -> None:
    mine_stage = stage(mine_of(map_))
    first = mine_stage.site.mine.points[0]
    assert first.status_address is not None
    async with asked(mine_stage, status={first.id: code}) as client:
        [word] = await words_at(client, first.status_address, 1)
    assert MAPS[map_].quality(word) is quality


def registers(unit: Unit, address: int, count: int) -> tuple[int, ...]:
    reply = unit.answer(struct.pack(">BHH", 3, address, count))
    assert reply[0] == 3
    return struct.unpack(f">{count}H", reply[2:])


def test_a_calibration_is_followed_step_by_step_and_its_year_is_kept() -> None:
    mine_stage = stage(mine_of("msa"))
    status: dict[str, int] = {}
    unit = Unit(mine_stage.site.mine.substations[0], mine_stage, status)
    assert registers(unit, 216, 1) == (0,)
    status["M1"] = 3
    steps = []
    for _ in range(140):
        steps += registers(unit, 216, 1)
        mine_stage.advance()
    status.clear()
    assert steps[0] == 1
    assert steps[-1] == 6
    assert steps == sorted(steps)
    assert registers(unit, 216, 1) == (7,)
    assert (
        registers(unit, 238, 1)[0] == datetime.fromtimestamp(mine_stage.world.now / 1e6, UTC).year
    )


def test_the_two_gases_of_a_head_add_their_bits_to_one_word() -> None:
    mine_stage = stage(mine_of("msa"))
    unit = Unit(mine_stage.site.mine.substations[0], mine_stage, {"M1": 1, "M2": 3})
    assert registers(unit, 201, 1) == (0b1010,)


def test_a_latched_alarm_stays_until_somebody_writes_one() -> None:
    mine_stage = stage(mine_of("pemtech"), emissions=())
    mine_stage.shown = lambda row: type(shown)(gas[0], 0)  # type: ignore[method-assign]  # a bump test
    shown, gas = mine_stage.spoilt.reading(mine_stage.world, 0), [0.2]
    unit = Unit(mine_stage.site.mine.substations[0], mine_stage, {})
    read: list[int] = []
    for level in (0.2, 1.2, 0.2):
        gas[0] = level
        mine_stage.advance()
        read += registers(unit, 1, 1)
    assert read == [0x200, 0x201, 0x201], "methane at rest, alarm 1, and latched"
    assert registers(unit, 2, 3) == (10, 1, 15), "set points x 10, latching"
    assert unit.answer(struct.pack(">BHH", 6, 6, 1)) == struct.pack(">BHH", 6, 6, 1)
    assert registers(unit, 1, 1) == (0x200,)
    assert unit.answer(struct.pack(">BHH", 6, 0, 1)) == bytes([0x86, 2]), "nothing else is written"


def test_a_gateways_head_with_a_low_battery_says_so_twice() -> None:
    mine_stage = stage(mine_of("pemtech_gateway"))
    unit = Unit(mine_stage.site.mine.substations[0], mine_stage, {"G7": 1})
    _, word, battery = registers(unit, 4 * 7 + 26, 3)
    assert (word >> 4 & 1, battery) == (1, 31)
    assert registers(unit, 4 * 8 + 28, 1) == (36,)


# --- serial frames ------------------------------------------------------------------------------


def serial_mine(units: Sequence[int]) -> Mine:
    """A wind sensor on each unit, all behind one serial server."""
    subs = [
        {
            "id": f"D{n}",
            "host": LOOPBACK,
            "port": 15_999,
            "unit": n,
            "framing": "rtu",
            "map": "wind",
        }
        for n in units
    ]
    points = [
        point(
            f"W{n}", "wind", ("INTAKE", 10.0 * n), f"D{n}", address=0, encoding="int16", scale=0.1
        )
        for n in units
    ]
    return sim_mine(points=points, substations=subs, outputs=[])


async def test_the_manuals_own_request_is_answered_with_a_crc_that_is_right() -> None:
    mine_stage = stage(serial_mine([2]))
    async with SubstationDevice(mine_stage.site.mine.substations[0], mine_stage, port=0) as device:
        reader, writer = await asyncio.open_connection(LOOPBACK, device.port)
        writer.write(b"\x00noise" + bytes.fromhex("02 03 00 00 00 01 84 39"))
        reply = await asyncio.wait_for(reader.readexactly(7), 10)
        writer.close()
    assert reply[:3] == bytes.fromhex("02 03 02")
    assert reply[5:] == crc(reply[:5])


async def test_units_behind_one_serial_server_are_told_apart_and_a_missing_one_is_silent() -> None:
    mine_stage = stage(serial_mine([1, 2, 5]))
    [line] = lines_of(mine_stage.site.mine.substations)
    async with SubstationDevice(line[0], mine_stage, port=0, beside=line[1:]) as device:
        assert device.serves == ("D1", "D2", "D5")
        reader, writer = await asyncio.open_connection(LOOPBACK, device.port)
        for unit in (4, 1, 5):  # 4 is not there; its silence holds up nobody
            body = struct.pack(">BBHH", unit, 3, 0, 1)
            writer.write(body + crc(body))
        replies = await asyncio.wait_for(reader.readexactly(14), 10)
        writer.close()
    assert [replies[0], replies[7]] == [1, 5]


def test_registers_are_worked_out_once_a_step_however_often_they_are_asked_for() -> None:
    mine_stage = stage(sim_mine(substations=MINE["substations"]))
    looked: list[int] = []
    shown = mine_stage.shown
    mine_stage.shown = lambda row: looked.append(row) or shown(row)  # type: ignore[func-returns-value,method-assign]  # counts
    unit = Unit(mine_stage.site.mine.substations[0], mine_stage, {})
    for _ in range(10):
        registers(unit, 0, 8)
    assert len(looked) == 5
    mine_stage.advance()
    registers(unit, 0, 8)
    assert len(looked) == 10
