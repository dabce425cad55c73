"""Where people are, in every dialect: the same wearers at the same places, each with his news."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from fakes import FindingBook, HandClock, Inbox, Notes
from field import NO
from small_mine import roadway

from faces.device import mine_of
from minesafe.links.messages import Message
from minesafe.model.frame import TagFlag
from minesafe.model.mine import BaseStation, KjHost, Mine, Person, Reader
from minesafe.model.time import SECOND, Micros
from minesafe.sources.files.host import Brought, HostWatch
from minesafe.sources.files.looker import Looker
from minesafe.sources.positioning.common import Common
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.stations import StationEars

NO_NEWS = TagFlag(0)

READER_M, REACH_M = 100.0, 60.0
"""Where the reader hangs in its roadway, and how far it hears."""

STRANGER = "999"
"""A tag nobody wears."""


@dataclass(frozen=True)
class Worn:
    """What a tag has to say."""

    at_m: float
    flags: TagFlag = NO_NEWS


ONE_OF_EVERYTHING: Mapping[str, Worn] = {
    "101": Worn(80.0),
    "102": Worn(90.0, TagFlag.SOS),
    "103": Worn(100.0, TagFlag.BUTTON),
    "104": Worn(125.0, TagFlag.LOW_BATTERY),
    "105": Worn(140.0, TagFlag.SOS | TagFlag.LOW_BATTERY),
}
"""By tag."""

Seen = Mapping[str, Worn]


class Device(Protocol):
    """What tells where people are, and the source that hears it."""

    mine: Mine
    name: str
    inbox: Inbox
    book: FindingBook
    clock: HandClock

    async def says(self, seen: Seen) -> None:
        """All of them, once."""

    async def spoils(self) -> None:
        """It says something that cannot be read."""


def mine_with(station: BaseStation | None = None, **changes: object) -> Mine:
    """A straight roadway, a reader, and somebody for each tag."""
    device = station.id if station else "KJ"
    changes |= {"stations": (station,)} if station else {}
    people = (Person(f"P{tag}", "", tag, "miner", "", "", True) for tag in ONE_OF_EVERYTHING)
    mine = mine_of(
        device, {}, people=tuple(people),
        roadways=(roadway("A", "N0", "N1", 1000.0),),
        readers=(Reader("R1", NO, device, "A", READER_M, REACH_M, 0.3, 1.0),), **changes,
    )  # fmt: skip
    return replace(mine, server=replace(mine.server, timezone="UTC"))


# --- stations -------------------------------------------------------------------------------------

Frames = Callable[[Seen, Micros, int], Iterable[object]]
"""What a maker's system says of them at a time, in its nth message."""


@dataclass
class Station:
    """A base station, or a maker's server."""

    mine: Mine
    frames: Frames
    inbox: Inbox = field(default_factory=Inbox)
    book: FindingBook = field(default_factory=FindingBook)
    clock: HandClock = field(default_factory=HandClock)
    name: str = "BS1"
    seq: int = 0

    def __post_init__(self) -> None:
        common = Common.of(self.mine, self.inbox, Notes())
        self.ears = StationEars(self.mine, common, self.mine.stations[0], self.clock, self.book)

    async def says(self, seen: Seen) -> None:
        self.seq += 1
        for frame in self.frames(seen, self.clock.now(), self.seq):
            await self.ears.message(Message("", json.dumps(frame).encode(), retained=False))

    async def spoils(self) -> None:
        await self.ears.message(Message("", b'{"card": [', retained=False))


