"""A flood of single-point messages from a process of its own, encoded as they are due.

Every fiftieth of a second one point, never the same twice, is over its limit, and well again with
its next message. What it costs is beside the server's own time, on the same machine.
"""

import json
import multiprocessing
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import gcd
from multiprocessing.connection import Connection

from minesafe.bench.sources.gateways import POINTS as BATCH
from minesafe.links.stream.packets import Hello, publish

PROBE_S = 0.05
OVER, WELL = 60.0, 2.0
TICK_S = 0.002
PATIENCE_S = 30.0
MOST_NUMBERS = 60_000


@dataclass(frozen=True, slots=True)
class Flood:
    """What is published."""

    port: int
    rate: int
    """Messages a second."""
    seconds: float
    points: int
    user: str = ""
    password: str = ""
    batched: bool = False
    """A hundred points in each message, of the listed shape."""


@dataclass(slots=True)
class Result:
    """What came of it."""

    sent: int = 0
    heard: int = 0
    """Bytes of acknowledgements, four each."""

    @property
    def acknowledged(self) -> int:
        """Messages the broker has taken."""
        return self.heard // 4


@contextmanager
def flooding(flood: Flood) -> Iterator[Connection]:
    """While the context is open; the result comes through the connection yielded."""
    here, there = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_publish, args=(flood, there))
    process.start()
    try:
        yield here
    finally:
        process.join(PATIENCE_S)
        if process.is_alive():
            process.kill()


def _publish(flood: Flood, told: Connection) -> None:
    """The publisher's process."""
    result = Result()
    with socket.create_connection(("127.0.0.1", flood.port)) as wire:
        hello = Hello("bench-gateway", flood.user, flood.password, keep_alive_s=600)
        wire.sendall(hello.to_bytes())
        wire.recv(4)
        wire.setblocking(False)
        began = time.monotonic()
        total = round(flood.rate * flood.seconds)
        while result.sent < total:
            due = min(total, int((time.monotonic() - began) * flood.rate))
            _send(wire, b"".join(_messages(flood, result.sent, due)), result)
            result.sent = due
            time.sleep(TICK_S)
        until = time.monotonic() + PATIENCE_S
        while result.acknowledged < result.sent and time.monotonic() < until:
            _hear(wire, result, 0.1)
    told.send(result)


def apart(rate: int, points: int) -> int:
    """Messages from one that is over its limit to the next, which is of another point."""
    every = max(1, int(rate * PROBE_S))
    while gcd(every, points) != 1:
        every += 1
    return every


def _messages(flood: Flood, first: int, last: int) -> Iterator[bytes]:
    every = apart(flood.rate, flood.points)
    for n in range(first, last):
        now = time.time_ns() // 1000
        number = n % MOST_NUMBERS + 1
        if flood.batched:
            begin = n * BATCH % flood.points
            data = [{"p": f"P{begin + i}", "v": WELL, "t": now, "q": 0} for i in range(BATCH)]
            yield publish("bench/l", json.dumps({"data": data}).encode(), number=number)
            continue
        value = OVER if n % every == every - 1 else WELL
        payload = b'{"v":%.2f,"q":0,"t":%d,"n":%d}' % (value, now, n)
        yield publish(f"bench/g/P{n % flood.points}", payload, number=number)


def _send(wire: socket.socket, data: bytes, result: Result) -> None:
    left = memoryview(data)
    while left:
        try:
            left = left[wire.send(left) :]
        except BlockingIOError:
            select.select([], [wire], [], TICK_S)
        _hear(wire, result, 0.0)


def _hear(wire: socket.socket, result: Result, seconds: float) -> None:
    """Acknowledgements are four bytes each; how many is all that matters."""
    if select.select([wire], [], [], seconds)[0]:
        result.heard += len(wire.recv(1 << 20))
