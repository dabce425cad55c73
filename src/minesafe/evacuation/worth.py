"""What a receipt is worth beside the one before it, and what an answer shows to have been read."""

from minesafe.model.events import Noted, Origin, ReceiptStatus
from minesafe.model.order import ReceiptRow

ARRIVED = (ReceiptStatus.DELIVERED, ReceiptStatus.READ)

ANSWERS = {Origin.SMS: ("sms", "modem"), Origin.LINK: ("sms", "modem", "mail")}
"""By which channels somebody has read what he answers."""


def comes_late(known: ReceiptRow | None, body: Noted) -> bool:
    """Whether something better is known: who has been reached stays so (as in the outbox)."""
    return known is not None and known.status in ARRIVED and body.status not in ARRIVED
