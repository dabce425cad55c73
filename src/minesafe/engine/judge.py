"""One frame, judged: the looks in their order."""

from minesafe.engine import calibration, counters, silence, together, zones
from minesafe.engine.kernels import ARRAYS, Kernels
from minesafe.engine.layout import Layout
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.model.errors import BrokenFrame
from minesafe.model.frame import Frame
from minesafe.model.time import Micros
from minesafe.model.verdict import Verdict


def judge(layout: Layout, state: State, frame: Frame, kernels: Kernels = ARRAYS) -> Verdict:
    """Judge a frame; changes `state`, in place, and nothing else. All kernels give the same.

    No clock, I/O or randomness: the same frames give byte-identical verdicts. Rows that name no
    point, reader, tag or roadway of the revision are passed over, so nothing a device sends can
    stop the loop.

    Raises:
        BrokenFrame: the frame's row numbers belong to another revision; `state` is unchanged.
    """
    if not frame.revision == layout.revision == state.revision:
        raise BrokenFrame(f"frame {frame.seq} is of revision {frame.revision}")
    transcript = Transcript()
    if kernels is ARRAYS or frame.now < state.now:
        state.near = state.boxes = None
    state.started = state.started or frame.now
    if 0 < state.now < frame.now:
        _pass_time(layout, state, state.now, kernels, transcript)
        _look_back(layout, state, frame.now, kernels, transcript)
        if frame.is_sweep:
            _pass_time(layout, state, frame.now, kernels, transcript)
        _miss(layout, state, frame.now, kernels, transcript)
    with transcript.by_subject():
        kernels.hear_readings(layout, state, frame.readings, transcript)
    counters.hear(layout, state, frame.readings)
    with transcript.by_subject():
        kernels.hear_steady(layout, state, frame.readings, transcript)
    with transcript.by_subject():
        kernels.hear_windows(layout, state, frame.readings, transcript)
    with transcript.by_subject():
        kernels.hear_sightings(layout, state, frame.sightings, transcript)
    state.seq, state.now = frame.seq, frame.now
    return Verdict(frame.seq, frame.now, transcript.transitions())


def _pass_time(
    layout: Layout, state: State, until: Micros, kernels: Kernels, transcript: Transcript
) -> None:
    """Delays and guards run up to a moment that is over: no row of it is left to stop them."""
    kernels.run_timers(layout, state, until, transcript)
    kernels.pass_people(layout, state, until, transcript)


def _look_back(
    layout: Layout, state: State, now: Micros, kernels: Kernels, transcript: Transcript
) -> None:
    """What only the whole of a moment can tell: calibrations, counts, several points, posts, mates.

    A moment is whole once a later one begins, however its rows were gathered into frames. What
    was known then is judged as of then; what has lasted since, has lasted until `now`.
    """
    calibration.judge(state, transcript)
    zones.judge_counts(layout, state, transcript)
    kernels.judge_logic(layout, state, now, transcript)
    zones.judge_posts(layout, state, now, transcript)
    together.judge(layout, state, now, transcript)


def _miss(
    layout: Layout, state: State, now: Micros, kernels: Kernels, transcript: Transcript
) -> None:
    """Who has not been heard for too long by `now`: looked at once, before its rows are taken.

    Nobody is missed later for it; and whoever is heard only now was silent until now.
    """
    with transcript.by_subject():
        kernels.find_overdue(layout, state, now, transcript)
    kernels.find_lost(layout, state, now, transcript)
    silence.readers(layout, state, now, transcript)
