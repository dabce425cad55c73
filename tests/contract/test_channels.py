"""What every channel promises the courier, held against each of them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import msgspec
import pytest
from fakes import FindingBook, HandClock, PaperOutbox
from notify_mine import SECRET, call, desk, facts, horn, named_mine, sms

from minesafe.links.smpp import SubmitRefused
from minesafe.model.commands import CallOut, Command, SendText
from minesafe.model.errors import BadReply, LinkDown, Refused
from minesafe.model.events import ReceiptStatus
from minesafe.model.mine import Chat, Mail, Mine
from minesafe.notify.calling import CallChannel, MobileChannel
from minesafe.notify.chat import ChatChannel, chat_address, mail_address
from minesafe.notify.console import ConsoleChannel
from minesafe.notify.downlink import Answer, Take
from minesafe.notify.horn import HornChannel
from minesafe.notify.paging import PagingChannel
from minesafe.notify.sms import SmsChannel
from minesafe.notify.speakers import BROADCASTER, SpeakerChannel
from minesafe.ports import Channel


class PaperWorld:
    """A carrier, outputs and consoles that do what `trouble` says."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.consoles = 1
        self.texts: list[str] = []
        self.written: list[tuple[str, bool]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def submit(self, phone: str, text: str, *, receipt: bool = True) -> str:
        await self.gate.wait()
        if self.trouble:
            raise self.trouble
        self.texts.append(text)
        return f"id{len(self.texts)}"

    async def write(self, output: str, on: bool) -> None:
        await self.gate.wait()
        if self.trouble:
            raise self.trouble
        self.written.append((output, on))

    async def ask(self, device: str, call: str, body: Mapping[str, object]) -> Answer:
        await self.gate.wait()
        if self.trouble:
            raise LinkDown("away")
        self.texts.append(str(body["zh"]))
        return Answer(call=call, state="playing", answer="calling")

    def heard_by(self, device: str, take: Take) -> None:
        """Nothing is said by itself here."""

    async def ring(self, phone: str, ended: Callable[[bool], Awaitable[None]]) -> bool:
        await self.gate.wait()
        if self.trouble:
            raise LinkDown("away")
        return False

    def post(self, url: str, text: str) -> bool:
        self.texts.append(text)
        return self.trouble is None


def written(channel: str) -> SendText:
    return msgspec.structs.replace(sms(), channel=channel, key=f"o1/0/P1/{channel}")


def spoken_to(recipient: str, channel: str) -> CallOut:
    to = {"recipient": recipient, "channel": channel, "key": f"o1/0/{recipient}/{channel}"}
    return msgspec.structs.replace(call(), facts=facts(), **to)


def reached_mine() -> Mine:
    mine = named_mine()
    leader = replace(mine.people[0], email="zhang@example.org", chat="leaders")
    chat = Chat("leaders", "json://127.0.0.1/")
    return replace(
        mine, people=(leader, *mine.people[1:]), mail=Mail("mailto://h?from=a"), chats=(chat,)
    )


def channels(world: PaperWorld) -> dict[str, tuple[Channel, Command]]:
    outbox = PaperOutbox()
    text = SmsChannel(named_mine, world, outbox, outbox.receipt, HandClock(), SECRET)
    note, mine = outbox.receipt, reached_mine
    modem = SmsChannel(mine, world, outbox, note, HandClock(), SECRET, name="modem")
    speaker = SpeakerChannel(
        "broadcast",
        lambda d: d,
        BROADCASTER,
        mine,
        world,
        outbox,
        note,
        FindingBook(),  # type: ignore[arg-type]  # nothing is found here
    )
    return {
        "modem": (modem, written("modem")),
        "broadcast": (speaker, spoken_to("BC", "broadcast")),
        "tag": (PagingChannel(mine, world, outbox, note), spoken_to("FACE", "tag")),  # type: ignore[arg-type]  # a world in its place
        "call": (CallChannel(lambda: [MobileChannel(mine, world, note)]), spoken_to("P1", "call")),
        "mail": (ChatChannel("mail", mine, mail_address, world.post, SECRET), written("mail")),
        "chat": (ChatChannel("chat", mine, chat_address, world.post, SECRET), written("chat")),
        "sms": (text, sms()),
        "horn": (HornChannel(world), horn()),
        "console": (ConsoleChannel(lambda: world.consoles), desk()),
    }


NAMES = ("sms", "modem", "horn", "broadcast", "tag", "call", "mail", "chat", "console")


@pytest.mark.parametrize("name", NAMES)
async def test_a_channel_goes_by_the_name_the_policy_uses(name: str) -> None:
    channel, _ = channels(PaperWorld())[name]
    assert channel.name == name


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("sms", ReceiptStatus.ACCEPTED),
        ("horn", ReceiptStatus.DELIVERED),
        ("console", ReceiptStatus.ACCEPTED),
        ("modem", ReceiptStatus.ACCEPTED),
        ("broadcast", ReceiptStatus.ACCEPTED),
        ("tag", ReceiptStatus.ACCEPTED),
        ("call", ReceiptStatus.ACCEPTED),
        ("mail", ReceiptStatus.ACCEPTED),
        ("chat", ReceiptStatus.ACCEPTED),
    ],
)
async def test_in_a_well_world_it_tells_and_says_how_far(name: str, status: ReceiptStatus) -> None:
    channel, command = channels(PaperWorld())[name]
    receipt = await channel.deliver(command, 3)
    assert receipt.status is status
    assert (receipt.key, receipt.order, receipt.recipient) == (
        command.key,
        command.order,
        command.recipient,
    )
    assert (receipt.channel, receipt.step, receipt.attempt) == (name, command.step, 3)
    assert not receipt.final


