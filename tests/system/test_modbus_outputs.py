"""Horns: the only thing this server ever writes to a device."""

import asyncio

import pytest
from cut_mine import ask, confirm, mine_with_cut
from fakes import FindingBook
from field import RawSubstation, Request, field_mine, frame, holding, listening, substation
from story import Story

from minesafe.links.modbus import ModbusDevice
from minesafe.links.outputs import ModbusOutputs
from minesafe.model.commands import SetOutput
from minesafe.model.errors import BadReply, LinkDown, Refused
from minesafe.model.events import FindingKind, ReceiptStatus
from minesafe.model.mine import Name, Output
from minesafe.notify.horn import HornChannel
from minesafe.switching import decide_act


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
        assert written(raw) == [(5, 3)]
        await device.close()


def written(raw: RawSubstation) -> list[tuple[int, int]]:
    """Function and address of everything on the wire that is no reading."""
    return [(r.function, r.address) for r in raw.requests if r.function not in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("function", "on", "off", "known"),
    [(5, 1, 0, True), (15, 1, 0, True), (6, 4711, 7, False), (16, 2, 1, False)],
)
async def test_a_cut_is_a_coil_or_a_register_whichever_function_the_device_knows(
    function: int, on: int, off: int, known: bool
) -> None:
    name = Name("断电", "cut")
    output = Output("CUT", name, "cut", "FZ01", 9, (), function=function, on=on, off=off)
    async with listening(RawSubstation()) as raw:
        mine = field_mine(raw.port, outputs=(output,))
        device, book = ModbusDevice.of(mine.substations[0]), FindingBook()
        outputs = ModbusOutputs(mine, {"FZ01": device}, book)
        for wanted, value in ((True, on), (False, off)):
            await outputs.write("CUT", wanted)
            assert (raw.coils if known else raw.registers) == {9: value}
        assert written(raw) == [(function, 9)] * 2
        assert not book.now
        await device.close()


async def test_a_whole_evacuation_and_a_cut_write_the_listed_outputs_and_nothing_else() -> None:
    """From two people's request and a gas alarm to the bytes on the wire; polls go on beside."""
    async with listening(RawSubstation()) as raw:
        mine = mine_with_cut(substations=(substation("S1", port=raw.port),))
        story = Story(mine)
        for act in (ask(), confirm()):
            story.does(decide_act(story.watch.switching, act))
        story.reads("CH4", 2.0)
        story.at("P4", "A", 50.0)
        story.passes(30)
        switched = [command for command in story.told if isinstance(command, SetOutput)]
        assert {command.channel for command in switched} == {"horn", "cut"}
        device = ModbusDevice.of(mine.substations[0])
        outputs = ModbusOutputs(mine, {"S1": device}, FindingBook())
        channels = {kind: HornChannel(outputs, kind) for kind in ("horn", "cut")}
        for command in switched:
            receipt = await channels[command.channel].deliver(command, 1)
            assert receipt.status is ReceiptStatus.DELIVERED
        await device.read(3, 0, 4)
        assert set(written(raw)) == {(5, 0), (5, 7)}, "the horn's coil and the cut's"
        assert raw.coils == {0: True, 7: True}
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
