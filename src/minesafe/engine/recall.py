"""A moment of the history, looked at by the engine: the picture a screen would have shown.

A fresh state is given the newest row of everything as one frame, and then time passes until the
moment that is asked for. So silence, loss, who is in which zone and what is counted follow by the
rules that follow from frames, and a point without a row is unknown by the same rule as a live one.

What only the course before could tell is not there: whether an earlier place made the newest one
doubtful, and whether somebody is still within a fence's tolerance.
"""

from minesafe.engine.judge import judge
from minesafe.engine.layout import Layout
from minesafe.engine.sight import picture
from minesafe.engine.state import State
from minesafe.model.frame import Frame, Readings, Sightings
from minesafe.model.moment import Moment
from minesafe.model.picture import Picture
from minesafe.model.time import Micros


class Recall:
    """A moment, and the later ones that are played from it."""

    def __init__(self, layout: Layout, moment: Moment) -> None:
        """Look at a moment.

        Args:
            layout: of the revision the moment's rows are of.
            moment: what was known.
        """
        self._layout, self._state = layout, State.fresh(layout)
        self._state.started = moment.since
        self._take(moment)

    def add(self, moment: Moment) -> None:
        """What was newer a little later (`History.since`)."""
        self._take(moment)

    def _take(self, moment: Moment) -> None:
        self._judge(moment.seq, moment.now, moment.readings, moment.sightings)

    def picture(self, at: Micros) -> Picture:
        """What was known at a time not before the newest rows'; time passes until then."""
        at = max(at, self._state.now + 1)
        self._judge(self._state.seq, at, Readings.none(), Sightings.none())
        return picture(self._layout, self._state, at)

    def _judge(self, seq: int, now: Micros, readings: Readings, sightings: Sightings) -> None:
        frame = Frame(seq, now, self._layout.revision, readings, sightings)
        judge(self._layout, self._state, frame)