@pytest.mark.parametrize("name", NAMES)
async def test_trouble_is_a_receipt_to_be_tried_again_and_never_an_exception(name: str) -> None:
    world = PaperWorld()
    world.trouble, world.consoles = LinkDown("away"), 0
    channel, command = channels(world)[name]
    receipt = await channel.deliver(command, 1)
    assert (receipt.status, receipt.final) == (ReceiptStatus.FAILED, False)
    assert receipt.detail in {"link_down", "no_console", "away", "refused"}


@pytest.mark.parametrize("name", NAMES)
async def test_a_command_of_another_kind_is_refused_for_good(name: str) -> None:
    channel, _ = channels(PaperWorld())[name]
    receipt = await channel.deliver(desk() if name != "console" else call(), 1)
    assert (receipt.status, receipt.detail, receipt.final) == (
        ReceiptStatus.FAILED,
        "wrong_command",
        True,
    )


@pytest.mark.parametrize(
    ("name", "trouble", "detail", "final"),
    [
        ("sms", SubmitRefused(0x0B), "refused_0b", True),
        ("sms", SubmitRefused(0x58), "refused_58", False),
        ("sms", BadReply("noise"), "link_down", False),
        ("horn", BadReply("still off"), "not_switched", False),
        ("horn", Refused("unknown_output"), "not_listed", True),
    ],
)
async def test_each_trouble_has_its_code(
    name: str, trouble: Exception, detail: str, final: bool
) -> None:
    world = PaperWorld()
    world.trouble = trouble
    channel, command = channels(world)[name]
    receipt = await channel.deliver(command, 1)
    assert (receipt.detail, receipt.final) == (detail, final)


async def test_a_person_without_a_telephone_number_fails_for_good() -> None:
    channel, _ = channels(PaperWorld())["sms"]
    receipt = await channel.deliver(sms(phone="ask at the lamp room"), 1)
    assert (receipt.detail, receipt.final) == ("no_number", True)


async def test_a_carrier_that_is_slow_is_waited_for_and_not_asked_again() -> None:
    world = PaperWorld()
    channel, command = channels(world)["sms"]
    world.gate.clear()
    for attempt in (1, 2, 3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(channel.deliver(command, attempt), 0.02)
    world.gate.set()
    receipt = await channel.deliver(command, 4)
    assert (receipt.status, receipt.carrier_id) == (ReceiptStatus.ACCEPTED, "id1")
    await asyncio.sleep(0)
    assert [t[:6] for t in world.texts] == ["【停产撤人】", "命令001详"]


async def test_a_horn_whose_device_was_away_stays_quiet_after_the_all_clear() -> None:
    world = PaperWorld()
    channel, _ = channels(world)["horn"]
    on, off = horn(on=True), horn(on=False, step=1, after_s=60)
    world.trouble = LinkDown("away")
    assert (await channel.deliver(on, 1)).detail == "link_down"
    assert (await channel.deliver(off, 1)).detail == "link_down"
    world.trouble = None
    late, now = await asyncio.gather(channel.deliver(on, 2), channel.deliver(off, 2))
    assert (late.detail, late.final) == ("superseded", True)
    assert now.status is ReceiptStatus.DELIVERED
    assert world.written == [("H1", False)]
