"""States of the engine by the hour, for whoever judges again what was judged then.

A restart needs the newest state only; a back-test needs one from before the time it is about, or it
begins with an engine that knows nothing.
"""

import logging
import zlib
from pathlib import Path

from minesafe.model.errors import StoreUnavailable
from minesafe.store.snapshots import Snapshots

log = logging.getLogger(__name__)

EVERY = 360
"""Of the snapshots, which come every ten seconds, each so-manieth is kept: one an hour."""

HOURS = 200
"""Eight days; some 50 kB each for 2,000 points in a quiet hour."""


class Warm:
    """Kept states, oldest forgotten first."""

    def __init__(self, folder: Path) -> None:
        self._files = Snapshots(folder, kept=HOURS)

    def keep(self, seq: int, state: bytes) -> None:
        """Keep the engine's state after a frame.

        Raises:
            StoreUnavailable: it could not be written.
        """
        self._files.write(seq, zlib.compress(state, 1))

    def before(self, seq: int) -> tuple[int, bytes] | None:
        """The newest state from before a frame, and the frame it is of."""
        found = self._files.before(seq)
        return None if found is None else (found[0], zlib.decompress(found[1]))


class Hourly:
    """`ports.Snapshots`: as those it stands before, and one an hour is kept besides."""

    def __init__(self, newest: Snapshots, warm: Warm) -> None:
        self._newest, self._warm = newest, warm
        self._written = 0

    def write(self, seq: int, state: bytes) -> None:
        """As `ports.Snapshots.write`. That the hour's is not kept troubles nobody who watches."""
        self._newest.write(seq, state)
        if self._written % EVERY == 0:
            try:
                self._warm.keep(seq, state)
            except StoreUnavailable as error:
                log.warning("the state of this hour is not kept: %s", error)
        self._written += 1

    def newest(self) -> tuple[int, bytes] | None:
        """As `ports.Snapshots.newest`."""
        return self._newest.newest()
