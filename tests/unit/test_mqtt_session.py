"""One connection to a broker, played over a transport that only remembers what it was told."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from minesafe.links.stream.packets import PING, Hello, Publish, acknowledge, publish
from minesafe.links.stream.session import Held, Session
from minesafe.model.errors import LinkDown

WELCOME = b"\x20\x02\x00\x00"


class Wire(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[bytes] = []
        self.reading = True
        self.cut = False

    def write(self, data: Any) -> None:
        self.said.append(bytes(data))

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return self.cut

    def abort(self) -> None:
        self.cut = True


class Talk:
    """A session, its wire, and the micro-batches it handed on."""

    def __init__(self, **how: Any) -> None:
        self.batches: list[tuple[list[Publish], Held]] = []
        self.session = Session(
            Hello("m"), lambda _s, m, held: self.batches.append((m, held)), **how
        )
        self.wire = Wire()
        self.session.connection_made(self.wire)

    def hear(self, *numbers: int) -> None:
        self.session.data_received(b"".join(publish("t", b"x", number=n) for n in numbers))

    @property
    def acknowledged(self) -> list[bytes]:
        return [said for said in self.wire.said if said[:1] == b"\x40"]


async def test_acknowledgements_keep_the_order_of_arrival() -> None:
    """§4.6, whichever is on disk first."""
    talk = Talk()
    talk.hear(1, 2)
    talk.hear(3)
    talk.hear(4)
    (_, first), (_, second), (_, third) = talk.batches
    talk.session.settled(second)
    talk.session.settled(third)
    assert talk.acknowledged == []
    talk.session.settled(first)
    assert talk.acknowledged == [acknowledge([b"\0\1", b"\0\2", b"\0\3", b"\0\4"])]
    talk.session.fail(LinkDown("done"))


async def test_what_has_no_number_is_not_acknowledged() -> None:
    talk = Talk()
    talk.session.data_received(publish("t", b"x"))
    talk.session.settled(talk.batches[0][1])
    assert talk.acknowledged == []
    talk.session.fail(LinkDown("done"))


async def test_the_socket_is_not_read_on_while_too_much_is_unacknowledged() -> None:
    talk = Talk(most_held=3)
    talk.hear(1, 2, 3)
    await asyncio.sleep(0.03)
    assert not talk.wire.reading
    assert talk.session.too_much
    talk.session.settled(talk.batches[0][1])
    await asyncio.sleep(0.03)
    assert talk.wire.reading
    talk.session.fail(LinkDown("done"))


async def test_a_read_that_left_more_behind_is_read_on_at_once() -> None:
    talk = Talk()
    talk.session.data_received(publish("t", b"x" * 20_000, number=1))
    assert talk.wire.reading
    talk.hear(2)
    assert not talk.wire.reading, "emptied: the next read gathers"
    talk.session.fail(LinkDown("done"))


async def test_we_say_that_we_are_there_and_find_out_that_the_broker_is_not() -> None:
    talk = Talk()
    quick = SimpleNamespace(keep_alive_s=0.04)
    talk.session._hello = quick  # type: ignore[assignment]  # seconds that a test can wait for
    talk.session._beat()
    talk.session.data_received(WELCOME)
    await talk.session.welcomed()
    await asyncio.sleep(0.05)
    assert PING in talk.wire.said
    with pytest.raises(LinkDown, match="silent"):
        await asyncio.wait_for(talk.session.gone, 5)
    assert talk.wire.cut


async def test_whoever_waits_for_an_answer_is_told_of_the_end() -> None:
    talk = Talk()
    waiting = asyncio.ensure_future(talk.session.subscribe(["a"]))
    await asyncio.sleep(0)
    talk.session.connection_lost(ConnectionResetError("cut"))
    with pytest.raises(LinkDown, match="cut"):
        await waiting
    with pytest.raises(LinkDown):
        await talk.session.subscribe(["a"])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x20\x02\x00\x05", "not allowed"),
        (b"\x20\x02\x00\x04", "wrong user or password"),
        (b"\x20\x02\x00\x63", "reason 99"),
    ],
)
async def test_why_we_are_not_let_in(data: bytes, why: str) -> None:
    talk = Talk()
    talk.session.data_received(data)
    with pytest.raises(LinkDown, match=why):
        await talk.session.welcomed()
    talk.session.fail(LinkDown("done"))


async def test_topics_that_are_refused_are_named() -> None:
    talk = Talk()
    waiting = asyncio.ensure_future(talk.session.subscribe(["good", "bad"]))
    await asyncio.sleep(0)
    talk.session.data_received(b"\x90\x04\x00\x01\x01\x80")
    with pytest.raises(LinkDown, match="refuses bad"):
        await waiting
    talk.session.fail(LinkDown("done"))


@pytest.mark.parametrize("data", [b"\x10\x00", b"\x20\x01\x00", b"\x34\x05\x00\x01t\x00\x01"])
async def test_what_no_broker_says_ends_the_session(data: bytes) -> None:
    talk = Talk()
    talk.session.data_received(data)
    assert talk.session.gone.done()
    assert talk.wire.cut
