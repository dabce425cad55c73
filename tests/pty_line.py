"""Two ends of a serial cable, each a file that anybody may open as a port."""

import asyncio
import os
import tty
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from field import RawSubstation, Request
from serial_line import crc, sealed


class Cable:
    """Both ends; what is written at one is read at the other."""

    def __init__(self) -> None:
        self._masters: list[int] = []
        self._kept: list[int] = []
        self.ends: list[str] = []
        for _ in range(2):
            master, slave = os.openpty()
            tty.setraw(slave)
            os.set_blocking(master, False)
            self._masters.append(master)
            self._kept.append(slave)  # held open: a port nobody has open is no hung-up one
            self.ends.append(os.ttyname(slave))
        loop = asyncio.get_running_loop()
        for here, there in (self._masters, self._masters[::-1]):
            loop.add_reader(here, self._pass_on, here, there)

    def _pass_on(self, here: int, there: int) -> None:
        with suppress(OSError):
            os.write(there, os.read(here, 4096))

    def cut(self) -> None:
        """As if both plugs were pulled."""
        for fd in self._masters:
            asyncio.get_running_loop().remove_reader(fd)
        for fd in (*self._masters, *self._kept):
            os.close(fd)
        self._masters, self._kept = [], []


@contextmanager
def cable() -> Iterator[Cable]:
    """Until the context is left."""
    made = Cable()
    try:
        yield made
    finally:
        made.cut()


Manner = Callable[["Bus", Request], Awaitable[None]]


class Bus(RawSubstation):
    """Units at the far end of a cable; `silent` ones are not on the wires at all."""

    def __init__(self, end: str, **registers: object) -> None:
        super().__init__(**registers)  # type: ignore[arg-type]  # as RawSubstation
        self.silent: set[int] = set()
        self._fd = os.open(end, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self._fd)
        self._data = b""
        asyncio.get_running_loop().add_reader(self._fd, self._readable)

    def _readable(self) -> None:
        self._data += os.read(self._fd, 4096)
        while len(self._data) >= 8:
            frame, self._data = self._data[:8], self._data[8:]
            assert frame[6:] == crc(frame[:6])
            request = Request(
                0, frame[0], frame[1], *(int.from_bytes(frame[i : i + 2]) for i in (2, 4))
            )
            self.requests.append(request)
            if request.unit not in self.silent:
                os.write(self._fd, sealed(request.unit, self.honest(request)))

    def close(self) -> None:
        """Leave the wires."""
        asyncio.get_running_loop().remove_reader(self._fd)
        os.close(self._fd)
