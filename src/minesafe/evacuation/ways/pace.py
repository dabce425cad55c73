"""How long an arc takes on foot, and how dear it is: seconds are true, costs steer.

Sources: walking 1.0 … 1.2 m/s on the level, 0.3 … 0.5 up 25°, 0.5 … 0.7 in smoke (figures of rescue
manuals, unverified; the mine's own `walking_m_s` is the base). The factors of a cost are choices,
told in docs/evacuation.md.
"""

from dataclasses import dataclass

import numpy as np

from minesafe.evacuation.ways.ground import Ground
from minesafe.evacuation.ways.network import Flags, Floats, Network
from minesafe.model.mine import Danger, Mine

CLIMB = 3.75
"""Up a grade g one walks 1/(1 + 3.75 g) as fast: 0.4 m/s up 25°."""
DESCEND = 1.0
"""Down it, 1/(1 + g)."""
CRAWL = 0.15
"""The least share of one's pace, as on ladders."""
IN_SMOKE = 0.5
"""Share of one's pace where nothing is seen."""
DOOR_S = 15.0
"""An air door that is kept shut, opened against the pressure and closed behind one."""
CAGE_WAIT_S = 120.0
"""Until the cage comes."""
CROWD_SHARE = (1.0, 0.6, 0.25)
"""Share of one's pace in a roadway that is not, somewhat, or very crowded."""

FOUL = 10.0
"""A second in a roadway over a limit or down-wind of one counts as so many."""
STUCK = 100_000.0
"""Likewise in a blocked one, for whoever stands in it: by the nearer end, whatever lies beyond."""
AFIRE = 100.0
"""A second where it burns: the last choice of all."""
WITH_AIR = 3.0
"""A second with the air instead of against it, in gas, fire or without a fan."""
DOWNHILL = 10.0
"""A second downhill when water breaks in."""
DROWNED = 100.0
"""A second below the water."""

TOWARDS_INTAKE = frozenset({Danger.GAS, Danger.FIRE, Danger.AIR})


@dataclass(frozen=True)
class Pace:
    """Per roadway, both ways: column 0 from start to end, column 1 back. Shape (E, 2)."""

    seconds_per_m: Floats
    cost_per_m: Floats
    wait_s: Floats
    """Of the whole roadway: doors and cages."""
    dangerous: Flags
    """(E,) roadways nobody should be sent through."""
    passable: Flags
    """(E,)"""

    @classmethod
    def of(cls, mine: Mine, net: Network, ground: Ground) -> "Pace":
        """The pace on this ground."""
        marks = {
            name: _marked(mine, getattr(ground, name))
            for name in ("blocked", "foul", "afire", "smoky")
        }
        seconds = _seconds(mine, net, ground, marks["smoky"])
        wait = np.where(net.door, DOOR_S, 0.0)
        if mine.policy.hoist_m_s:
            seconds[net.hoisted] = 1.0 / mine.policy.hoist_m_s
            wait = wait + np.where(net.hoisted, CAGE_WAIT_S, 0.0)
        factor = np.ones_like(seconds)
        factor[marks["blocked"]] *= STUCK
        factor[marks["foul"]] *= FOUL
        factor[marks["afire"]] *= AFIRE
        factor *= _direction(net, ground)
        return cls(
            seconds,
            seconds * factor,
            np.stack([wait, wait], axis=1),
            marks["foul"] | marks["afire"],
            net.walkable & ~marks["blocked"],
        )


def _marked(mine: Mine, roadways: frozenset[str]) -> Flags:
    mask = np.zeros(len(mine.roadways), bool)
    mask[[mine.roadway_row[r] for r in roadways if r in mine.roadway_row]] = True
    return mask


def _seconds(mine: Mine, net: Network, ground: Ground, smoky: Flags) -> Floats:
    """Seconds a metre, both ways."""
    rise = np.stack([net.grade, -net.grade], axis=1)
    share = np.maximum(1.0 / (1.0 + np.where(rise > 0, CLIMB * rise, -DESCEND * rise)), CRAWL)
    share[smoky] *= IN_SMOKE
    for roadway, degree in ground.crowded:
        share[mine.roadway_row[roadway]] *= CROWD_SHARE[degree]
    seconds: Floats = 1.0 / (mine.policy.walking_m_s * share)
    return seconds


def _direction(net: Network, ground: Ground) -> Floats:
    """What going the wrong way costs: with the air, down, or into the water."""
    factor = np.ones((len(net.length), 2))
    if ground.dangers & TOWARDS_INTAKE:
        factor[net.air > 0, 0] *= WITH_AIR
        factor[net.air < 0, 1] *= WITH_AIR
    if ground.water_m is not None:
        low = np.minimum(net.z[net.start], net.z[net.end])
        factor[net.grade < -LEVEL, 0] *= DOWNHILL
        factor[net.grade > LEVEL, 1] *= DOWNHILL
        factor[low <= ground.water_m] *= DROWNED
    return factor


LEVEL = 0.01
"""A grade below this is neither up nor down: gutters fall so much."""
