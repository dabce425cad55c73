"""JSON of any shape, read by a mapping of the configuration (docs/add-a-device.md). Pure."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from minesafe.config.gateways import NONE, TEMPLATE, said
from minesafe.config.topics import KEY, PART
from minesafe.links.stream.known import Known
from minesafe.links.stream.packets import RETAINED, Publish
from minesafe.links.stream.train import Train
from minesafe.model.mine import Shape, TimeUnit
from minesafe.model.quality import Quality
from minesafe.model.time import MINUTE, Micros
from minesafe.model.units import SAME, Line, between
from minesafe.sources.mqtt.bulk import LEAST, Bulk
from minesafe.sources.mqtt.paths import MISSING, Getter, getter
from minesafe.sources.mqtt.points import PointTable, Spot
from minesafe.sources.mqtt.rows import Columns, Rows
from minesafe.sources.mqtt.scanner import Scanner
from minesafe.sources.mqtt.told import Told
from minesafe.sources.wire import LONGEST_NAME, Unreadable, document, plain

MOST_POINTS = 10_000
"""Of one message; what is beyond is told and passed over."""

MOST_TOPICS = 65_536
"""Whose point is remembered."""

RETAINED_S: Micros = MINUTE
"""A message kept by the broker is news where its own time is no older than that."""

_SCALE = {TimeUnit.S: 1_000_000, TimeUnit.MS: 1_000, TimeUnit.US: 1}
_LATEST: Micros = 2**53
"""Year 2255; beyond it a time is none."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)

_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_TRUTHS = ("true", "false")

_GOOD = int(Quality.GOOD)
_FAULT = int(Quality.FAULT)
_CLOCK = int(Quality.CLOCK)

Name = Callable[[dict[str, str], str, Any], str | None]
"""From the parts of the topic, the key of the object and the point's part of the document."""


