"""An installed system: heard by the files it writes."""

import math
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from fakes import FindingBook, HandClock, Inbox, Notes
from field import NO

from faces.device import Device, Face, Told, mine_of
from minesafe.model.mine import KjHost, Mine
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND
from minesafe.sources.files.host import SILENT_PERIODS, Brought, HostWatch
from minesafe.sources.files.looker import Looker
from minesafe.sources.positioning.ranges import Roadways

PERIOD_S = 30.0

WORDS: Mapping[Quality, int] = {
    Quality.GOOD: 0,
    Quality.CALIBRATING: 3,
    Quality.FAULT: 4,
    Quality.COMMS_LOST: 5,
}
"""Status of a record (docs/wire.md)."""

NONE = 999_999
"""What such systems write where there is no value."""


@dataclass
class Written:
    """A host's folder."""

    mine: Mine
    home: Path
    looker: Looker[Brought]
    watch: HostWatch
    inbox: Inbox
    book: FindingBook
    clock: HandClock
    name: str = "KJ"

    async def says(self, told: Told) -> None:
        self.clock.turn(PERIOD_S)
        rows = [f"{p};{NONE if math.isnan(v) else v};{WORDS[q]}" for p, (v, q) in told.items()]
        self._write(rows)
        await self.watch.look(self.looker)

    def _write(self, rows: Iterable[str]) -> None:
        when = datetime.fromtimestamp(self.clock.now() / SECOND, UTC)
        lines = [f"{when:%Y-%m-%d %H:%M:%S}", *rows, "||"]
        path = self.home / f"510123_SSSJ_{when:%Y%m%d%H%M%S}.TXT"
        path.write_text("~\r\n".join(lines))

    async def falls_silent(self) -> None:
        self.clock.turn((SILENT_PERIODS + 1) * PERIOD_S)
        await self.watch.look(self.looker)


@asynccontextmanager
async def written(told: Told, home: Path) -> AsyncIterator[Device]:
    host = KjHost("KJ", NO, str(home), "510123", PERIOD_S)
    mine = mine_of("KJ", told, kj_hosts=(host,))
    mine = replace(mine, server=replace(mine.server, timezone="UTC"))
    inbox, book, clock, looker = Inbox(), FindingBook(), HandClock(), Looker[Brought]("look")
    watch = HostWatch(mine, Roadways(mine), host, inbox, clock, book, Notes())
    try:
        yield Written(mine, home, looker, watch, inbox, book, clock)
    finally:
        looker.close()


FACES: Mapping[str, Face] = {
    "kj_files": Face(written, frozenset({"SUPPLY", "WARMING"})),
}
