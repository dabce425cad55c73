"""A device as its page shows it: what its papers say, and how it is."""

from dataclasses import dataclass
from enum import StrEnum

from minesafe.model.mine import Name, Papers
from minesafe.model.time import Micros


class What(StrEnum):
    """What sort of device it is."""

    SUBSTATION = "substation"
    GATEWAY = "gateway"
    STATION = "station"
    READER = "reader"
    INSTRUMENT = "instrument"
    """What a point hangs on."""
    OUTPUT = "output"
    TERMINAL = "terminal"
    BROADCASTER = "broadcaster"
    TELEPHONE = "telephone"


class Standing(StrEnum):
    """How it is."""

    WELL = "well"
    TROUBLED = "troubled"
    """Something is found wrong with it."""
    SILENT = "silent"
    NEVER_HEARD = "never_heard"
    UNKNOWN = "unknown"
    """It says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is to be done again and again."""

    last: Micros | None
    """When it was done last; None: nobody knows of it."""
    due: Micros | None
    """When it is to be done again; None: it is not asked for."""


@dataclass(frozen=True, slots=True)
class Device:
    """One device, now."""

    id: str
    name: Name
    what: What
    driver: str
    """modbus · mqtt · tcp; of an instrument, that of what reports it."""
    papers: Papers | None
    standing: Standing
    since: Micros | None
    """Of a troubled one: since when."""
    heard: Micros | None
    """When something of it was heard last."""
    errors: int
    """How often something was found wrong with it, in the life of the journal."""
    troubles: tuple[str, ...]
    """Kinds of findings that are open."""
    calibration: Due
    test: Due
    expires: Micros | None
    """When its certificate is over."""
    callable: bool = False
    """Whether a test call can be made to it: a loudspeaker, a telephone, a horn."""
