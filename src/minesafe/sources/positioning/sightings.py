"""A base station's report (docs/wire.md), the same over TCP and MQTT. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from minesafe.model.frame import TagFlag
from minesafe.model.mine import BaseStation, Mine, Reader
from minesafe.model.quality import Quality
from minesafe.model.time import Micros
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.units import METRES, Units
from minesafe.sources.wire import LONGEST, Count, Unreadable, document, plain

LOW_BATTERY = 20
"""Percent; below it a tag is low."""

BEYOND = 2
"""So many times a reader's reach is no distance in metres."""

GOOD, OUT_OF_RANGE = int(Quality.GOOD), int(Quality.OUT_OF_RANGE)
SOS, BUTTON, LOW = (int(f) for f in (TagFlag.SOS, TagFlag.BUTTON, TagFlag.LOW_BATTERY))
"""Plain numbers: an enumeration costs more than all the rest of a range."""

NOBODY = -1
"""The tag of a row that says only that its reader lives."""


Moment = Annotated[float, msgspec.Meta(ge=0, le=2**53)]
"""As a device tells it: milliseconds, unless `units` finds otherwise."""


class _Range(msgspec.Struct):
    reader: str
    tag: str
    d: Annotated[float, msgspec.Meta(ge=0, le=1e6)]
    side: Literal[-1, 1]
    t: Moment | None = None
    sos: bool = False
    button: bool = False
    battery: float | None = None


class _Report(msgspec.Struct):
    station: str
    boot: Count
    seq: Count
    t: Moment
    ranges: list[Any] = []
    readers: list[str] = []


class _WellReport(_Report):
    """One whose ranges are all as they should be."""

    ranges: list[_Range] = []


_WELL = msgspec.json.Decoder(_WellReport)


@dataclass(frozen=True, slots=True)
class Sighted:
    """One report, decoded."""

    boot: int
    seq: int
    rows: list[tuple[Any, ...]]
    """As `Sightings.of` takes them."""
    garbled: list[str]
    unknown_readers: list[str]
    unknown_tags: list[str]


class StationMap:
    """What decoding one station's reports needs of the mine."""

    def __init__(self, mine: Mine, roadways: Roadways, station: BaseStation) -> None:
        self.station = station.id
        self._roadways = roadways
        self._tags = mine.tag_row
        self._readers: Mapping[str, tuple[int, Reader]] = {
            r.id: (row, r) for row, r in enumerate(mine.readers) if r.station == station.id
        }
        zone = ZoneInfo(mine.server.timezone)
        self.units = Units(station.length, station.time, "m", "ms", zone)
        self._lives = {name: self._at_home(*its) for name, its in self._readers.items()}

    def decode(self, line: bytes, received: Micros) -> Sighted:
        """Read one report.

        Raises:
            Unreadable: nothing of it can be used.
        """
        report = _report(line)
        if report.station != self.station:
            raise Unreadable(f"speaks for {plain(report.station)}")
        sighted = Sighted(report.boot, report.seq, [], [], [], [])
        times = (self._at(report.t, received, sighted), received)
        for item in report.ranges:
            self._range(item, times, sighted)
        for reader in report.readers:
            self._alive(reader, times, sighted)
        return sighted

    def _at(self, told: float, received: Micros, sighted: Sighted) -> Micros:
        at, wrong = self.units.moments.at(told, received)
        if wrong:
            sighted.garbled.append(wrong)
        return at

    def _range(self, item: Any, times: tuple[Micros, Micros], sighted: Sighted) -> None:
        try:
            seen = item if type(item) is _Range else msgspec.convert(item, _Range)
        except msgspec.ValidationError as error:
            sighted.garbled.append(str(error))
            return
        if seen.reader not in self._readers:
            sighted.unknown_readers.append(seen.reader)
        elif seen.tag not in self._tags:
            sighted.unknown_tags.append(seen.tag)
        else:
            if seen.t is not None:
                times = (self._at(seen.t, times[1], sighted), times[1])
            sighted.rows.append(self._row(self._tags[seen.tag], seen, times))

    def _row(self, tag: int, seen: _Range, times: tuple[Micros, Micros]) -> tuple[Any, ...]:
        row, reader = self._readers[seen.reader]
        d = self._metres(seen.d, reader.range_m)
        place = self._roadways.place(reader, min(d, reader.range_m), seen.side)
        quality = GOOD if d <= reader.range_m else OUT_OF_RANGE
        error = place.error + max(0.0, d - reader.range_m)
        where = (place.roadway, place.chainage, place.level, *place.xyz, error)
        return (tag, row, *where, _flags(seen), quality, *times)

    def _metres(self, d: float, reach_m: float) -> float:
        """A distance beyond any reach is one in millimetres; nearly all of a device's are."""
        held = self.units.metres
        if not held.decided:
            held.vote("mm" if d > BEYOND * reach_m else "m")
        return d * METRES[held.word]

    def _alive(self, name: str, times: tuple[Micros, Micros], sighted: Sighted) -> None:
        if name not in self._readers:
            sighted.unknown_readers.append(name)
            return
        sighted.rows.append((NOBODY, *self._lives[name], 0, GOOD, *times))

    def _at_home(self, row: int, reader: Reader) -> tuple[Any, ...]:
        """Where a reader hangs, as columns have it."""
        place = self._roadways.place(reader, 0.0, 1)
        return (row, place.roadway, place.chainage, place.level, *place.xyz, place.error)


def _report(line: bytes) -> _Report:
    """The report in a line; where a range of it is garbled, its ranges are still to be looked at.

    Nearly every report is well, and is read in one go.

    Raises:
        Unreadable: it is no report.
    """
    if len(line) <= LONGEST:
        try:
            return _WELL.decode(line)
        except (ValueError, RecursionError):
            pass  # by the patient way, which says what is wrong
    try:
        return msgspec.convert(document(line), _Report)
    except msgspec.ValidationError as error:
        raise Unreadable(str(error)) from error


def _flags(seen: _Range) -> int:
    low = seen.battery is not None and seen.battery < LOW_BATTERY
    return seen.sos * SOS | seen.button * BUTTON | low * LOW
