"""How each maker's messages are read: one row a dialect, saying where each thing stands in them.

A path leads through a JSON document by keys and places. What is not there is not told, and that
is no fault; what is there and cannot be meant is one. The shapes follow the makers' public pages
(docs/wire.md names them).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]

NOWHERE: Path = ()
"""A dialect does not tell it."""


class Says(Enum):
    """What a message is about."""

    PLACE = "place"
    CALLS = "calls"
    """The wearer calls for help, until he does no more."""
    CALLS_NO_MORE = "calls_no_more"
    ANSWERS = "answers"
    """He has heard our call and pressed the button."""
    LIVES = "lives"
    """Only that the tag is there."""
    NOTHING = "nothing"
    """Not about a tag: its system is there."""


Names: TypeAlias = Mapping[str, Says]


def always(_item: Any) -> bool:
    """Nothing to be told apart."""
    return True


@dataclass(frozen=True, slots=True)
class Dialect:
    """One maker's way to say where a tag is."""

    tag: Path
    time: Path
    clock: str
    """s · ms · ticks, by the maker's page; what comes decides, see `units`."""
    metres: str = "m"
    """m · mm, likewise."""
    xyz: tuple[Path, Path, Path] = (NOWHERE, NOWHERE, NOWHERE)
    error: Path = NOWHERE
    """How far off it may be, in metres whatever the unit of the place."""
    reader: Path = NOWHERE
    """Which of the station's readers heard it best."""
    floor: Path = NOWHERE
    """The maker's own word for the level."""
    sos: Path = NOWHERE
    button: Path = NOWHERE
    battery: Path = NOWHERE
    """Percent."""
    name: Path = NOWHERE
    names: Names = field(default_factory=lambda: MappingProxyType({}))
    """What the word at `name` says; any other is not about a tag. Without `name`: a place."""
    columns: bool = False
    """The tag and what is about it are lists side by side; a single one may stand alone."""
    at_reader: bool = False
    """It tells which reader hears a tag, and no coordinates: the tag is somewhere in its reach."""
    placed: Callable[[Any], bool] = always
    """Whether the item holds a place at all, by what it says of itself."""


def _succeeded(item: Any) -> bool:
    return item.get("success") is not False


def _local(item: Any) -> bool:
    """Coordinates of the mine's own system; degrees of the globe are none underground."""
    return bool(item.get("crs", "local") == "local")


TABLE: Mapping[str, Dialect] = {
    "kj": Dialect(
        tag=("card",),
        time=("time",),
        clock="s",
        reader=("devid",),
        sos=("emerge",),
        battery=("battary",),
        columns=True,
        at_reader=True,
    ),
    "nooploop": Dialect(
        tag=("uid",),
        time=("data", "time"),
        clock="ms",
        xyz=(("data", "pos", 0), ("data", "pos", 1), ("data", "pos", 2)),
        error=("data", "noiseRadius"),
        reader=("data", "rxAnchorSn"),
        floor=("data", "mapId"),
        battery=("data", "battery"),
        name=("name",),
        names={
            "Pos": Says.PLACE,
            "Call": Says.CALLS,
            "CancelCall": Says.CALLS_NO_MORE,
            "Ack": Says.ANSWERS,
        },
    ),
    "pozyx": Dialect(
        tag=("tagId",),
        time=("timestamp",),
        clock="s",
        metres="mm",
        xyz=(
            ("data", "coordinates", "x"),
            ("data", "coordinates", "y"),
            ("data", "coordinates", "z"),
        ),
        reader=("data", "anchorData", 0, "anchorId"),
        placed=_succeeded,
    ),
    "omlox": Dialect(
        tag=("provider_id",),
        time=("timestamp_generated",),
        clock="ms",
        xyz=(
            ("position", "coordinates", 0),
            ("position", "coordinates", 1),
            ("position", "coordinates", 2),
        ),
        error=("accuracy",),
        reader=("source",),
        floor=("floor",),
        sos=("properties", "sos"),
        button=("properties", "button"),
        battery=("properties", "battery"),
        placed=_local,
    ),
}
"""Besides these there is `ranges`, our own (sightings.py): reader, distance and side, numbered."""


Get: TypeAlias = Callable[[Any], Any]


def follow(path: Path) -> Get:
    """What stands at a path; None where nothing does. Made once, for it is asked of every tag.

    >>> follow(("data", "pos", 1))({"data": {"pos": [1, 2, 3]}})
    2
    """
    if not path:
        return lambda _item: None
    if len(path) == 1:
        (key,) = path
        return lambda item: item.get(key)
    *steps, last = path

    def get(item: Any) -> Any:
        try:
            for step in steps:
                item = item[step]
            return item[last]
        except (KeyError, IndexError, TypeError):
            return None

    return get


@dataclass(frozen=True, slots=True)
class Gets:
    """A dialect's paths, ready to be followed in any object."""

    tag: Get
    time: Get
    x: Get
    y: Get
    z: Get
    error: Get
    reader: Get
    floor: Get
    sos: Get
    button: Get
    battery: Get
    name: Get

    @classmethod
    def of(cls, dialect: Dialect) -> "Gets":
        """Of one dialect."""
        x, y, z = (follow(path) for path in dialect.xyz)
        named = ("tag", "time", "error", "reader", "floor", "sos", "button", "battery", "name")
        return cls(x=x, y=y, z=z, **{name: follow(getattr(dialect, name)) for name in named})
