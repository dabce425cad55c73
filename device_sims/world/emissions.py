"""Where gas comes from: the strata's quiet breath, and what a scenario adds, such as a fire."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from device_sims.mine import Mine, Roadway
from device_sims.world.air import AirNet
from device_sims.world.network import Floats

GASES = ("ch4", "co", "smoke", "heat")
"""Rows of what the air carries: methane in %, CO in ppm, smoke in 1/m (optical density), warmth in
℃ above what is usual there."""

BREATH: Mapping[str, Mapping[str, float]] = {
    "ch4": {"face": 0.16, "heading": 0.12, "return": 0.04, "intake": 0.02},
    "co": {"face": 1.5, "heading": 1.0, "return": 0.5, "intake": 0.5},
}
"""By how much air is enriched on its way through a roadway of each kind, with nothing wrong."""

FRONT = 0.6
"""Share of a heading's gas that comes from the fresh coal at its front."""
SLOWEST_M_S = 0.25
"""The least air speed that the law asks of a working place: what an enrichment is reckoned with in
a roadway that has less."""
FIRE: Mapping[str, float] = {"co": 3000.0, "smoke": 10.0, "heat": 580.0}
"""Unit · m³/s that a burning belt gives off for each MW: 0.05 kg/s of rubber of 20 MJ/kg with 7 %
of CO and 200 m²/kg of smoke; of the heat seven tenths warm the air (1.2 kJ/m³K)."""


@dataclass(frozen=True, slots=True)
class Emission:
    """Gas that a scenario lets out along a stretch of roadway."""

    gas: str
    roadway: str
    from_share: float
    """Where it begins, as a share of the roadway's length taken down-wind."""
    to_share: float
    profile: tuple[tuple[float, float], ...]
    """(seconds since the scenario began, by how much the usual flow is enriched), joined by lines.

    Before the first and after the last point nothing is added.
    """
    enriches: bool = True
    """False: the profile says unit · m³/s outright."""

    def strength(self, elapsed_s: float) -> float:
        """How much is added now.

        >>> Emission("ch4", "F", 0, 1, ((20, 0), (60, 2.0))).strength(40)
        1.0
        """
        times, values = zip(*self.profile, strict=True)
        return float(np.interp(elapsed_s, times, values, left=0.0, right=0.0))


def usual_flow(mine: Mine, flow: Floats) -> dict[str, float]:
    """m³/s with which enrichments are turned into volumes of gas, by roadway.

    The strata give off the same volume whatever the air does: with less air it is thinned less.
    """
    return {
        r.id: max(abs(float(q)), SLOWEST_M_S * r.section_m2)
        for r, q in zip(mine.roadways, flow, strict=False)
    }


def breath(mine: Mine, net: AirNet, usual: Mapping[str, float]) -> Floats:
    """What the strata give off in each cell, unit · m³/s; shape (gases, N)."""
    quiet = np.zeros((len(GASES), len(net.volume)))
    for gas, kinds in BREATH.items():
        row = quiet[GASES.index(gas)]
        for r in mine.roadways:
            whole, cells = kinds.get(r.kind, 0.0) * usual[r.id], net.cells(r.id)
            front = FRONT * whole if r.kind == "heading" else 0.0
            row[cells] = (whole - front) / net.count[r.id]
            row[cells.start if r.air >= 0 else cells.stop - 1] += front
    return quiet


def spread(emission: Emission, roadway: Roadway, net: AirNet, usual: float) -> Floats:
    """How an emission is shared out over the cells of the mine, for each 1 of its profile."""
    count = net.count[emission.roadway]
    begin = min(int(emission.from_share * count), count - 1)
    end = max(begin + 1, round(emission.to_share * count))
    inside = np.zeros(count)
    inside[begin:end] = (usual if emission.enriches else 1.0) / (end - begin)
    weights = np.zeros(len(net.volume))
    weights[net.cells(emission.roadway)] = inside if roadway.air >= 0 else inside[::-1]
    return weights


def burning(
    roadway: str, at_share: float, profile: Iterable[tuple[float, float]]
) -> tuple[Emission, ...]:
    """A fire at one place: the CO, smoke and warmth it gives off.

    Args:
        roadway: where.
        at_share: how far along it, as a share of its length taken down-wind.
        profile: (seconds since the scenario began, MW), joined by lines.
    """
    course = tuple(profile)
    return tuple(
        Emission(gas, roadway, at_share, at_share, tuple((s, mw * per) for s, mw in course), False)
        for gas, per in FIRE.items()
    )


def added(quiet: Floats, let_out: Iterable[tuple[Emission, Floats]], elapsed_s: float) -> Floats:
    """Everything that is given off now, unit · m³/s; shape (gases, N)."""
    total = quiet.copy()
    for emission, weights in let_out:
        total[GASES.index(emission.gas)] += emission.strength(elapsed_s) * weights
    return total
