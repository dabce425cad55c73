"""The files of every revision that was in force, each under the SHA-256 the journal names it by.

So what was the limit then can be read years later, and be held against the journal: a file that
is not what was approved is none. A file that many revisions share lies here once; nothing is
ever taken away. A mine's files are some hundred KB, and a year has some dozen revisions.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from minesafe.model.errors import StoreUnavailable
from minesafe.store.disk import sync_folder, translated


class Archive:
    """One folder of a data directory. Every call blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Lay the files of a revision down; those that are there already stay as they are.

        Raises:
            StoreUnavailable: the disk refuses.
        """
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            for raw in files.values():
                path = self._folder / hashlib.sha256(raw).hexdigest()
                if not path.exists():
                    _write(path, raw)
            sync_folder(self._folder)

    def read(self, named: Sequence[tuple[str, str]]) -> dict[str, bytes]:
        """The files of a revision, content by name.

        Args:
            named: (name, SHA-256 in hex) of each, as the record of its approval has them.

        Raises:
            StoreUnavailable: one is not there, or is not what was approved; says which.
        """
        return {name: self._one(name, digest) for name, digest in named}

    def _one(self, name: str, digest: str) -> bytes:
        path = self._folder / digest
        if not path.is_file():
            raise StoreUnavailable(f"{name} ({digest[:12]}…) is not kept")
        with translated(path):
            raw = path.read_bytes()
        if hashlib.sha256(raw).hexdigest() != digest:
            raise StoreUnavailable(f"{name} ({digest[:12]}…) is not what was approved")
        return raw


def _write(path: Path, raw: bytes) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
