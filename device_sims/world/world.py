"""The whole simulated mine at one moment, and the step to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from device_sims.clock import SECOND, Micros
from device_sims.world.air import carried
from device_sims.world.emissions import added
from device_sims.world.fans import drives_at
from device_sims.world.network import Floats
from device_sims.world.site import CH4, HEAT, Air, Site, air_of, around
from device_sims.world.walkers import (
    OVER_LIMIT,
    Surroundings,
    Walker,
    crew_at_work,
    moved,
    shouted_at,
)

SMOOTHING_S = 20.0
"""How long the noise of a reading remembers itself."""
COOLING_S = 180.0
"""How long warm air keeps its warmth before the rock has most of it."""


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


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The simulated mine at one moment."""

    began: Micros
    """When the scenario began."""
    now: Micros
    tick: int
    seed: int
    air: Air
    gas: Floats
    """(gases, N)."""
    noise: Floats
    """(points,) standard normal, smoothed over time."""
    tripped: frozenset[str]
    """Substations whose interlock has cut the power of their faces."""
    walkers: tuple[Walker, ...]

    @property
    def elapsed_s(self) -> float:
        """Seconds since the scenario began."""
        return (self.now - self.began) / SECOND


def beginning(site: Site, now: Micros, seed: int) -> World:
    """The mine in the middle of a shift, with its air settled."""
    noise = np.random.default_rng([seed, 0]).standard_normal(len(site.mine.points))
    walkers = crew_at_work(site.mine, seed)
    return World(now, now, 0, seed, site.usual, _settled(site), noise, frozenset(), walkers)


def step(site: Site, world: World, dt_s: float, signals: Signals) -> World:
    """The world `dt_s` seconds later. The same world and signals give the same step."""
    rng = np.random.default_rng([world.seed, 2, world.tick])
    air = _blown(site, world)
    given_off = added(site.quiet, site.let_out, world.elapsed_s)
    gas, _ = carried(air.streams, world.gas, given_off, dt_s)
    gas[HEAT] *= np.exp(-dt_s / COOLING_S)
    keep = float(np.exp(-dt_s / SMOOTHING_S))
    fresh = rng.standard_normal(len(world.noise))
    later = replace(
        world,
        now=world.now + round(dt_s * SECOND),
        tick=world.tick + 1,
        air=air,
        gas=gas,
        noise=keep * world.noise + (1 - keep**2) ** 0.5 * fresh,
    )
    draws = rng.random((len(world.walkers), 3)).tolist()
    there = _surroundings(site, later, signals)
    walkers = (moved(w, there, dt_s, d) for w, d in zip(world.walkers, draws, strict=True))
    return replace(later, walkers=tuple(walkers), tripped=_tripped(site, later))


def reading(site: Site, world: World, row: int) -> float:
    """What point number `row` reads now, in its unit."""
    point, instrument = site.mine.points[row], site.instruments[row]
    load = world.gas[:, site.cell_of_point[row]].tolist()
    there = around(site.mine, point, world.air, site.row_of_roadway, load)
    if instrument.kind.states:
        powered = point.device not in world.tripped
        return float(instrument.switch(there._replace(powered=powered)))
    return instrument.analogue(there, float(world.noise[row]))


def wind(site: Site, world: World, roadway: str) -> float:
    """Air speed in a roadway, m/s; positive from its start to its end."""
    flow = world.air.flow[site.row_of_roadway[roadway]]
    return float(flow) / site.mine.roadway[roadway].section_m2


def _blown(site: Site, world: World) -> Air:
    """The air as the fans now turn; worked out anew only when they turn otherwise."""
    drives = drives_at(site.fans, world.elapsed_s)
    if drives == world.air.drives:
        return world.air
    return air_of(site.ventilation, site.net, drives, world.air.flow)


def _settled(site: Site) -> Floats:
    """The air once it has blown through the whole mine a few times."""
    gas = np.zeros_like(site.quiet)
    for _ in range(120):
        gas, _left = carried(site.usual.streams, gas, site.quiet, 30.0)
    return gas


def _surroundings(site: Site, world: World, signals: Signals) -> Surroundings:
    highest = np.maximum.reduceat(world.gas[CH4], list(site.net.first.values()))
    over = (r for r, ch4 in zip(site.net.first, highest.tolist(), strict=True) if ch4 >= OVER_LIMIT)
    loud = signals.horn_zones | signals.broadcast_zones
    heard = _in_zones(site, world.walkers, loud) if loud else ()
    paged = (w.person for w in world.walkers if w.tag in signals.paged) if signals.paged else ()
    hearing = signals.called.union(heard, paged, shouted_at(world.walkers, world.now))
    return Surroundings(site.graph, world.now, frozenset(over), hearing)


def _in_zones(site: Site, walkers: Sequence[Walker], zones: frozenset[str]) -> Iterable[str]:
    return (w.person for w in walkers if site.zones_at(w.spot) & zones)


def _tripped(site: Site, world: World) -> frozenset[str]:
    """The methane-power interlock: trips at a cut-off, holds until all are below restore."""
    now: set[str] = set()
    for row, device, cut, restore in _in_question(site, world):
        hold = restore if device in world.tripped else cut
        if device not in now and reading(site, world, row) >= hold:
            now.add(device)
    return frozenset(now)


def _in_question(site: Site, world: World) -> Iterable[tuple[int, str, float, float]]:
    """The interlocks that noise could bring to their cut-off, or that have tripped."""
    if world.tripped:
        return site.interlocks
    row, cell, least = site.interlock_levels
    near = world.gas[row.astype(np.int64), cell.astype(np.int64)] >= least
    return (site.interlocks[i] for i in np.flatnonzero(near))
