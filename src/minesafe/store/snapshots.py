"""Snapshots of the engine: whole or not there. The frames after the newest are judged again."""

import logging
import os
import struct
import zlib
from pathlib import Path

from minesafe.model.errors import StoreUnavailable
from minesafe.store.disk import sync_folder, translated

log = logging.getLogger(__name__)

_HEAD = struct.Struct("<4sIqQ")
_MAGIC = b"MSS1"
KEPT = 2
"""The newest, and the one to fall back on."""


class Snapshots:
    """Numbered files in a folder, each written beside its name and then given it.

    Attributes:
        covered: frames up to here are not needed for a restart, even if the newest snapshot
            turns out spoilt: the seq of the older of the two that are kept, 0 before there are.
    """

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        self._folder, self._kept = folder, kept
        with translated(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self.covered = self._covered()

    def write(self, seq: int, state: bytes) -> None:
        """Keep the engine's state after frame `seq`.

        Raises:
            StoreUnavailable: it could not be written; the one before stands.
        """
        head = _HEAD.pack(_MAGIC, zlib.crc32(state), seq, len(state))
        with translated(self._folder):
            part = self._folder / "part"
            with part.open("wb") as file:
                file.write(head + state)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._folder / f"{seq:020d}.snapshot")
            sync_folder(self._folder)
            for old in self._files()[self._kept :]:
                old.unlink(missing_ok=True)
            self.covered = self._covered()

    def newest(self) -> tuple[int, bytes] | None:
        """The newest that is whole: its seq and the state; None where there is none."""
        return self.before(1 << 62)

    def before(self, seq: int) -> tuple[int, bytes] | None:
        """As `newest`, of those of frames before this one."""
        with translated(self._folder):
            for path in self._files():
                if int(path.stem) >= seq:
                    continue
                try:
                    return _read(path)
                except StoreUnavailable as error:
                    log.error("%s; an older snapshot is taken", error)
        return None

    def _covered(self) -> int:
        files = self._files()
        return int(files[-1].stem) if len(files) >= self._kept else 0

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.snapshot"), reverse=True)


def _read(path: Path) -> tuple[int, bytes]:
    data = path.read_bytes()
    if len(data) < _HEAD.size:
        raise StoreUnavailable(f"{path}: cut off")
    magic, crc, seq, size = _HEAD.unpack_from(data)
    state = data[_HEAD.size :]
    if magic != _MAGIC or len(state) != size or zlib.crc32(state) != crc:
        raise StoreUnavailable(f"{path}: its bytes are not what was written")
    if path.stem != f"{seq:020d}":
        raise StoreUnavailable(f"{path}: holds the snapshot of frame {seq}")
    return seq, state
