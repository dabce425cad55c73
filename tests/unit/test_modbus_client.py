"""The Modbus reader beside pymodbus, which stays the judge of what the protocol says."""

import asyncio
import itertools

import pytest
import uvloop
from field import RawSubstation, frame, listening
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerBase, FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsResponse, WriteSingleCoilResponse
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadHoldingRegistersResponse
from serial_line import sealed

from minesafe.links.backoff import Backoff
from minesafe.links.modbus import ModbusDevice
from minesafe.links.modbus.frames import Answer, Framing, RtuFrames, TcpFrames
from minesafe.links.modbus.pdu import bit, coil_at, coil_to, registers, registers_at
from minesafe.model.errors import BadReply

WORDS = st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=125)


def replies() -> st.SearchStrategy[ModbusPDU]:
    return st.one_of(
        st.builds(lambda words: ReadHoldingRegistersResponse(registers=words), WORDS),
        st.builds(lambda on: ReadCoilsResponse(bits=[on] + [False] * 7), st.booleans()),
        st.builds(lambda on: WriteSingleCoilResponse(address=7, bits=[on]), st.booleans()),
        st.builds(lambda code: ExceptionResponse(3, code), st.integers(1, 11)),
    )


def in_pieces(data: bytes, cuts: list[int], framing: Framing) -> list[Answer]:
    """What a framing makes of it when the socket gives it in these pieces."""
    edges = [0, *sorted(c % (len(data) + 1) for c in cuts), len(data)]
    fed = (framing.feed(data[a:b]) for a, b in itertools.pairwise(edges))
    return [answer for answers in fed for answer in answers]


@given(
    st.lists(st.tuples(replies(), st.integers(0, 0xFFFF), st.integers(0, 255)), max_size=5),
    st.lists(st.integers(0, 2000), max_size=8),
)
def test_what_pymodbus_sends_is_unpacked_however_the_socket_cuts_it(
    sent: list[tuple[ModbusPDU, int, int]], cuts: list[int]
) -> None:
    data, expected = b"", []
    for pdu, transaction, unit in sent:
        pdu.transaction_id, pdu.dev_id = transaction, unit
        data += FramerSocket(DecodePDU(False)).buildFrame(pdu)
        expected.append(Answer(transaction, unit, bytes((pdu.function_code,)) + pdu.encode()))
    assert in_pieces(data, cuts, TcpFrames()) == expected


@given(replies(), st.integers(1, 247), st.lists(st.integers(0, 300), max_size=4))
def test_a_serial_frame_is_unpacked_however_the_socket_cuts_it(
    reply: ModbusPDU, unit: int, cuts: list[int]
) -> None:
    pdu = bytes((reply.function_code,)) + reply.encode()
    assert in_pieces(sealed(unit, pdu), cuts, RtuFrames()) == [Answer(0, unit, pdu)]


@given(st.binary(max_size=600), st.booleans(), st.lists(st.integers(0, 600), max_size=4))
def test_no_bytes_get_anything_but_answers_or_a_refusal(
    noise: bytes, rtu: bool, cuts: list[int]
) -> None:
    framing: Framing = RtuFrames() if rtu else TcpFrames()
    try:
        in_pieces(noise, cuts, framing)
    except BadReply:
        return


@given(WORDS, st.integers(0, 0xFFFF), st.integers(1, 0xFFFF), st.integers(1, 247))
def test_registers_are_asked_for_and_read_as_pymodbus_does(
    words: list[int], address: int, transaction: int, unit: int
) -> None:
    address = min(address, 0x10000 - len(words))
    question = registers_at(address, len(words))
    theirs = ReadHoldingRegistersRequest(
        address=address, count=len(words), dev_id=unit, transaction_id=transaction
    )
    framers: list[tuple[Framing, type[FramerBase]]] = [
        (TcpFrames(), FramerSocket), (RtuFrames(), FramerRTU),
    ]  # fmt: skip
    for ours, framer in framers:
        request = ours.framed(transaction, unit, question.pdu)
        assert request == framer(DecodePDU(False)).buildFrame(theirs)
    answer = b"\x03" + ReadHoldingRegistersResponse(registers=words).encode()
    assert not question.fault(answer)
    assert registers(answer) == words


HEADS = st.sampled_from((b"", b"\x03", b"\x03\x04", b"\x83", b"\x03\x02", b"\x04\x04"))


@given(st.builds(bytes.__add__, HEADS, st.binary(max_size=6)))
def test_what_is_no_answer_to_the_question_is_named(answer: bytes) -> None:
    """F4: a short reply, another function, a count that lies."""
    question = registers_at(0, 2)
    honest = answer[:2] == b"\x03\x04" and len(answer) == 6
    refusal = answer[:1] == b"\x83" and len(answer) == 2
    assert bool(question.fault(answer)) is not (honest or refusal)


@pytest.mark.parametrize("on", [True, False])
def test_a_coil_is_asked_for_switched_and_read(on: bool) -> None:
    assert coil_to(5, on).pdu == bytes((5, 0, 5, 0xFF * on, 0))
    assert not coil_to(5, on).fault(coil_to(5, on).pdu)
    assert bit(coil_to(5, on).pdu) is on
    assert coil_at(5).pdu == bytes((1, 0, 5, 0, 1))
    assert bit(bytes((1, 1, on))) is on
    with pytest.raises(BadReply, match="exception code 2"):
        bit(b"\x81\x02")


def test_the_loop_of_production_reads_as_that_of_the_tests() -> None:
    """Uvloop's transports are others: what comes late or from nobody is refused there as well."""

    async def id_zero(d: RawSubstation, r: object, w: object) -> None:
        w.write(frame(0, r.unit, d.honest(r)))  # type: ignore[attr-defined]  # as field has it

    async def work() -> None:
        async with listening(RawSubstation(registers={0: 7, 1: 8})) as raw:
            device = ModbusDevice("127.0.0.1", raw.port, 1, timeout_s=1.0, retries=0)
            assert await device.read_registers(0, 2) == [7, 8]
            raw.manner = id_zero  # type: ignore[assignment]  # as above
            with pytest.raises(BadReply, match="transaction: answered with 0"):
                await device.read_registers(0, 2)
            raw.manner = None
            assert await device.read_registers(0, 2) == [7, 8]
            assert raw.connections == 2
            await device.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work())


def test_pauses_grow_with_chance_and_never_vanish() -> None:
    low, high = Backoff(0.1, 10, chance=lambda: 0.0), Backoff(0.1, 10, chance=lambda: 1.0)
    for _ in range(20):
        a, b = low.next_s(), high.next_s()
        assert 0.1 <= a <= b <= 10
    assert (a, b) == (5.0, 10.0)
