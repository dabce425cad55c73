"""Messages of positioning systems, by the table of their dialect, as sightings. Pure but for units.

What one tag's part of a message lacks costs that tag alone. What a device does not know (its
units, whether its wearer still calls) is held in `Memory` from message to message.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from minesafe.model.frame import TagFlag
from minesafe.model.mine import BaseStation, Mine, Reader
from minesafe.model.quality import Quality
from minesafe.model.time import SECOND, Micros
from minesafe.sources.positioning.dialects import TABLE, Dialect, Gets, Says, follow
from minesafe.sources.positioning.ranges import Roadways
from minesafe.sources.positioning.sightings import LOW_BATTERY, NOBODY, Sighted
from minesafe.sources.positioning.snap import Snapper, Spot
from minesafe.sources.positioning.units import METRES, Units
from minesafe.sources.wire import Unreadable, document, plain

GOOD, OUT_OF_RANGE = int(Quality.GOOD), int(Quality.OUT_OF_RANGE)
SOS, BUTTON, LOW = (int(f) for f in (TagFlag.SOS, TagFlag.BUTTON, TagFlag.LOW_BATTERY))

MOST_TAGS = 10_000
"""In one message; a mine has fewer."""

PLACELESS = (-1, math.nan, -1, math.nan, math.nan, math.nan, math.inf)
"""The columns of a place nobody knows."""

ABOUT_M = 20.0
"""Places of a roadway nearer together than this have the same nearest reader."""

LIVES_EVERY: Micros = SECOND
"""How often a station's messages are taken as news of its readers."""

_REQUEST, _ANSWER = follow(("data", "reqId")), "CallAck"
"""What a tag's `Ack` is about, and the word when its wearer has pressed the button."""


@dataclass(slots=True)
class Memory:
    """What a station's messages leave behind."""

    calling: set[str] = field(default_factory=set)
    """Tags whose wearers call for help and have not said that they do no more."""
    low: set[str] = field(default_factory=set)
    """Tags whose battery was low when it was told last."""
    lived: Micros = 0


