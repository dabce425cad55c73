"""SMPP 3.4 as the carrier speaks it: binds read, messages put together, receipts written. Pure.

Message bodies are coded by `smpp34`. Its own server accepts any password and needs a fixed port,
so the session is ours (`smsc.py`).
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

import smpp34

HEADER = struct.Struct(">IIII")
LONGEST = 64 * 1024
RESPONSE = 0x8000_0000


class Command(IntEnum):
    """command_id (5.1.2.1)."""

    BIND_RECEIVER = 0x01
    BIND_TRANSMITTER = 0x02
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15


GENERIC_NACK = 0x8000_0000
BINDS = (Command.BIND_RECEIVER, Command.BIND_TRANSMITTER, Command.BIND_TRANSCEIVER)


class Status(IntEnum):
    """command_status (5.1.3), as far as the carrier gives or hears it."""

    OK = 0x00
    INVALID_COMMAND = 0x03
    WRONG_BIND_STATE = 0x04
    INVALID_DESTINATION = 0x0B
    WRONG_PASSWORD = 0x0E
    WRONG_SYSTEM_ID = 0x0F
    TRY_AGAIN = 0x64


RECEIPTED_MESSAGE_ID, MESSAGE_PAYLOAD, MESSAGE_STATE = 0x001E, 0x0424, 0x0427
"""Tags of optional parameters (5.3.2)."""

UCS2 = 8
RECEIPT = 0x04
HAS_HEADER = 0x40
CONCATENATED = 0x00
"""User data header element: this is part k of n (3GPP TS 23.040, 9.2.3.24.1)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One submitted message, or one piece of a long one."""

    text: str
    reference: int = 0
    of: int = 1
    number: int = 1


def pdu(command: int, sequence: int, body: bytes = b"", status: int = Status.OK) -> bytes:
    """Write one PDU.

    >>> pdu(Command.ENQUIRE_LINK | RESPONSE, 7).hex()
    '00000010800000150000000000000007'
    """
    return HEADER.pack(HEADER.size + len(body), command, status, sequence) + body


def read_bind(body: bytes) -> tuple[str, str]:
    """The system_id and password of a bind.

    >>> read_bind(b"mine" + bytes(1) + b"pw" + bytes(6))
    ('mine', 'pw')
    """
    system_id, _, rest = body.partition(b"\0")
    return system_id.decode("latin-1"), rest.partition(b"\0")[0].decode("latin-1")


def read_submit(whole: bytes) -> smpp34.SubmitSm:
    """Read a submit_sm.

    Raises:
        smpp34.SmppError: its fields cannot be read.
    """
    message = smpp34.decode(whole)
    if not isinstance(message, smpp34.SubmitSm):
        raise smpp34.SmppError("not a submit_sm")
    return message


def part_of(message: smpp34.SubmitSm) -> Part:
    """The text of a message, out of short_message or message_payload, in its coding."""
    payload = next((t.value for t in message.tlvs if t.tag == MESSAGE_PAYLOAD), b"")
    coded = payload or message.short_message
    reference, of, number = 0, 1, 1
    if message.esm_class & HAS_HEADER and coded:
        header, coded = coded[1 : 1 + coded[0]], coded[1 + coded[0] :]
        if len(header) >= 5 and header[0] == CONCATENATED:
            reference, of, number = header[2:5]
    codec = "utf-16-be" if message.data_coding & 0x0C == UCS2 else "latin-1"
    return Part(coded.decode(codec, errors="replace"), reference, of, number)


def receipt(sequence: int, message_id: str, sender: str, phone: str) -> bytes:
    """Write a delivery receipt (Appendix B): the phone has it."""
    said = f"id:{message_id} sub:001 dlvrd:001 stat:DELIVRD err:000 text:"
    return smpp34.DeliverSm(
        phone,
        sender,
        said.encode("ascii"),
        esm_class=RECEIPT,
        tlvs=[
            smpp34.Tlv(RECEIPTED_MESSAGE_ID, message_id.encode("ascii") + b"\0"),
            smpp34.Tlv(MESSAGE_STATE, b"\x02"),
        ],
        sequence_number=sequence,
    ).encode()


def reply(sequence: int, phone: str, service: str, text: str) -> bytes:
    """Write an SMS that a phone sends to the mine."""
    return smpp34.DeliverSm(
        phone,
        service,
        text.encode("utf-16-be"),
        data_coding=UCS2,
        sequence_number=sequence,
    ).encode()