def ranges(seen: Seen, now: Micros, seq: int) -> list[object]:
    """Our own: reader, distance and side."""
    told = [
        {
            "reader": "R1", "tag": tag, "d": abs(worn.at_m - READER_M),
            "side": -1 if worn.at_m < READER_M else 1, "sos": TagFlag.SOS in worn.flags,
            "button": TagFlag.BUTTON in worn.flags, "battery": battery(worn),
        }
        for tag, worn in seen.items()
    ]  # fmt: skip
    return [{"station": "BS1", "boot": 1, "seq": seq, "t": now // 1000, "ranges": told}]


def battery(worn: Worn) -> int:
    """Percent."""
    return 7 if TagFlag.LOW_BATTERY in worn.flags else 90


def kj(seen: Seen, now: Micros, _seq: int) -> list[object]:
    """All the cards of a reader, as lists side by side."""
    about = {
        "card": list(seen),
        "emerge": [str(int(TagFlag.SOS in worn.flags)) for worn in seen.values()],
        "battary": [battery(worn) for worn in seen.values()],
    }
    return [{"devid": "R1", "time": f"{written(now):%Y-%m-%d %H:%M:%S}"} | about]


def written(now: Micros) -> datetime:
    """On a clock of the mine's own."""
    return datetime.fromtimestamp(now / SECOND, UTC)


def nooploop(seen: Seen, now: Micros, _seq: int) -> Iterable[object]:
    """A message for everything, and a call that holds until it is taken back."""
    for tag, worn in seen.items():
        calls = "Call" if TagFlag.SOS in worn.flags else "CancelCall"
        yield {"name": calls, "uid": tag}
        place = {"pos": [worn.at_m, 0.0, 0.0], "battery": battery(worn), "time": now // 1000}
        yield {"name": "Pos", "uid": tag, "data": place}
        if TagFlag.BUTTON in worn.flags:
            yield {"name": "Ack", "uid": tag, "data": {"reqId": "CallAck"}}


def pozyx(seen: Seen, now: Micros, _seq: int) -> list[object]:
    """Millimetres and seconds; such tags have neither buttons nor a battery to tell of."""
    return [
        [
            {
                "tagId": tag, "timestamp": now / SECOND, "success": True,
                "data": {"coordinates": {"x": worn.at_m * 1000, "y": 0, "z": 0}},
            }
            for tag, worn in seen.items()
        ]
    ]  # fmt: skip


def omlox(seen: Seen, now: Micros, _seq: int) -> list[object]:
    """A location each, as GeoJSON has it."""
    return [
        {
            "provider_id": tag, "source": "R1", "crs": "local", "accuracy": 0.3,
            "timestamp_generated": written(now).isoformat(),
            "position": {"type": "Point", "coordinates": [worn.at_m, 0.0, 0.0]},
            "properties": {
                "sos": TagFlag.SOS in worn.flags, "button": TagFlag.BUTTON in worn.flags,
                "battery": battery(worn),
            },
        }
        for tag, worn in seen.items()
    ]  # fmt: skip


# --- files ----------------------------------------------------------------------------------------


@dataclass
class Host:
    """An installed system that writes its personnel files."""

    mine: Mine
    home: Path
    looker: Looker[Brought]
    watch: HostWatch
    inbox: Inbox
    book: FindingBook
    clock: HandClock
    name: str = "KJ"

    async def says(self, seen: Seen) -> None:
        self.clock.turn(30)
        at = f"{written(self.clock.now()):%Y-%m-%d %H:%M:%S}"
        calls = [tag for tag, worn in seen.items() if TagFlag.SOS in worn.flags]
        self._write("JZXX", ["R1;0"])
        self._write("RYQJ", [f"{tag};R1;{at};X" for tag in calls])
        self._write("RYSS", [f"{tag};R1;{at}" for tag in seen])
        await self.watch.look(self.looker)

    async def spoils(self) -> None:
        self.clock.turn(30)
        self._write("RYSS", ["101"])
        await self.watch.look(self.looker)

    def _write(self, kind: str, records: Sequence[str]) -> None:
        when = written(self.clock.now())
        body = "~\r\n".join([f"{when:%Y-%m-%d %H:%M:%S};{len(records)}", *records, "||"])
        (self.home / f"510123_{kind}_{when:%Y%m%d%H%M%S}.TXT").write_text(body)


@asynccontextmanager
async def in_files(home: Path) -> AsyncIterator[Device]:
    """A host and the eye on its folder."""
    mine = mine_with(kj_hosts=(KjHost("KJ", NO, str(home), "510123", 30.0),))
    inbox, book, clock, looker = Inbox(), FindingBook(), HandClock(), Looker[Brought]("look")
    watch = HostWatch(mine, Roadways(mine), mine.kj_hosts[0], inbox, clock, book, Notes())
    try:
        yield Host(mine, home, looker, watch, inbox, book, clock)
    finally:
        looker.close()


# --- the table ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Face:
    """A dialect in which places come."""

    frames: Frames | None
    wordless: TagFlag = NO_NEWS
    """What its tags cannot say."""
    units: tuple[str, str] = ("m", "ms")
    spoilt: str = ""
    """Whose garbage it is, besides its own name."""

    @property
    def seen(self) -> dict[str, Worn]:
        """Who is where, with the news that can be told."""
        worn = ONE_OF_EVERYTHING.items()
        return {tag: replace(w, flags=w.flags & ~self.wordless) for tag, w in worn}

    @asynccontextmanager
    async def open(self, dialect: str, home: Path) -> AsyncIterator[Device]:
        """A device and its source, until the context is left."""
        if self.frames is None:
            async with in_files(home) as device:
                yield device
            return
        station = BaseStation("BS1", NO, "mqtt", "t", "", "", dialect, *self.units)
        yield Station(mine_with(station), self.frames)


FACES: Mapping[str, Face] = {
    "ranges": Face(ranges),
    "kj": Face(kj, TagFlag.BUTTON),
    "nooploop": Face(nooploop),
    "pozyx": Face(pozyx, TagFlag.SOS | TagFlag.BUTTON | TagFlag.LOW_BATTERY, ("mm", "s")),
    "omlox": Face(omlox, units=("m", "auto")),
    "kj_files": Face(None, TagFlag.BUTTON | TagFlag.LOW_BATTERY, spoilt="/RYSS"),
}


def last(device: Device) -> dict[str, dict[str, Any]]:
    """Of each tag: where it was last, and all that it has said."""
    told: dict[str, dict[str, Any]] = {}
    for row in device.inbox.sightings():
        if row[0] >= 0:
            one = told.setdefault(device.mine.people[row[0]].tag, {"flags": NO_NEWS})
            one["flags"] |= TagFlag(row[9])
            if row[2] >= 0:
                one |= {"reader": row[1], "at_m": row[3], "error_m": row[8], "quality": row[10]}
    return told
