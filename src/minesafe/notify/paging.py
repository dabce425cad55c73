"""Tag paging as a channel: one transmitter calls one tag, several, a zone's, or every tag.

Every tag answers for itself: it buzzes, then its wearer presses the button. So a zone that was
called gives a receipt for each person in it, under that person's own key.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from minesafe.model.commands import CallOut, Command, key_of
from minesafe.model.errors import LinkDown
from minesafe.model.events import Noted, ReceiptStatus
from minesafe.model.mine import Mine, ZoneKind
from minesafe.notify.downlink import PAGING, Answer, Downlink
from minesafe.notify.receipt import noted
from minesafe.notify.recent import Recent
from minesafe.notify.spoken import spoken
from minesafe.ports import Note, Outbox

GATHER_S = 0.05
"""Real seconds in which people wanted by name join one call: the transmitter makes few at once."""

RECEIVED_S = 5.0
"""Real seconds for a tag to say that it buzzes. One out of reach is silent, and is asked again."""

CALLING_S = 4.0
"""Real seconds for the transmitter to say that it calls; both together within the courier's own."""

HEARD = {"received": ReceiptStatus.DELIVERED, "button": ReceiptStatus.READ}
"""What a tag's answers mean."""

Step = tuple[str, int]
"""An order, and the step of it that asks."""


@dataclass
class _Call:
    """One call of people by name, while they join it and while their tags answer."""

    by_tag: dict[str, CallOut] = field(default_factory=dict)
    received: dict[str, "asyncio.Future[str]"] = field(default_factory=dict)
    attempt: int = 1
    text: Mapping[str, str] = field(default_factory=dict)
    """What the tags show, in both languages."""

    def name(self) -> str:
        """Whoever asks again for the same people at the same attempt asks for the same call."""
        keys = sorted(c.key for c in self.by_tag.values())
        first = keys[0]
        if len(keys) > 1:
            order = first.partition("/")[0]
            first = f"{order}/{sha256(' '.join(keys).encode()).hexdigest()[:12]}/tag"
        return first if self.attempt == 1 else f"{first}#{self.attempt}"


def _ways(mine: Mine, commands: Iterable[CallOut]) -> dict[str, Mapping[str, object]]:
    """Where each tag's wearer is to go, by the node's id, and what people call it there."""
    ends = (way for command in commands for way in command.ways)
    rows = ((mine.person_row.get(person), node) for person, node in ends)
    ways = {mine.people[row].tag: node for row, node in rows if row is not None}
    called = {node: asdict(mine.node_name[node]) for node in ways.values() if node in mine.node}
    return {"ways": ways, "names": called} if ways else {}


