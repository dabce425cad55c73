"""The whole simulated mine at one moment, and the step to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from device_sims.clock import SECOND, Micros
from device_sims.mine import Mine, Point
from device_sims.world.air import AirNet, Floats, air_net, carried
from device_sims.world.emissions import GASES, Emission, added, breath, spread
from device_sims.world.readings import Around, analogue, switch
from device_sims.world.roadways import Graph, Spot
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
CH4, CO = GASES.index("ch4"), GASES.index("co")


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """What stays the same while the mine runs: its shape, its air, the scenario's emissions."""

    mine: Mine
    graph: Graph
    net: AirNet
    quiet: Floats
    """(gases, N) what the strata give off."""
    let_out: tuple[tuple[Emission, Floats], ...]
    cell_of_point: tuple[int, ...]
    zones_of_roadway: dict[str, tuple[tuple[str, float, float], ...]]
    """(zone, from, to) of each roadway."""

    @classmethod
    def of(cls, mine: Mine, emissions: Sequence[Emission] = ()) -> "Site":
        """Survey the mine."""
        net = air_net(mine)
        zones: dict[str, tuple[tuple[str, float, float], ...]] = {}
        for z in mine.zones:
            for i in z.intervals:
                zones[i.roadway] = (*zones.get(i.roadway, ()), (z.id, i.from_m, i.to_m))
        let_out = tuple((e, spread(e, mine.roadway[e.roadway], net)) for e in emissions)
        cells = tuple(_cell(mine, net, p) for p in mine.points)
        return cls(mine, Graph.of(mine), net, breath(mine, net), let_out, cells, zones)

    def zones_at(self, spot: Spot) -> frozenset[str]:
        """The zones a spot lies in."""
        near = self.zones_of_roadway.get(spot.roadway, ())
        return frozenset(zone for zone, a, b in near if a <= spot.chainage_m <= b)


@dataclass(frozen=True, slots=True)
class Signals:
    """What reaches the people from outside: horns that sound, and calls."""

    horn_zones: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    """Person ids."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The simulated mine at one moment."""

    began: Micros
    """When the scenario began."""
    now: Micros
    tick: int
    seed: int
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
    gas = np.stack([_settled(site, site.quiet[row]) for row in range(len(GASES))])
    noise = np.random.default_rng([seed, 0]).standard_normal(len(site.mine.points))
    return World(now, now, 0, seed, gas, noise, frozenset(), crew_at_work(site.mine, seed))


def step(site: Site, world: World, dt_s: float, signals: Signals) -> World:
    """The world `dt_s` seconds later. The same world and signals give the same step."""
    rng = np.random.default_rng([world.seed, 2, world.tick])
    given_off = added(site.quiet, site.let_out, world.elapsed_s)
    gas = np.stack(
        [carried(site.net, g, a, dt_s) for g, a in zip(world.gas, given_off, strict=True)]
    )
    keep = float(np.exp(-dt_s / SMOOTHING_S))
    fresh = rng.standard_normal(len(world.noise))
    later = replace(
        world,
        now=world.now + round(dt_s * SECOND),
        tick=world.tick + 1,
        gas=gas,
        noise=keep * world.noise + (1 - keep**2) ** 0.5 * fresh,
    )
    draws = rng.random((len(world.walkers), 3)).tolist()
    around = _surroundings(site, later, signals)
    walkers = (moved(w, around, dt_s, d) for w, d in zip(world.walkers, draws, strict=True))
    return replace(later, walkers=tuple(walkers), tripped=_tripped(site, later))


def reading(site: Site, world: World, row: int) -> float:
    """What point number `row` reads now, in its unit."""
    point = site.mine.points[row]
    kind = site.mine.kind[point.kind]
    cell = site.cell_of_point[row]
    around = Around(
        ch4=float(world.gas[CH4, cell]),
        co=float(world.gas[CO, cell]),
        wind=site.net.wind[point.roadway],
        powered=point.device not in world.tripped,
    )
    if kind.states:
        return float(switch(kind, around))
    return analogue(kind, point.limits, around, float(world.noise[row]))


def _cell(mine: Mine, net: AirNet, point: Point) -> int:
    length = mine.roadway[point.roadway].length_m
    return net.cell(Spot(point.roadway, point.chainage_m), length)


def _settled(site: Site, given_off: Floats) -> Floats:
    """The air once it has blown through the whole mine a few times."""
    gas = np.zeros(len(given_off))
    for _ in range(120):
        gas = carried(site.net, gas, given_off, 30.0)
    return gas


def _surroundings(site: Site, world: World, signals: Signals) -> Surroundings:
    ch4 = world.gas[CH4]
    over = (r for r in site.mine.roadway if float(ch4[site.net.cells(r)].max()) >= OVER_LIMIT)
    horn = (w.person for w in world.walkers if site.zones_at(w.spot) & signals.horn_zones)
    hearing = signals.called.union(horn, shouted_at(world.walkers, world.now))
    return Surroundings(site.graph, world.now, frozenset(over), hearing)


def _tripped(site: Site, world: World) -> frozenset[str]:
    """The methane-power interlock: trips at a cut-off, holds until all are below restore."""
    now: set[str] = set()
    for row, point in enumerate(site.mine.points):
        cut, restore = point.limits.cut_high, point.limits.restore_high
        if cut is None or site.mine.kind[point.kind].states or point.device in now:
            continue
        hold = restore if point.device in world.tripped and restore is not None else cut
        if reading(site, world, row) >= hold:
            now.add(point.device)
    return frozenset(now)
