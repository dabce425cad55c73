"""Gateways on the broker, and how each of them speaks."""

from dataclasses import dataclass
from enum import StrEnum

from minesafe.model.mine.names import Name
from minesafe.model.quality import Quality


class Dialect(StrEnum):
    """What a gateway publishes; docs/wire.md has the bytes of each."""

    MINESAFE = "minesafe"
    """Our own batched JSON."""
    JSON = "json"
    """Any JSON, by a mapping in the configuration (`Shape`)."""
    SPARKPLUG = "sparkplug"
    """Sparkplug B, as an edge node."""


class TimeUnit(StrEnum):
    """What a device's times count, or how they are written."""

    S = "s"
    MS = "ms"
    US = "us"
    ISO = "iso"
    """ISO 8601; without an offset it is the mine's wall clock."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where in a JSON document what is found. A path is keys and numbers parted by dots.

    What is said of one point is looked for in the point's own part of the document first, then in
    the whole document.
    """

    point: str
    """A template of its name: {part} of the topic, {key} of the object, {.path}."""
    value: str = ""
    """Path; empty: the part itself."""
    points: str | None = None
    """Path of the list or object of points; empty: the document; None: it is one point."""
    time: str = ""
    """Path; empty: stamped at receipt."""
    time_unit: TimeUnit = TimeUnit.MS
    unit: str = ""
    """Path of the unit's name; empty: that of the point's kind, or as the gateway's units say."""
    quality: str = ""
    """Path; empty: what it sends is good."""
    qualities: tuple[tuple[str, Quality], ...] = ()
    """What each of its words means; numbers are written as JSON writes them."""
    numbers: tuple[tuple[str, float], ...] = ()
    """Words of a value, such as ON."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Where a gateway says, by itself or by its last will, that it is gone."""

    topic: str
    path: str
    """Of the word in the JSON document; empty: the payload itself."""
    offline: tuple[str, ...]
    """Words for gone; any other is there."""


@dataclass(frozen=True, slots=True)
class EdgeNode:
    """A Sparkplug B edge node."""

    group: str
    edge: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """An MQTT gateway."""

    id: str
    name: Name
    topic: str
    """What it publishes on: one topic, or of dialect json one with {parts}; empty of an edge
    node, whose topics follow from its names."""
    user: str
    password: str
    dialect: Dialect = Dialect.MINESAFE
    shape: Shape | None = None
    """Of dialect json."""
    presence: Presence | None = None
    edge: EdgeNode | None = None
    """Of dialect sparkplug."""
    names: tuple[tuple[str, str], ...] = ()
    """(what it calls a point, the point's id); of others it uses the id."""
    units: tuple[tuple[str, str], ...] = ()
    """(kind, the unit it sends points of that kind in)."""
