"""E-mail, webhooks and group chats, against local peers and by the requests they build."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest
from notify_mine import SECRET, named_mine, sms
from smtp_peer import smtp_peer
from tcp_peer import tcp_peer

from minesafe.model.commands import SendText
from minesafe.model.errors import BadConfig
from minesafe.model.events import ReceiptStatus
from minesafe.model.mine import Chat, Mail, Mine
from minesafe.notify import chat as chats
from minesafe.notify.chat import ChatChannel, apprise_post, chat_address, mail_address

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""One of apprise's many plugins."""

ACCEPTED, FAILED = ReceiptStatus.ACCEPTED, ReceiptStatus.FAILED


def mine_with(url: str) -> Mine:
    base = named_mine()
    people = (replace(base.people[0], email="zhang@example.org", chat="leaders"), *base.people[1:])
    return replace(base, people=people, mail=Mail(url), chats=(Chat("leaders", url),))


def text(channel: str, person: str = "P1") -> SendText:
    return msgspec.structs.replace(sms(person), channel=channel, key=f"o1/0/{person}/{channel}")


def channel(name: str, url: str, post: chats.Post | None = None) -> ChatChannel:
    address = mail_address if name == "mail" else chat_address
    return ChatChannel(name, lambda: mine_with(url), address, post or apprise_post(), SECRET)


async def test_an_order_goes_by_mail_to_a_real_server() -> None:
    async with smtp_peer() as peer:
        url = f"mailto://127.0.0.1:{peer.port}?from=minesafe@example.org&mode=insecure"
        receipt = await channel("mail", url).deliver(text("mail"), 2)
    assert (receipt.status, receipt.attempt, receipt.carrier_id) == (ACCEPTED, 2, "")
    [mail] = peer.mails
    assert "zhang@example.org" in mail["To"]
    assert mail["Subject"].startswith("【停产撤人】")
    body = mail.get_body()
    assert body is not None
    assert "http://10.0.0.5:8600/a/" in body.get_content()


@dataclass
class Web:
    """A webhook's far end."""

    status: int = 200
    port: int = 0
    bodies: list[dict[str, Any]] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
        self.bodies.append(json.loads(await reader.readexactly(length)))
        writer.write(f"HTTP/1.1 {self.status} x\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def web(status: int = 200) -> AsyncIterator[Web]:
    peer = Web(status)
    async with tcp_peer(peer.talk) as peer.port:
        yield peer


@pytest.mark.parametrize(("status", "came"), [(200, ACCEPTED), (500, FAILED), (403, FAILED)])
async def test_a_webhook_takes_it_or_does_not(status: int, came: ReceiptStatus) -> None:
    async with web(status) as peer:
        receipt = await channel("chat", f"json://127.0.0.1:{peer.port}/x").deliver(text("chat"), 1)
    assert (receipt.status, receipt.final) == (came, False)
    said = peer.bodies[0]["message"]
    assert said.endswith("@张建国")
    assert "/a/" not in said, "a personal link is not for a group"


async def test_nobody_there_is_a_failure_to_be_tried_again() -> None:
    receipt = await channel("chat", "json://127.0.0.1:9/x").deliver(text("chat"), 1)
    assert (receipt.status, receipt.detail, receipt.final) == (FAILED, "refused", False)


async def test_a_peer_that_hangs_holds_one_thread_and_is_not_sent_twice() -> None:
    gate, posted = threading.Event(), []

    def hang(url: str, said: str) -> bool:
        posted.append(url)
        return gate.wait(10)

    slow = channel("chat", "json://127.0.0.1:9/x", hang)
    for attempt in (1, 2):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(slow.deliver(text("chat"), attempt), 0.05)
    gate.set()
    assert (await slow.deliver(text("chat"), 3)).status is ACCEPTED
    assert len(posted) == 1


async def test_when_every_thread_is_held_up_the_channel_has_failed_at_once() -> None:
    gate = threading.Event()
    full = channel("chat", "json://127.0.0.1:9/x", lambda *_: gate.wait(10))
    held = [asyncio.create_task(full.deliver(_numbered(n), 1)) for n in range(chats.THREADS)]
    await asyncio.sleep(0.05)
    receipt = await full.deliver(_numbered(99), 1)
    assert (receipt.detail, receipt.final) == ("busy", False)
    gate.set()
    assert {r.status for r in await asyncio.gather(*held)} == {ACCEPTED}


def _numbered(n: int) -> SendText:
    return msgspec.structs.replace(text("chat"), key=f"o1/{n}/P1/chat")


async def test_who_has_no_address_fails_for_good_and_other_commands_are_refused() -> None:
    mail = channel("mail", "mailto://127.0.0.1:9?from=a@example.org")
    receipt = await mail.deliver(text("mail", "P2"), 1)
    assert (receipt.detail, receipt.final) == ("no_address", True)


RECORDED = {
    "dingtalk://token123abc": (
        "https://oapi.dingtalk.com/robot/send?access_token=token123abc",
        {
            "msgtype": "text",
            "text": {"content": "撤人\n命令001"},
            "at": {"atMobiles": [], "isAtAll": False},
        },
    ),
    "wecombot://0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f": (
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
        {"msgtype": "text", "text": {"content": "撤人\n命令001"}},
    ),
    "feishu://abcdefghijklmnop": (
        "https://open.feishu.cn/open-apis/bot/v2/hook/abcdefghijklmnop/",
        {"msg_type": "text", "content": {"text": "撤人\n命令001"}},
    ),
}
"""What each service's page on its robots asks for."""


@pytest.mark.parametrize("url", RECORDED)
def test_a_group_s_robot_is_asked_as_its_service_wants(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, asked = apprise_post(), []

    class Taken:
        status_code = 200
        content = b'{"errcode":0,"code":0}'
        text = '{"errcode":0,"code":0}'

    def record(address: str, **how: Any) -> Taken:
        asked.append((address, json.loads(how["data"]), how["timeout"]))
        return Taken()

    monkeypatch.setattr("requests.post", record)
    assert post(url, "撤人\n命令001")
    assert asked == [(*RECORDED[url], (chats.CONNECT_S, chats.READ_S))]


@pytest.mark.parametrize("url", RECORDED)
@pytest.mark.parametrize(
    ("said", "taken"),
    [
        (b'{"errcode":310000,"code":19021,"errmsg":"sign not match"}', False),
        (b'{"errcode":0,"code":0}', True),
    ],
)
def test_a_refusal_inside_an_answer_of_200_is_none_of_acceptance(
    url: str, said: bytes, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Answered:
        status_code = 200
        content = said
        text = said.decode()

        def json(self) -> Any:
            return json.loads(said)

    post = apprise_post()
    monkeypatch.setattr("requests.post", lambda *_, **__: Answered())
    assert post(url, "撤人") is taken


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(BadConfig, match=r"pip install 'minesafe\[chat\]'"):
        apprise_post()
