"""The life of an alarm, as one table (ISA-18.2 / IEC 62682, states A to D and G to I).

Three states are beside the road from rise to return: *shelved* by a person for a while,
*suppressed by design* while something else explains it, *out of service* under a permit of two.
What leaves them while it still holds sounds as if it were new.
"""

from enum import StrEnum

from minesafe.model.events import AlarmMove, AlarmState


class Signal(StrEnum):
    """What can happen to an alarm."""

    ON = "on"
    """A condition began."""
    WORSE = "worse"
    """A condition began that is more severe than any since the last acknowledgement."""
    LESS = "less"
    """A condition ended, another still holds."""
    OFF = "off"
    """The last of its conditions ended."""
    GONE = "gone"
    """Likewise, of a rule that does not latch: nobody is asked to look at what has gone."""
    ACKNOWLEDGE = "acknowledge"
    AGAIN = "again"
    """It is acknowledged, and still holds after the time its level gives."""
    SHELVE = "shelve"
    SUPPRESS = "suppress"
    """Another alarm explains it, by the mine's configuration."""
    REMOVE = "remove"
    """Its point or reader is out of service by permit."""
    RESUME = "resume"
    """What kept it aside is over, and it still holds."""
    RELEASE = "release"
    """What kept it aside is over, and nothing of it holds."""


_S, _M = AlarmState, AlarmMove

MOVES: dict[tuple[AlarmState, Signal], tuple[AlarmState, AlarmMove]] = {
    (_S.NORMAL, Signal.WORSE): (_S.UNACKED, _M.RAISE),
    (_S.NORMAL, Signal.SUPPRESS): (_S.SUPPRESSED, _M.SUPPRESS),
    (_S.NORMAL, Signal.REMOVE): (_S.OUT_OF_SERVICE, _M.REMOVE),
    (_S.UNACKED, Signal.ON): (_S.UNACKED, _M.HOLD),
    (_S.UNACKED, Signal.WORSE): (_S.UNACKED, _M.RISE),
    (_S.UNACKED, Signal.LESS): (_S.UNACKED, _M.EASE),
    (_S.UNACKED, Signal.OFF): (_S.RETURNED_UNACKED, _M.RETURN),
    (_S.UNACKED, Signal.GONE): (_S.NORMAL, _M.CLEAR),
    (_S.UNACKED, Signal.ACKNOWLEDGE): (_S.ACKED, _M.ACKNOWLEDGE),
    (_S.UNACKED, Signal.SHELVE): (_S.SHELVED, _M.SHELVE),
    (_S.UNACKED, Signal.SUPPRESS): (_S.SUPPRESSED, _M.SUPPRESS),
    (_S.UNACKED, Signal.REMOVE): (_S.OUT_OF_SERVICE, _M.REMOVE),
    (_S.UNACKED, Signal.RESUME): (_S.UNACKED, _M.RESUME),
    (_S.ACKED, Signal.ON): (_S.ACKED, _M.HOLD),
    (_S.ACKED, Signal.WORSE): (_S.UNACKED, _M.RISE),
    (_S.ACKED, Signal.LESS): (_S.ACKED, _M.EASE),
    (_S.ACKED, Signal.OFF): (_S.NORMAL, _M.CLEAR),
    (_S.ACKED, Signal.GONE): (_S.NORMAL, _M.CLEAR),
    (_S.ACKED, Signal.AGAIN): (_S.UNACKED, _M.AGAIN),
    (_S.ACKED, Signal.SHELVE): (_S.SHELVED, _M.SHELVE),
    (_S.ACKED, Signal.SUPPRESS): (_S.SUPPRESSED, _M.SUPPRESS),
    (_S.ACKED, Signal.REMOVE): (_S.OUT_OF_SERVICE, _M.REMOVE),
    (_S.ACKED, Signal.RESUME): (_S.UNACKED, _M.RESUME),
    (_S.RETURNED_UNACKED, Signal.ON): (_S.UNACKED, _M.HOLD),
    (_S.RETURNED_UNACKED, Signal.WORSE): (_S.UNACKED, _M.RISE),
    (_S.RETURNED_UNACKED, Signal.ACKNOWLEDGE): (_S.NORMAL, _M.ACKNOWLEDGE),
    (_S.RETURNED_UNACKED, Signal.SHELVE): (_S.SHELVED, _M.SHELVE),
    (_S.SHELVED, Signal.ON): (_S.SHELVED, _M.HOLD),
    (_S.SHELVED, Signal.WORSE): (_S.UNACKED, _M.RISE),
    (_S.SHELVED, Signal.LESS): (_S.SHELVED, _M.EASE),
    (_S.SHELVED, Signal.OFF): (_S.SHELVED, _M.RETURN),
    (_S.SHELVED, Signal.GONE): (_S.SHELVED, _M.RETURN),
    (_S.SHELVED, Signal.SUPPRESS): (_S.SUPPRESSED, _M.SUPPRESS),
    (_S.SHELVED, Signal.REMOVE): (_S.OUT_OF_SERVICE, _M.REMOVE),
    (_S.SHELVED, Signal.RESUME): (_S.UNACKED, _M.RESUME),
    (_S.SHELVED, Signal.RELEASE): (_S.NORMAL, _M.CLEAR),
    (_S.SUPPRESSED, Signal.ON): (_S.SUPPRESSED, _M.HOLD),
    (_S.SUPPRESSED, Signal.WORSE): (_S.SUPPRESSED, _M.HOLD),
    (_S.SUPPRESSED, Signal.LESS): (_S.SUPPRESSED, _M.EASE),
    (_S.SUPPRESSED, Signal.OFF): (_S.NORMAL, _M.CLEAR),
    (_S.SUPPRESSED, Signal.GONE): (_S.NORMAL, _M.CLEAR),
    (_S.SUPPRESSED, Signal.REMOVE): (_S.OUT_OF_SERVICE, _M.REMOVE),
    (_S.SUPPRESSED, Signal.RESUME): (_S.UNACKED, _M.RESUME),
    (_S.OUT_OF_SERVICE, Signal.ON): (_S.OUT_OF_SERVICE, _M.HOLD),
    (_S.OUT_OF_SERVICE, Signal.WORSE): (_S.OUT_OF_SERVICE, _M.HOLD),
    (_S.OUT_OF_SERVICE, Signal.LESS): (_S.OUT_OF_SERVICE, _M.EASE),
    (_S.OUT_OF_SERVICE, Signal.OFF): (_S.NORMAL, _M.CLEAR),
    (_S.OUT_OF_SERVICE, Signal.GONE): (_S.NORMAL, _M.CLEAR),
    (_S.OUT_OF_SERVICE, Signal.SUPPRESS): (_S.SUPPRESSED, _M.SUPPRESS),
    (_S.OUT_OF_SERVICE, Signal.RESUME): (_S.UNACKED, _M.RESUME),
}
"""(state, signal) → (next state, the move's name). What is not here cannot happen."""
