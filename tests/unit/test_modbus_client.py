"""pymodbus as we found it: when one of these fails, read `links.modbus_wire` again."""

import inspect

import pymodbus.exceptions
import pytest
from field import RawSubstation, frame, listening
from pymodbus.client import AsyncModbusTcpClient

from minesafe.links.backoff import Backoff
from minesafe.links.modbus_wire import translated
from minesafe.model.errors import BadReply, LinkDown, MinesafeError

FOREIGN = [
    e
    for _, e in inspect.getmembers(pymodbus.exceptions, inspect.isclass)
    if issubclass(e, Exception)
]


@pytest.mark.parametrize("error", FOREIGN, ids=lambda e: e.__name__)
def test_every_error_of_pymodbus_comes_out_as_ours(error: type[Exception]) -> None:
    assert isinstance(translated(error("words")), LinkDown | BadReply)
    assert "words" in str(translated(error("words")))


@pytest.mark.parametrize("error", [OSError("x"), TimeoutError(), ConnectionResetError("x")])
def test_a_broken_socket_is_a_link_down(error: Exception) -> None:
    ours: MinesafeError = translated(error)
    assert isinstance(ours, LinkDown)
    assert str(ours)


async def test_pymodbus_still_shows_the_devices_transaction_id() -> None:
    """F3 rests on this: id 0 is let through by the library, and can be seen by us."""

    async def id_zero(d: RawSubstation, r: object, w: object) -> None:
        w.write(frame(0, r.unit, d.honest(r)))  # type: ignore[attr-defined]  # as field has it

    async with listening(RawSubstation(registers={0: 7}, manner=id_zero)) as raw:
        client = AsyncModbusTcpClient("127.0.0.1", port=raw.port, reconnect_delay=0)
        assert await client.connect()
        reply = await client.read_holding_registers(0, count=1, device_id=1)
        assert (reply.transaction_id, reply.dev_id, reply.function_code) == (0, 1, 3)
        assert client.ctx.next_tid == 1
        client.close()


def test_pauses_grow_with_chance_and_never_vanish() -> None:
    low, high = Backoff(0.1, 10, chance=lambda: 0.0), Backoff(0.1, 10, chance=lambda: 1.0)
    for _ in range(20):
        a, b = low.next_s(), high.next_s()
        assert 0.1 <= a <= b <= 10
    assert (a, b) == (5.0, 10.0)
