"""The way to one place, and the turns that are taken on it.

A device on Modbus TCP has a line of its own. Behind a serial server, or on a serial port of this
machine, all units share one pair of wires, hence one line: two questions at once would meet in the
middle.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Self

from minesafe.links.backoff import Backoff
from minesafe.links.modbus.pdu import Question
from minesafe.links.modbus.wire import Wire
from minesafe.model.errors import LinkDown
from minesafe.model.mine import Serial, Substation

LAST_TRANSACTION = 65_535
"""Then they begin again at 1; 0 is nobody's."""


Way = Callable[[], Awaitable[Wire]]


class Line:
    """At most one connection at a time, made anew after any doubt.

    Args:
        way: opens a connection; raises OSError where there is none.
        rtu: serial frames instead of Modbus TCP.
        backoff: pauses between attempts to connect; at least 0.1 s.
    """

    def __init__(self, way: Way, *, rtu: bool = False, backoff: Backoff | None = None) -> None:
        self.turn = asyncio.Lock()
        """Held from a question to its answer."""
        self.rtu = rtu
        self._way = way
        self._backoff = backoff or Backoff(0.1, 1.0)
        self._wire: Wire | None = None
        self._transaction = 0
        """Of the newest request; they go on counting from one connection to the next."""
        self._not_before = 0.0

    @classmethod
    def tcp(
        cls, host: str, port: int, *, rtu: bool = False, backoff: Backoff | None = None
    ) -> Self:
        """To a host and port; `rtu` where a serial server passes serial frames there."""
        return cls(partial(Wire.to, host, port, rtu=rtu), rtu=rtu, backoff=backoff)

    @classmethod
    def serial(cls, settings: Serial) -> Self:
        """On a serial port of this machine: opening it again disturbs nobody."""
        return cls(partial(Wire.on, settings), rtu=True, backoff=Backoff(0.1, 0.5))

    @classmethod
    def of(cls, substation: Substation) -> Self:
        """To where a substation is configured."""
        if substation.serial is not None:
            return cls.serial(substation.serial)
        return cls.tcp(substation.host, substation.port, rtu=substation.framing == "rtu")

    async def ready(self, latest: float) -> bool:
        """Wait until a new connection may be tried, if one is needed.

        Args:
            latest: in the loop's time; when the pause would last longer than this, False at once.
        """
        if self._wire is not None and self._wire.usable:
            return True
        self.drop()
        if self._not_before > latest:
            return False
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, self._not_before - now))
        self._not_before = max(now, self._not_before) + self._backoff.next_s()
        return True

    async def answer(self, unit: int, question: Question, until: float) -> bytes:
        """Ask over the open connection, or over a new one. Raises as `Wire.answer`."""
        if self._wire is None:
            self._wire = await self._connected(until)
        self._transaction = self._transaction % LAST_TRANSACTION + 1
        return await self._wire.answer(self._transaction, unit, question, until)

    async def _connected(self, until: float) -> Wire:
        try:
            async with asyncio.timeout_at(until):
                return await self._way()
        except TimeoutError:
            raise LinkDown("no connection in time") from None
        except OSError as error:
            raise LinkDown(str(error) or type(error).__name__) from error

    def answered(self) -> None:
        """The line is well: the next pause is a short one."""
        self._backoff.reset()

    def drop(self) -> None:
        """Hang up; what is on its way meets nobody."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None