class SpotMap:
    """Decodes one station's messages.

    Args:
        mine: the revision in force.
        roadways: its graph, for where readers hang.
        snapper: its roadways, for coordinates; shared by all stations.
        station: whose dialect, floors and coordinates.
    """

    def __init__(
        self, mine: Mine, roadways: Roadways, snapper: Snapper, station: BaseStation
    ) -> None:
        self._dialect: Dialect = TABLE[station.dialect]
        self._get = Gets.of(self._dialect)
        self._station = station
        self._tags = mine.tag_row
        self._snapper = snapper
        self._readers: list[tuple[int, Reader, tuple[Any, ...]]] = [
            (row, r, _columns(roadways, r))
            for row, r in enumerate(mine.readers)
            if r.station == station.id
        ]
        self._by_code = {r.code or r.id: i for i, (_, r, _) in enumerate(self._readers)}
        self._levels = {floor: mine.level_row[level] for floor, level in station.floors}
        self._turn = (
            math.cos(math.radians(station.turn_deg)),
            math.sin(math.radians(station.turn_deg)),
        )
        self._nearest: dict[tuple[int, int], int] = {}
        zone = ZoneInfo(mine.server.timezone)
        self.memory = Memory()
        self.units = Units(
            station.length, station.time, self._dialect.metres, self._dialect.clock, zone
        )

    def decode(self, line: bytes, received: Micros) -> Sighted:
        """Read one message.

        Raises:
            Unreadable: nothing of it can be used.
        """
        said = document(line)
        items = said if isinstance(said, list) else [said]
        if len(items) > MOST_TAGS:
            raise Unreadable(f"{len(items)} items in a message")
        sighted = Sighted(0, 0, [], [], [], [])
        for item in items:
            if isinstance(item, dict):
                self._item(item, received, sighted)
            else:
                sighted.garbled.append("an item that is no object")
        if items and len(sighted.garbled) == len(items) and not sighted.rows:
            raise Unreadable(sighted.garbled[0])
        self._live(received, sighted)
        return sighted

    def _item(self, item: Mapping[str, Any], received: Micros, sighted: Sighted) -> None:
        at, wrong = self.units.moments.at(self._get.time(item), received)
        if wrong:
            sighted.garbled.append(wrong)
        if self._dialect.names and self._says(item) is Says.NOTHING:
            return  # about the system or an anchor: a sign of life, and nobody's place
        if self._dialect.at_reader:
            self._heard(item, (at, received), sighted)
            return
        tag = self._tag(self._get.tag(item), sighted)
        if tag is not None:
            self._placed(item, tag, (at, received), sighted)

    def _tag(self, raw: Any, sighted: Sighted) -> tuple[str, int] | None:
        """A tag's number and its wearer's row."""
        if isinstance(raw, bool) or not isinstance(raw, str | int):
            sighted.garbled.append("no tag")
            return None
        tag = str(raw) if isinstance(raw, str) or abs(raw) < 10**20 else ""
        if tag not in self._tags:
            sighted.unknown_tags.append(plain(tag))
            return None
        return tag, self._tags[tag]

    # --- coordinates ------------------------------------------------------------------------

    def _placed(
        self,
        item: Mapping[str, Any],
        tag: tuple[str, int],
        times: tuple[Micros, Micros],
        sighted: Sighted,
    ) -> None:
        dialect, says = self._dialect, self._says(item)
        flags = self._flags(item, tag[0], says)
        wanted = says is Says.PLACE and dialect.placed(item)
        place, spot = self._place(item, sighted) if wanted else (PLACELESS, None)
        reader = self._reader(self._get.reader(item), spot)
        if reader is None:
            sighted.unknown_readers.append(plain(str(self._get.reader(item))))
            return
        quality = OUT_OF_RANGE if wanted and spot is None else GOOD
        sighted.rows.append((tag[1], reader, *place, flags, quality, *times))

    def _says(self, item: Mapping[str, Any]) -> Says:
        if not self._dialect.names:
            return Says.PLACE
        name = self._get.name(item)
        says = self._dialect.names.get(name) if isinstance(name, str) else None
        if says is Says.ANSWERS and _REQUEST(item) != _ANSWER:
            return Says.LIVES  # the tag's own receipt for something else
        return says or Says.NOTHING

    def _place(
        self, item: Mapping[str, Any], sighted: Sighted
    ) -> tuple[tuple[Any, ...], Spot | None]:
        get = self._get
        x, y, z = _number(get.x(item)), _number(get.y(item)), _number(get.z(item))
        if x is None or y is None:
            sighted.garbled.append("a place without x and y")
            return PLACELESS, None
        error = _number(get.error(item))
        own = error if error is not None and error >= 0 else self._error()
        floor = get.floor(item)
        level = self._levels.get(str(floor)) if floor is not None else None
        at, spot = self._snapped((x, y, z), own, level)
        if spot is None:
            return PLACELESS, None
        up = spot.foot[2] if at[2] is None else at[2]
        where = (spot.roadway, spot.chainage, spot.level, at[0], at[1], up, spot.error)
        return where, spot

    def _snapped(
        self, raw: tuple[float, float, float | None], error: float, level: int | None
    ) -> tuple[tuple[float, float, float | None], Spot | None]:
        """The place in metres of the mine's survey.

        Until the unit is found out it is that of the maker's paper: near the origin a place
        that is wrong in metres may be one in millimetres.
        """
        held = self.units.metres
        fits = {}
        for word in (held.word,) if held.decided else METRES:
            at = self._surveyed(raw, METRES[word])
            spot = self._snapper.snap(*at, error, level)
            if spot is not None:
                fits[word] = (at, spot)
        if len(fits) == 1:
            held.vote(next(iter(fits)))
        return fits.get(held.word, (raw, None))

    def _surveyed(
        self, raw: tuple[float, float, float | None], scale: float
    ) -> tuple[float, float, float | None]:
        """Turned about the origin of the station's own coordinates, and moved to it."""
        (cos, sin), (ox, oy, oz) = self._turn, self._station.origin
        x, y, z = raw[0] * scale, raw[1] * scale, raw[2]
        up = None if z is None else oz + z * scale
        return ox + cos * x - sin * y, oy + sin * x + cos * y, up

    def _error(self) -> float:
        """Of a system that does not tell its own: its readers'."""
        return max((r.error_m for _, r, _ in self._readers), default=0.0)

    def _reader(self, code: Any, spot: Spot | None) -> int | None:
        """The row of the reader that heard it: the named one, else the nearest of the station.

        A system that names its anchors may have more of them than the mine has readers listed.
        """
        named = self._by_code.get(str(code)) if isinstance(code, str | int) else None
        if named is not None:
            return self._readers[named][0]
        if spot is None:
            return self._readers[0][0] if self._readers else None
        about = (spot.roadway, int(spot.chainage // ABOUT_M))
        if about not in self._nearest and self._readers:
            away = [(math.dist(spot.foot, home[3:6]), row) for row, _, home in self._readers]
            self._nearest[about] = min(away)[1]
        return self._nearest.get(about)

    # --- cards at a reader ----------------------------------------------------------------------

    def _heard(
        self, item: Mapping[str, Any], times: tuple[Micros, Micros], sighted: Sighted
    ) -> None:
        """Each card of one reader; a card of 0 is an empty place of the list."""
        code = self._get.reader(item)
        named = self._by_code.get(str(code)) if isinstance(code, str | int) else None
        if named is None:
            sighted.unknown_readers.append(plain(str(code)))
            return
        row, reader, home = self._readers[named]
        sighted.rows.append((NOBODY, row, *home, 0, GOOD, *times))
        where = (*home[:6], max(reader.range_m, home[6]))
        for card, calls, battery in _side_by_side(item, self._get, sighted):
            tag = self._tag(card, sighted)
            if tag is not None:
                flags = bool(calls) * SOS | self._battery(tag[0], battery)
                sighted.rows.append((tag[1], row, *where, flags, GOOD, *times))

    # --- what is remembered ---------------------------------------------------------------------

    def _flags(self, item: Mapping[str, Any], tag: str, says: Says) -> int:
        """What the wearer and the battery say; a call holds until it is taken back."""
        calling, told = self.memory.calling, self._get.sos(item)
        if says is Says.CALLS or told is True:
            calling.add(tag)
        elif says is Says.CALLS_NO_MORE or told is False:
            calling.discard(tag)
        pressed = says is Says.ANSWERS or self._get.button(item) is True
        battery = self._battery(tag, _number(self._get.battery(item)))
        return (tag in calling) * SOS | pressed * BUTTON | battery

    def _battery(self, tag: str, percent: float | None) -> int:
        """0 % is not told: a tag without a battery tells nothing."""
        if percent is not None and percent > 0:
            (self.memory.low.add if percent < LOW_BATTERY else self.memory.low.discard)(tag)
        return (tag in self.memory.low) * LOW

    def _live(self, received: Micros, sighted: Sighted) -> None:
        """These systems have no heartbeat of a reader: a message is one of all its readers.

        Not of a dialect that names the reader whose message it is.
        """
        if self._dialect.at_reader or received - self.memory.lived < LIVES_EVERY:
            return
        self.memory.lived = received
        times = (received, received)
        homes = self._readers
        sighted.rows.extend((NOBODY, row, *home, 0, GOOD, *times) for row, _, home in homes)


def _columns(roadways: Roadways, reader: Reader) -> tuple[Any, ...]:
    """Where a reader hangs: roadway, chainage, level, x, y, z, error."""
    place = roadways.place(reader, 0.0, 1)
    return (place.roadway, place.chainage, place.level, *place.xyz, place.error)


def _number(raw: Any) -> float | None:
    """A finite number, also one that is written as text."""
    if type(raw) is float and -1e15 < raw < 1e15:
        return raw
    if isinstance(raw, str) and len(raw) <= 40:
        try:
            raw = float(raw)
        except ValueError:
            return None
    if isinstance(raw, bool) or not isinstance(raw, int | float) or abs(raw) > 1e15:
        return None
    return float(raw) if math.isfinite(raw) else None


def _listed(raw: Any) -> Sequence[Any]:
    if raw is None:
        return ()
    return raw if isinstance(raw, list) else (raw,)


def _side_by_side(
    item: Mapping[str, Any], get: Gets, sighted: Sighted
) -> Iterator[tuple[Any, float | None, float | None]]:
    """Card, whether it calls, battery; lists of other lengths are told, and the cards are used."""
    cards = _listed(get.tag(item))[:MOST_TAGS]
    beside = [_listed(column(item)) for column in (get.sos, get.battery)]
    if any(column and len(column) != len(cards) for column in beside):
        sighted.garbled.append("lists of cards and of what is about them differ in length")
    for i, card in enumerate(cards):
        calls, battery = (_number(c[i]) if i < len(c) else None for c in beside)
        if card is not None and _number(card) != 0:
            yield card, calls, battery
