"""What a point's own page is told besides its values."""

from minesafe.web.models.devices import DeviceOut
from minesafe.web.models.wire import Wire, Words


class AddressOut(Wire):
    """Where a point is read from."""

    protocol: str
    """modbus · mqtt · files · derived"""
    name: Words
    """Of what reports it."""
    at: str
    """host:port or serial port of a substation, topic, folder; empty of a derived point."""
    unit: int | None
    """Modbus, likewise below."""
    function: int | None
    number: int | None
    """Of the first register, coil or contact."""
    encoding: str
    code: str
    """What a gateway or a host calls it."""


class RuleOut(Wire):
    """Where its limits come from."""

    id: str
    source: str
    clause: str
    edition: str
    verified: bool
    """Whether somebody read the clause in the standard's own text."""


class AboutPointOut(Wire):
    """A point's papers, address and rule."""

    low: float
    high: float
    """Measuring range of its kind."""
    period_s: float
    """How often it is to be heard."""
    address: AddressOut
    rule: RuleOut | None
    instrument: DeviceOut | None
    """null: nobody keeps papers of it."""
