"""What stands around the server on its own machine, as it was when last looked at."""

from dataclasses import dataclass

from minesafe.model.time import Micros


@dataclass(frozen=True, slots=True)
class Expiry:
    """One certificate that a connection stands on."""

    what: str
    """broker · broker_ca · pages"""
    until: Micros | None
    """Wall time at which it is over; None: it cannot be read."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The newest back-up of the data directory."""

    at: Micros
    """Wall time."""
    to: str
    """The folder it lies in."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One look at it."""

    at: Micros
    """Wall time of the look."""
    synchronised: bool | None
    """Whether something keeps the machine's clock right; None: the system does not say."""
    petted: bool
    """Whether systemd starts us again when we stand still (WatchdogSec)."""
    copied: Copied | None
    """None: no back-up was ever made of this directory."""
    expiries: tuple[Expiry, ...]
    """Empty where nothing goes over TLS."""
