"""Modbus slaves that cost as little as they can: what is measured is who asks them."""

import asyncio
import contextlib
import multiprocessing
import struct
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from typing import cast

import uvloop

_REQUEST = struct.Struct(">HHHBBHH")
"""Transaction, protocol, length, unit, function, address, count: all of a read."""


class _Slave(asyncio.Protocol):
    """One connection; every question is answered with the same registers, as many as asked for."""

    def __init__(self, words: bytes) -> None:
        self._words = words
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        for transaction, _, _, unit, function, address, count in _REQUEST.iter_unpack(data):
            words = self._words[2 * address : 2 * (address + count)]
            head = struct.pack(
                ">HHHBBB", transaction, 0, 3 + len(words), unit, function, len(words)
            )
            self._transport.write(head + words)


@contextlib.contextmanager
def answering(registers: Sequence[int]) -> Iterator[int]:
    """A port behind which every connection is such a slave, in a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs, struct.pack(f">{len(registers)}H", *registers))
    )
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join(10)


def _serve(told: Connection, words: bytes) -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Slave(words), "127.0.0.1", 0, backlog=1024)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(work())
