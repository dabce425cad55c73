"""What value of a device may be used, and how good it is: one rule for every dialect."""

import math
from collections.abc import Mapping

from minesafe.model.mine import Kind
from minesafe.model.quality import Quality

STATUS: Mapping[int, Quality] = {
    0: Quality.GOOD,
    1: Quality.UNDER_VOLTAGE,
    2: Quality.FAULT,
    3: Quality.CALIBRATING,
    4: Quality.WARMING_UP,
    5: Quality.COMMS_LOST,
}
"""Status codes of plain substations and of gateways; any other code is a fault."""


def sample(value: float, status: int, kind: Kind) -> tuple[float, Quality]:
    """The value that may be used, and its quality.

    A number that is none (NaN, infinity) under a good status is a fault of the sensor; one
    outside the measuring range keeps its value and says so; a lost sensor has no value.

    >>> from minesafe.model.mine import Name, System
    >>> no = Name("", "")
    >>> ch4 = Kind("ch4", no, System.MONITORING, "%", 0, 4, 2, 1, 3, (), no)
    >>> sample(0.5, 0, ch4), sample(-0.1, 0, ch4), sample(math.nan, 0, ch4)
    ((0.5, <Quality.GOOD: 0>), (-0.1, <Quality.OUT_OF_RANGE: 7>), (nan, <Quality.FAULT: 3>))
    """
    return judged(value, STATUS.get(status, Quality.FAULT), kind)


def judged(value: float, quality: Quality, kind: Kind) -> tuple[float, Quality]:
    """As `sample`, where the device has told the quality in words of its own."""
    if quality is Quality.COMMS_LOST:
        return math.nan, quality
    if not math.isfinite(value):
        return math.nan, Quality.FAULT
    if quality is Quality.GOOD and not kind.low <= value <= kind.high:
        return value, Quality.OUT_OF_RANGE
    return value, quality
