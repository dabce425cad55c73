"""Devices: what their papers say, and how they are."""

from minesafe.model.device import Standing, What
from minesafe.web.models.wire import Wire, Words


class DueOut(Wire):
    """Something that is to be done again and again."""

    last: int | None
    due: int | None
    """None: it is not asked for; 0: it has never been done."""


class DeviceOut(Wire):
    """One device."""

    id: str
    name: Words
    what: What
    driver: str
    model: str
    maker: str
    certificate: str
    expires: int | None
    standing: Standing
    since: int | None
    heard: int | None
    errors: int
    """How often something was found wrong with it, in the life of the journal."""
    troubles: list[str]
    """Kinds of findings that are open."""
    calibration: DueOut
    test: DueOut
    callable: bool
    """A loudspeaker, a telephone or a horn: a test call can be made to it."""


class DriverOut(Wire):
    """How the devices of one driver are."""

    driver: str
    devices: int
    silent: int
    """Not heard, or never heard."""
    troubled: int
    errors: int


class DevicesOut(Wire):
    """Every device of the mine."""

    drivers: list[DriverOut]
    devices: list[DeviceOut]


class CalledIn(Wire):
    """Which devices to call; all where none is named."""

    devices: tuple[str, ...] = ()


class DeviceTestIn(Wire):
    """What came of a test call."""

    well: bool
    note: str = ""
