"""Horns: the only thing this server ever writes to a device."""

import asyncio

import pytest
from fakes import FindingBook
from field import RawSubstation, Request, field_mine, frame, holding, listening

from minesafe.links.modbus import ModbusDevice
from minesafe.links.outputs import ModbusOutputs
from minesafe.model.errors import BadReply, LinkDown, Refused
from minesafe.model.events import FindingKind


def wired(raw: RawSubstation) -> tuple[ModbusOutputs, ModbusDevice, FindingBook]:
    mine = field_mine(raw.port)
    device, book = ModbusDevice.of(mine.substations[0]), FindingBook()
    return ModbusOutputs(mine, {"FZ01": device}, book), device, book


async def test_a_horn_is_switched_and_read_back() -> None:
    async with listening(RawSubstation()) as raw:
        outputs, device, _ = wired(raw)
        await outputs.write("HORN", True)
        assert raw.coils == {3: True}
        await outputs.write("HORN", False)
        assert raw.coils == {3: False}
        assert [(r.function, r.address) for r in raw.requests] == [(5, 3), (1, 3)] * 2
        await device.close()


async def test_nothing_but_a_listed_output_is_ever_written() -> None:
    async with listening(RawSubstation()) as raw:
        outputs, device, _ = wired(raw)
        for name in ("horn", "HORN ", "", "3", "0", "FZ01", "CH4", "HORN/../FAN", "喇叭"):
            with pytest.raises(Refused, match="unknown_output"):
                await outputs.write(name, True)
        await holding(device, 0, 4)
        await device.value(1, 3)
        await outputs.write("HORN", True)
        writes = [(r.function, r.address) for r in raw.requests if r.function not in (1, 3)]
        assert writes == [(5, 3)]
        await device.close()


async def test_a_horn_that_says_yes_and_stays_off_has_failed() -> None:
    async def yes_but(d: RawSubstation, r: Request, w: asyncio.StreamWriter) -> None:
        reply = d.honest(r)
        d.coils.clear()
        w.write(frame(r.tid, r.unit, reply))

    async with listening(RawSubstation(manner=yes_but)) as raw:
        outputs, device, book = wired(raw)
        with pytest.raises(BadReply, match="0 at 3 after writing 1"):
            await outputs.write("HORN", True)
        assert (FindingKind.OUTPUT_FAILED, "HORN") in book.now
        raw.manner = None
        await outputs.write("HORN", True)
        assert not book.now
        await device.close()


async def test_a_horn_nobody_answers_for_is_told() -> None:
    async with listening(RawSubstation()) as raw:
        outputs, device, book = wired(raw)
    with pytest.raises(LinkDown):
        await outputs.write("HORN", True)
    assert (FindingKind.OUTPUT_FAILED, "HORN") in book.now
    await device.close()
