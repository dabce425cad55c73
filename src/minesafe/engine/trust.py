"""What a value of each quality may do: one table for every family of rules.

| quality | raise a limit | clear it | end its on-delay | count in rules over time |
|---|---|---|---|---|
| good, under_voltage, clock | yes | yes | yes | yes |
| out_of_range | yes | no | no | no |
| calibrating, warming_up | no | no | yes | no |
| stale, comms_lost, fault, suspected, any other code | no | no | no | no |

What may not clear, holds. A value out of its sensor's range and over a limit raises it, for that
errs to the safe side, and proves nothing else. A calibration ends an on-delay, for the value before
it was test gas; a fault does not, for the last word was "over". A supply that fails is told by the
device early, while it still measures. NaN has no quality that may do anything: it is a fault.
"""

from typing import NamedTuple

import numpy as np

from minesafe.model.frame import Column
from minesafe.model.quality import Quality


class Trust(NamedTuple):
    """What values of one quality may do."""

    raises: bool = False
    clears: bool = False
    ends_delay: bool = False
    counts: bool = False


_FULL, _SHOWN = Trust(True, True, True, True), Trust(ends_delay=True)

TRUST: dict[Quality, Trust] = {
    Quality.GOOD: _FULL,
    Quality.UNDER_VOLTAGE: _FULL,
    Quality.CLOCK: _FULL,
    Quality.OUT_OF_RANGE: Trust(raises=True),
    Quality.CALIBRATING: _SHOWN,
    Quality.WARMING_UP: _SHOWN,
    Quality.STALE: Trust(),
    Quality.COMMS_LOST: Trust(),
    Quality.FAULT: Trust(),
    Quality.SUSPECTED: Trust(),
}


def _codes(may: str) -> Column:
    """A truth table by quality code; codes nobody has defined may do nothing.

    >>> np.flatnonzero(_codes("raises")).tolist()
    [0, 4, 7, 9]
    """
    table = np.zeros(256, np.bool_)
    table[[quality for quality, trust in TRUST.items() if getattr(trust, may)]] = True
    return table


BELIEVES = _codes("clears")
COUNTS = _codes("counts")
MAY_RAISE = _codes("raises")
STOPS_A_RAISE = _codes("ends_delay")
