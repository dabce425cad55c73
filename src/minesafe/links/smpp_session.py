"""One SMPP connection, from its bind to its end. Time-outs are real time: sockets know no other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from minesafe.links.smpp_pdu import (
    HEADER,
    PERMANENT,
    RESPONSE,
    CarrierReceipt,
    Command,
    Incoming,
    Status,
    bind_transceiver,
    length_of,
    pdu,
    read_deliver,
    submit_sm,
)
from minesafe.model.errors import BadReply, LinkDown, StoreUnavailable
from minesafe.model.events import FindingKind
from minesafe.model.mine import Carrier
from minesafe.ports import Findings

SUBJECT = "smpp"
"""Whom the findings are about."""

HEARD_AT_ONCE = 1000
"""Incoming messages in work; more are sent back to the carrier, who keeps them for us."""

_log = logging.getLogger(__name__)


class SubmitRefused(BadReply):
    """The carrier answered a message with an error."""

    def __init__(self, status: int, permanent: bool | None = None) -> None:
        self.status = status
        """command_status of SMPP 3.4, section 5.1.3; of a modem, its +CMS ERROR."""
        self.permanent = status in PERMANENT if permanent is None else permanent
        """The same message would be refused again."""
        super().__init__(f"refused with status {status:#04x}")


@dataclass(frozen=True, slots=True)
class Timings:
    """Real seconds, and how many messages may be unanswered at once."""

    connect_s: float = 3.0
    heartbeat_s: float = 5.0
    answer_s: float = 5.0
    """For a bind or a heartbeat; after it the peer counts as dead, though TCP says otherwise."""
    submit_s: float = 30.0
    """For a message. A slow carrier is waited for: to ask again would tell people twice."""
    first_pause_s: float = 0.5
    longest_pause_s: float = 10.0
    window: int = 20


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes


def _sequence_numbers() -> Iterator[int]:
    """Count as 3.2 says: from 1 up to 0x7fffffff, and over again."""
    while True:
        yield from range(1, RESPONSE)


Hear = Callable[[CarrierReceipt | Incoming], Awaitable[None]]
"""Takes what the carrier brings; returns once it is where it belongs."""


class Session:
    """One connection, from its bind to its end. Answers find their question by number."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        timings: Timings,
        hear: Hear,
        findings: Findings,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._timings = timings
        self._hear = hear
        self._findings = findings
        self._numbers = _sequence_numbers()
        self._waiting: dict[int, asyncio.Future[_Answer]] = {}
        self._window = asyncio.Semaphore(timings.window)
        self._hearing: set[asyncio.Task[None]] = set()
        self._ended = ""
        self._reading = asyncio.create_task(self._read(), name="smpp-read")

    # --- what we ask ---------------------------------------------------------------------

    async def bind(self, carrier: Carrier) -> None:
        """Log in as transceiver.

        Raises:
            LinkDown: refused, or no answer.
        """
        answer = await self._ask(
            lambda n: bind_transceiver(n, carrier.system_id, carrier.password),
            self._timings.answer_s,
        )
        if answer.status:
            raise LinkDown(f"bind refused with status {answer.status:#04x}")

    async def submit(self, sender: str, phone: str, text: str, *, receipt: bool) -> str:
        """As `SmppLink.submit`; waits its turn while the window is full."""
        async with self._window:
            answer = await self._ask(
                lambda n: submit_sm(n, sender, phone, text, receipt=receipt),
                self._timings.submit_s,
            )
        if answer.status:
            raise SubmitRefused(answer.status)
        return answer.body.split(b"\0", 1)[0].decode("latin-1")

    async def run(self, well: Callable[[], None]) -> None:
        """Live until the peer, or our patience, ends it.

        Raises:
            LinkDown: always, in the end; says why.
        """
        beating = asyncio.create_task(self._beat(well), name="smpp-heartbeat")
        try:
            await self._reading
        finally:
            beating.cancel()
        raise LinkDown(self._ended)

    async def _beat(self, well: Callable[[], None]) -> None:
        """Ask whether the peer lives; if not, `_ask` ends the connection and so the reading."""
        with suppress(LinkDown):
            while True:
                await asyncio.sleep(self._timings.heartbeat_s)
                await self._ask(lambda n: pdu(Command.ENQUIRE_LINK, n), self._timings.answer_s)
                well()

    async def _ask(self, build: Callable[[int], bytes], patience_s: float) -> _Answer:
        """Ask and wait. Silence ends the connection: a late answer must find nobody (cf. F3)."""
        if self._ended:
            raise LinkDown(self._ended)
        number = next(self._numbers)
        future: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            self._writer.write(build(number))
            async with asyncio.timeout(patience_s):
                return await future
        except TimeoutError as e:
            self._end(f"no answer in {patience_s:g} s")
            raise LinkDown(self._ended) from e
        finally:
            self._waiting.pop(number, None)

    # --- what we hear --------------------------------------------------------------------

    async def _read(self) -> None:
        """Take what comes until the connection ends; `_ended` then says why."""
        try:
            while True:
                header = await self._reader.readexactly(HEADER.size)
                self._take(header, await self._reader.readexactly(length_of(header)))
                await self._writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            self._end("the carrier closed the connection")
        except LinkDown as e:
            self._end(str(e))
        except BadReply as e:
            self._findings.began(FindingKind.GARBAGE, SUBJECT, str(e))
            self._end(f"garbage: {e}")

    def _take(self, header: bytes, body: bytes) -> None:
        _, command, status, number = HEADER.unpack(header)
        if command & RESPONSE:
            self._settle(number, _Answer(status, body))
        elif command == Command.DELIVER_SM:
            self._take_deliver(number, header + body)
        elif command == Command.ENQUIRE_LINK:
            self._writer.write(pdu(command | RESPONSE, number))
        elif command == Command.UNBIND:
            self._writer.write(pdu(command | RESPONSE, number))
            raise LinkDown("the carrier ended the session")
        else:
            self._writer.write(pdu(Command.GENERIC_NACK, number, status=Status.INVALID_COMMAND))

    def _settle(self, number: int, answer: _Answer) -> None:
        future = self._waiting.get(number)
        if future is None or future.done():
            _log.info("an answer nobody waits for: %d", number)
        else:
            future.set_result(answer)

    def _take_deliver(self, number: int, whole: bytes) -> None:
        if len(self._hearing) >= HEARD_AT_ONCE:
            self._answer_deliver(number, Status.QUEUE_FULL)
            return
        task = asyncio.create_task(self._deliver(number, whole), name=f"smpp-deliver-{number}")
        self._hearing.add(task)
        task.add_done_callback(self._hearing.discard)

    async def _deliver(self, number: int, whole: bytes) -> None:
        """Answer a deliver_sm once its news is where it belongs."""
        status = Status.OK
        try:
            await self._hear(read_deliver(whole))
        except BadReply as e:
            status = Status.REJECTED
            self._findings.began(FindingKind.GARBAGE, SUBJECT, str(e))
        except StoreUnavailable:
            status = Status.TRY_AGAIN
        except Exception as e:  # a fault of ours must not silence the carrier for everyone
            status = Status.TRY_AGAIN
            _log.exception("an incoming message was not taken")
            self._findings.began(FindingKind.TASK_CRASHED, SUBJECT, repr(e))
        self._answer_deliver(number, status)

    def _answer_deliver(self, number: int, status: Status) -> None:
        self._writer.write(pdu(Command.DELIVER_SM | RESPONSE, number, b"\0", status))

    # --- the end -------------------------------------------------------------------------

    def close(self) -> None:
        """Take leave if there is anyone to take leave of; what is still in work is dropped."""
        if not self._ended:
            self._writer.write(pdu(Command.UNBIND, next(self._numbers)))
            self._writer.close()
            asyncio.get_running_loop().call_later(1.0, self._writer.transport.abort)
            self._release("closed")
        for task in (self._reading, *self._hearing):
            task.cancel()

    def _end(self, why: str) -> None:
        """Drop the socket at once: it is of no use, and a farewell could hang."""
        self._release(why)
        self._writer.transport.abort()

    def _release(self, why: str) -> None:
        self._ended = self._ended or why
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(LinkDown(self._ended))
