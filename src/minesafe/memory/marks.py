"""Marks along the journal: the folds as they were after a record, kept for good.

They only save time. A mark that cannot be read, or is of another program, is passed over, and
the one before it or the journal's beginning is taken instead; with none at all the answers are
the same. There are never more than `MOST`: past it the older half stands half as dense, so that
yesterday is near and ten years ago is reached all the same.
"""

import logging
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from minesafe.model.events import RevisionApproved
from minesafe.model.time import Micros
from minesafe.store.disk import translated

log = logging.getLogger(__name__)

MOST = 400
"""At 5,000 records from one to the next: over a year of a middle mine, in some ten MB."""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """The folds after one record."""

    position: int
    through: Micros
    """Nothing they were made of was true after this."""
    hash: str
    """Of the record."""
    revision: str
    """Of the mine they were folded in."""
    approved: RevisionApproved | None
    """What was in force then."""
    since: Micros
    folds: bytes
    """As `model.fold.pack` makes them."""


class _File(NamedTuple):
    position: int
    through: Micros
    path: Path


class Marks:
    """A folder of them. Every call blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, mark: Mark) -> None:
        """Write one down.

        Raises:
            StoreUnavailable: the disk refuses.
        """
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            part = self._folder / "part"
            part.write_bytes(zlib.compress(msgspec.msgpack.encode(mark), 1))
            part.replace(self._folder / f"{mark.position:012d}.{mark.through}.mark")
            self._thin_out()

    def before(self, position: int, valid: Micros) -> Iterator[Mark]:
        """Marks up to a record, made only of what was true by `valid`; the newest first."""
        for file in reversed(self._files()):
            if file.position <= position and file.through <= valid:
                try:
                    yield _read(file.path)
                except (OSError, zlib.error, msgspec.MsgspecError) as error:
                    log.warning("%s: %s; passed over", file.path, error)

    def _thin_out(self) -> None:
        files = self._files()
        if len(files) > MOST:
            for file in files[1 : len(files) // 2 : 2]:
                file.path.unlink(missing_ok=True)

    def _files(self) -> list[_File]:
        named = (path.name.split(".") for path in self._folder.glob("*.mark"))
        return sorted(
            _File(int(at), int(through), self._folder / f"{at}.{through}.mark")
            for at, through, _ in named
        )


def _read(path: Path) -> Mark:
    return msgspec.msgpack.decode(zlib.decompress(path.read_bytes()), type=Mark)
