"""The hardened client of a 4G modem: SMS in PDU mode, replies, reports, and calls that ring.

A modem sends one message every few seconds: it carries the ladder, not the whole mine. It has a
port of its own, never a line that the server polls.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from minesafe.links.backoff import Backoff
from minesafe.links.modem_line import AtLine, AtRefused
from minesafe.links.modem_pdu import Delivered, Reported, Unreadable, read, submits
from minesafe.links.smpp_pdu import CarrierReceipt
from minesafe.links.smpp_session import SubmitRefused
from minesafe.model.errors import LinkDown, StoreUnavailable
from minesafe.model.events import FindingKind
from minesafe.model.mine import Modem
from minesafe.ports import Findings, Reply

SUBJECT = "modem"
"""Whom the findings are about."""

GREETING = ("AT", "ATE0", "AT+CMEE=1", "AT+CMGF=0")
"""No echo, errors by number, PDUs."""

NEWS = ("AT+CNMI=2,1,0,1,0", "AT+CNMI=2,1,0,2,0", "AT+CNMI=1,1,0,1,0", "AT+CNMI=1,1,0,2,0")
"""Ways of telling news, best first: replies by place, reports whole or by place. Modems differ."""

REGISTERED = ("1", "5")
"""+CREG: at home · roaming."""

NOT_REGISTERED = "not registered"
"""Nothing can be sent; with a signal that is only weak it is tried all the same."""

WEAK, UNKNOWN_SIGNAL = 5, 99
"""+CSQ: below -103 dBm messages get lost."""

NOT_AGAIN = frozenset({1, 8, 10, 28, 29, 30, 50, 69, 304, 305})
"""+CMS ERROR that the same message would meet again: no such number, barred, not subscribed."""

RANG, ANSWERED = "3", "0"
"""+CLCC: the other telephone rings · somebody has picked it up."""

_log = logging.getLogger(__name__)

OnReceipt = Callable[[CarrierReceipt], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Timings:
    """Real seconds."""

    answer_s: float = 5.0
    send_s: float = 45.0
    """For one PDU; 3GPP allows the network a minute."""
    look_s: float = 10.0
    """Between two looks at registration, signal and what lies on the SIM."""
    dial_s: float = 20.0
    """From dialling until the other telephone rings."""
    ring_s: float = 30.0
    call_look_s: float = 1.0
    first_pause_s: float = 0.5
    longest_pause_s: float = 10.0


@dataclass(frozen=True, slots=True)
class _Hearers:
    receipt: OnReceipt
    reply: Reply


class ModemLink:
    """Ready whenever the modem answers and is in a network; says by findings when it is not."""

    def __init__(self, modem: Modem, findings: Findings, timings: Timings | None = None) -> None:
        self._modem = modem
        self._findings = findings
        self._timings = timings or Timings()
        self._line: AtLine | None = None
        self._trouble = "not tried yet"
        self._turn = asyncio.Lock()
        self._calling = asyncio.Lock()
        self._reference = count(1)
        self._news: asyncio.Queue[tuple[str, str]] = asyncio.Queue(1000)
        self._parts: dict[tuple[str, int], dict[int, str]] = {}
        self._backoff = Backoff(self._timings.first_pause_s, self._timings.longest_pause_s)

    # --- what it is asked -------------------------------------------------------------------

    async def submit(self, phone: str, text: str, *, receipt: bool = True) -> str:
        """Send a message; those that wait are sent in the order they came.

        Returns:
            The number and the network's reference: what a report names it by.

        Raises:
            LinkDown: no modem, no network, or no answer.
            SubmitRefused: the network does not take it.
        """
        reference = next(self._reference) % 256
        named = ""
        for length, pdu in submits(phone, text, reference, report=receipt):
            lines = await self._ask(f"AT+CMGS={length}", self._timings.send_s, pdu)
            sent = next((x for x in lines if x.startswith("+CMGS:")), "")
            named = named or _id(phone, sent.partition(":")[2].partition(",")[0].strip())
        return named

    async def ring(self, phone: str, ended: Callable[[bool], Awaitable[None]]) -> bool:
        """Let a telephone ring until it is answered, or for half a minute.

        Args:
            phone: whom to call.
            ended: told afterwards whether somebody picked it up, where that was not known at once.

        Returns:
            True when it was picked up, False when it rings.

        Raises:
            LinkDown: no modem, no network; `busy` where it makes a call already.
            AtRefused: busy, no carrier.
        """
        if self._calling.locked():
            raise AtRefused("BUSY")
        await self._calling.acquire()
        try:
            answered = await self._dialled(phone)
        except BaseException:
            await self._hang_up()
            raise
        if answered:
            await self._hang_up()
        else:
            task = asyncio.create_task(self._until_answered(ended), name=f"ring {phone}")
            task.add_done_callback(_tell_broken)
        return answered

    async def _dialled(self, phone: str) -> bool:
        await self._ask(f"ATD{phone};", self._timings.dial_s)
        for _ in range(round(self._timings.dial_s / self._timings.call_look_s)):
            if (state := await self._call_state()) in (RANG, ANSWERED):
                return state == ANSWERED
            await asyncio.sleep(self._timings.call_look_s)
        raise AtRefused("NO ANSWER")

    async def _until_answered(self, ended: Callable[[bool], Awaitable[None]]) -> None:
        state = RANG
        with suppress(LinkDown):
            for _ in range(round(self._timings.ring_s / self._timings.call_look_s)):
                if (state := await self._call_state()) != RANG:
                    break
                await asyncio.sleep(self._timings.call_look_s)
        answered = state == ANSWERED
        await self._hang_up()
        await ended(answered)

    async def _call_state(self) -> str:
        """Of the call we make: the third field of +CLCC.

        Raises:
            AtRefused: there is none any more.
        """
        lines = await self._ask("AT+CLCC", self._timings.answer_s)
        fields = [x.partition(":")[2].split(",") for x in lines if x.startswith("+CLCC:")]
        states = [f[2].strip() for f in fields if len(f) > 2]
        if not states:
            raise AtRefused("NO CARRIER")
        return states[0]

    async def _hang_up(self) -> None:
        with suppress(LinkDown):
            await self._ask("AT+CHUP", self._timings.answer_s)
        if self._calling.locked():
            self._calling.release()

    async def _ask(self, command: str, timeout_s: float, body: str = "") -> list[str]:
        """One command in its turn; a line that is in doubt is left for good."""
        async with self._turn:
            line = self._line
            if line is None or self._trouble == NOT_REGISTERED:
                raise LinkDown(self._trouble)
            return await _asked(line, command, timeout_s, body)

    # --- the connection -----------------------------------------------------------------------

    async def run(self, on_receipt: OnReceipt, on_reply: Reply) -> None:
        """Keep the modem until cancelled; what a handler cannot record stays on the SIM."""
        hearers = _Hearers(on_receipt, on_reply)
        while True:
            try:
                await self._one_session(hearers)
            except LinkDown as error:
                self._is_in_trouble(str(error))
            await asyncio.sleep(self._backoff.next_s())

    async def _one_session(self, hearers: _Hearers) -> None:
        line = AtLine.opened(self._modem.port, self._modem.baud, self._heard)
        try:
            async with self._turn:
                await self._greet(line)
            self._line = line
            self._backoff.reset()
            while True:
                await self._look(line, hearers)
                await self._hear(line, hearers)
        finally:
            self._line = None
            line.close()

    async def _greet(self, line: AtLine) -> None:
        for command in GREETING:
            await line.command(command, timeout_s=self._timings.answer_s)
        for way in NEWS:
            with suppress(AtRefused):
                await line.command(way, timeout_s=self._timings.answer_s)
                return
        raise LinkDown("it tells no news")

    def _heard(self, words: str, pdu: str) -> None:
        with suppress(asyncio.QueueFull):  # what is on the SIM is looked for anyway
            self._news.put_nowait((words, pdu))

    def _is_in_trouble(self, why: str) -> None:
        self._trouble = why
        if why:
            self._findings.began(FindingKind.LINK_DOWN, SUBJECT, why)
        else:
            self._findings.ended(FindingKind.LINK_DOWN, SUBJECT)

    # --- what it says by itself ---------------------------------------------------------------

    async def _look(self, line: AtLine, hearers: _Hearers) -> None:
        """Is it in a network, is the signal enough, and what lies on the SIM?"""
        self._is_in_trouble(await self._health(line))
        stored = await self._now(line, "AT+CMGL=4")
        places = [x.partition(":")[2].split(",")[0].strip() for x in stored if x[:6] == "+CMGL:"]
        for place in places:
            await self._fetch(line, place, hearers)

    async def _health(self, line: AtLine) -> str:
        creg = _field(await self._now(line, "AT+CREG?"), "+CREG:", 1)
        if creg not in REGISTERED:
            return NOT_REGISTERED
        signal = _field(await self._now(line, "AT+CSQ"), "+CSQ:", 0)
        weak = not signal.isdigit() or int(signal) < WEAK or int(signal) == UNKNOWN_SIGNAL
        return "no signal" if weak else ""

    async def _hear(self, line: AtLine, hearers: _Hearers) -> None:
        """Take what comes, until it is time to look again."""
        clock = asyncio.get_running_loop()
        until = clock.time() + self._timings.look_s
        while (left_s := until - clock.time()) > 0:
            try:
                async with asyncio.timeout(left_s):
                    words, pdu = await self._news.get()
            except TimeoutError:
                return
            if line.broken:
                raise LinkDown(line.broken)
            await self._take(line, words, pdu, hearers)

    async def _take(self, line: AtLine, words: str, pdu: str, hearers: _Hearers) -> None:
        if pdu:
            await self._understood(pdu, hearers)
        elif words.startswith(("+CMTI:", "+CDSI:")):
            memory, _, place = words.partition(":")[2].strip().partition(",")
            reports = words.startswith("+CDSI:")
            if reports:
                await self._now(line, f"AT+CPMS={memory}")
            await self._fetch(line, place.strip(), hearers)
            if reports:
                await self._now(line, 'AT+CPMS="SM"')

    async def _fetch(self, line: AtLine, place: str, hearers: _Hearers) -> None:
        """Read a message off the SIM, and take it off once it is recorded.

        One that cannot be read goes as well: a SIM that is full hears nothing more.
        """
        try:
            lines = await self._now(line, f"AT+CMGR={place}")
        except AtRefused:
            return  # nothing lies there any more
        pdu = next((x for x in lines if not x.startswith("+CMGR:")), "")
        if await self._understood(pdu, hearers):
            with suppress(AtRefused):
                await self._now(line, f"AT+CMGD={place}")

    async def _understood(self, pdu: str, hearers: _Hearers) -> bool:
        """Take a PDU to whoever it is for; False when it could not be recorded."""
        try:
            message = read(pdu)
        except Unreadable as error:
            _log.warning("the modem hands over what cannot be read: %s", error)
            self._findings.began(FindingKind.GARBAGE, SUBJECT, str(error))
            return True
        try:
            if isinstance(message, Reported):
                named = _id(message.phone, str(message.reference))
                await hearers.receipt(CarrierReceipt(named, message.state))
            elif (text := self._whole(message)) is not None:
                await hearers.reply(message.sender, text)
        except StoreUnavailable:
            return False
        self._findings.ended(FindingKind.GARBAGE, SUBJECT)
        return True

    def _whole(self, message: Delivered) -> str | None:
        """The text once all its parts are there."""
        part = message.part
        if part is None:
            return message.text
        parts = self._parts.setdefault((message.sender, part.reference), {})
        parts[part.number] = message.text
        if len(parts) < part.of:
            while len(self._parts) > MOST_UNFINISHED:
                del self._parts[next(iter(self._parts))]
            return None
        del self._parts[message.sender, part.reference]
        return "".join(parts[n] for n in sorted(parts))

    async def _now(self, line: AtLine, command: str) -> list[str]:
        """Ask in our turn, in a network or not."""
        async with self._turn:
            return await line.command(command, timeout_s=self._timings.answer_s)


MOST_UNFINISHED = 100
"""Messages of which parts are missing."""

PHONE_DIGITS = 11
"""What tells two telephones apart; networks put the country before it, or do not."""


def _id(phone: str, reference: str) -> str:
    """What a message is found by when its report comes; the reference counts to 255.

    >>> _id("+86 13800000001", "7") == _id("13800000001", "7")
    True
    """
    digits = "".join(c for c in phone if c.isdigit())
    return f"{digits[-PHONE_DIGITS:]}/{reference}"


async def _asked(line: AtLine, command: str, timeout_s: float, body: str) -> list[str]:
    try:
        return await line.command(command, timeout_s=timeout_s, body=body)
    except AtRefused as error:
        if not body:
            raise
        raise SubmitRefused(max(error.code, 0), error.code in NOT_AGAIN) from error


def _field(lines: list[str], name: str, number: int) -> str:
    """A field of an answer's line; empty where there is none.

    >>> _field(["+CREG: 0,1"], "+CREG:", 1), _field([], "+CSQ:", 0)
    ('1', '')
    """
    fields = next((x.partition(":")[2].split(",") for x in lines if x.startswith(name)), [])
    return fields[number].strip() if number < len(fields) else ""


def _tell_broken(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("what came of a call was not told", exc_info=error)
