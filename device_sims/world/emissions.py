"""Where gas comes from: the strata's quiet breath, and what a scenario adds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from device_sims.mine import Mine, Roadway
from device_sims.world.air import AirNet, Floats

GASES = ("ch4", "co")
"""Rows of the gas array: methane in %, carbon monoxide in ppm."""

BREATH: Mapping[str, Mapping[str, float]] = {
    "ch4": {"face": 0.16, "heading": 0.12, "return": 0.04, "intake": 0.02},
    "co": {"face": 1.5, "heading": 1.0, "return": 0.5, "intake": 0.5},
}
"""By how much air is enriched on its way through a roadway of each kind, with nothing wrong."""

FRONT = 0.6
"""Share of a heading's gas that comes from the fresh coal at its front."""


@dataclass(frozen=True, slots=True)
class Emission:
    """Gas that a scenario lets out along a stretch of roadway."""

    gas: str
    roadway: str
    from_share: float
    """Where it begins, as a share of the roadway's length taken down-wind."""
    to_share: float
    profile: tuple[tuple[float, float], ...]
    """(seconds since the scenario began, by how much the passing air is enriched), joined by lines.

    Before the first and after the last point nothing is added.
    """

    def strength(self, elapsed_s: float) -> float:
        """How much is added now.

        >>> Emission("ch4", "F", 0, 1, ((20, 0), (60, 2.0))).strength(40)
        1.0
        """
        times, values = zip(*self.profile, strict=True)
        return float(np.interp(elapsed_s, times, values, left=0.0, right=0.0))


def breath(mine: Mine, net: AirNet) -> Floats:
    """What the strata add in each cell; shape (gases, N)."""
    quiet = np.zeros((len(GASES), len(net.rate)))
    for row, gas in enumerate(GASES):
        for r in mine.roadways:
            whole, cells = BREATH[gas].get(r.kind, 0.0), net.cells(r.id)
            front = FRONT * whole if r.kind == "heading" else 0.0
            quiet[row, cells] = (whole - front) / net.count[r.id]
            quiet[row, cells.start if r.air >= 0 else cells.stop - 1] += front
    return quiet


def spread(emission: Emission, roadway: Roadway, net: AirNet) -> Floats:
    """How an emission is shared out over the cells of the mine; sums to 1."""
    count = net.count[emission.roadway]
    begin = min(int(emission.from_share * count), count - 1)
    end = max(begin + 1, round(emission.to_share * count))
    inside = np.zeros(count)
    inside[begin:end] = 1 / (end - begin)
    weights = np.zeros(len(net.rate))
    weights[net.cells(emission.roadway)] = inside if roadway.air >= 0 else inside[::-1]
    return weights


def added(quiet: Floats, let_out: Iterable[tuple[Emission, Floats]], elapsed_s: float) -> Floats:
    """Everything that is given off now; shape (gases, N)."""
    total = quiet.copy()
    for emission, weights in let_out:
        total[GASES.index(emission.gas)] += emission.strength(elapsed_s) * weights
    return total
