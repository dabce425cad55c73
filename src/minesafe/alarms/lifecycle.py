"""The life of an alarm, as one table (ISA-18.2 / IEC 62682, states A to D)."""

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
    ACKNOWLEDGE = "acknowledge"


_S, _M = AlarmState, AlarmMove

MOVES: dict[tuple[AlarmState, Signal], tuple[AlarmState, AlarmMove]] = {
    (_S.NORMAL, Signal.WORSE): (_S.UNACKED, _M.RAISE),
    (_S.UNACKED, Signal.ON): (_S.UNACKED, _M.HOLD),
    (_S.UNACKED, Signal.WORSE): (_S.UNACKED, _M.RISE),
    (_S.UNACKED, Signal.LESS): (_S.UNACKED, _M.EASE),
    (_S.UNACKED, Signal.OFF): (_S.RETURNED_UNACKED, _M.RETURN),
    (_S.UNACKED, Signal.ACKNOWLEDGE): (_S.ACKED, _M.ACKNOWLEDGE),
    (_S.ACKED, Signal.ON): (_S.ACKED, _M.HOLD),
    (_S.ACKED, Signal.WORSE): (_S.UNACKED, _M.RISE),
    (_S.ACKED, Signal.LESS): (_S.ACKED, _M.EASE),
    (_S.ACKED, Signal.OFF): (_S.NORMAL, _M.CLEAR),
    (_S.RETURNED_UNACKED, Signal.ON): (_S.UNACKED, _M.HOLD),
    (_S.RETURNED_UNACKED, Signal.WORSE): (_S.UNACKED, _M.RISE),
    (_S.RETURNED_UNACKED, Signal.ACKNOWLEDGE): (_S.NORMAL, _M.ACKNOWLEDGE),
}
"""(state, signal) → (next state, the move's name). What is not here cannot happen."""
