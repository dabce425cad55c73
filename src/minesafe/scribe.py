"""The scribe: writes reports in a process of its own while the mine is watched.

A journal of years takes a while to read and a PDF to set, all of it work that would hold Python.
So it is done by a child with the least claim on the machine, one at a time, and never for longer
than `LIMIT_S`. What it writes is handed on as it comes: no record is kept here.
"""

import asyncio
import json
import os
import pickle
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from minesafe.embedded.child import started
from minesafe.model.errors import Refused
from minesafe.model.filing import Filed, Series
from minesafe.model.filing_acts import Drawn
from minesafe.model.mine import Mine
from minesafe.model.time import Micros

LIMIT_S = 300.0
"""Reading, setting and sending of one record; real seconds."""

WAITS_S = 20.0
"""A copy of a filed report for its turn; real seconds."""

CHUNK = 64 * 1024

WRITES = ("-m", "minesafe.afterwards")
"""What the child runs."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What the child is asked for; it comes from us, pickled, and from nobody else."""

    mine: Mine
    data: Path
    order: str
    language: str
    form: str
    """html · pdf."""
    made: Micros
    """By the mine's own clock, as everything in the record."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A statutory report is to be made of what is known now, and kept."""

    mine: Mine
    data: Path
    series: Series
    day: str
    now: Micros
    named: frozenset[str]
    """Digests of the reports that are listed: what else is kept is nobody's."""


@dataclass(frozen=True, slots=True)
class Copying:
    """A filed report is to be laid out."""

    mine: Mine
    data: Path
    filed: Filed
    language: str
    form: str
    """html · pdf · json."""


Wish = Errand | Filing | Copying


class Scribe:
    """`ports.Reporter`: one child at a time, ended when its time is over."""

    def __init__(
        self,
        mine: Callable[[], Mine],
        data: Path,
        now: Callable[[], Micros],
        *,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._mine, self._data, self._now, self._limit_s = mine, data, now, limit_s
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def incident(self, order: str, language: str, form: str) -> AsyncIterator[bytes]:
        """See `ports.Reporter`; likewise below."""
        return await self._asked(
            Errand(self._mine(), self._data, order, language, form, self._now())
        )

    async def draw(self, series: Series, day: str, named: frozenset[str]) -> Drawn:
        """Only its digest comes back: the child keeps what it says."""
        errand = Filing(self._mine(), self._data, series, day, self._now(), named)
        said = b"".join([part async for part in await self._asked(errand)])
        return msgspec.json.decode(said, type=Drawn)

    async def copy(self, filed: Filed, language: str, form: str) -> AsyncIterator[bytes]:
        """Quickly done, and opened in a window of its own: it waits for what is being written."""
        if self._child is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(WAITS_S):
                    await self._child.wait()
        return await self._asked(Copying(self._mine(), self._data, filed, language, form))

    async def _asked(self, errand: Wish) -> AsyncIterator[bytes]:
        """Send a child, and hand on what it writes."""
        if self._turn.locked() or (self._child is not None and self._child.returncode is None):
            raise Refused("report_busy")
        async with self._turn:
            self._child = child = await self._sent(errand)
        await self._verdict(child)
        return self._written(child)

    async def _sent(self, errand: Wish) -> asyncio.subprocess.Process:
        """A child with its errand, and an end to its time whoever still listens to it."""
        said = await asyncio.to_thread(pickle.dumps, errand)
        pipe = asyncio.subprocess.PIPE
        child = await started(sys.executable, *WRITES, stdin=pipe, stdout=pipe)
        asyncio.get_running_loop().call_later(self._limit_s, _end, child)
        assert child.stdin is not None
        child.stdin.write(said)
        child.stdin.close()
        return child

    async def _verdict(self, child: asyncio.subprocess.Process) -> None:
        """Its first line: nothing is wrong, or the code of what is."""
        assert child.stdout is not None
        code = "report_failed"
        try:
            if line := await child.stdout.readline():
                code = json.loads(line)["code"]
            elif await child.wait() < 0:
                code = "report_late"
        finally:
            if code:
                await _gone(child)
        if code:
            raise Refused(code)

    async def _written(self, child: asyncio.subprocess.Process) -> AsyncIterator[bytes]:
        assert child.stdout is not None
        try:
            while part := await child.stdout.read(CHUNK):
                yield part
            if await child.wait():
                # A record that breaks off must not look whole: the connection breaks off too.
                raise Refused("report_late")
        finally:
            await _gone(child)

    async def close(self) -> None:
        """End what is being written."""
        if self._child is not None:
            await _gone(self._child)


def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.kill()


async def _gone(child: asyncio.subprocess.Process) -> None:
    """End it where it has not ended, and let its pipes go."""
    _end(child)
    await child.wait()


def take_errand(source: BinaryIO) -> Wish:
    """The child's side: read the errand, and leave the machine to everybody else."""
    os.nice(15)
    errand = pickle.load(source)  # noqa: S301  written by `Scribe`, our own parent
    assert isinstance(errand, Wish)
    return errand


def verdict(code: str) -> bytes:
    """The child's first line; an empty code: the record follows."""
    return json.dumps({"code": code}).encode() + b"\n"
