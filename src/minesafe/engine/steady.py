"""Values that should move and do not: stuck sensors, and sensors whose noise has died.

A sensor that froze at a harmless value is as good as none, and looks better. Two signs tell it:

- **stuck**: believed values of one point, none of them a resolution away from the first, over the
  kind's `stuck_s`. Time counts only while the point speaks without a break and is believed.
- **noiseless**: the mean square of the steps from sample to sample, over some 64 samples, fell
  under a hundredth of what it was over some 4096; only where a step came at least every twentieth
  sample before, so that a value that always stood still is nothing new.

What honestly stands still is left out: kinds without `stuck_s` or `noisy`, and values at or below
the kind's `quiet`. CO reads 0 for days, and nothing in the number tells that from a dead cell: it
is the calibration that finds it. Neither sign changes how limits are judged.
"""

import numpy as np

from minesafe.engine.layout import Layout
from minesafe.engine.rounds import rounds
from minesafe.engine.samples import Samples
from minesafe.engine.state import State
from minesafe.engine.transcript import Transcript
from minesafe.engine.trust import COUNTS
from minesafe.model.frame import Column, Readings
from minesafe.model.verdict import Condition

LATELY, USUALLY = 64, 4096
"""Samples over which the noise of late, and the usual, is averaged."""

LEARNT = 512
"""So many steps before the usual noise is known."""

ENOUGH = 0.05
"""Usual noise, in square resolutions, from which its absence is news."""

COLLAPSED, BACK = 0.01, 0.04
"""Shares of the usual noise at which it has died, and is alive again."""

LARGEST = 1e6
"""A step counts as at most so many resolutions: one wild value must not fill the mean."""


def hear(layout: Layout, state: State, readings: Readings, transcript: Transcript) -> None:
    """Look at each sample of the points that may not stand still, in the order they came."""
    samples = Samples.of(layout, readings, layout.steady.watched)
    for picked in rounds(samples.point):
        fresh = samples.at[picked] >= state.followed_at[samples.point[picked]]
        _look(layout, state, samples.take(picked[fresh]), transcript)


@np.errstate(over="ignore", invalid="ignore")  # what is not believed may be any number
def _look(layout: Layout, state: State, samples: Samples, transcript: Transcript) -> None:
    """Look at one sample of each of some different points."""
    point, value, quality, at = samples
    believed = COUNTS[quality]
    live = believed & (value > layout.steady.quiet[point])
    unheard = at > state.followed_at[point] + layout.points.stale[point]
    stuck = _stuck(layout, state, samples, believed, live, unheard)
    noiseless = _noiseless(layout, state, samples, believed, live, unheard)
    for condition, was, now in (
        (Condition.STUCK, state.stuck, stuck),
        (Condition.NOISELESS, state.noiseless, noiseless),
    ):
        turned = np.flatnonzero(was[point] != now)
        transcript.add(condition, point[turned], on=now[turned], at=at[turned], value=value[turned])
        was[point] = now
    state.followed[point] = np.where(live, value, np.nan)
    state.followed_at[point] = at


def _stuck(
    layout: Layout, state: State, samples: Samples, believed: Column, live: Column, unheard: Column
) -> Column:
    """Whether each point is stuck now; a stuck one stays so until a believed value is another."""
    point, value, _, at = samples
    was, anchor, since = state.stuck[point], state.anchor[point], state.moved[point]
    same = np.abs(value - anchor) < layout.steady.step[point]
    anew = (believed & ~same) | (~was & (unheard | ~live))
    state.anchor[point] = np.where(anew, np.where(live, value, np.nan), anchor)
    state.moved[point] = np.where(anew, at, since)
    stuck: Column = ~anew & (was | (at - since >= layout.steady.patience[point]))
    return stuck


def _noiseless(
    layout: Layout, state: State, samples: Samples, believed: Column, live: Column, unheard: Column
) -> Column:
    """Whether each point's noise has died; ends too where the value may stand still."""
    point, value, _, _ = samples
    was = state.noiseless[point]
    step = np.abs(value - state.followed[point]) / layout.steady.step[point]
    counts = live & ~unheard & ~np.isnan(step) & layout.steady.noisy[point]
    square = np.minimum(np.where(counts, step, 0.0), LARGEST) ** 2
    noise, usual, steps = state.noise[point], state.usual_noise[point], state.steps[point]
    noise = np.where(counts, noise + (square - noise) / LATELY, noise)
    weight = np.minimum(steps + 1, USUALLY)
    usual = np.where(counts & ~was, usual + (square - usual) / weight, usual)
    state.noise[point], state.usual_noise[point] = noise, usual
    state.steps[point] = np.where(counts, weight, steps)
    dies = counts & (weight >= LEARNT) & (usual >= ENOUGH) & (noise < COLLAPSED * usual)
    lives = (counts & (noise >= BACK * usual)) | (believed & ~live)
    died: Column = np.where(was, ~lives, dies)
    return died
