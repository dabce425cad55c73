"""The dispatch desk as a channel: pages show the order by themselves, this says who saw."""

from collections.abc import Callable

from minesafe.model.commands import Command, ShowDesk
from minesafe.model.events import Noted, ReceiptStatus
from minesafe.notify.receipt import noted


class ConsoleChannel:
    """ACCEPTED when a console is open to show it; else FAILED, and asked again by the courier."""

    name = "console"

    def __init__(self, consoles: Callable[[], int]) -> None:
        """Take what counts the consoles that are connected now."""
        self._consoles = consoles

    async def deliver(self, command: Command, attempt: int) -> Noted:
        """Look once; never waits."""
        if not isinstance(command, ShowDesk):
            return noted(
                command, ReceiptStatus.FAILED, attempt=attempt, detail="wrong_command", final=True
            )
        if self._consoles() == 0:
            return noted(command, ReceiptStatus.FAILED, attempt=attempt, detail="no_console")
        return noted(command, ReceiptStatus.ACCEPTED, attempt=attempt)