class ShapeReader:
    """Reads messages of one gateway.

    Args:
        shape: the mapping.
        topic: with its {parts}.
        table: the points it may report.
        zone: in which a time without an offset is meant.
        known: the topics of the link, and the loops for them.
    """

    def __init__(
        self, shape: Shape, topic: str, table: PointTable, zone: ZoneInfo, known: Known
    ) -> None:
        self._table, self._zone = table, zone
        levels = [PART.fullmatch(level) for level in topic.split("/")]
        self._parts = [(i, found[1]) for i, found in enumerate(levels) if found]
        self._template = TEMPLATE.split(shape.point)
        words, named = self._template[1::2], {name for _, name in self._parts}
        self._by_topic = named.issuperset(words)
        self._name_paths = {word: getter(word[1:]) for word in words if word.startswith(".")}
        self._only = None
        """What finds the name, where the template is one path alone."""
        if self._template == ["", *words, ""]:
            self._only = self._name_paths.get(words[0])
        self._points = None if shape.points is None else getter(shape.points)
        self._value = getter(shape.value)
        flat = (shape.value, shape.quality, shape.time)
        self._flat = flat if shape.value and not any("." in path for path in flat) else None
        """Value, quality and time, where each is one key: then no path has to be walked."""
        self._time, self._time_unit = _optional(shape.time), shape.time_unit
        self._scale = _SCALE.get(shape.time_unit, 0)
        self._latest = _LATEST // self._scale if self._scale else -1
        self._unit, self._quality = _optional(shape.unit), _optional(shape.quality)
        self._said: dict[str | int, int]
        self._qualities = {word: int(quality) for word, quality in shape.qualities}
        self._said = {w: q for w, q in self._qualities.items() if w not in _TRUTHS}
        self._said |= {int(w): q for w, q in self._qualities.items() if _WHOLE.fullmatch(w)}
        self._numbers = dict(shape.numbers)
        self._spots: dict[bytes, Spot | None] = {}
        plain_shape = self._by_topic and Bulk.fits(shape)
        self._bulk = Bulk(shape, self._said, self._latest) if plain_shape else None
        self._scanner = None
        if self._by_topic and Scanner.fits(shape):
            self._scanner = Scanner(shape, self._said, self._scale, self._latest, known)

    def read_all(
        self, messages: Sequence[Publish], received: Micros, rows: Rows, told: Told
    ) -> None:
        """A gateway's part of a micro-batch: at once where all of it is plain, else one by one.

        Of a train the loop reads what is plain, and nothing of it waits for a message that is not.
        """
        scanner = self._scanner
        if isinstance(messages, Train) and scanner is not None and scanner.ready:
            for part in scanner.read(messages, received):
                if isinstance(part, Columns):
                    rows.add_columns(part)
                else:
                    self.read(part, received, rows, told)
            return
        bulk = self._bulk
        if (
            bulk is None
            or len(messages) < LEAST
            or not bulk.read(messages, self._spots, received, rows)
        ):
            for message in messages:
                self.read(message, received, rows, told)

    def read(self, published: Publish, received: Micros, rows: Rows, told: Told) -> None:
        """Add what a message holds to `rows`, and what is wrong with it to `told`."""
        try:
            whole = _document(published)
            if published.flags & RETAINED and not self._is_news(whole, received):
                return
            if self._points is None:
                self._one(published.topic, whole, received, rows, told)
            else:
                self._many(published.topic, whole, received, rows, told)
        except Unreadable as error:
            told.garbled[self._table.gateway] = str(error)

    def _is_news(self, whole: Any, received: Micros) -> bool:
        """Without a time of its own, what the broker kept may be of any age."""
        at = None if self._time is None else self._moment(self._time(whole))
        return at is not None and received - at <= RETAINED_S

    # --- which point -------------------------------------------------------------------------

    def _one(self, topic: bytes, whole: Any, received: Micros, rows: Rows, told: Told) -> None:
        spot = self._spots.get(topic) if self._by_topic else None
        if spot is None:
            spot = self._found(self._named(topic, "", whole), told)
            if spot is None:
                return
            if self._by_topic and len(self._spots) < MOST_TOPICS:
                self._spots[topic] = spot
                if self._scanner is not None:
                    self._scanner.learn(topic, spot)
        self._take(spot, whole, whole, received, rows, told)

    def _many(self, topic: bytes, whole: Any, received: Micros, rows: Rows, told: Told) -> None:
        assert self._points is not None
        named = self._named_parts(topic)
        for count, (key, part) in enumerate(_items(self._points(whole))):
            if count >= MOST_POINTS:
                raise Unreadable(f"more than {MOST_POINTS} points in one message")
            spot = self._found(self._name(named, key, part), told)
            if spot is not None:
                self._take(spot, part, whole, received, rows, told)

    def _found(self, name: str | None, told: Told) -> Spot | None:
        if name is None:
            told.garbled[self._table.gateway] = "a reading without a point"
            return None
        spot = self._table.spots.get(name)
        if spot is None:
            told.stranger(name[:LONGEST_NAME])
        return spot

    def _named(self, topic: bytes, key: str, part: Any) -> str | None:
        return self._name(self._named_parts(topic), key, part)

    def _named_parts(self, topic: bytes) -> dict[str, str]:
        levels = topic.decode().split("/")
        return {name: levels[i] for i, name in self._parts}

    def _name(self, named: dict[str, str], key: str, part: Any) -> str | None:
        """The template filled; None where the document does not say what belongs there."""
        if self._only is not None:
            found = self._only(part)
            if found.__class__ is str:
                return found
        out = list(self._template)
        for i in range(1, len(out), 2):
            word = out[i]
            if word in self._name_paths:
                found = self._name_paths[word](part)
                if not isinstance(found, str | int) or isinstance(found, bool):
                    return None
                out[i] = found if isinstance(found, str) else shown(found)
            else:
                out[i] = key if word == KEY else named[word]
        return "".join(out)

    # --- what is said of it ----------------------------------------------------------------------

    def _take(
        self, spot: Spot, part: Any, whole: Any, received: Micros, rows: Rows, told: Told
    ) -> None:
        """One reading. What nearly every one is like is decided here, without a call."""
        row, line = spot.row, spot.line
        flat = self._flat if part.__class__ is dict else None
        value = self._value(part) if flat is None else part.get(flat[0], MISSING)
        if value.__class__ is not float and not (value.__class__ is int and abs(value) < _LONG):
            value = self._number(value, spot, told)
        if self._unit is not None:
            line = self._line(self._of(self._unit, part, whole), spot, told)
        quality, at = _GOOD, received
        if self._quality is not None:
            raw = self._quality(part) if flat is None else part.get(flat[1], MISSING)
            found = self._said.get(raw) if raw.__class__ is int or raw.__class__ is str else None
            quality = self._judged(part, whole, spot, told) if found is None else found
        if self._time is not None:
            raw = self._time(part) if flat is None else part.get(flat[2], MISSING)
            if raw.__class__ is int and 0 <= raw <= self._latest:
                at = raw * self._scale
            else:
                at, quality = self._sampled(part, whole, spot, received, quality, told)
        if line is not SAME:
            value = value * line.factor + line.offset
        rows.add((row, value, quality, at, received))

    @staticmethod
    def _of(path: Getter, part: Any, whole: Any) -> Any:
        """Said of the point itself, or of all points of the message."""
        found = path(part)
        return path(whole) if found is MISSING and part is not whole else found

    def _number(self, raw: Any, spot: Spot, told: Told) -> float:
        """A value that is no JSON number; NaN, told where it is not meant for one."""
        word = said(raw) if isinstance(raw, str | bool) else ""
        if word in self._numbers:
            return self._numbers[word]
        if isinstance(raw, bool):
            return float(raw)
        if isinstance(raw, str) and len(raw) < LONGEST_NAME and _NUMBER.fullmatch(raw.strip()):
            return float(raw)
        if raw is not None:
            told.garbled[spot.ident] = f"no number: {shown(raw)}"
        return math.nan

    def _line(self, raw: Any, spot: Spot, told: Told) -> Line:
        """A unit that is not said is the one that was configured."""
        if raw is MISSING or raw is None:
            return spot.line
        line = between(raw, spot.unit) if isinstance(raw, str) else None
        if line is None:
            what = f"unit {shown(raw)} cannot be turned into {spot.unit}"
            told.garbled[spot.ident] = what
            return Line(math.nan)
        return line

    def _judged(self, part: Any, whole: Any, spot: Spot, told: Told) -> int:
        assert self._quality is not None
        raw = self._of(self._quality, part, whole)
        found = self._qualities.get(NONE if raw is MISSING else word_of(raw))
        if found is None:
            told.garbled[spot.ident] = f"quality {shown(raw)!r} is in no list"
            return _FAULT
        return found

    def _sampled(
        self, part: Any, whole: Any, spot: Spot, received: Micros, quality: int, told: Told
    ) -> tuple[Micros, int]:
        """When, and how good it is for that; without a time of its own it is that of receipt."""
        assert self._time is not None
        raw = self._of(self._time, part, whole)
        if raw is MISSING or raw is None:
            return received, quality
        at = self._moment(raw)
        if at is None:
            told.garbled[spot.ident] = f"no time: {shown(raw)}"
            return received, _CLOCK if quality == _GOOD else quality
        return at, quality

    def _moment(self, raw: Any) -> Micros | None:
        if self._scale:
            if isinstance(raw, str) and len(raw) < LONGEST_NAME and _NUMBER.fullmatch(raw):
                raw = float(raw) if "." in raw else int(raw)
            if raw.__class__ is int:
                at = raw * self._scale
            elif raw.__class__ is float and math.isfinite(raw):
                at = round(raw * self._scale)
            else:
                return None
        else:
            at = self._written(raw)
        return at if 0 <= at <= _LATEST else None

    def _written(self, raw: Any) -> Micros:
        try:
            moment = datetime.fromisoformat(raw)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self._zone)
            return round(moment.timestamp() * 1_000_000)
        except (ValueError, TypeError, OverflowError):
            return -1


