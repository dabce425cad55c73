"""Serial frames over TCP: checked like the others, and one question at a time on the wires."""

import asyncio
import struct
from dataclasses import replace

import pytest
from field import Request, field_mine, holding, listening, substation
from pymodbus import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
from serial_line import SerialServer, sealed
from small_mine import small_mine

from minesafe.links.modbus import ModbusDevice, devices_of
from minesafe.links.modbus.line import Line
from minesafe.model.errors import BadReply, LinkDown

W = asyncio.StreamWriter


def unit(raw: SerialServer, number: int = 2, line: Line | None = None) -> ModbusDevice:
    line = line or Line.tcp("127.0.0.1", raw.port, rtu=True)
    return ModbusDevice("127.0.0.1", raw.port, number, timeout_s=0.5, retries=0, line=line)


async def test_the_frames_of_the_wind_sensors_manual_go_over_the_wire_to_the_byte() -> None:
    async def as_printed(d: SerialServer, r: Request, w: W) -> None:
        w.write(bytes.fromhex("02 03 02 01 45 3C 27"))

    async with listening(SerialServer(rtu_manner=as_printed)) as raw:
        device = unit(raw)
        assert await holding(device, 0, 1) == [325]
        await device.close()
    assert raw.raw == [bytes.fromhex("02 03 00 00 00 01 84 39")]


async def test_another_implementation_of_the_protocol_answers_for_two_units() -> None:
    data = [
        SimDevice(n, [SimData(0, values=[100 * n, 100 * n + 1], datatype=DataType.REGISTERS)])
        for n in (3, 4)
    ]
    server = ModbusTcpServer(data, framer=FramerType.RTU, address=("127.0.0.1", 0))
    await server.listen()
    assert server.transport is not None
    port = server.transport.sockets[0].getsockname()[1]
    subs = [substation(f"S{n}", port, unit=n, framing="rtu", timeout_s=1.0) for n in (3, 4)]
    devices = devices_of(small_mine(substations=tuple(subs)))
    try:
        both = await asyncio.gather(*(holding(d, 0, 2) for d in devices.values()))
        assert both == [[300, 301], [400, 401]]
    finally:
        for device in devices.values():
            await device.close()
        await server.shutdown()


async def test_units_behind_one_serial_server_never_talk_at_once() -> None:
    async with listening(SerialServer(registers={0: 7})) as raw:
        subs = [
            substation(f"S{n}", raw.port, unit=n, framing="rtu", timeout_s=2.0) for n in range(1, 9)
        ]
        devices = devices_of(small_mine(substations=tuple(subs)))
        calls = [holding(d, 0, 1) for d in devices.values() for _ in range(3)]
        assert await asyncio.gather(*calls) == [[7]] * 24
        for device in devices.values():
            await device.close()
    assert (raw.connections, raw.most_at_once) == (1, 1)


async def wrong_crc(d: SerialServer, r: Request, w: W) -> None:
    good = sealed(r.unit, d.honest(r))
    w.write(good[:-1] + bytes([good[-1] ^ 1]))


async def another_unit(d: SerialServer, r: Request, w: W) -> None:
    w.write(sealed(r.unit + 1, d.honest(r)))


async def too_short(d: SerialServer, r: Request, w: W) -> None:
    w.write(sealed(r.unit, struct.pack(">BBH", 3, 2, 7)))


async def another_function(d: SerialServer, r: Request, w: W) -> None:
    w.write(sealed(r.unit, b"\x04" + d.honest(r)[1:]))


async def exception_six(d: SerialServer, r: Request, w: W) -> None:
    w.write(sealed(r.unit, bytes([0x83, 6])))


async def half_a_frame(d: SerialServer, r: Request, w: W) -> None:
    w.write(sealed(r.unit, d.honest(r))[:4])


async def garbage(d: SerialServer, r: Request, w: W) -> None:
    w.write(bytes(range(256)))


async def hangs(d: SerialServer, r: Request, w: W) -> None:
    """Says nothing."""


async def closes(d: SerialServer, r: Request, w: W) -> None:
    w.close()


NOISY = [wrong_crc, another_unit, too_short, another_function, exception_six, half_a_frame, garbage]


@pytest.mark.parametrize("manner", [*NOISY, hangs, closes], ids=lambda m: m.__name__)
async def test_a_bad_frame_is_never_a_value_and_the_next_period_is_well(manner: object) -> None:
    raw = SerialServer(registers={0: 1, 1: 2}, rtu_manner=manner)  # type: ignore[arg-type]  # above
    async with listening(raw):
        device = unit(raw)
        with pytest.raises((BadReply, LinkDown)) as refused:
            await holding(device, 0, 2)
        assert isinstance(refused.value, BadReply if manner in NOISY else LinkDown)
        raw.rtu_manner = None
        await asyncio.sleep(0.6)  # the period after
        assert await holding(device, 0, 2) == [1, 2]
        await device.close()


async def test_a_late_answer_is_not_taken_for_that_of_the_next_question() -> None:
    waiting: set[asyncio.Task[None]] = set()

    async def late(d: SerialServer, r: Request, w: W) -> None:
        """A serial server that hands the late answer to whoever is connected by then."""

        async def later() -> None:
            await asyncio.sleep(0.7)
            for writer in writers:
                writer.write(sealed(r.unit, d.honest(r)))

        writers.append(w)
        waiting.add(asyncio.create_task(later()))

    async def prompt(d: SerialServer, r: Request, w: W) -> None:
        writers.append(w)
        await asyncio.sleep(0.05)
        w.write(sealed(r.unit, d.honest(r)))

    writers: list[W] = []
    raw = SerialServer(registers={100: 1, 200: 2, 300: 3}, rtu_manner=late)
    async with listening(raw):
        device = unit(raw)
        with pytest.raises(LinkDown):
            await holding(device, 100, 1)
        raw.rtu_manner = prompt
        with pytest.raises(LinkDown):  # left alone while an answer may still come
            await holding(device, 200, 1)
        await asyncio.gather(*waiting)
        await asyncio.sleep(0.4)
        assert await holding(device, 300, 1) == [3]
        assert [r.address for r in raw.requests] == [100, 300]
        await device.close()


async def test_a_dead_unit_delays_its_neighbours_and_spoils_nothing_of_theirs() -> None:
    async def only_unit_two(d: SerialServer, r: Request, w: W) -> None:
        if r.unit == 2:
            w.write(sealed(r.unit, d.honest(r)))

    async with listening(SerialServer(registers={0: 9}, rtu_manner=only_unit_two)) as raw:
        line = Line.tcp("127.0.0.1", raw.port, rtu=True)
        dead, well = unit(raw, 1, line), unit(raw, 2, line)
        outcomes = await asyncio.gather(
            holding(dead, 0, 1), holding(well, 0, 1), return_exceptions=True
        )
        assert isinstance(outcomes[0], LinkDown)
        assert outcomes[1] == [9]
        await well.close()


def test_lines_are_shared_over_serial_servers_only() -> None:
    mine = field_mine(502)
    twin = replace(mine.substations[0], id="FZ02", unit=2)
    tcp = devices_of(replace(mine, substations=(*mine.substations, twin)))
    assert tcp["FZ01"]._line is not tcp["FZ02"]._line
