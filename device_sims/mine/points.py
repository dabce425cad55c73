"""What is measured where, and how its device tells it."""

from device_sims.mine.part import Part


class Kind(Part, frozen=True):
    """What a point measures."""

    id: str
    unit: str
    low: float
    high: float
    period_s: float
    decimals: int = 2
    states: tuple[tuple[int, str, str], ...] = ()
    """(value, zh, en) of a switch point."""


class Limits(Part, frozen=True):
    """Alarm limits of a point, in its unit."""

    warn_high: float | None = None
    alarm_high: float | None = None
    cut_high: float | None = None
    restore_high: float | None = None
    warn_low: float | None = None
    alarm_low: float | None = None
    cut_low: float | None = None


class Point(Part, frozen=True):
    """A measuring point: what, where, and how its device tells it."""

    id: str
    kind: str
    place: str
    roadway: str
    chainage_m: float
    device: str
    address: int | None = None
    encoding: str = "float32"
    scale: float = 1.0
    status_address: int | None = None
    limits: Limits = Limits()
    code: str = ""
    """What a host that writes files calls it; empty: the id."""
    function: int = 3
    """1 coil · 2 contact · 3 holding register · 4 input register"""
    order: str = "ABCD"
    """Of its bytes on the wire, A the highest."""
    decimals: int = 0
    offset: float = 0.0
    bits: tuple[int, int] | None = None
    """(lowest bit, how many) of its register."""
    status_function: int = 3
