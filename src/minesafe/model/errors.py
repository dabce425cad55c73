"""Errors of the mine's words.

MinesafeError
├── BadConfig          the configuration is refused; holds every fault found
├── BrokenFrame        a frame's bytes are not what was written
├── BrokenJournal      the hash chain does not hold; says at which position
├── Refused            an act is not allowed, with a code the page turns into words
├── LinkDown           a device, broker or carrier cannot be reached now
├── BadReply           a device answered, but not what was asked
└── StoreUnavailable   disk or database does not take or give data now
    ├── DiskHangs      the disk has not answered yet; it may still do what was asked
    └── SecondWriter   another server writes under our name

Foreign errors (pymodbus, aiomqtt, asyncpg, sqlite3, smpp34) are translated into these at the rim.
"""

import asyncio
from dataclasses import dataclass
from typing import Any


class MinesafeError(Exception):
    """The root of all our errors."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a configuration file."""

    file: str
    line: int
    """1-based; 0 where the fault is of the whole file."""
    what: str
    hint: str = ""
    """The fix, or the nearest right word."""
    cell: str = ""
    """In a workbook: sheet and cell, such as 测点!F12."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        where = f"{self.file}: {self.cell}" if self.cell else where
        return f"{where}: {self.what}" + (f" ({self.hint})" if self.hint else "")


class BadConfig(MinesafeError):
    """The configuration is refused; every fault found is reported at once."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(f) for f in faults))


class BrokenFrame(MinesafeError):
    """A frame's bytes are not what was written."""


class BrokenJournal(MinesafeError):
    """The hash chain does not hold at `position`."""

    def __init__(self, position: int, why: str) -> None:
        self.position = position
        super().__init__(f"journal breaks at record {position}: {why}")


class Refused(MinesafeError):
    """An act is not allowed. `code` is a word of the wire; the page turns it into a sentence."""

    def __init__(self, code: str, **params: str | int | float) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


class LinkDown(MinesafeError):
    """A device, broker or carrier cannot be reached now."""


class BadReply(MinesafeError):
    """A device answered, but not what was asked."""


class StoreUnavailable(MinesafeError):
    """Disk or database does not take or give data now."""


class SecondWriter(StoreUnavailable):
    """Another server writes under our name; nothing of ours was taken."""


class DiskHangs(StoreUnavailable):
    """The disk has not answered in the time there was.

    `call` is what was asked and may still be done, with its result when it is; None where nothing
    was asked, because an earlier call has not been answered.
    """

    def __init__(self, call: "asyncio.Future[Any] | None" = None) -> None:
        self.call = call
        super().__init__("the disk does not answer")
