"""Horns, and cuts of interlocks, as channels: DELIVERED means that the device was read back."""

import asyncio
from collections import defaultdict

from minesafe.model.commands import Command, SetOutput
from minesafe.model.errors import BadReply, LinkDown, Refused
from minesafe.model.events import Noted, ReceiptStatus
from minesafe.model.time import Micros
from minesafe.notify.receipt import noted
from minesafe.ports import Outputs

TROUBLE: dict[type[Exception], tuple[str, bool]] = {
    LinkDown: ("link_down", False),
    BadReply: ("not_switched", False),
    Refused: ("not_listed", True),
}
"""Detail, and whether trying again is useless."""


class HornChannel:
    """Writes listed outputs, one write per output at a time, and never an outdated one.

    A horn whose device was away must not sound after the all-clear because an old "on" was still
    being tried: per output, a command older than the newest one seen is superseded.
    """

    def __init__(self, outputs: Outputs, name: str = "horn") -> None:
        """Take those of one kind: `horn`, or `cut`."""
        self.name = name
        self._outputs = outputs
        self._newest: dict[str, Micros] = {}
        self._turn: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def deliver(self, command: Command, attempt: int) -> Noted:
        """Switch and read back once."""
        if not isinstance(command, SetOutput):
            return noted(
                command, ReceiptStatus.FAILED, attempt=attempt, detail="wrong_command", final=True
            )
        output = command.recipient
        self._newest[output] = max(command.issued, self._newest.get(output, command.issued))
        async with self._turn[output]:
            return await self._switch(command, attempt)

    async def _switch(self, command: SetOutput, attempt: int) -> Noted:
        if command.issued < self._newest[command.recipient]:
            detail, final = "superseded", True
        else:
            try:
                await self._outputs.write(command.recipient, command.on)
                return noted(command, ReceiptStatus.DELIVERED, attempt=attempt)
            except (LinkDown, BadReply, Refused) as e:
                detail, final = next(v for kind, v in TROUBLE.items() if isinstance(e, kind))
        return noted(command, ReceiptStatus.FAILED, attempt=attempt, detail=detail, final=final)
