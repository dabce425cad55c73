"""The words of `[[faults]]`: what each may be laid on, and what its amount means."""

import difflib
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from device_sims.errors import ScenarioUnknown
from device_sims.mine import Mine, Zone

Found: TypeAlias = tuple[str, ...]


class FaultSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something fails, as a scenario file says it."""

    kind: str
    """A word of the table below."""
    on: str | tuple[str, ...] = ""
    """An id, or a kind: then the first of it; or several. Empty: the only one, or the first."""
    from_s: float = 0.0
    until_s: float | None = None
    """Mine seconds since the beginning; None: to the end."""
    amount: float | None = None
    """How much, in the word's own unit; None: as the table says."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something fails at known places for a known time."""

    kind: str
    on: Found
    """Ids of points, readers, devices or links."""
    from_s: float
    until_s: float
    amount: float

    def acts(self, elapsed_s: float) -> bool:
        """Whether it does, so many mine seconds after the beginning."""
        return self.from_s <= elapsed_s < self.until_s


def _points(mine: Mine, on: str) -> Found:
    return tuple(p.id for p in mine.points if on in (p.id, p.kind))[:1]


def _analogue(mine: Mine, on: str) -> Found:
    return tuple(p for p in _points(mine, on) if not _is_switch(mine, p))


def _is_switch(mine: Mine, point: str) -> bool:
    return any(p.id == point and mine.kind[p.kind].states for p in mine.points)


def _covered(mine: Mine, on: str) -> Found:
    """The points of a zone, or one point."""
    zone = _zone(mine, on)
    if zone is None:
        return _points(mine, on)
    return tuple(p.id for p in mine.points if within(zone, p.roadway, p.chainage_m))


def _readers(mine: Mine, on: str) -> Found:
    readers = [r.id for r in mine.readers]
    return tuple(readers[:1]) if on == "reader" else tuple(r for r in readers if r == on)


def _zones(mine: Mine, on: str) -> Found:
    zone = _zone(mine, on)
    return () if zone is None else (zone.id,)


def _zone(mine: Mine, on: str) -> Zone | None:
    return next((z for z in mine.zones if on in (z.id, z.kind)), None)


def within(zone: Zone, roadway: str, chainage_m: float) -> bool:
    """Whether a place lies in a zone."""
    return any(i.roadway == roadway and i.from_m <= chainage_m <= i.to_m for i in zone.intervals)


def _devices(family: str) -> Callable[[Mine, str], Found]:
    def found(mine: Mine, on: str) -> Found:
        ids: list[str] = [d.id for d in getattr(mine, f"{family}s")]
        return tuple(ids[:1]) if on == family else tuple(i for i in ids if i == on)

    return found


_substations, _gateways, _stations = (_devices(f) for f in ("substation", "gateway", "station"))


def _terminals(mine: Mine, on: str) -> Found:
    of_kind = tuple(t.id for t in mine.terminals if t.kind == on)
    return _devices("terminal")(mine, on) or of_kind[:1]


def _clocks(mine: Mine, on: str) -> Found:
    """Substations have none: no register map carries a time."""
    return _gateways(mine, on) or _stations(mine, on)


def _only(name: str) -> Callable[[Mine, str], Found]:
    return lambda _mine, on: (name,) if on == name else ()


SPEAKERS = tuple(
    _devices(f) for f in ("gateway", "station", "terminal", "broadcaster", "telephone")
)


def _links(mine: Mine, on: str) -> Found:
    if on in ("broker", "host"):
        return (on,)
    return next((i for find in (_substations, *SPEAKERS) if (i := find(mine, on))), ())


def _numbered(mine: Mine, on: str) -> Found:
    """Substations on Modbus TCP: serial frames have no transaction ids."""
    tcp = {s.id for s in mine.substations if s.framing == "tcp"}
    return tuple(i for i in _substations(mine, on) if i in tcp)


@dataclass(frozen=True, slots=True)
class Word:
    """One kind of fault."""

    where: Callable[[Mine, str], Found]
    places: str
    """What `on` may name."""
    amount: float = 0.0
    """Where the file gives none."""
    on: str = ""
    """What is meant where the file names nothing."""


