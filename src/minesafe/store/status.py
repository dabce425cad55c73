"""The status row: one block beside the journal that `minesafe-watchdog` reads.

Not SQLite, and never synced: it is written in place into the page cache each second, so it needs no
room on a full disk and no reader can hold it up. A reader that meets it half written sees by its
CRC that it does not count.

systemd, where it has started us, is told with it that we are ready, and petted while frames are
judged (deploy/systemd/minesafe.service).
"""

import json
import os
import socket
import zlib
from dataclasses import asdict
from pathlib import Path

from minesafe.model.errors import StoreUnavailable
from minesafe.vitals import Vital

ROW_BYTES = 1024

JUDGING_S = 10.0
"""A newest frame older than this is one of a server that stands; the clock's sweep makes one a
second."""


def _boot() -> str:
    """Which boot of the machine this is: monotonic clocks of two have nothing in common."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


class StatusRow:
    """The row, open for writing. All calls block."""

    def __init__(self, path: Path) -> None:
        """Open it; what the last process wrote stays until the first write.

        Raises:
            StoreUnavailable: the disk refuses.
        """
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreUnavailable(f"{path}: {error.strerror}") from error
        self._about = {"boot": _boot(), "pid": os.getpid()}

    def write(self, vital: Vital) -> None:
        """Write the row.

        Raises:
            StoreUnavailable: the disk refuses.
        """
        text = json.dumps(self._about | asdict(vital)).encode("ascii")
        row = b"%08x %s" % (zlib.crc32(text), text)
        try:
            os.pwrite(self._file, row.ljust(ROW_BYTES, b"\n"), 0)
            _tell(_state_of(vital))
        except OSError as error:
            raise StoreUnavailable(f"the status row: {error.strerror}") from error

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _state_of(vital: Vital) -> bytes:
    """In the words of sd_notify(3); nothing for a server that judges no more."""
    if vital.stopped:
        return b"STOPPING=1"
    return b"READY=1\nWATCHDOG=1" if vital.frame_age_s <= JUDGING_S else b""


def _tell(state: bytes) -> None:
    where = os.environ.get("NOTIFY_SOCKET", "")
    if where and state:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
            wire.connect("\0" + where[1:] if where.startswith("@") else where)
            wire.send(state)
