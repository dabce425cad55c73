"""Modbus frames, answers and registers."""

from contextlib import suppress

from minesafe.links.modbus.frames import Framing, RtuFrames, TcpFrames
from minesafe.links.modbus.pdu import reading, told, writing
from minesafe.model.errors import BadReply
from minesafe.model.mine import Kind, Limits, Name, Point, System
from minesafe.model.quality import Quality
from minesafe.sources.modbus.decoder import Decoder
from minesafe.sources.modbus.numbers import ENCODINGS, ORDERS
from minesafe.sources.modbus.plan import plan, spans
from minesafe.sources.modbus.status import MAPS

NO = Name("", "")
KIND = Kind("any", NO, System.MONITORING, "", 0, 100, 2, 1, 3, (), NO)


def _in_pieces(framing: Framing, data: bytes) -> None:
    """The first byte says in how many pieces the rest comes."""
    size = 1 + data[0] % 16 if data else 1
    with suppress(BadReply):
        for at in range(1, len(data), size):
            for answer in framing.feed(data[at : at + size]):
                assert len(answer.pdu) <= 253


def modbus_tcp(data: bytes) -> None:
    """Modbus TCP, cut anywhere."""
    _in_pieces(TcpFrames(), data)


def modbus_rtu(data: bytes) -> None:
    """Serial frames, cut anywhere; one that is whole stands before the noise."""
    framing = RtuFrames()
    whole = framing.framed(0, 7, bytes.fromhex("03020145"))
    _in_pieces(framing, data[:1] + whole + data[1:])


QUESTIONS = (
    reading(1, 0, 9),
    reading(3, 0, 2),
    reading(4, 9, 125),
    writing(5, 1, 1),
    writing(16, 1, 2),
)


def modbus_answer(data: bytes) -> None:
    """An answer to some question: what has no fault can be read."""
    for question in QUESTIONS:
        if not question.fault(data):
            with suppress(BadReply):
                told(data)


POINTS = tuple(
    Point(
        f"{encoding}-{order}", NO, "any", "", "", 0.0, None, Limits(), "S",
        address=4 * n, encoding=encoding, order=order, status_address=4 * n + 2, scale=0.1,
        bits=(3, 5) if encoding == "uint16" else None, function=3 + n % 2,
    )
    for n, (encoding, order) in enumerate((e, o) for e in ENCODINGS for o in ORDERS)
)  # fmt: skip
BLOCKS = plan(spans(POINTS))
DECODERS = tuple(
    Decoder([(i, point, KIND) for i, point in enumerate(POINTS)], BLOCKS, coding)
    for coding in MAPS.values()
)


def modbus_registers(data: bytes) -> None:
    """Registers of every encoding, order and status map; what is no number is never good."""
    answers, at = [], 0
    for block in BLOCKS:
        answers.append(data[at : at + 2 * block.count].ljust(2 * block.count, b"\x00"))
        at += 2 * block.count
    for decoder in DECODERS:
        read = decoder.readings(answers, 1)
        good = read.quality == Quality.GOOD
        assert ((read.value[good] >= 0) & (read.value[good] <= 100)).all()
