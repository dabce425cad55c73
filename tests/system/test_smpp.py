"""The SMPP link against a real peer over TCP: up, down, slow, lying, gone."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
import smpp34
from fakes import FindingBook
from smsc import Smsc

from minesafe.links.smpp import CarrierReceipt, SmppLink, SubmitRefused, Timings
from minesafe.model.errors import LinkDown, StoreUnavailable
from minesafe.model.events import FindingKind

QUICK = Timings(
    connect_s=0.5,
    heartbeat_s=0.1,
    answer_s=0.2,
    submit_s=0.4,
    first_pause_s=0.05,
    longest_pause_s=0.1,
)
PATIENT = replace(QUICK, heartbeat_s=5.0, answer_s=5.0, submit_s=10.0)
DOWN = (FindingKind.LINK_DOWN, "smpp")
GARBAGE = (FindingKind.GARBAGE, "smpp")
ORDER = "【停产撤人】1101回风隅角甲烷1.62%(≥1.5),17人立即停工撤往副井。回1 001确认"


@dataclass
class Host:
    """A link, and what it heard."""

    link: SmppLink
    findings: FindingBook
    receipts: list[CarrierReceipt] = field(default_factory=list)
    replies: list[tuple[str, str]] = field(default_factory=list)
    trouble: Exception | None = None

    async def on_receipt(self, receipt: CarrierReceipt) -> None:
        self.receipts.append(receipt)

    async def on_reply(self, sender: str, text: str) -> None:
        if self.trouble:
            raise self.trouble
        self.replies.append((sender, text))

    async def until_bound(self, bound: bool = True) -> None:
        await eventually(lambda: self.link.bound is bound)


async def eventually(holds: object, within_s: float = 10.0) -> None:
    assert callable(holds)
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110  what is waited for lies in another program's hands
            await asyncio.sleep(0.005)


@asynccontextmanager
async def host(smsc: Smsc, timings: Timings = QUICK, *, bound: bool = True) -> AsyncIterator[Host]:
    findings = FindingBook()
    host = Host(SmppLink(smsc.carrier, findings, timings), findings)
    running = asyncio.create_task(host.link.run(host.on_receipt, host.on_reply))
    try:
        if bound:
            await host.until_bound()
        yield host
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_chinese_text_arrives_byte_for_byte_and_asks_for_a_receipt() -> None:
    async with Smsc() as smsc, host(smsc) as mine:
        carrier_id = await mine.link.submit("13800000001", ORDER)
    (sms,) = smsc.inbox
    assert sms.octets == ORDER.encode("utf-16-be")
    assert (sms.id, sms.phone, sms.receipt_asked) == (carrier_id, "13800000001", True)
    assert sms.validity == "000000010000000R"
    assert smsc.passwords == [b"secret"]


async def test_a_long_message_arrives_whole() -> None:
    names = "命令001详情与确认:http://10.0.0.5:8600/a/x\n去向不明40人:" + "、".join(
        ["欧阳建国"] * 40
    )
    async with Smsc() as smsc, host(smsc) as mine:
        await mine.link.submit("+8613800000001", names, receipt=False)
    (sms,) = smsc.inbox
    assert sms.text == names
    assert (sms.phone, sms.receipt_asked) == ("8613800000001", False)


async def test_receipts_and_replies_come_back() -> None:
    async with Smsc() as smsc, host(smsc) as mine:
        carrier_id = await mine.link.submit("13800000001", ORDER)
        assert await smsc.reply("13800000001", "1 001") == 0
        assert await smsc.reply("13800000001", "1", data_coding=0) == 0
        await eventually(lambda: mine.receipts)
    assert mine.receipts == [CarrierReceipt(carrier_id, "DELIVRD")]
    assert mine.replies == [("13800000001", "1 001"), ("13800000001", "1")]


async def test_a_receipt_may_speak_in_parameters_only() -> None:
    async with Smsc() as smsc, host(smsc) as mine:
        smsc.say(
            smpp34.DeliverSm(
                "13800000001", "10690001", b"", esm_class=0x04, sequence_number=9,
                tlvs=[smpp34.Tlv(0x001E, b"a17\0"), smpp34.Tlv(0x0427, b"\x05")],
            ).encode()
        )  # fmt: skip
        await eventually(lambda: mine.receipts)
    assert mine.receipts == [CarrierReceipt("a17", "UNDELIV")]


async def test_a_reply_that_cannot_be_recorded_stays_with_the_carrier() -> None:
    async with Smsc() as smsc, host(smsc) as mine:
        mine.trouble = StoreUnavailable("full")
        assert await smsc.reply("13800000001", "1") == 0x64
        mine.trouble = None
        assert await smsc.reply("13800000001", "1") == 0
    assert mine.replies == [("13800000001", "1")]


async def test_a_fault_of_ours_in_a_handler_is_a_finding_and_the_link_lives() -> None:
    async with Smsc() as smsc, host(smsc) as mine:
        mine.trouble = KeyError("x")
        assert await smsc.reply("13800000001", "1") == 0x64
        assert (FindingKind.TASK_CRASHED, "smpp") in mine.findings.now
        assert await mine.link.submit("13800000001", ORDER)
    assert smsc.binds == 1


async def test_a_carrier_that_is_away_is_said_at_once_and_found_when_it_returns() -> None:
    smsc = Smsc()
    await smsc.start()
    await smsc.stop()
    async with host(smsc, bound=False) as mine:
        with pytest.raises(LinkDown):
            await asyncio.wait_for(mine.link.submit("13800000001", ORDER), 1.0)
        assert DOWN in mine.findings.now
        await smsc.start()
        await mine.until_bound()
        assert mine.findings.now == {}
        await mine.link.submit("13800000001", ORDER)
        await smsc.stop()
        await mine.until_bound(False)
        assert DOWN in mine.findings.now
    assert smsc.to("13800000001") == [ORDER]


async def test_at_the_start_a_message_waits_for_the_first_bind_instead_of_failing() -> None:
    async with Smsc() as smsc, host(smsc, bound=False) as mine:
        await mine.link.submit("13800000001", ORDER)
    assert smsc.to("13800000001") == [ORDER]


async def test_a_refused_password_is_a_finding_with_the_status() -> None:
    async with Smsc(refuse_bind=0x0E) as smsc, host(smsc, bound=False) as mine:
        with pytest.raises(LinkDown):
            await mine.link.submit("13800000001", ORDER)
        assert "0x0e" in mine.findings.now[DOWN]


@pytest.mark.parametrize(("status", "permanent"), [(0x0B, True), (0x58, False), (0x08, False)])
async def test_a_refused_message_says_why_and_whether_for_good(
    status: int, permanent: bool
) -> None:
    async with Smsc(refuse=status) as smsc, host(smsc) as mine:
        with pytest.raises(SubmitRefused) as refused:
            await mine.link.submit("13800000001", ORDER)
    assert (refused.value.status, refused.value.permanent) == (status, permanent)


async def test_a_peer_that_hangs_is_found_out_by_its_heartbeat() -> None:
    async with Smsc() as smsc, host(smsc) as mine:
        smsc.heartbeats = False
        await eventually(lambda: DOWN in mine.findings.now)
        assert "no answer" in mine.findings.now[DOWN]
        smsc.heartbeats = True
        await mine.until_bound()
        assert mine.findings.now == {}
    assert smsc.binds >= 2


async def test_a_peer_that_takes_messages_and_never_says_so_ends_in_link_down() -> None:
    async with Smsc(answers=False) as smsc, host(smsc) as mine:
        with pytest.raises(LinkDown):
            await mine.link.submit("13800000001", ORDER)
        await eventually(lambda: smsc.binds >= 2)


async def test_a_connection_that_breaks_tells_everyone_who_waits() -> None:
    async with Smsc(answers=False) as smsc, host(smsc, PATIENT) as mine:
        waiting = [
            asyncio.create_task(mine.link.submit(f"1380000{i:04}", ORDER)) for i in range(50)
        ]
        await smsc.until(20)
        smsc.drop()
        outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    assert all(isinstance(o, LinkDown) for o in outcomes)
    assert len(smsc.inbox) == 20


NOISE = [
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\x00" * 64,
    struct.pack(">IIII", 0xFFFFFFFF, 5, 0, 1),
    struct.pack(">IIII", 15, 0x15, 0, 1),
    bytes(range(256)),
]


@pytest.mark.parametrize("noise", NOISE)
async def test_noise_ends_the_connection_and_a_new_one_is_made(noise: bytes) -> None:
    async with Smsc() as smsc, host(smsc, PATIENT) as mine:
        smsc.say(noise)
        await eventually(lambda: smsc.binds == 2)
        assert GARBAGE[0] in {kind for kind, *_ in mine.findings.began_ever}
        await mine.until_bound()
        await mine.link.submit("13800000001", ORDER)
    assert smsc.to("13800000001") == [ORDER]


async def test_a_well_framed_message_that_cannot_be_read_is_refused_and_the_link_lives() -> None:
    async with Smsc() as smsc, host(smsc) as mine:
        smsc.say(struct.pack(">IIII", 23, 0x05, 0, 77) + b"\0garbag")
        smsc.say(struct.pack(">IIII", 16, 0x4242, 0, 78))
        await eventually(lambda: GARBAGE in {k[:2] for k in mine.findings.began_ever})
        await mine.link.submit("13800000001", ORDER)
    assert smsc.deliver_statuses[0] == 0x65
    assert smsc.binds == 1


async def test_an_answer_nobody_waits_for_changes_nothing() -> None:
    async with Smsc() as smsc, host(smsc, PATIENT) as mine:
        smsc.say(struct.pack(">IIII", 20, 0x80000004, 0, 4711) + b"x17\0")
        assert await mine.link.submit("13800000001", ORDER) == "100001"


async def test_half_a_pdu_is_waited_for_until_the_heartbeat_gives_up() -> None:
    async with Smsc() as smsc, host(smsc) as mine:
        smsc.say(struct.pack(">IIII", 4000, 0x05, 0, 9) + b"x")
        await eventually(lambda: smsc.binds == 2)
        assert "no answer" in mine.findings.began_ever[0][2]


async def test_the_carriers_farewell_is_answered_and_followed_by_a_new_bind() -> None:
    async with Smsc() as smsc, host(smsc, PATIENT) as mine:
        smsc.say(struct.pack(">IIII", 16, 0x06, 0, 5))
        await eventually(lambda: smsc.binds == 2)
        await mine.until_bound()


async def test_messages_go_in_a_window_and_not_one_by_one() -> None:
    async with Smsc(answer_after_s=0.05) as smsc, host(smsc, PATIENT) as mine:
        await asyncio.gather(*(mine.link.submit(f"1380000{i:04}", ORDER) for i in range(100)))
    assert smsc.widest == QUICK.window
    assert len(smsc.inbox) == 100


async def test_it_speaks_with_an_smpp_server_that_is_not_ours() -> None:
    async with Smsc() as free:
        port = free.port
    server = smpp34.Server("127.0.0.1", port)
    await server.start()
    try:
        await _talk(server, Smsc(port=port))
    finally:
        await server.stop()


async def _talk(server: smpp34.Server, address: Smsc) -> None:
    async with host(address, PATIENT) as mine:
        session = await server.next()
        assert isinstance(session, smpp34.Esme)
        asked = asyncio.create_task(mine.link.submit("13800000001", ORDER))
        event = await server.next()
        assert isinstance(event, smpp34.SubmitSmEvent)
        assert event.short_message.decode("utf-16-be") == ORDER
        event.accept("abc")
        assert await asked == "abc"
        answer = await session.deliver_sm(
            "10690001", b"id:abc stat:DELIVRD", source_addr="13800000001", esm_class=0x04
        )
        assert answer.is_success
        assert mine.receipts == [CarrierReceipt("abc", "DELIVRD")]
