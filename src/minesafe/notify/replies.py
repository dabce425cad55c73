"""Replies by SMS: "1" acknowledges the one open order asking its sender, "1 <number>" names it.

"0" answers the nightly test, and so does "1" where no order asks: what was meant for a test must
not acknowledge an order that came meanwhile, but somebody who presses the wrong key is there too.
"""

import logging
import re
import unicodedata
from dataclasses import dataclass

from minesafe.model.errors import Refused
from minesafe.model.events import FindingKind, Noted, Origin, ReceiptStatus
from minesafe.model.order import Order
from minesafe.notify.phones import people_at
from minesafe.ports import Desk, Findings, Note

SUBJECT = "sms"
"""Whom the findings are about."""

_REPLY = re.compile(
    r"1(?:[\s,.、。:#-]+0*(\d{1,3})|(\d{3}))?[\s,.、。!]*(?:确认|收到)?[\s,.、。!]*"
)

WRITTEN = ("sms", "modem")
"""What an answer by SMS shows to have been read."""

TEST = "0"
"""What is sent back to the nightly test: no order has this number."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reply says: an acknowledgement, of the order with this number or of the only one."""

    number: int | None


def read(text: str) -> Answer | None:
    """Read a reply; None where it is none of ours.

    Full-width digits, spaces and a closing full stop are what phones and thumbs add.

    >>> read("1"), read(" 1 007。"), read("1007"), read("why?")
    (Answer(number=None), Answer(number=7), Answer(number=7), None)
    >>> read("0")
    Answer(number=0)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.rstrip("。.!,") == TEST:
        return Answer(0)
    found = _REPLY.fullmatch(plain)
    if found is None:
        return None
    number = found[1] or found[2]
    return Answer(None if number is None else int(number))


class Replies:
    """Takes incoming SMS to the desk.

    No SMS is sent back: whoever is asked sees on the phone page, and the desk sees by the order,
    whether it was taken; a wrong reply is a finding the dispatcher can call back about.
    """

    def __init__(self, desk: Desk, findings: Findings, note: Note) -> None:
        self._desk = desk
        self._findings = findings
        self._note = note

    async def take(self, sender: str, text: str) -> None:
        """Acknowledge what the reply names; a `ports.Reply`.

        Raises:
            StoreUnavailable: it could not be recorded; the carrier should bring it again.
        """
        fault = await self._acknowledge(sender, text)
        if fault:
            _log.warning("an SMS was not understood: %s", fault)
            self._findings.began(FindingKind.GARBAGE, SUBJECT, fault)
        else:
            self._findings.ended(FindingKind.GARBAGE, SUBJECT)

    async def _acknowledge(self, sender: str, text: str) -> str:
        """Do it, and return the code of what was wrong, or nothing."""
        people = people_at(self._desk.mine, sender)
        if not people:
            return "unknown_sender"
        answer = read(text)
        if answer is None:
            return "unreadable"
        asked = [(o, p) for o in self._desk.orders() for p in people if _asks(o, p, answer)]
        if not asked and not answer.number:
            return await self._answer_test(people)
        if len(asked) != 1:
            return "ambiguous" if asked else "nothing_asked"
        order, person = asked[0]
        return await self._give(order, person)

    async def _answer_test(self, people: tuple[str, ...]) -> str:
        """Nothing is asked but, perhaps, whether the message came."""
        try:
            for person in people:
                await self._desk.answer_proof(person, Origin.SMS, by_number=True)
        except Refused:
            return "nothing_asked"
        return ""

    async def _give(self, order: Order, person: str) -> str:
        try:
            await self._desk.acknowledge_order(order.order, person, Origin.SMS)
        except Refused as e:
            if e.code != "already_acknowledged":
                return e.code
            await self._has_read(order, person)
        return ""

    async def _has_read(self, order: Order, person: str) -> None:
        """Somebody else was first; that this one has it too is worth a receipt."""
        rows = [r for r in order.receipts.values() if r.recipient == person]
        written = [r for r in rows if r.channel in WRITTEN and r.status is not ReceiptStatus.READ]
        for row in written:
            await self._note(
                Noted(
                    key=row.key,
                    status=ReceiptStatus.READ,
                    channel=row.channel,
                    order=order.order,
                    step=row.step,
                    recipient=person,
                )
            )


def _asks(order: Order, person: str, answer: Answer) -> bool:
    """The order is open, has written to this person, and is the one the answer names, if any."""
    named = answer.number is None or answer.number == order.number
    written = person in order.asked or any(
        row.recipient == person and row.channel in WRITTEN for row in order.receipts.values()
    )
    return order.is_open and named and written
