"""SMS as a channel: words, hand-over to the carrier, and the carrier's receipts.

The first message is what counts: its acceptance is the command's, and only its delivery is asked
for. The second, with the link, follows by itself and may fail without making the first untrue.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from minesafe.links.smpp import CarrierReceipt, SubmitRefused
from minesafe.model.commands import Command, SendText
from minesafe.model.errors import BadReply, LinkDown
from minesafe.model.events import Noted, ReceiptStatus
from minesafe.model.mine import Mine
from minesafe.model.signing import link_of
from minesafe.notify.phones import dialled
from minesafe.notify.receipt import noted
from minesafe.notify.texts import compose
from minesafe.ports import Clock, Note, Outbox

OUTCOMES = {
    "DELIVRD": ReceiptStatus.DELIVERED,
    "EXPIRED": ReceiptStatus.FAILED,
    "DELETED": ReceiptStatus.FAILED,
    "UNDELIV": ReceiptStatus.FAILED,
    "REJECTD": ReceiptStatus.FAILED,
    "UNKNOWN": ReceiptStatus.FAILED,
}
"""What a carrier's final states mean; on the way (ENROUTE, ACCEPTD) there is nothing to note."""

SECOND_PAUSES_S = (1.0, 2.0, 5.0, 10.0, 10.0, 10.0)
"""Mine's seconds between attempts at the second message."""

EARLY_PAUSES_S = (0.0, 0.05, 0.2, 1.0, 3.0)
"""Real seconds to look for the command of a receipt that came before our own record of it."""

PROOF = "proof"
"""What the nightly test is about."""

_log = logging.getLogger(__name__)


class Submit(Protocol):
    """The carrier, as `links.smpp.SmppLink` and `links.modem.ModemLink` offer it."""

    async def submit(self, phone: str, text: str, *, receipt: bool = True) -> str:
        """As `SmppLink.submit`."""


class SmsChannel:
    """Tells people by SMS.

    A message the carrier has not answered yet is waited for again at the next attempt, not sent
    again: a carrier that takes 20 seconds must not fill a phone with copies. Only when the
    connection breaks, and with it the answer, is the next attempt a new message.
    """

    def __init__(
        self,
        mine: Callable[[], Mine],
        carrier: Submit,
        outbox: Outbox,
        note: Note,
        clock: Clock,
        secret: bytes,
        language: str = "zh",
        name: str = "sms",
    ) -> None:
        """Take what it needs.

        Args:
            mine: gives the revision in force.
            carrier: where messages go.
            outbox: finds the command a receipt is about.
            note: takes what receipts say.
            clock: paces the second message.
            secret: signs the links.
            language: zh · en.
            name: sms by the carrier, modem by a modem of our own.
        """
        self.name = name
        self._mine = mine
        self._carrier = carrier
        self._outbox = outbox
        self._note = note
        self._clock = clock
        self._secret = secret
        self._language = language
        self._unanswered: dict[str, asyncio.Task[str]] = {}
        self._following: set[asyncio.Task[None]] = set()

    async def deliver(self, command: Command, attempt: int) -> Noted:
        """Hand the first message over; the second follows."""
        if not isinstance(command, SendText):
            return _failed(command, attempt, "wrong_command", final=True)
        if not dialled(command.phone):
            return _failed(command, attempt, "no_number", final=True)
        try:
            carrier_id = await self._first(command)
        except SubmitRefused as e:
            return _failed(command, attempt, f"refused_{e.status:02x}", final=e.permanent)
        except (LinkDown, BadReply) as e:
            _log.info("not handed over: %s: %s", command.key, e)
            return _failed(command, attempt, "link_down")
        return noted(command, ReceiptStatus.ACCEPTED, attempt=attempt, carrier_id=carrier_id)

    async def _first(self, command: SendText) -> str:
        """Wait for the answer to the first message, sending it unless that was done before."""
        asked = self._unanswered.get(command.key)
        if asked is None:
            asked = asyncio.create_task(self._send(command), name=f"sms {command.key}")
            self._unanswered[command.key] = asked
        await asyncio.wait({asked})
        del self._unanswered[command.key]
        return asked.result()

    async def _send(self, command: SendText) -> str:
        first, *rest = self._texts(command)
        phone = dialled(command.phone)
        carrier_id = await self._carrier.submit(phone, first)
        if rest:
            task = asyncio.create_task(self._follow(phone, rest), name=f"sms link {command.key}")
            self._following.add(task)
            task.add_done_callback(self._following.discard)
        return carrier_id

    async def _follow(self, phone: str, texts: list[str]) -> None:
        """Send what comes after the first, in order."""
        for text in texts:
            for pause in (*SECOND_PAUSES_S, None):
                try:
                    await self._carrier.submit(phone, text, receipt=False)
                    break
                except (LinkDown, BadReply) as e:
                    if pause is None:
                        _log.warning("the link to %s was not handed over: %s", phone, e)
                        return
                    await self._clock.sleep(pause)

    def _texts(self, command: SendText) -> tuple[str, ...]:
        mine = self._mine()
        token = link_of(self._secret, command)
        return compose(mine, command, f"{mine.server.public_url}/a/{token}", self._language)

    async def received(self, receipt: CarrierReceipt) -> None:
        """Take a delivery receipt; for the link's `on_receipt`.

        A message that the carrier took and could not deliver is handed over again, by its key; a
        test that did not arrive has shown what it was for.

        Raises:
            StoreUnavailable: it could not be recorded; the carrier should bring it again.
        """
        status = OUTCOMES.get(receipt.state)
        if status is None:
            return
        command = await self._command_of(receipt.carrier_id)
        if command is None:
            _log.warning("a receipt for an unknown message: %s", receipt.carrier_id)
            return
        failed = status is ReceiptStatus.FAILED
        await self._note(
            noted(
                command,
                status,
                carrier_id=receipt.carrier_id,
                detail=f"carrier_{receipt.state.lower()}" if failed else "",
                final=failed and isinstance(command, SendText) and command.about == PROOF,
            )
        )

    async def _command_of(self, carrier_id: str) -> Command | None:
        for pause in EARLY_PAUSES_S if carrier_id else ():
            await asyncio.sleep(pause)
            if (command := await self._outbox.by_carrier_id(self.name, carrier_id)) is not None:
                return command
        return None


def _failed(command: Command, attempt: int, detail: str, *, final: bool = False) -> Noted:
    return noted(command, ReceiptStatus.FAILED, attempt=attempt, detail=detail, final=final)
