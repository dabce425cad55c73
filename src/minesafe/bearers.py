"""The bearers: the channels that stand on server.toml, and become others when it changes.

Beside them the courier has the channels of devices below, which only a restart changes
(`succession.FIXED`). A change is prepared before anything is touched, so what cannot be had is
refused while all is as it was.
"""

from collections.abc import Sequence

from minesafe.links.changing import ChangingLink, ChangingModem
from minesafe.links.modem import SUBJECT as MODEM
from minesafe.links.modem import ModemLink
from minesafe.links.smpp import SmppLink
from minesafe.links.smpp_session import SUBJECT as SMPP
from minesafe.model.events import FindingKind
from minesafe.model.mine import Carrier, Mine, Modem
from minesafe.notify.chat import ChatChannel, chat_channels
from minesafe.notify.deliver import Courier
from minesafe.notify.replies import Replies
from minesafe.notify.sms import SmsChannel
from minesafe.ports import Channel, Clock, Desk, Findings, Outbox

Account = tuple[str, int, str]
"""A carrier's address, and who we are there: it may allow one connection of an account."""


def _account(carrier: Carrier) -> Account:
    return carrier.host, carrier.port, carrier.system_id


def _port(modem: Modem) -> str:
    return modem.port


class Bearers:
    """SMS by the carrier and by a modem, e-mail and group chats, as the files have them now.

    Args:
        desk: the revision in force, and who is asked.
        outbox: finds what receipts are about, and takes them.
        findings: takes what is wrong with a link.
        clock: paces second messages.
        secret: signs links.

    Raises:
        BadConfig: what e-mail or chats need is not installed.
    """

    def __init__(
        self, desk: Desk, outbox: Outbox, findings: Findings, clock: Clock, secret: bytes
    ) -> None:
        self._desk, self._findings, self._secret = desk, findings, secret
        mine = desk.mine
        self._carrier = ChangingLink(SmppLink, mine.carrier, _account, findings)
        self.modem = ChangingModem(ModemLink, mine.modem, _port, findings)
        self._sms, self._texts = (
            SmsChannel(lambda: desk.mine, link, outbox, outbox.receipt, clock, secret, name=name)
            for link, name in ((self._carrier, "sms"), (self.modem, "modem"))
        )
        self._replies = Replies(desk, findings, outbox.receipt)
        self._chats = chat_channels(desk, mine, secret)
        self._fixed: Sequence[Channel] = ()
        self._courier: Courier | None = None

    def serve(self, courier: Courier, fixed: Sequence[Channel]) -> None:
        """Give the courier these channels beside our own, now and after each change."""
        self._courier, self._fixed = courier, fixed
        self._courier.use(self._all(self._desk.mine))

    def _all(self, mine: Mine) -> list[Channel]:
        sms: list[Channel] = [self._sms] if mine.carrier is not None else []
        texts: list[Channel] = [self._texts] if mine.modem is not None else []
        return [*self._fixed, *sms, *texts, *self._chats]

    async def carry(self) -> None:
        """Keep the link to the carrier, whichever it is."""
        await self._carrier.run(self._sms.received, self._replies.take)

    async def carry_by_modem(self) -> None:
        """Keep the modem, whichever it is."""
        await self.modem.run(self._texts.received, self._replies.take)

    def prepare(self, mine: Mine) -> list[ChatChannel]:
        """What a revision needs anew; nothing has changed yet.

        Raises:
            BadConfig: what e-mail or chats need is not installed.
        """
        return chat_channels(self._desk, mine, self._secret)

    def take_over(self, mine: Mine, chats: list[ChatChannel]) -> None:
        """Hand over by another revision's files from the next attempt on.

        A chat that stays keeps what it has under way: its addresses are looked up anew anyway.
        """
        known = {chat.name: chat for chat in self._chats}
        left = known.keys() - {chat.name for chat in chats}
        self._chats = [known.get(chat.name, chat) for chat in chats]
        self._carrier.change(mine.carrier)
        self.modem.change(mine.modem)
        if self._courier is not None:
            self._courier.use(self._all(mine))
        for name in left:
            known[name].close()
        self._forget(mine)

    def _forget(self, mine: Mine) -> None:
        """Nobody would end what was found of a channel that is no longer there."""
        there = {channel.name for channel in self._all(mine)}
        for name in {"sms", "modem", "mail", "chat"} - there:
            self._findings.ended(FindingKind.CHANNEL_DOWN, name)
        for subject, settings in ((SMPP, mine.carrier), (MODEM, mine.modem)):
            if settings is None:
                self._findings.ended(FindingKind.LINK_DOWN, subject)

    def close(self) -> None:
        """Wait for nothing that blocks."""
        for chat in self._chats:
            chat.close()