class PagingChannel:
    """Calls tags, and gives a receipt for every one that answers."""

    name = "tag"

    def __init__(
        self, mine: Callable[[], Mine], downlink: Downlink, outbox: Outbox, note: Note
    ) -> None:
        self._mine = mine
        self._downlink = downlink
        self._outbox = outbox
        self._note = note
        self._joining: dict[tuple[Step, str], _Call] = {}
        """By who asks and what is said: two who are sent different ways are two calls."""
        self._waiting: dict[tuple[str, str], asyncio.Future[str]] = {}
        """(call, tag) → told when the tag says that it buzzes."""
        self._steps: Recent[str, Step] = Recent()
        self._tasks: set[asyncio.Task[None]] = set()
        downlink.heard_by(PAGING, self.take)

    async def deliver(self, command: Command, attempt: int) -> Noted:
        """Call a zone, or join the call of everybody who is called by name now."""
        if not isinstance(command, CallOut):
            return _failed(command, attempt, "wrong_command", final=True)
        mine = self._mine()
        if command.recipient in mine.zone_row:
            return await self._zone(mine, command, attempt)
        row = mine.person_row.get(command.recipient)
        tag = mine.people[row].tag if row is not None else ""
        if not tag:
            return _failed(command, attempt, "no_tag", final=True)
        return await self._person(command, tag, attempt)

    def _text(self, command: CallOut) -> dict[str, str]:
        return {language: spoken(self._mine(), command, language) for language in ("zh", "en")}

    # --- a zone -----------------------------------------------------------------------------

    async def _zone(self, mine: Mine, command: CallOut, attempt: int) -> Noted:
        whole = mine.zones[mine.zone_row[command.recipient]].kind is ZoneKind.MINE
        whom = {"all": True} if whole else {"zones": [command.recipient]}
        said = {**whom, **self._text(command), **_ways(mine, [command])}
        try:
            await self._calling(command.key, (command.order, command.step), said)
        except LinkDown as error:
            return _failed(command, attempt, str(error))
        accepted = ReceiptStatus.ACCEPTED
        return noted(command, accepted, attempt=attempt, carrier_id=command.key)

    async def _calling(self, call: str, step: Step, whom: Mapping[str, object]) -> None:
        """Give the call to the transmitter.

        Raises:
            LinkDown: it does not have it; the words are the receipt's detail.
        """
        self._steps[call] = step
        try:
            async with asyncio.timeout(CALLING_S):
                answer = await self._downlink.ask(PAGING, call, whom)
        except LinkDown as error:
            raise LinkDown("away") from error
        except TimeoutError as error:
            raise LinkDown("silent") from error
        if answer.answer != "calling":
            raise LinkDown((answer.reason or answer.answer)[:80])

    # --- people by name ---------------------------------------------------------------------

    async def _person(self, command: CallOut, tag: str, attempt: int) -> Noted:
        step, text = (command.order, command.step), self._text(command)
        joining = (step, text["zh"])
        call = self._joining.get(joining)
        if call is None:
            call = self._joining[joining] = _Call(text=text)
            task = asyncio.create_task(self._page(joining, call), name=f"page {command.key}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        call.by_tag[tag] = command
        call.attempt = max(call.attempt, attempt)
        heard = call.received.setdefault(tag, asyncio.get_running_loop().create_future())
        try:
            carrier_id = await heard
        except LinkDown as error:
            return _failed(command, attempt, str(error))
        delivered = ReceiptStatus.DELIVERED
        return noted(command, delivered, attempt=attempt, carrier_id=carrier_id)

    async def _page(self, joining: tuple[Step, str], call: _Call) -> None:
        """Let people join, call them, and tell each whether the tag buzzes."""
        await asyncio.sleep(GATHER_S)
        del self._joining[joining]
        name, why = call.name(), "no_answer"
        ours = {(name, tag): heard for tag, heard in call.received.items()}
        self._waiting |= ours
        try:
            ways = _ways(self._mine(), call.by_tag.values())
            await self._calling(
                name, joining[0], {"tags": sorted(call.by_tag), **call.text, **ways}
            )
            await asyncio.wait(call.received.values(), timeout=RECEIVED_S)
        except LinkDown as error:
            why = str(error)
        finally:
            for key, heard in ours.items():
                self._waiting.pop(key, None)
                if not heard.done():
                    heard.set_exception(LinkDown(why))
                    heard.exception()  # whoever waited may have given up before

    # --- what tags say ----------------------------------------------------------------------

    async def take(self, answer: Answer) -> None:
        """One tag's answer.

        Raises:
            StoreUnavailable: it could not be recorded; the broker brings it again.
        """
        waiting = self._waiting.get((answer.call, answer.tag))
        if waiting is not None and not waiting.done() and answer.answer == "received":
            waiting.set_result(answer.call)
            return
        row = self._mine().tag_row.get(answer.tag)
        status, step = HEARD.get(answer.answer), await self._step_of(answer.call)
        if row is None or status is None or step is None:
            return
        person = self._mine().people[row].id
        order, number = step
        await self._note(
            Noted(
                key=key_of(order, number, person, self.name),
                status=status,
                channel=self.name,
                order=order,
                step=number,
                recipient=person,
                carrier_id=answer.call,
            )
        )

    async def _step_of(self, call: str) -> Step | None:
        known = self._steps.get(call)
        if known is None:
            command = await self._outbox.by_carrier_id(self.name, call)
            known = (command.order, command.step) if command is not None else None
        return known


def _failed(command: Command, attempt: int, detail: str, *, final: bool = False) -> Noted:
    return noted(command, ReceiptStatus.FAILED, attempt=attempt, detail=detail, final=final)
