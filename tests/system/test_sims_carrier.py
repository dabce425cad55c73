"""The simulated carrier, by the SMPP client of another maker."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import smpp34
from sim_mine import Pages, sim_mine

from device_sims.clock import MineClock
from device_sims.devices.inbox import Sms
from device_sims.devices.smsc import SmscDevice
from device_sims.diary import Diary

LOOPBACK = "127.0.0.1"
ORDER = "【停产撤人】示范煤矿1201工作面瓦斯1.62%，区域17人，立即撤往避难硐室。回1确认"
PHONE = "8613800000001"


def carrier(pages: Pages | None = None) -> SmscDevice:
    given = sim_mine().carrier
    assert given is not None
    clock = MineClock.from_now(20)
    return SmscDevice(given, clock, Diary(clock, (pages if pages is not None else Pages()).append))


@asynccontextmanager
async def bound(port: int, password: str = "secret") -> AsyncIterator[smpp34.Smsc]:
    client = smpp34.Client(LOOPBACK, port, "mine", password, connect_timeout_ms=1500)
    try:
        host = await client.connect()
        yield host
        await host.unbind()
    finally:
        await client.stop()


async def until(true: Callable[[], bool]) -> None:
    """Wait for something, ten seconds at most."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  the phone is a list without an event to wait for
            await asyncio.sleep(0.01)


async def delivered(host: smpp34.Smsc) -> smpp34.DeliverSmEvent:
    async with asyncio.timeout(10):
        event = await host.next()
    assert isinstance(event, smpp34.DeliverSmEvent)
    return event


async def test_a_chinese_order_reaches_the_phone_and_its_receipt_comes_back() -> None:
    async with carrier() as smsc, bound(smsc.port) as host:
        answer = await host.submit_sm(
            PHONE,
            ORDER.encode("utf-16-be"),
            source_addr="10690001",
            data_coding=8,
            registered_delivery=1,
        )
        assert answer.is_success
        receipt = await delivered(host)
        assert [m.text for m in smsc.inbox.of("+86 138 0000 0001")] == [ORDER]
    assert receipt.esm_class == 0x04
    assert receipt.short_message.startswith(f"id:{answer.message_id} ".encode())
    assert b"stat:DELIVRD" in receipt.short_message
    assert receipt.source_addr == PHONE


async def test_no_receipt_comes_where_none_was_asked_for() -> None:
    async with carrier() as smsc, bound(smsc.port) as host:
        await host.submit_sm(PHONE, b"hello", source_addr="10690001")
        await until(lambda: len(smsc.inbox.messages) == 1)
        smsc.reply("+" + PHONE, "1")
        only = await delivered(host)
    assert only.short_message.decode("utf-16-be") == "1", "the reply, and no receipt before it"
    assert (only.source_addr, only.destination_addr) == (PHONE, "10690001")


@pytest.mark.parametrize("how", ["payload", "parts"])
async def test_a_long_message_arrives_whole(how: str) -> None:
    text = ORDER * 2 + "http://127.0.0.1:8600/o/abc"
    coded = text.encode("utf-16-be")
    async with carrier() as smsc, bound(smsc.port) as host:
        if how == "payload":
            tlv = smpp34.Tlv(0x0424, coded)
            await host.submit_sm(PHONE, b"", source_addr="1", data_coding=8, tlvs=[tlv])
        else:
            for number, piece in ((2, coded[120:]), (1, coded[:120])):
                header = struct.pack("6B", 5, 0, 3, 77, 2, number)
                await host.submit_sm(
                    PHONE, header + piece, source_addr="1", data_coding=8, esm_class=0x40
                )
        await until(lambda: len(smsc.inbox.messages) == 1)
        assert smsc.inbox.messages[0].text == text


async def test_a_wrong_password_is_not_let_in() -> None:
    pages = Pages()
    async with carrier(pages) as smsc:
        with pytest.raises(smpp34.SmppError):
            async with bound(smsc.port, "guess"):
                pass
    assert [e["ok"] for e in pages.of("carrier_bind")] == [False]


async def test_a_message_without_bind_is_refused_and_no_phone_rings() -> None:
    async with carrier() as smsc:
        reader, writer = await asyncio.open_connection(LOOPBACK, smsc.port)
        writer.write(smpp34.SubmitSm("1", PHONE, b"hello", sequence_number=5).encode())
        _, command, status, sequence = struct.unpack(">IIII", await reader.readexactly(16))
        writer.close()
        assert (command, status, sequence) == (0x8000_0004, 0x04, 5)
        assert smsc.inbox.messages == []


async def test_noise_and_unknown_commands_do_not_stop_the_carrier() -> None:
    async with carrier() as smsc:
        reader, writer = await asyncio.open_connection(LOOPBACK, smsc.port)
        writer.write(struct.pack(">IIII", 16, 0x0103, 0, 9))
        assert struct.unpack(">IIII", await reader.readexactly(16)) == (16, 0x8000_0000, 3, 9)
        writer.write(b"\xff" * 64)
        assert await reader.read() == b"", "no length like that: the connection ends"
        writer.close()
        async with bound(smsc.port) as host:
            assert host.system_id


async def test_a_receipt_nobody_took_waits_for_the_next_bind() -> None:
    async with carrier() as smsc:
        async with bound(smsc.port) as host:
            answer = await host.submit_sm(PHONE, b"x", source_addr="1", registered_delivery=1)
        await until(lambda: len(smsc.inbox.messages) == 1)
        async with bound(smsc.port) as again:
            receipt = await delivered(again)
    assert f"id:{answer.message_id}".encode() in receipt.short_message


async def test_who_follows_the_inbox_hears_old_and_new_messages_once() -> None:
    async with carrier() as smsc, bound(smsc.port) as host:
        heard: list[str] = []

        async def follow() -> None:
            async for sms in smsc.inbox.follow():
                heard.append(sms.text)  # noqa: PERF401  it never ends; the list is read meanwhile

        smsc.inbox.put(Sms(0, PHONE, "1", "old", "0"))
        follower = asyncio.create_task(follow())
        await host.submit_sm(PHONE, b"new", source_addr="1")
        await until(lambda: len(heard) == 2)
        follower.cancel()
    assert heard == ["old", "new"]
