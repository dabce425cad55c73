"""One upload file as readings and sightings, by the table of its type. Pure but for who calls.

A sample of an event is used where it is news (`model.time`): a value of four minutes ago would be
judged as one of now. States are those of the header's time; whether that is news is asked outside.
"""

import math
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from minesafe.model.frame import TagFlag
from minesafe.model.mine import Kind, KjHost, Mine, Point, Reader
from minesafe.model.quality import Quality
from minesafe.model.time import NEWEST, OLDEST, Micros
from minesafe.sources.files.records import Record, Sheet, read
from minesafe.sources.files.tables import (
    LOST_ALARM,
    NO_VALUE,
    OPEN,
    SAMPLES,
    TABLES,
    Holds,
    Table,
)
from minesafe.sources.files.told import Told
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.sample import judged
from minesafe.sources.wire import Unreadable, plain

STATUS: Mapping[str, Quality] = {
    "0": Quality.GOOD,
    "1": Quality.GOOD,
    "2": Quality.GOOD,
    "3": Quality.CALIBRATING,
    "4": Quality.FAULT,
    "5": Quality.COMMS_LOST,
}
"""1 alarm and 2 cut-off say nothing of quality: whether a value is too high is judged here."""

LIMITS = ("alarm_high", "alarm_low", "cut_high", "restore_high", "cut_low", "restore_low")

NOBODY = -1

Fields = Mapping[str, str]


class HostMap:
    """Decodes one host's files.

    Args:
        mine: the revision in force.
        roadways: its graph, for where readers hang.
        host: whose files.
    """

    def __init__(self, mine: Mine, roadways: Roadways, host: KjHost) -> None:
        self._host = host
        self._zone: tzinfo = ZoneInfo(mine.server.timezone)
        rows = mine.points_of_device.get(host.id, ())
        self.points: dict[str, tuple[int, Point, Kind]] = {
            (p.code or p.id): (row, p, mine.kind[p.kind])
            for row, p in ((r, mine.points[r]) for r in rows)
        }
        self._tags, self._people = mine.tag_row, mine.people
        self._readers: dict[str, tuple[int, Reader, tuple[Any, ...]]] = {}
        for row, reader in enumerate(mine.readers):
            if reader.station == host.id:
                place = roadways.place(reader, 0.0, 1)
                home = (place.roadway, place.chainage, place.level, *place.xyz, place.error)
                self._readers[reader.code or reader.id] = (row, reader, home)
        self.calling: set[str] = set()
        """Tags of calls for help that have not ended."""

    def lost(self, now: Micros) -> Told:
        """Nothing is known of any point or reader of this host."""
        told, gone = Told(""), Quality.COMMS_LOST
        told.readings = [(row, math.nan, gone, now, now) for row, _, _ in self.points.values()]
        told.sightings = [
            (NOBODY, row, *home, 0, gone, now, now) for row, _, home in self._readers.values()
        ]
        return told

    def decode(self, kind: str, data: bytes, received: Micros) -> Told:
        """Read one file.

        Raises:
            Unreadable: it has no record at all.
        """
        sheet, table, told = read(data), TABLES[kind], Told(kind)
        if not sheet.header:
            raise Unreadable("no record in it")
        told.faults.extend(sheet.faults)
        told.at = _moment(sheet.header[0], self._zone)
        if told.at is None and table.holds is Holds.STATES:
            raise Unreadable(f"line 1: {plain(sheet.header[0])!r} is no time")
        for record in sheet.records:
            self._record(table, record, received, told)
        self._count(sheet, told)
        if table.holds is Holds.DEFINITIONS and not told.faults:
            self._missing(table, sheet, told)
        return told

    def _count(self, sheet: Sheet, told: Told) -> None:
        """Where the header says how many records there are, there are as many."""
        said = sheet.header[1] if len(sheet.header) > 1 else ""
        if said.isascii() and said.isdigit() and len(said) < 9 and int(said) != len(sheet.records):
            told.faults.append((1, f"says {int(said)} records and has {len(sheet.records)}"))

    def _record(self, table: Table, record: Record, received: Micros, told: Told) -> None:
        if len(record.fields) < table.least:
            told.faults.append((record.line, f"{len(record.fields)} fields, needs {table.least}"))
            return
        fields = dict(zip(table.fields, _unfused(table, record.fields), strict=False))
        if table.holds is Holds.JUDGEMENTS:
            return
        wrong = (self._about_people if table.people else self._about_point)(fields, received, told)
        if wrong:
            told.faults.append((record.line, wrong))

    # --- points -----------------------------------------------------------------------------

    def _about_point(self, fields: Fields, received: Micros, told: Told) -> str:
        known = self.points.get(fields["code"])
        if known is None:
            told.unknown_points.append(fields["code"])
            return ""
        row, point, kind = known
        holds = TABLES[told.kind].holds
        if holds is Holds.DEFINITIONS:
            told.differs[point.id] = _differs(fields, point, kind)
            return ""
        if holds is Holds.STATES:
            value, wrong = _value(fields["value"], kind)
            quality = STATUS.get(fields.get("status", "0"), Quality.FAULT)
            at = told.at or received
            told.readings.append((row, *judged(value, quality, kind), at, received))
            return wrong
        return self._event(fields, (row, kind), received, told)

    def _event(self, fields: Fields, point: tuple[int, Kind], received: Micros, told: Told) -> str:
        row, kind = point
        if fields.get("alarm") == LOST_ALARM:
            if fields.get("end", OPEN) == OPEN:
                told.readings.append((row, math.nan, Quality.COMMS_LOST, received, received))
            return ""
        for value_of, time_of in SAMPLES[told.kind]:
            word, when = fields.get(value_of, ""), fields.get(time_of, "")
            if not word or when in ("", OPEN):
                continue
            at = _moment(when, self._zone)
            if at is None:
                return f"{plain(when)!r} is no time"
            value, wrong = _value(word, kind)
            if wrong:
                return wrong
            if OLDEST <= at - received <= NEWEST:
                told.readings.append((row, *judged(value, Quality.GOOD, kind), at, received))
        return ""

    def _missing(self, table: Table, sheet: Sheet, told: Told) -> None:
        """What the configuration has of this host and a whole list of definitions has not."""
        listed = {record.fields[0] for record in sheet.records}
        if table.people:
            return
        for code, (_, point, _) in self.points.items():
            if code not in listed:
                told.differs[point.id] = "is not defined there"

    # --- people -----------------------------------------------------------------------------

    def _about_people(self, fields: Fields, received: Micros, told: Told) -> str:
        if told.kind == "RYXX":
            return self._named(fields, told)
        known = self._readers.get(fields["reader"])
        if known is None:
            told.unknown_points.append(fields["reader"])
            return ""
        row, reader, home = known
        at = told.at or received
        if told.kind == "JZXX":
            quality = Quality.GOOD if fields["status"] == "0" else Quality.COMMS_LOST
            told.sightings.append((NOBODY, row, *home, 0, quality, at, received))
            return ""
        card = fields["card"]
        if card not in self._tags:
            told.unknown_tags.append(card)
            return ""
        if told.kind == "RYQJ" and not OLDEST <= at - received <= NEWEST:
            return ""  # a call of yesterday that nobody ended
        if told.kind == "RYQJ":
            (self.calling.add if fields["end"] == OPEN else self.calling.discard)(card)
        elif fields.get("time"):
            seen = _moment(fields["time"], self._zone)
            if seen is None:
                return f"{plain(fields['time'])!r} is no time"
            at = seen
        where = (*home[:6], max(reader.range_m, home[6]))
        flags = (card in self.calling) * int(TagFlag.SOS)
        told.sightings.append((self._tags[card], row, *where, flags, Quality.GOOD, at, received))
        return ""

    def _named(self, fields: Fields, told: Told) -> str:
        """A card whose bearer is called otherwise there: somebody else may wear it."""
        card = fields["card"]
        if card not in self._tags:
            told.unknown_tags.append(card)
            return ""
        person = self._people[self._tags[card]]
        name = fields["name"]
        same = not name or name == person.name
        told.differs[person.id] = "" if same else f"card {card} is {plain(name)!r} there"
        return ""


