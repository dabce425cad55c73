"""Calling one person: his mobile by the modem, and the telephone underground that is near him.

Both at once, for nobody knows which he hears. Nothing is spoken on the mobile: that it rings
from the mine's number, and who is on duty, is the message; the text is in the SMS.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from minesafe.links.modem_line import AtRefused
from minesafe.model.commands import CallOut, Command
from minesafe.model.errors import LinkDown
from minesafe.model.events import Noted, ReceiptStatus
from minesafe.model.mine import Mine
from minesafe.notify.phones import dialled
from minesafe.notify.receipt import noted
from minesafe.ports import Channel, Note

CODES = {"BUSY": "busy", "NO CARRIER": "no_carrier", "NO ANSWER": "unanswered"}
"""What a modem says of a call that did not come about."""

WORTH = (ReceiptStatus.FAILED, ReceiptStatus.ACCEPTED, ReceiptStatus.DELIVERED)
"""Of two ways the one that came further is the receipt."""

_log = logging.getLogger(__name__)


class Ring(Protocol):
    """The modem, as `links.modem.ModemLink` offers it."""

    async def ring(self, phone: str, ended: Callable[[bool], Awaitable[None]]) -> bool:
        """As `ModemLink.ring`."""


class MobileChannel:
    """Rings somebody's mobile. ACCEPTED: it rings; DELIVERED: it was picked up."""

    name = "call"

    def __init__(self, mine: Callable[[], Mine], modem: Ring, note: Note) -> None:
        self._mine = mine
        self._modem = modem
        self._note = note
        self._ringing: dict[str, asyncio.Task[bool]] = {}

    async def deliver(self, command: Command, attempt: int) -> Noted:
        """Ring, and wait until it rings there. What is dialled already is not dialled again."""
        phone = self._phone(command)
        if not phone:
            return _failed(command, attempt, "no_number", final=True)
        ringing = self._ringing.get(command.key)
        if ringing is None:
            ringing = asyncio.create_task(self._ring(command, phone), name=f"ring {command.key}")
            self._ringing[command.key] = ringing
        await asyncio.wait({ringing})
        del self._ringing[command.key]
        try:
            answered = ringing.result()
        except AtRefused as error:
            return _failed(command, attempt, CODES.get(error.words, "refused"))
        except LinkDown as error:
            _log.info("not called: %s: %s", command.key, error)
            return _failed(command, attempt, "link_down")
        status = ReceiptStatus.DELIVERED if answered else ReceiptStatus.ACCEPTED
        return noted(command, status, attempt=attempt)

    def _phone(self, command: Command) -> str:
        mine = self._mine()
        row = mine.person_row.get(command.recipient)
        return dialled(mine.people[row].phone) if row is not None else ""

    async def _ring(self, command: Command, phone: str) -> bool:
        async def ended(answered: bool) -> None:
            status = ReceiptStatus.DELIVERED if answered else ReceiptStatus.FAILED
            detail = "" if answered else "unanswered"
            await self._note(noted(command, status, detail=detail, final=not answered))

        return await self._modem.ring(phone, ended)


class CallChannel:
    """Several ways of calling a person, all at once; those that the mine has now."""

    name = "call"

    def __init__(self, ways: Callable[[], Sequence[Channel]]) -> None:
        self._ways = ways

    async def deliver(self, command: Command, attempt: int) -> Noted:
        """Call by every way; the receipt is that of the one which came furthest."""
        if not isinstance(command, CallOut):
            return _failed(command, attempt, "wrong_command", final=True)
        ways = self._ways()
        if not ways:
            return _failed(command, attempt, "no_such_channel", final=True)
        came = await asyncio.gather(*(way.deliver(command, attempt) for way in ways))
        return max(came, key=lambda receipt: (WORTH.index(receipt.status), not receipt.final))


def _failed(command: Command, attempt: int, detail: str, *, final: bool = False) -> Noted:
    return noted(command, ReceiptStatus.FAILED, attempt=attempt, detail=detail, final=final)
