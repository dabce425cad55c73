"""SMPP 3.4 as bytes: what we write, and what we read out of a deliver_sm. Pure.

Message bodies are coded by `smpp34`; headers, binds and bare answers are so small that they are
written here. Section numbers are those of "Short Message Peer to Peer Protocol Specification
v3.4", issue 1.2.
"""

import re
import struct
from dataclasses import dataclass
from enum import IntEnum

import smpp34

from minesafe.model.errors import BadReply

HEADER = struct.Struct(">IIII")
LONGEST = 64 * 1024
"""No PDU of ours or of a sane peer is longer; a greater length field is noise."""

RESPONSE = 0x8000_0000
UCS2 = 8
RECEIPT = 0x04
"""esm_class of a delivery receipt (5.2.12), below the mask 0x3c."""
HAS_HEADER = 0x40
"""esm_class: the text begins with a user data header."""
ONE_MESSAGE = 70
"""UCS-2 characters that fit into one message (140 octets)."""
URGENT = 3
AN_HOUR = "000000010000000R"
"""Validity (7.1.1): an order that reaches a phone later than that misleads."""


class Command(IntEnum):
    """command_id (5.1.2.1), as far as we speak it."""

    GENERIC_NACK = 0x8000_0000
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15


class Status(IntEnum):
    """command_status (5.1.3), as far as we give it or treat it apart."""

    OK = 0x00
    INVALID_COMMAND = 0x03
    QUEUE_FULL = 0x14
    TRY_AGAIN = 0x64
    """ESME_RX_T_APPN: the receiver cannot take it now; the carrier keeps it."""
    REJECTED = 0x65
    """ESME_RX_P_APPN: the receiver will never take it."""


class Tag(IntEnum):
    """Optional parameters (5.3.2) we use."""

    RECEIPTED_MESSAGE_ID = 0x001E
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


PERMANENT = frozenset({0x01, 0x0A, 0x0B, 0x33, 0x34, 0x40, 0x48, 0x49, 0x50, 0x51, 0x61, 0x62})
"""Refusals that the same message meets again: its length, source or destination is wrong."""

STATES = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
"""message_state (5.2.28) as the receipt's text says it (Appendix B)."""


@dataclass(frozen=True, slots=True)
class CarrierReceipt:
    """What the carrier says became of a message."""

    carrier_id: str
    state: str
    """DELIVRD · EXPIRED · DELETED · UNDELIV · ACCEPTD · UNKNOWN · REJECTD · ENROUTE"""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An SMS from a phone."""

    sender: str
    text: str


def pdu(command: int, sequence: int, body: bytes = b"", status: int = Status.OK) -> bytes:
    """Write one PDU.

    >>> pdu(Command.ENQUIRE_LINK, 7).hex()
    '00000010000000150000000000000007'
    """
    return HEADER.pack(HEADER.size + len(body), command, status, sequence) + body


def bind_transceiver(sequence: int, system_id: str, password: str) -> bytes:
    """Write a bind_transceiver (4.1.5) of protocol version 3.4.

    >>> bind_transceiver(1, "mine", "pw")[16:].split(bytes(1))[:2]
    [b'mine', b'pw']
    """
    names = b"".join(s.encode("ascii") + b"\0" for s in (system_id, password, ""))
    return pdu(Command.BIND_TRANSCEIVER, sequence, names + bytes((0x34, 0, 0, 0)))


def submit_sm(sequence: int, sender: str, phone: str, text: str, *, receipt: bool) -> bytes:
    """Write a submit_sm in UCS-2 (4.4.1).

    What is longer than one message goes as a message_payload, which the carrier splits.

    Args:
        sequence: its number, which the answer repeats.
        sender: the mine's number at the carrier.
        phone: digits, with a leading "+" where the country is given.
        text: what to say.
        receipt: whether the carrier shall report the delivery.
    """
    coded = text.encode("utf-16-be")
    short = len(coded) <= 2 * ONE_MESSAGE
    ton, npi = (1, 1) if phone.startswith("+") else (0, 0)
    return smpp34.SubmitSm(
        sender,
        phone.removeprefix("+"),
        coded if short else b"",
        dest_addr_ton=ton,
        dest_addr_npi=npi,
        data_coding=UCS2,
        priority_flag=URGENT,
        validity_period=AN_HOUR,
        registered_delivery=int(receipt),
        tlvs=[] if short else [smpp34.Tlv(Tag.MESSAGE_PAYLOAD, coded)],
        sequence_number=sequence,
    ).encode()


def length_of(header: bytes) -> int:
    """Tell how many octets follow a header.

    Raises:
        BadReply: the length is none a PDU can have: this is not SMPP, or we lost our place.
    """
    length: int = HEADER.unpack(header)[0]
    if not HEADER.size <= length <= LONGEST:
        raise BadReply(f"a PDU of {length} octets")
    return length - HEADER.size


def read_deliver(whole: bytes) -> CarrierReceipt | Incoming:
    """Read a deliver_sm: a delivery receipt, or an SMS from a phone.

    Raises:
        BadReply: its fields cannot be read.
    """
    try:
        message = smpp34.decode(whole)
    except smpp34.SmppError as e:
        raise BadReply(f"deliver_sm: {e}") from e
    if not isinstance(message, smpp34.DeliverSm):
        raise BadReply("deliver_sm of another kind")
    if message.esm_class & 0x3C == RECEIPT:
        return _receipt(message)
    return Incoming(message.source_addr, _text(message))


def _receipt(message: smpp34.DeliverSm) -> CarrierReceipt:
    fields = _tlvs(message)
    said = message.short_message.decode("latin-1")
    carrier_id = fields.get(Tag.RECEIPTED_MESSAGE_ID, b"").rstrip(b"\0").decode("latin-1")
    number = int.from_bytes(fields.get(Tag.MESSAGE_STATE, b""), "big")
    return CarrierReceipt(
        carrier_id or _field(said, "id"), _field(said, "stat").upper() or STATES.get(number, "")
    )


def _field(said: str, name: str) -> str:
    found = re.search(rf"(?:^|\s){name}:(\S+)", said, re.IGNORECASE)
    return found[1] if found else ""


def _text(message: smpp34.DeliverSm) -> str:
    coded = _tlvs(message).get(Tag.MESSAGE_PAYLOAD) or message.short_message
    if message.esm_class & HAS_HEADER and coded:
        coded = coded[1 + coded[0] :]
    codec = "utf-16-be" if message.data_coding & 0x0C == UCS2 else "latin-1"
    return coded.decode(codec, errors="replace")


def _tlvs(message: smpp34.DeliverSm) -> dict[int, bytes]:
    return {tlv.tag: tlv.value for tlv in message.tlvs}
