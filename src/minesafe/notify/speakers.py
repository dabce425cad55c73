"""Loudspeakers and telephones as channels: what is said aloud, and whether it was."""

import logging
from collections.abc import Callable, Mapping, Sequence

from minesafe.model.commands import CallOut, Command
from minesafe.model.errors import LinkDown
from minesafe.model.events import FindingKind, Noted, ReceiptStatus
from minesafe.model.mine import Mine
from minesafe.notify.downlink import Answer, Downlink
from minesafe.notify.receipt import noted
from minesafe.notify.recent import Recent
from minesafe.notify.spoken import spoken
from minesafe.ports import Findings, Note, Outbox

ACCEPTED, DELIVERED, FAILED = (
    ReceiptStatus.ACCEPTED,
    ReceiptStatus.DELIVERED,
    ReceiptStatus.FAILED,
)

BROADCASTER: Mapping[str, ReceiptStatus] = {
    "playing": ACCEPTED,
    "played": DELIVERED,
    "tested": DELIVERED,
    "stopped": FAILED,
    "failed": FAILED,
}
"""What a broadcaster's states mean."""

TELEPHONE: Mapping[str, ReceiptStatus] = {
    "ringing": ACCEPTED,
    "answered": ACCEPTED,
    "told": DELIVERED,
    "tested": DELIVERED,
    "unanswered": FAILED,
    "stopped": FAILED,
    "failed": FAILED,
}
"""What a telephone's mean, of whoever is near it."""

SOMEBODY_NEAR: Mapping[str, ReceiptStatus] = {**TELEPHONE, "told": ACCEPTED}
"""What they mean of one person who is wanted: nobody knows who picked it up."""

REPEAT = 3
"""How often a broadcaster speaks an order: it is noisy, and nobody listens to the first words."""

_log = logging.getLogger(__name__)


class SpeakerChannel:
    """Calls one device for each command, and follows what it says until the call has ended.

    A call keeps the command's key as its name, so that a second attempt after a crash is no second
    call; only when the device has said that the call is over does the next one get another name.
    """

    def __init__(
        self,
        name: str,
        find: Callable[[str], str],
        means: Mapping[str, ReceiptStatus],
        mine: Callable[[], Mine],
        downlink: Downlink,
        outbox: Outbox,
        note: Note,
        findings: Findings,
    ) -> None:
        """Take what it needs.

        Args:
            name: as the policy names it.
            find: the device for a command's recipient; empty where there is none.
            means: what the device's states mean.
            mine: gives the revision in force.
            downlink: the way to the devices.
            outbox: finds the command of a call from before a restart.
            note: takes what devices say after they have begun.
            findings: OUTPUT_FAILED of a device that cannot do it.
        """
        self.name = name
        self._find = find
        self._means = means
        self._mine = mine
        self._downlink = downlink
        self._outbox = outbox
        self._note = note
        self._findings = findings
        self._over: Recent[str, int] = Recent()
        """How many calls of a command have ended without success, by its key."""
        self._calls: Recent[str, Command] = Recent()

    async def deliver(self, command: Command, attempt: int) -> Noted:
        """Call, and wait until the device has begun."""
        if not isinstance(command, CallOut):
            return noted(command, FAILED, attempt=attempt, detail="wrong_command", final=True)
        device = self._find(command.recipient)
        if not device:
            return noted(command, FAILED, attempt=attempt, detail="no_device", final=True)
        over = self._over.get(command.key, 0)
        call = f"{command.key}#{over}" if over else command.key
        self._calls[call] = command
        said = {lang: spoken(self._mine(), command, lang) for lang in ("zh", "en")}
        try:
            answer = await self._downlink.ask(device, call, said | _manner(command))
        except LinkDown as error:
            _log.info("not called: %s: %s", command.key, error)
            return noted(command, FAILED, attempt=attempt, detail="away")
        return self._understood(command, device, answer, attempt)

    def _understood(self, command: Command, device: str, answer: Answer, attempt: int) -> Noted:
        status = self._means.get(answer.state, FAILED)
        if status is not FAILED:
            self._findings.ended(FindingKind.OUTPUT_FAILED, device)
            return noted(command, status, attempt=attempt, carrier_id=answer.call)
        self._over[command.key] = self._over.get(command.key, 0) + 1
        if answer.state == "failed" and answer.reason not in PASSING:
            self._findings.began(FindingKind.OUTPUT_FAILED, device, answer.reason[:80])
        detail = answer.reason if answer.reason in PASSING else answer.state or "unknown_state"
        return noted(command, FAILED, attempt=attempt, detail=detail, carrier_id=answer.call)

    async def take(self, answer: Answer) -> None:
        """What a device says of a call that has begun.

        Raises:
            StoreUnavailable: it could not be recorded; the broker brings it again.
        """
        command = await self._command_of(answer.call)
        status = self._means.get(answer.state)
        if command is None or status is None:
            return
        failed = status is FAILED
        detail = (answer.reason or answer.state)[:80] if failed else ""
        await self._note(
            noted(command, status, carrier_id=answer.call, detail=detail, final=failed)
        )

    async def _command_of(self, call: str) -> Command | None:
        known = self._calls.get(call)
        return known or await self._outbox.by_carrier_id(self.name, call)


def _manner(command: CallOut) -> dict[str, object]:
    """How it is spoken: an order several times, a test as shortly as can be."""
    return {"repeat": 1, "test": True} if command.about == "test" else {"repeat": REPEAT}


PASSING = ("busy", "late")
"""Reasons for which nothing is wrong with the device."""


def listen(downlink: Downlink, devices: Sequence[str], *channels: SpeakerChannel) -> None:
    """Bring what devices say by themselves to the channel whose call it is about."""

    async def take(answer: Answer) -> None:
        for channel in channels:
            if answer.call.partition("#")[0].endswith(f"/{channel.name}"):
                await channel.take(answer)

    for device in devices:
        downlink.heard_by(device, take)
