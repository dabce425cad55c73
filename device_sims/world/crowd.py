"""All people together: what reaches whom, and where everybody is a moment later."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from device_sims.clock import SECOND, Micros
from device_sims.world.eyes import Places
from device_sims.world.flood import WET_M
from device_sims.world.hoists import Banksman, Booked
from device_sims.world.miners import Miner
from device_sims.world.network import Floats
from device_sims.world.roadways import Danger, Spot
from device_sims.world.surroundings import SMOKE_SEEN, Ground, Surroundings
from device_sims.world.walkers import (
    GONE,
    HEEDING,
    UNTOLD,
    Walker,
    alarmed,
    at_beginning,
    moved,
    pointed,
    told,
)

EARSHOT_M = 30.0
"""Somebody who has heard shouts; whoever is this near in the same roadway hears him …"""
SHOUT_AFTER_S = 5.0
"""… after so long."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What reaches the people from outside: horns that sound, and calls."""

    horn_zones: frozenset[str] = frozenset()
    broadcast_zones: frozenset[str] = frozenset()
    """Zones in which a broadcast tells people to leave."""
    called: frozenset[str] = frozenset()
    """Person ids."""
    paged: frozenset[str] = frozenset()
    """Tags that vibrate and tell their wearers to leave."""
    ways: Mapping[str, str] = field(default_factory=dict)
    """By tag, the node its display has pointed to since it was last called."""

    @property
    def loud_zones(self) -> frozenset[str]:
        """Where everybody hears it."""
        return self.horn_zones | self.broadcast_zones


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody with a tag, and who stands where at the cages."""

    ground: Ground
    walkers: tuple[Walker, ...]
    booked: Booked

    @classmethod
    def beginning(cls, ground: Ground, miners: Iterable[Miner], now: Micros) -> "Crowd":
        """As they are in the middle of a shift."""
        return cls(ground, tuple(at_beginning(m, now) for m in miners), {})


@dataclass(frozen=True, slots=True)
class Hazards:
    """What people can see of the mine's dangers."""

    danger: Danger
    smoke: Floats | None
    """(N,) 1/m in each cell; None: nowhere to be seen."""
    depth: Floats | None
    """(N,) m of water in each cell; None: there is none."""


def after(
    crowd: Crowd, now: Micros, signals: Signals, hazards: Hazards, dice: Callable[[], float]
) -> Crowd:
    """Everybody at `now`.

    Args:
        crowd: as before.
        now: the end of the step.
        signals: what reaches them from outside.
        hazards: what they see.
        dice: uniform numbers in [0, 1); the same ones give the same moves.
    """
    shut = bool(signals.loud_zones or signals.called)
    banksman = Banksman(dict(crowd.booked))
    around = Surroundings(crowd.ground, now, hazards.danger, hazards.smoke, shut, banksman, dice)
    walkers = list(crowd.walkers)
    for row in _hearing(crowd, now, signals):
        walkers[row] = told(walkers[row], around)
    if signals.ways:
        walkers = [pointed(w, signals.ways.get(w.tag, ""), around) for w in walkers]
    for row in _seeing(crowd, now, hazards):
        walkers[row] = alarmed(walkers[row], around)
    for row, w in enumerate(walkers):
        if w.until <= now:
            walkers[row] = moved(w, around)
    return Crowd(crowd.ground, tuple(walkers), banksman.booked)


def _hearing(crowd: Crowd, now: Micros, signals: Signals) -> Iterable[int]:
    """Rows of those who hear it now and have not before."""
    loud = _shouting(crowd.walkers, now)
    if not (signals.loud_zones or signals.called or signals.paged or loud):
        return
    for row, w in enumerate(crowd.walkers):
        heeds = w.doing in HEEDING and w.pressed_at is None
        if (w.doing in UNTOLD or heeds) and _reached(crowd, w, now, signals, loud):
            yield row


def _reached(
    crowd: Crowd, w: Walker, now: Micros, signals: Signals, loud: Mapping[str, Sequence[float]]
) -> bool:
    if w.person in signals.called or (w.tag in signals.paged and not w.miner.card_left):
        return True
    spot = w.spot_at(now)
    if signals.loud_zones and crowd.ground.zones.at(spot) & signals.loud_zones:
        return True
    near = loud.get(spot.roadway, ())
    return w.doing in UNTOLD and any(abs(spot.chainage_m - at) <= EARSHOT_M for at in near)


def _shouting(walkers: Iterable[Walker], now: Micros) -> Mapping[str, Sequence[float]]:
    """By roadway, the chainages of those who were told some seconds ago."""
    loud: dict[str, list[float]] = {}
    for w in walkers:
        knows = w.told_at is not None and now - w.told_at > SHOUT_AFTER_S * SECOND
        if knows and w.doing not in GONE:
            spot = w.spot_at(now)
            loud.setdefault(spot.roadway, []).append(spot.chainage_m)
    return loud


def _seeing(crowd: Crowd, now: Micros, hazards: Hazards) -> Iterable[int]:
    """Rows of those who stand in smoke or water."""
    if hazards.smoke is None and hazards.depth is None:
        return
    for row, w in enumerate(crowd.walkers):
        if w.doing in UNTOLD:
            cell = _cell(crowd.ground, w.spot_at(now))
            smoky = hazards.smoke is not None and hazards.smoke[cell] >= SMOKE_SEEN
            if smoky or (hazards.depth is not None and hazards.depth[cell] >= WET_M):
                yield row


def _cell(ground: Ground, spot: Spot) -> int:
    return ground.net.cell(spot, ground.graph.roadways[spot.roadway].length_m)


def places(crowd: Crowd, now: Micros) -> Places:
    """Where the cards are that can be ranged."""
    there = [(row, w.tag_at(now)) for row, w in enumerate(crowd.walkers) if w.seen]
    rows = crowd.ground.rows
    return Places(
        np.array([row for row, _ in there], dtype=np.int64),
        np.array([rows[s.roadway] for _, s in there], dtype=np.int64),
        np.array([s.chainage_m for _, s in there], dtype=np.float64),
    )