_LONG = 1 << 64


def word_of(raw: Any) -> str:
    """A scalar as the lists of a mapping hold it; nothing else is a word."""
    if isinstance(raw, int) and not -_LONG < raw < _LONG:
        return "?"
    return said(raw) if raw is None or isinstance(raw, str | int | float) else "?"


def shown(raw: Any) -> str:
    """Something of a document, fit to be told; never all of one that goes on without end."""
    if raw is MISSING or isinstance(raw, list | dict):
        return "nothing" if raw is MISSING else f"a {type(raw).__name__}"
    if isinstance(raw, int) and not -_LONG < raw < _LONG:
        return "a number without end"
    return plain(str(raw))


def _optional(path: str) -> Getter | None:
    return getter(path) if path else None


def _document(published: Publish) -> Any:
    """As `wire.document`; its quick way without a call."""
    if published.cut:
        raise Unreadable(f"{published.cut} bytes is too long")
    if len(published.payload) < 4096:
        try:
            return _decode(published.payload)
        except (ValueError, RecursionError):
            pass
    return document(published.payload)


_decode = msgspec.json.Decoder().decode


def _items(points: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(points, dict):
        yield from points.items()
    elif isinstance(points, list):
        yield from (("", part) for part in points)
    else:
        raise Unreadable("no list or object of points where one should be")
