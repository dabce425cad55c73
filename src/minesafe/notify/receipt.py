"""A receipt: what came of a command, in the terms of the command it is about."""

from minesafe.model.commands import Command
from minesafe.model.events import Noted, ReceiptStatus


def noted(
    command: Command,
    status: ReceiptStatus,
    *,
    attempt: int = 1,
    detail: str = "",
    carrier_id: str = "",
    final: bool = False,
) -> Noted:
    """Fill in whose receipt it is."""
    return Noted(
        key=command.key,
        status=status,
        channel=command.channel,
        order=command.order,
        step=command.step,
        recipient=command.recipient,
        carrier_id=carrier_id,
        detail=detail,
        attempt=attempt,
        final=final,
    )
