"""One Modbus device behind one connection, trusted only as far as each reply is checked.

Designed around three faults of a widely used client (pymodbus 3.16) that were reproduced, and which
any device can provoke:

- A reply with transaction id 0 was taken for the answer to any request: a device that answers
  late with id 0 shifts every later value by one request.
- Short replies and replies of another function were handed on as success.
- The connection was kept after a time-out, so that a late answer could meet the next request.

So: after any doubt (time-out, cancellation, wrong answer) the connection is closed and never
used again; each reply's transaction id, unit, function and length are compared with the request;
and transaction ids go on counting from one connection to the next.

Serial frames (RTU) have no transaction id, and a serial server may hand a late answer to the next
connection. So a unit that did not answer as it should is left alone for as long as an answer may
take, and never asked again within the same call; frames of other units are passed over. One that
goes on not answering is left alone longer each time: everybody on the wires waits while it is given
its time, and at the longest rest that is less than a fifth of theirs.
"""

import asyncio
from collections.abc import Mapping

from minesafe.links.backoff import Backoff
from minesafe.links.modbus.line import Line
from minesafe.links.modbus.pdu import OF_BITS, READ_BACK, Question, reading, told, writing
from minesafe.model.errors import BadReply, LinkDown, MinesafeError
from minesafe.model.mine import Mine, Substation

LONGEST_REST = 8
"""Times its time-out: so long a serial unit that never answers is left alone."""


class ModbusDevice:
    """A client of one unit. Calls may come from anywhere; they take turns on the one connection.

    A call takes at most `timeout_s` x (`retries` + 1), counted from its turn.

    Args:
        host: its address.
        port: its TCP port.
        unit: unit id it must answer with.
        timeout_s: time for one attempt, connecting included.
        retries: attempts after the first; only silence is tried again, never a wrong answer.
        backoff: pauses between attempts to connect; at least 0.1 s.
        line: the way there, where it is shared with other units; `host` and `port` are its.
    """

    def __init__(
        self,
        host: str,
        port: int,
        unit: int,
        *,
        timeout_s: float,
        retries: int,
        backoff: Backoff | None = None,
        line: Line | None = None,
    ) -> None:
        self._line = line or Line.tcp(host, port, backoff=backoff)
        self._unit = unit
        self._timeout_s = timeout_s
        self._retries = retries
        self._rests_until = 0.0
        self._rests = Backoff(timeout_s, LONGEST_REST * timeout_s)
        self._trouble: MinesafeError = LinkDown("not connected")

    @classmethod
    def of(cls, substation: Substation, line: Line | None = None) -> "ModbusDevice":
        """The client of a configured substation; `line` where others stand on its port, too."""
        return cls(
            substation.host,
            substation.port,
            substation.unit,
            timeout_s=substation.timeout_s,
            retries=substation.retries,
            line=line or Line.of(substation),
        )

    @property
    def budget_s(self) -> float:
        """The longest a call may take."""
        return self._timeout_s * (self._retries + 1)

    async def read(self, function: int, address: int, count: int) -> bytes:
        """Read `count` coils (1), contacts (2), holding (3) or input registers (4) from `address`.

        Returns:
            Bits, lowest first, the last byte filled up; or registers, high byte first.

        Raises:
            LinkDown: no connection, or no answer in time.
            BadReply: an exception code, another's answer, or one of the wrong length.
        """
        return told(await self._ask(reading(function, address, count)))

    async def write(self, function: int, address: int, value: int) -> None:
        """Write one coil (5, 15) or one register (6, 16), and read it back.

        Raises:
            LinkDown: as `read`; it may or may not have been written.
            BadReply: as `read`, or it does not read as it was written.
        """
        told(await self._ask(writing(function, address, value)))
        back = await self.value(READ_BACK[function], address)
        if back != value:
            raise BadReply(f"{back} at {address} after writing {value}")

    async def value(self, function: int, address: int) -> int:
        """Read one coil or contact, 0 or 1, or one register. Raises as `read`."""
        data = await self.read(function, address, 1)
        return data[0] & 1 if function in OF_BITS else int.from_bytes(data, "big")

    async def close(self) -> None:
        """Hang up; the next call connects again."""
        async with self._line.turn:
            self._line.drop()

    async def _ask(self, question: Question) -> bytes:
        async with self._line.turn:
            deadline = self._now() + self.budget_s
            for _ in range(self._retries):
                try:
                    return await self._attempt(question, deadline)
                except LinkDown:
                    continue
            return await self._attempt(question, deadline)

    async def _attempt(self, question: Question, deadline: float) -> bytes:
        """One question; when there is no time left for one, what went wrong last still stands."""
        resting = self._now() < self._rests_until
        if resting or not await self._line.ready(deadline - self._timeout_s / 2):
            raise type(self._trouble)(str(self._trouble))
        until = min(deadline, self._now() + self._timeout_s)
        try:
            answer = await self._line.answer(self._unit, question, until)
        except BaseException as error:  # cancelled, too: the late answer must meet nobody
            self._line.drop()
            if self._line.rtu:
                self._rests_until = self._now() + self._rests.next_s()
            if isinstance(error, MinesafeError):
                self._trouble = error
            raise
        self._line.answered()
        self._rests.reset()
        return answer

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def devices_of(
    mine: Mine, before: Mine | None = None, kept: Mapping[str, ModbusDevice] | None = None
) -> dict[str, ModbusDevice]:
    """The client of each substation by id; units behind one serial server take turns.

    Args:
        mine: the revision in force.
        before: the one it follows.
        kept: the clients of that one: whose way there is configured as before, keeps its.
    """
    shared = {s.line: Line.of(s) for s in mine.substations if s.framing == "rtu"}
    known = _way_there(before) if before is not None else {}
    return {
        s.id: kept[s.id]
        if kept and known.get(s.id) == way
        else ModbusDevice.of(s, shared.get(s.line))
        for s, way in zip(mine.substations, _way_there(mine).values(), strict=True)
    }


def _way_there(mine: Mine) -> dict[str, tuple[Substation, ...]]:
    """Each substation with everybody it shares a line with."""
    ordered = sorted(mine.substations, key=lambda s: s.id)
    return {
        s.id: tuple(o for o in ordered if o == s or _share_a_line(s, o)) for s in mine.substations
    }


def _share_a_line(one: Substation, other: Substation) -> bool:
    return one.framing == other.framing == "rtu" and one.line == other.line
