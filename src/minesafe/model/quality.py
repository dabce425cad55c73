"""Quality: what is known about a value besides the value."""

from enum import IntEnum


class Quality(IntEnum):
    """The quality of one sample; the number is what travels and what is stored.

    A bad reading is news: it is recorded and judged, never dropped and never taken for normal.
    """

    GOOD = 0
    STALE = 1
    COMMS_LOST = 2
    FAULT = 3
    UNDER_VOLTAGE = 4
    CALIBRATING = 5
    WARMING_UP = 6
    OUT_OF_RANGE = 7
    SUSPECTED = 8
    CLOCK = 9
    """The value is trusted, the device's clock is not: judged at its time of receipt."""


BELIEVED = (Quality.GOOD, Quality.UNDER_VOLTAGE, Quality.CLOCK)
"""Qualities whose value may raise, hold or clear a limit.

UNDER_VOLTAGE still measures (the supply warns early); a limit it exceeds must not be ignored.
"""

SHOWN_ONLY = (Quality.CALIBRATING, Quality.WARMING_UP)
"""Qualities whose value is shown and stored, but orders nothing."""
