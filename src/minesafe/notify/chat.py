"""E-mail, webhooks, group chats (DingTalk, WeCom, Feishu) by apprise, which knows what they ask.

None of them says whether anybody has read it: the channel ends at ACCEPTED, and nothing waits for
more. apprise blocks, so it works in a few threads of its own, each bounded by time-outs; when all
are held up, the channel has failed at once and the ladder goes on.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from minesafe.model.commands import Command, SendText
from minesafe.model.errors import BadConfig, Fault
from minesafe.model.events import Noted, ReceiptStatus
from minesafe.model.mine import Mine, Person
from minesafe.model.signing import link_of
from minesafe.notify.honest import make_honest
from minesafe.notify.receipt import noted
from minesafe.notify.texts import compose
from minesafe.ports import Desk

THREADS = 8
"""Messages on their way at one time."""

CONNECT_S, READ_S = 3, 5
"""Real seconds apprise may take to connect and to read: within the courier's deadline."""

Post = Callable[[str, str], bool]
"""Hands a text to an apprise address, blocking; whether it was taken."""

Address = Callable[[Mine, Person], str]
"""The apprise address of a person; empty where there is none."""

_log = logging.getLogger(__name__)


def apprise_post() -> Post:
    """Load apprise, which takes a second: only for a mine that has such a channel.

    Raises:
        BadConfig: it is not installed.
    """
    try:
        import apprise
    except ImportError as error:
        what = "[mail] and [[chat]] need the extra [chat]"
        raise BadConfig([Fault("server.toml", 0, what, "pip install 'minesafe[chat]'")]) from error

    make_honest()
    apprise.Apprise.instantiate("json://127.0.0.1/")  # its plugins load now, not amid an order

    def post(url: str, text: str) -> bool:
        message = apprise.Apprise()
        title, _, body = text.partition("\n") if url.startswith("mailto") else ("", "", text)
        timed = f"{url}{'&' if '?' in url else '?'}cto={CONNECT_S}&rto={READ_S}"
        plain = apprise.NotifyFormat.TEXT
        return message.add(timed) and bool(
            message.notify(body=body or title, title=title, body_format=plain)
        )

    return post


def mail_address(mine: Mine, person: Person) -> str:
    """`[mail]` with this person as the one it goes to."""
    if mine.mail is None or not person.email:
        return ""
    return f"{mine.mail.url}{'&' if '?' in mine.mail.url else '?'}to={person.email}"


def chat_address(mine: Mine, person: Person) -> str:
    """The robot of the group this person reads."""
    return next((chat.url for chat in mine.chats if chat.id == person.chat), "")


class ChatChannel:
    """Tells people where only the hand-over can be known."""

    def __init__(
        self,
        name: str,
        mine: Callable[[], Mine],
        address: Address,
        post: Post,
        secret: bytes,
        language: str = "zh",
    ) -> None:
        """Take what it needs.

        Args:
            name: mail · chat, as the policy names it.
            mine: gives the revision in force.
            address: where a person is written to.
            post: hands over, blocking.
            secret: signs the links.
            language: zh · en.
        """
        self.name = name
        self._mine = mine
        self._address = address
        self._post = post
        self._secret = secret
        self._language = language
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=name)
        self._under_way: dict[str, asyncio.Future[bool]] = {}

    async def deliver(self, command: Command, attempt: int) -> Noted:
        """Hand over; what is still on its way from an earlier attempt is not sent again."""
        if not isinstance(command, SendText):
            return _failed(command, attempt, "wrong_command", final=True)
        mine = self._mine()
        row = mine.person_row.get(command.recipient)
        url = self._address(mine, mine.people[row]) if row is not None else ""
        if not url:
            return _failed(command, attempt, "no_address", final=True)
        if command.key not in self._under_way and len(self._under_way) >= THREADS:
            return _failed(command, attempt, "busy")
        if await self._handed_over(mine, command, url):
            return noted(command, ReceiptStatus.ACCEPTED, attempt=attempt)
        return _failed(command, attempt, "refused")

    async def _handed_over(self, mine: Mine, command: SendText, url: str) -> bool:
        under_way = self._under_way.get(command.key)
        if under_way is None:
            loop = asyncio.get_running_loop()
            text = self._text(mine, command)
            under_way = loop.run_in_executor(self._threads, self._post, url, text)
            self._under_way[command.key] = under_way
        await asyncio.wait({under_way})
        del self._under_way[command.key]
        try:
            return under_way.result()
        except Exception:  # whatever a plugin raises is a message that was not handed over
            _log.exception("apprise broke on %s", command.key)
            return False

    def _text(self, mine: Mine, command: SendText) -> str:
        """The order; the link, which is one person's own, never goes where a group reads."""
        token = link_of(self._secret, command)
        link = f"{mine.server.public_url}/a/{token}"
        name = mine.people[mine.person_row[command.recipient]].name
        first, *rest = compose(mine, command, link, self._language)
        return "\n".join((first, *(rest if self.name == "mail" else ()), f"@{name}"))

    def close(self) -> None:
        """Wait for no thread: each ends by its own time-out."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def chat_channels(desk: Desk, mine: Mine, secret: bytes) -> list[ChatChannel]:
    """E-mail and group chats, where `mine` has any; addresses are looked up in the one in force.

    Raises:
        BadConfig: what they need is not installed.
    """
    wanted = {"mail": mine.mail is not None, "chat": bool(mine.chats)}
    ways: dict[str, Address] = {"mail": mail_address, "chat": chat_address}
    names = [name for name, there in wanted.items() if there]
    post = apprise_post() if names else _nowhere
    return [ChatChannel(name, lambda: desk.mine, ways[name], post, secret) for name in names]


def _nowhere(_url: str, _text: str) -> bool:
    return False


def _failed(command: Command, attempt: int, detail: str, *, final: bool = False) -> Noted:
    return noted(command, ReceiptStatus.FAILED, attempt=attempt, detail=detail, final=final)
