"""What became of a message."""

from enum import StrEnum

from minesafe.model.events.body import Body


class ReceiptStatus(StrEnum):
    """What came of a command, in the order it happens."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    """The carrier or device took it."""
    DELIVERED = "delivered"
    """It reached the phone or the tag, the horn read back, or the loudspeaker has spoken."""
    READ = "read"
    """Whoever it was meant for has answered it."""
    FAILED = "failed"


class Noted(Body, frozen=True, kw_only=True, tag="receipt"):
    """What came of one command; see `commands.Command`."""

    key: str
    status: ReceiptStatus
    channel: str
    order: str
    step: int
    recipient: str
    """Person id, output id or zone id."""
    carrier_id: str = ""
    """Of the first message where there are several."""
    detail: str = ""
    attempt: int = 1
    final: bool = False
    """FAILED and nothing more will be tried."""