def _unfused(table: Table, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Undo a known slip of writers: no `;` behind an alarm's end, so that two fields are one."""
    if "end" not in table.fields:
        return fields
    i = table.fields.index("end")
    word = fields[i] if i < len(fields) else ""
    cut = len(OPEN) if word.startswith(OPEN) else len("2026-03-01 08:00:00")
    if len(word) <= cut:
        return fields
    return (*fields[:i], word[:cut], word[cut:], *fields[i + 1 :])


def _value(word: str, kind: Kind) -> tuple[float, str]:
    """A number, or a state by its word; what stands for no value is none."""
    for value, name in kind.states:
        if word in (name.zh, name.en):
            return float(value), ""
    if word in ("", "-", "--"):
        return math.nan, ""
    try:
        number = float(word) if len(word) <= 32 else math.nan
    except ValueError:
        return math.nan, f"{plain(word)!r} is no value"
    return (math.nan if number in NO_VALUE else number), ""


def _differs(fields: Fields, point: Point, kind: Kind) -> str:
    """How a definition differs from ours, in words; empty where it does not."""
    words = []
    if fields.get("unit") and _unit(fields["unit"]) != _unit(kind.unit):
        words.append(f"unit {plain(fields['unit'])} there, {kind.unit} here")
    for key in LIMITS:
        told = fields.get(key, "")
        theirs, wrong = _value(told, kind) if told else (math.nan, "")
        ours = getattr(point.limits, key)
        if wrong or (told and not math.isfinite(theirs)):
            continue
        if told and ours is not None and not math.isclose(theirs, ours, abs_tol=1e-9):
            words.append(f"{key} {theirs:g} there, {ours:g} here{_looser(key, theirs, ours)}")
        elif told and ours is None:
            words.append(f"{key} {theirs:g} there, none here")
    return "; ".join(words)


_PLAIN = str.maketrans({"²": "2", "³": "3", "℃": "C", "°": None, "％": "%", " ": None})


def _unit(word: str) -> str:
    """A unit without what some writers' letters cannot say.

    >>> _unit("mg/m³") == _unit("mg/m3"), _unit("℃") == _unit("°C")
    (True, True)
    """
    return word.translate(_PLAIN).lower()


def _looser(key: str, theirs: float, ours: float) -> str:
    """Said of a limit at which the other system acts later than the configuration allows."""
    later = theirs > ours if key.endswith("_high") else theirs < ours
    return " (looser)" if later and not key.startswith("restore") else ""


def _moment(word: str, zone: tzinfo) -> Micros | None:
    """`2026-03-01 08:00:00`, with / as well, or `20260301080000`, on the mine's own clock.

    >>> utc = ZoneInfo("UTC")
    >>> _moment("2026-03-01 08:00:00", utc), _moment("20260301080000", utc)
    (1772352000000000, 1772352000000000)
    """
    digits = "".join(c for c in word[:23] if c.isascii() and c.isdigit())
    if len(word) > 23 or len(digits) < 14:
        return None
    try:
        moment = datetime.strptime(digits[:14], "%Y%m%d%H%M%S").replace(tzinfo=zone)
        return int(moment.timestamp()) * 1_000_000
    except (ValueError, OverflowError):
        return None
