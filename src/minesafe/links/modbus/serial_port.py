"""A serial port of this machine as a transport: the protocol above it cannot tell it from a socket.

Requests are a few bytes and fit what the kernel buffers, so what cannot be written at once is a
port that is stuck, and the port is given up.
"""

import asyncio
import os
from typing import Protocol

import serial

from minesafe.model.mine import Serial

MOST_READ = 4096
"""Bytes taken at one time."""


class Above(Protocol):
    """What is told of the port: an `asyncio.Protocol`."""

    def data_received(self, data: bytes) -> None:
        """Bytes came."""

    def connection_lost(self, error: Exception | None) -> None:
        """The port is gone."""


class SerialPort:
    """An open port; as much of `asyncio.Transport` as a Modbus wire needs."""

    def __init__(self, port: serial.Serial, above: Above) -> None:
        """Begin to listen.

        Args:
            port: open, raw, without time-outs.
            above: told of what comes, in turns of the loop.
        """
        self._port, self._above = port, above
        self._fd: int = port.fileno()
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._fd, self._readable)

    @classmethod
    def opened(cls, settings: Serial, above: Above) -> "SerialPort":
        """Open a port for ourselves alone; what it has kept of before is forgotten.

        Raises:
            OSError: it is not there, or somebody has it.
        """
        try:
            port = serial.Serial(
                settings.port,
                settings.baud,
                parity=settings.parity,
                stopbits=settings.stop_bits,
                timeout=0,
                write_timeout=0,
                exclusive=True,
            )
        except ValueError as error:
            raise OSError(f"{settings.port}: {error}") from error
        port.reset_input_buffer()
        return cls(port, above)

    def write(self, data: bytes) -> None:
        """All of it, or the port is given up."""
        try:
            written = os.write(self._fd, data)
        except OSError as error:
            self._lost(error)
            return
        if written < len(data):
            self._lost(OSError(f"{written} of {len(data)} bytes could be written"))

    def is_closing(self) -> bool:
        """Whether it has been given up."""
        return self._closing

    def abort(self) -> None:
        """Let go of the port; nothing more is told."""
        if not self._closing:
            self._closing = True
            self._loop.remove_reader(self._fd)
            self._port.close()

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, MOST_READ)
        except BlockingIOError:
            return
        except OSError as error:  # unplugged
            self._lost(error)
            return
        if data:
            self._above.data_received(data)
        else:
            self._lost(None)

    def _lost(self, error: OSError | None) -> None:
        if not self._closing:
            self.abort()
            self._loop.call_soon(self._above.connection_lost, error)