POINT, NUMBERED = "a point or kind of point", "a substation on Modbus TCP"
TERMINAL = "a terminal or kind of terminal"
DEVICE = "a substation, gateway, station, terminal, broadcaster or telephone"
LINK = f"{DEVICE}, broker or host"

WORDS: dict[str, Word] = {
    # what a sensor says
    "stuck": Word(_points, POINT),
    "drifting": Word(_analogue, POINT, 0.02),  # share of its range an hour
    "scaled": Word(_analogue, POINT, 10.0),  # times
    "spiking": Word(_analogue, POINT, 2.0),  # the spike's height, in the point's unit
    "calibrating": Word(_analogue, POINT, 2.0),  # what the test gas reads, in the point's unit
    "balloon": Word(_covered, "a zone, kind of zone or point", 20.0),  # s, of its response
    # what a device says of time and tags
    "clock_off": Word(_clocks, "a gateway or station", 3600.0),  # s, ahead where positive
    "reader_dead": Word(_readers, "a reader"),
    "reader_noisy": Word(_readers, "a reader", 10.0),  # m, one standard deviation
    "power_cut": Word(_zones, "a zone or kind of zone", 7200.0),  # s, that batteries last
    "double_swipe": Word(_terminals, TERMINAL, 0.1, "terminal"),  # share of those who pass
    "tailgating": Word(_terminals, TERMINAL, 0.1, "terminal"),  # likewise
    "late_upload": Word(_terminals, TERMINAL, 1.0, "terminal"),  # all that was read waits
    # what becomes of a wire
    "substation_lost": Word(_substations, "a substation", on="substation"),
    "station_lost": Word(_stations, "a station", on="station"),
    "gateway_lost": Word(_gateways, "a gateway", on="gateway"),
    "broker_lost": Word(_only("broker"), "broker", on="broker"),
    "database_lost": Word(_only("database"), "database", on="database"),
    "drop": Word(_links, LINK, 0.3),  # share of what is said
    "delay": Word(_links, LINK, 0.3),  # s, real ones: sockets live in real time
    "freeze": Word(_links, LINK),
    "half_open": Word(_links, LINK),
    "garbage": Word(_links, LINK, 1.0),  # share of what is said
    "trickle": Word(_links, LINK, 0.04),  # s between bytes, real ones
    "close": Word(_links, LINK),
    "late_other_id": Word(_numbered, NUMBERED, 0.15),  # s late, real ones
    "tid_zero": Word(_numbered, NUMBERED),
    "short_reply": Word(_substations, "a substation"),
    "wrong_function": Word(_substations, "a substation", 4),  # the function it answers with
    "exception": Word(_substations, "a substation", 6),  # the code
    "double_reply": Word(_substations, "a substation"),
}


def placed(sources: Iterable[FaultSource], mine: Mine) -> tuple[Fault, ...]:
    """Each fault at its places in this mine.

    Raises:
        ScenarioUnknown: nobody knows the word, or the mine has no such place.
    """
    return tuple(_placed(source, mine) for source in sources)


def _placed(source: FaultSource, mine: Mine) -> Fault:
    word = WORDS.get(source.kind)
    if word is None:
        raise ScenarioUnknown(f"no fault is called {source.kind}{_nearest(source.kind)}")
    until_s = math.inf if source.until_s is None else source.until_s
    if not 0 <= source.from_s < until_s:
        raise ScenarioUnknown(f"{source.kind}: until_s must come after from_s, and from_s after 0")
    names = (source.on,) if isinstance(source.on, str) else source.on
    on = tuple(dict.fromkeys(i for n in names for i in _where(source.kind, word, n, mine)))
    amount = word.amount if source.amount is None else source.amount
    return Fault(source.kind, on, source.from_s, until_s, amount)


def _where(kind: str, word: Word, name: str, mine: Mine) -> Found:
    found = word.where(mine, name or word.on)
    if not found:
        raise ScenarioUnknown(f"{kind}: on was {name!r}, must name {word.places} of this mine")
    return found


def _nearest(kind: str, words: Sequence[str] = tuple(WORDS)) -> str:
    near = difflib.get_close_matches(kind, words, 1)
    return f"; the nearest is {near[0]}" if near else f", must be one of {', '.join(words)}"
