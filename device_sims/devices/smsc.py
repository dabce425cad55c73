"""The SMS carrier (SMSC): takes messages, brings them to the phones, tells what came of them."""

import asyncio
from collections.abc import Callable
from itertools import count

import smpp34

from device_sims.clock import MineClock
from device_sims.devices import smpp_pdu
from device_sims.devices.device import Listener, ended
from device_sims.devices.inbox import Inbox, Sms, digits
from device_sims.devices.smpp_pdu import BINDS, HEADER, RESPONSE, Command, Part, Status, pdu
from device_sims.diary import Diary
from device_sims.mine import Carrier

DELIVERY_S = 1.5
"""From the carrier's acceptance to the phone, in mine seconds."""
AGAIN_S = 2.0
"""A delivery the host did not take is offered again after so long, in real seconds."""

Delivery = Callable[[int], bytes]
"""Writes a deliver_sm under a sequence number."""


class Session:
    """One connection: who is bound, and which deliveries it owes an answer to."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.bound: int | None = None
        """The bind command that succeeded."""
        self.pending: dict[int, Delivery] = {}

    @property
    def receives(self) -> bool:
        """Whether deliveries may go here."""
        return self.bound in (Command.BIND_RECEIVER, Command.BIND_TRANSCEIVER)

    @property
    def sends(self) -> bool:
        """Whether it may submit."""
        return self.bound in (Command.BIND_TRANSMITTER, Command.BIND_TRANSCEIVER)


class SmscDevice(Listener):
    """An SMPP 3.4 peer; deliveries wait for a bound host and are offered until taken."""

    def __init__(
        self, carrier: Carrier, clock: MineClock, diary: Diary, *, port: int | None = None
    ) -> None:
        super().__init__("carrier", carrier.host, carrier.port if port is None else port)
        self.inbox = Inbox()
        self._carrier = carrier
        self._clock = clock
        self._diary = diary
        self._service = ""
        """The number the mine sends from; replies go there."""
        self._ids = count(clock.start // 1000)
        self._sequence = count(1)
        self._waiting: list[Delivery] = []
        self._bound: list[Session] = []
        self._parts: dict[tuple[str, int], dict[int, str]] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._answers = {
            Command.SUBMIT_SM: self._submit,
            Command.UNBIND: self._unbind,
            Command.ENQUIRE_LINK: self._alive,
            Command.DELIVER_SM | RESPONSE: self._delivered,
        } | dict.fromkeys(BINDS, self._bind)

    def reply(self, phone: str, text: str) -> None:
        """A phone answers the mine's last message."""
        self._diary.note("sms_reply", phone=digits(phone), text=text)
        service = self._service
        self._deliver(lambda n: smpp_pdu.reply(n, digits(phone), service, text))

    async def stop(self) -> None:
        """Close everything; messages still under way are lost with the carrier."""
        await ended(self._errands)
        await super().stop()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection; what is no SMPP ends it."""
        session = Session(writer)
        try:
            while True:
                header = await reader.readexactly(HEADER.size)
                length, command, status, sequence = HEADER.unpack(header)
                if not HEADER.size <= length <= smpp_pdu.LONGEST:
                    return
                whole = header + await reader.readexactly(length - HEADER.size)
                answer = self._answers.get(command)
                if answer is not None:
                    answer(session, whole, sequence, status)
                else:
                    self._refuse(session, sequence)
                await writer.drain()
        finally:
            self._ended(session)

    def _refuse(self, session: Session, sequence: int) -> None:
        session.writer.write(pdu(smpp_pdu.GENERIC_NACK, sequence, status=Status.INVALID_COMMAND))

    def _bind(self, session: Session, whole: bytes, sequence: int, _status: int) -> None:
        command = HEADER.unpack_from(whole)[1]
        verdict = self._judge(*smpp_pdu.read_bind(whole[HEADER.size :]))
        body = b"simulated-carrier\0" if verdict is Status.OK else b""
        session.writer.write(pdu(command | RESPONSE, sequence, body, verdict))
        self._diary.note("carrier_bind", ok=verdict is Status.OK)
        if verdict is Status.OK:
            session.bound = command
            self._bound.append(session)
            self._flush()

    def _judge(self, system_id: str, password: str) -> Status:
        if system_id != self._carrier.system_id:
            return Status.WRONG_SYSTEM_ID
        return Status.OK if password == self._carrier.password else Status.WRONG_PASSWORD

    def _submit(self, session: Session, whole: bytes, sequence: int, _status: int) -> None:
        verdict, message_id = Status.OK, ""
        try:
            message = smpp_pdu.read_submit(whole)
        except smpp34.SmppError:
            verdict = Status.INVALID_COMMAND
        else:
            if not session.sends:
                verdict = Status.WRONG_BIND_STATE
            elif not digits(message.destination_addr):
                verdict = Status.INVALID_DESTINATION
            else:
                message_id = self._accept(message)
        body = message_id.encode("ascii") + b"\0" if verdict is Status.OK else b""
        session.writer.write(pdu(Command.SUBMIT_SM | RESPONSE, sequence, body, verdict))

    def _accept(self, message: smpp34.SubmitSm) -> str:
        message_id = f"{next(self._ids):x}"
        self._service = message.source_addr
        errand = asyncio.create_task(self._bring(message, message_id), name=f"sms {message_id}")
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)
        return message_id

    async def _bring(self, message: smpp34.SubmitSm, message_id: str) -> None:
        await self._clock.sleep(DELIVERY_S)
        sender, phone = message.source_addr, message.destination_addr
        text = self._whole_text(phone, smpp_pdu.part_of(message))
        if text is not None:
            self._diary.note("sms", to=digits(phone), text=text)
            self.inbox.put(Sms(self._clock.now(), digits(phone), sender, text, message_id))
        if message.registered_delivery & 1:
            self._deliver(lambda n: smpp_pdu.receipt(n, message_id, sender, phone))

    def _whole_text(self, phone: str, part: Part) -> str | None:
        """The text once all its parts are there."""
        if part.of == 1:
            return part.text
        parts = self._parts.setdefault((phone, part.reference), {})
        parts[part.number] = part.text
        if len(parts) < part.of:
            return None
        del self._parts[phone, part.reference]
        return "".join(parts[k] for k in sorted(parts))

    def _deliver(self, delivery: Delivery) -> None:
        self._waiting.append(delivery)
        self._flush()

    def _flush(self) -> None:
        session = next((s for s in self._bound if s.receives), None)
        while session is not None and self._waiting:
            delivery, number = self._waiting.pop(0), next(self._sequence)
            session.pending[number] = delivery
            session.writer.write(delivery(number))

    def _delivered(self, session: Session, _whole: bytes, sequence: int, status: int) -> None:
        delivery = session.pending.pop(sequence, None)
        if delivery is not None and status == Status.TRY_AGAIN:
            asyncio.get_running_loop().call_later(AGAIN_S, self._deliver, delivery)

    def _alive(self, session: Session, _whole: bytes, sequence: int, _status: int) -> None:
        session.writer.write(pdu(Command.ENQUIRE_LINK | RESPONSE, sequence))

    def _unbind(self, session: Session, _whole: bytes, sequence: int, _status: int) -> None:
        session.writer.write(pdu(Command.UNBIND | RESPONSE, sequence))
        self._ended(session)

    def _ended(self, session: Session) -> None:
        """Whatever the host has not answered waits for the next one that binds."""
        session.bound = None
        if session in self._bound:
            self._bound.remove(session)
        self._waiting[:0] = session.pending.values()
        session.pending.clear()
        self._flush()
