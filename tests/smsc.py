"""A carrier for tests: a real SMPP peer over TCP that remembers, and can misbehave on demand."""

import asyncio
import itertools
import struct
from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import smpp34

from minesafe.model.mine import Carrier

HEADER = struct.Struct(">IIII")
PAYLOAD = 0x0424


@dataclass(frozen=True)
class Sms:
    """One message as the carrier took it."""

    id: str
    phone: str
    text: str
    octets: bytes
    receipt_asked: bool
    validity: str


@dataclass
class Smsc:
    """Listens on loopback. Change `behaviour` fields at any time; they hold from the next PDU."""

    port: int = 0
    answer_after_s: float = 0.0
    answers: bool = True
    """False: takes messages and never says so."""
    heartbeats: bool = True
    refuse: int = 0
    refuse_bind: int = 0
    receipts: str | None = "DELIVRD"
    receipt_first: bool = False
    """The receipt overtakes the answer."""
    drop_after_accept: bool = False
    first_id: int = 100001
    inbox: list[Sms] = field(default_factory=list)
    binds: int = 0
    passwords: list[bytes] = field(default_factory=list)
    widest: int = 0
    """The most messages that were unanswered at once."""
    most_connections: int = 0
    """At the same time."""
    deliver_statuses: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ids = itertools.count(self.first_id)
        self._numbers = itertools.count(1)
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._waiting: dict[int, asyncio.Future[int]] = {}
        self._open = self._connected = 0
        self.changed = asyncio.Event()

    @property
    def carrier(self) -> Carrier:
        return Carrier("127.0.0.1", self.port, "mine", "secret", "10690001")

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.drop()
        await asyncio.sleep(0)  # whoever was just accepted has begun to talk
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # aborted transports close at the next turn of the loop

    def drop(self) -> None:
        """Break every connection."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def say(self, octets: bytes) -> None:
        """Send anything at all to whoever is bound."""
        self._writers[-1].write(octets)

    async def reply(self, phone: str, text: str, data_coding: int = 8) -> int:
        """Send an SMS from a phone; return the status the host answered with."""
        coded = text.encode("utf-16-be" if data_coding == 8 else "latin-1")
        return await self._deliver(source=phone, text=coded, data_coding=data_coding)

    async def receipt(self, sms: Sms, state: str) -> int:
        said = f"id:{sms.id} sub:001 dlvrd:001 submit date:2511250800 done date:2511250800 "
        said += f"stat:{state} err:000 text:"
        return await self._deliver(source=sms.phone, text=said.encode(), esm_class=0x04)

    async def until(self, messages: int, within_s: float = 10.0) -> list[Sms]:
        async with asyncio.timeout(within_s):
            while len(self.inbox) < messages:
                self.changed.clear()
                await self.changed.wait()
        return self.inbox

    def to(self, phone: str) -> list[str]:
        return [sms.text for sms in self.inbox if sms.phone == phone]

    async def _deliver(
        self, *, source: str, text: bytes, esm_class: int = 0, data_coding: int = 0
    ) -> int:
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        deliver = smpp34.DeliverSm(
            source, "10690001", text,
            esm_class=esm_class, data_coding=data_coding, sequence_number=number,
        )  # fmt: skip
        self.say(deliver.encode())
        answered = self._waiting[number]
        async with asyncio.timeout(10):
            status = await answered
        self.deliver_statuses.append(status)
        return status

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connected += 1
        self.most_connections = max(self.most_connections, self._connected)
        talking = asyncio.current_task()
        assert talking is not None
        self._tasks.add(talking)
        talking.add_done_callback(self._tasks.discard)
        try:
            while True:
                header = await reader.readexactly(16)
                length, command, status, number = HEADER.unpack(header)
                body = await reader.readexactly(length - 16)
                self._take(writer, command, status, number, body, header + body)
        except (asyncio.IncompleteReadError, OSError):
            return
        finally:
            writer.transport.abort()
            self._connected -= 1

    def _take(
        self,
        writer: asyncio.StreamWriter,
        command: int,
        status: int,
        number: int,
        body: bytes,
        whole: bytes,
    ) -> None:
        if command == 0x09:
            self.binds += 1
            self.passwords.append(body.split(b"\0")[1])
            self._writers.append(writer)
            writer.write(_answer(command, number, b"SMSC\0", self.refuse_bind))
        elif command == 0x15 and self.heartbeats:
            writer.write(_answer(command, number))
        elif command == 0x04:
            self._spawn(self._submit(writer, number, whole))
        elif command == 0x80000005:
            if number in self._waiting:
                self._waiting.pop(number).set_result(status)
            else:
                self.deliver_statuses.append(status)

    async def _submit(self, writer: asyncio.StreamWriter, number: int, whole: bytes) -> None:
        self._open += 1
        self.widest = max(self.widest, self._open)
        if self.answer_after_s:
            await asyncio.sleep(self.answer_after_s)
        self._open -= 1
        if self.refuse:
            writer.write(_answer(0x04, number, status=self.refuse))
            return
        sms = self._keep(whole)
        if self.drop_after_accept:
            self.drop_after_accept = False
            self.drop()
            return
        if not self.answers:
            return
        answer = _answer(0x04, number, sms.id.encode() + b"\0")
        wanted = self.receipts if sms.receipt_asked else None
        if wanted and self.receipt_first:
            self._spawn(self._report(sms, wanted))
            await asyncio.sleep(0.02)
        writer.write(answer)
        if wanted and not self.receipt_first:
            self._spawn(self._report(sms, wanted))

    async def _report(self, sms: Sms, state: str) -> None:
        await self.receipt(sms, state)

    def _keep(self, whole: bytes) -> Sms:
        pdu = smpp34.decode(whole)
        assert isinstance(pdu, smpp34.SubmitSm)
        assert pdu.data_coding == 8
        payload = next((t.value for t in pdu.tlvs if t.tag == PAYLOAD), b"")
        octets = pdu.short_message or payload
        text = octets.decode("utf-16-be")
        sms = Sms(
            str(next(self._ids)), pdu.destination_addr, text, octets,
            bool(pdu.registered_delivery), pdu.validity_period,
        )  # fmt: skip
        self.inbox.append(sms)
        self.changed.set()
        return sms

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _answer(command: int, number: int, body: bytes = b"", status: int = 0) -> bytes:
    return HEADER.pack(16 + len(body), command | 0x8000_0000, status, number) + body
