"""The Modbus reader beside pymodbus, which stays the judge of what the protocol says."""

import asyncio
import itertools
import struct

import pytest
import uvloop
from field import RawSubstation, frame, holding, listening
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerBase, FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadCoilsResponse,
    ReadDiscreteInputsRequest,
    ReadDiscreteInputsResponse,
    WriteMultipleCoilsRequest,
    WriteSingleCoilRequest,
    WriteSingleCoilResponse,
)
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    ReadInputRegistersRequest,
    ReadInputRegistersResponse,
    WriteMultipleRegistersRequest,
    WriteSingleRegisterRequest,
)
from serial_line import sealed

from minesafe.links.backoff import Backoff
from minesafe.links.modbus import ModbusDevice
from minesafe.links.modbus.frames import Answer, Framing, RtuFrames, TcpFrames
from minesafe.links.modbus.pdu import reading, told, writing
from minesafe.model.errors import BadReply

WORDS = st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=125)


def replies() -> st.SearchStrategy[ModbusPDU]:
    return st.one_of(
        st.builds(lambda words: ReadHoldingRegistersResponse(registers=words), WORDS),
        st.builds(lambda words: ReadInputRegistersResponse(registers=words), WORDS),
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


@given(st.binary(max_size=40), st.lists(st.integers(0, 100), max_size=4))
def test_noise_that_is_no_function_costs_no_frame_behind_it(noise: bytes, cuts: list[int]) -> None:
    """Nor does a second frame in the same piece, of which other implementations make one."""
    quiet = bytes(byte & 0x70 | 0x08 for byte in noise)
    frames = sealed(7, b"\x03\x02\x01\x45") + sealed(7, b"\x83\x02") + sealed(9, b"\x05\0\3\xff\0")
    answers = in_pieces(quiet + frames, cuts, RtuFrames())
    assert [(a.unit, a.pdu[0]) for a in answers] == [(7, 3), (7, 0x83), (9, 5)]


@given(st.binary(max_size=600), st.booleans(), st.lists(st.integers(0, 600), max_size=4))
def test_no_bytes_get_anything_but_answers_or_a_refusal(
    noise: bytes, rtu: bool, cuts: list[int]
) -> None:
    framing: Framing = RtuFrames() if rtu else TcpFrames()
    try:
        in_pieces(noise, cuts, framing)
    except BadReply:
        return


Theirs = tuple[type[ModbusPDU], type[ModbusPDU]]
"""pymodbus's request and response."""

REGISTERS: dict[int, Theirs] = {
    3: (ReadHoldingRegistersRequest, ReadHoldingRegistersResponse),
    4: (ReadInputRegistersRequest, ReadInputRegistersResponse),
}
BITS: dict[int, Theirs] = {
    1: (ReadCoilsRequest, ReadCoilsResponse),
    2: (ReadDiscreteInputsRequest, ReadDiscreteInputsResponse),
}


@given(WORDS, st.sampled_from([3, 4]), st.integers(0, 0xFFFF), st.integers(1, 0xFFFF))
def test_registers_are_asked_for_and_read_as_pymodbus_does(
    words: list[int], function: int, address: int, transaction: int
) -> None:
    address, unit = min(address, 0x10000 - len(words)), 1 + transaction % 247
    question, (ask, reply) = reading(function, address, len(words)), REGISTERS[function]
    theirs = ask(address=address, count=len(words), dev_id=unit, transaction_id=transaction)
    framers: list[tuple[Framing, type[FramerBase]]] = [
        (TcpFrames(), FramerSocket), (RtuFrames(), FramerRTU),
    ]  # fmt: skip
    for ours, framer in framers:
        request = ours.framed(transaction, unit, question.pdu)
        assert request == framer(DecodePDU(False)).buildFrame(theirs)
    answer = bytes((function,)) + reply(registers=words).encode()
    assert not question.fault(answer)
    assert told(answer) == struct.pack(f">{len(words)}H", *words)


@given(st.lists(st.booleans(), min_size=1, max_size=2000), st.sampled_from([1, 2]))
def test_coils_and_contacts_are_read_as_pymodbus_does(bits: list[bool], function: int) -> None:
    question, (ask, reply) = reading(function, 7, len(bits)), BITS[function]
    assert question.pdu == bytes((function,)) + ask(address=7, count=len(bits)).encode()
    answer = bytes((function,)) + reply(bits=list(bits)).encode()
    assert not question.fault(answer)
    assert [told(answer)[i // 8] >> i % 8 & 1 for i in range(len(bits))] == bits


HEADS = st.sampled_from((b"", b"\x03", b"\x03\x04", b"\x83", b"\x03\x02", b"\x04\x04"))


@given(st.builds(bytes.__add__, HEADS, st.binary(max_size=6)))
def test_what_is_no_answer_to_the_question_is_named(answer: bytes) -> None:
    """F4: a short reply, another function, a count that lies."""
    question = reading(3, 0, 2)
    honest = answer[:2] == b"\x03\x04" and len(answer) == 6
    refusal = answer[:1] == b"\x83" and len(answer) == 2
    assert bool(question.fault(answer)) is not (honest or refusal)


WRITES = {
    5: lambda at, value: WriteSingleCoilRequest(address=at, bits=[bool(value)]),
    6: lambda at, value: WriteSingleRegisterRequest(address=at, registers=[value]),
    15: lambda at, value: WriteMultipleCoilsRequest(address=at, bits=[bool(value)]),
    16: lambda at, value: WriteMultipleRegistersRequest(address=at, registers=[value]),
}


@given(st.sampled_from(list(WRITES)), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_what_is_written_is_coded_as_pymodbus_does(function: int, at: int, value: int) -> None:
    """A device that echoes anything else has not done what it was asked for."""
    value = value & 1 if function in (5, 15) else value
    question = writing(function, at, value)
    assert question.pdu == bytes((function,)) + WRITES[function](at, value).encode()
    assert not question.fault(question.pdu[:5])
    assert "echo" in question.fault(question.pdu[:4] + bytes((question.pdu[4] ^ 1,)))
    assert not question.fault(bytes((function | 0x80, 2)))


def test_a_refusal_is_a_bad_reply() -> None:
    with pytest.raises(BadReply, match="exception code 2"):
        told(b"\x81\x02")


def test_the_loop_of_production_reads_as_that_of_the_tests() -> None:
    """Uvloop's transports are others: what comes late or from nobody is refused there as well."""

    async def id_zero(d: RawSubstation, r: object, w: object) -> None:
        w.write(frame(0, r.unit, d.honest(r)))  # type: ignore[attr-defined]  # as field has it

    async def work() -> None:
        async with listening(RawSubstation(registers={0: 7, 1: 8})) as raw:
            device = ModbusDevice("127.0.0.1", raw.port, 1, timeout_s=1.0, retries=0)
            assert await holding(device, 0, 2) == [7, 8]
            raw.manner = id_zero  # type: ignore[assignment]  # as above
            with pytest.raises(BadReply, match="transaction: answered with 0"):
                await holding(device, 0, 2)
            raw.manner = None
            assert await holding(device, 0, 2) == [7, 8]
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
