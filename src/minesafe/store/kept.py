"""What filed reports say, in a folder: each under the SHA-256 of its bytes.

The journal names the digest, so a file that was changed is found out when it is read, and one that
was written and never named (a crash between the two) is nobody's and goes.
"""

import hashlib
import logging
import os
import time
from collections.abc import Collection
from pathlib import Path

from minesafe.model.errors import MinesafeError, StoreUnavailable
from minesafe.store.disk import sync_folder

log = logging.getLogger(__name__)

ON_ITS_WAY_S = 86_400.0
"""Real seconds between what a report says and the number it gets, at most by far."""


class ChangedReport(MinesafeError):
    """What is kept of a report is not what was filed, or is not there."""


class KeptReports:
    """`<data>/reports/<digest>.json`. All calls block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep it, durably, and say under which digest.

        Raises:
            StoreUnavailable: the disk refuses.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            half = path.with_suffix(f".{os.getpid()}")
            with half.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
            sync_folder(self._folder)
        except OSError as error:
            raise StoreUnavailable(f"{path}: {error.strerror}") from error
        return digest

    def get(self, digest: str) -> bytes:
        """What was kept.

        Raises:
            ChangedReport: it is not there, or not what it was.
        """
        path = self._path(digest)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ChangedReport(f"{path}: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise ChangedReport(f"{path}: changed since it was filed")
        return data

    def forget_all_but(self, digests: Collection[str]) -> None:
        """Let go of what no listed report names, once it is too old to be on its way to one.

        Also of halves that a crash has left. What cannot be taken away keeps no report from being
        made: it costs room, and the log says so.
        """
        wanted = {self._path(digest).name for digest in digests}
        for path in self._folder.glob("*.*"):
            try:
                if path.name not in wanted and time.time() - path.stat().st_mtime > ON_ITS_WAY_S:
                    path.unlink()
            except OSError as error:
                log.warning("%s stays: %s", path, error.strerror)

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"
