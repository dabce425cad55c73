"""The whole simulated mine at one moment, and the step to the next."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from device_sims.clock import SECOND, Micros
from device_sims.world.air import carried
from device_sims.world.crowd import Crowd, Hazards, Signals, after, places
from device_sims.world.emissions import added
from device_sims.world.eyes import Ranged
from device_sims.world.fans import drives_at
from device_sims.world.flood import STREAM_M, WADE_M, poured, pouring, under_water
from device_sims.world.miners import crew
from device_sims.world.network import Floats
from device_sims.world.roadways import Danger
from device_sims.world.site import CH4, HEAT, SMOKE, Air, Seen, Site, air_of, around
from device_sims.world.stores import EVERY_S, Demand, Stores, full, later, refuge_zones
from device_sims.world.surroundings import SMOKE_SEEN, Ground
from device_sims.world.walkers import Doing, Walker

__all__ = ("Signals", "World", "beginning", "reading", "step", "wind")

OVER_LIMIT = 1.0
"""Methane (%) at which people would rather walk another way."""
SMOOTHING_S = 20.0
"""How long the noise of a reading remembers itself."""
COOLING_S = 180.0
"""How long warm air keeps its warmth before the rock has most of it."""

SELF_TEST_EVERY: Micros = 60 * SECOND
SELF_TEST_LASTS: Micros = 5 * SECOND


@dataclass(frozen=True, eq=False)
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
    crowd: Crowd
    stores: Stores
    hazards: Hazards

    @property
    def walkers(self) -> tuple[Walker, ...]:
        """Everybody with a tag."""
        return self.crowd.walkers

    @property
    def elapsed_s(self) -> float:
        """Seconds since the scenario began."""
        return (self.now - self.began) / SECOND

    @cached_property
    def ranged(self) -> Ranged:
        """How far every card is from every reader; worked out once a moment, if anybody asks."""
        return Ranged.of(self.crowd.ground.eyes, places(self.crowd, self.now))


def beginning(site: Site, now: Micros, seed: int) -> World:
    """The mine in the middle of a shift, with its air settled.

    Raises:
        ScenarioUnknown: the scenario names a person or zone this mine does not have.
    """
    noise = np.random.default_rng([seed, 0]).standard_normal(len(site.mine.points))
    miners = crew(site.mine, site.graph, site.course, now, seed)
    ground = Ground.of(site.graph, site.net, site.zones, [m.post for m in miners])
    return World(
        began=now,
        now=now,
        tick=0,
        seed=seed,
        air=site.usual,
        gas=_settled(site),
        noise=noise,
        tripped=frozenset(),
        crowd=Crowd.beginning(ground, miners, now),
        stores=full(site.mine, now),
        hazards=Hazards(Danger(), None, None),
    )


def step(site: Site, world: World, dt_s: float, signals: Signals) -> World:
    """The world `dt_s` seconds later. The same world and signals give the same step."""
    rng = np.random.default_rng([world.seed, 2, world.tick])
    world = replace(world, now=world.now + round(dt_s * SECOND), tick=world.tick + 1)
    world = _aired(site, world, dt_s, rng)
    if world.now - world.stores.since >= EVERY_S * SECOND:
        stores = later(world.stores, world.now, _demand(site, world, signals))
        world = replace(world, stores=stores)
    crowd = after(world.crowd, world.now, signals, world.hazards, rng.random)
    return replace(world, crowd=crowd)


def reading(site: Site, world: World, row: int) -> float:
    """What point number `row` reads now, in its unit."""
    point, instrument = site.mine.points[row], site.instruments[row]
    cell = site.cell_of_point[row]
    seen = Seen(world.air, world.stores)
    refuge = site.refuge_of_point[row]
    there = around(site.mine, point, seen, site.row_of_roadway, world.gas[:, cell].tolist(), refuge)
    if not instrument.kind.states:
        return instrument.analogue(there, float(world.noise[row]))
    duty, standby = world.stores.compressors()
    depth = world.hazards.depth
    there = there._replace(
        powered=point.device not in world.tripped,
        compressor=standby if row in site.standing_by else duty,
        depth_m=0.0 if depth is None else float(depth[cell]),
        proving=world.now % SELF_TEST_EVERY < SELF_TEST_LASTS,
    )
    return float(instrument.switch(there))


def wind(site: Site, world: World, roadway: str) -> float:
    """Air speed in a roadway, m/s; positive from its start to its end."""
    flow = world.air.flow[site.row_of_roadway[roadway]]
    return float(flow) / site.mine.roadway[roadway].section_m2


def _aired(site: Site, world: World, dt_s: float, rng: np.random.Generator) -> World:
    """Air, noise, water and interlocks, moved on to now."""
    air = _blown(site, world)
    given_off = added(site.quiet, site.let_out, world.elapsed_s)
    gas, _ = carried(air.streams, world.gas, given_off, dt_s)
    gas[HEAT] *= np.exp(-dt_s / COOLING_S)
    keep = float(np.exp(-dt_s / SMOOTHING_S))
    fresh = rng.standard_normal(len(world.noise))
    noise = keep * world.noise + (1 - keep**2) ** 0.5 * fresh
    aired = replace(world, air=air, gas=gas, noise=noise)
    return replace(aired, tripped=_tripped(site, aired), hazards=_hazards(site, aired))


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


def _hazards(site: Site, world: World) -> Hazards:
    """What people can see of it."""
    shunned = frozenset((*_full_of(site, world.gas[CH4], OVER_LIMIT),))
    smoke = world.gas[SMOKE] if world.gas[SMOKE].max() >= SMOKE_SEEN else None
    if smoke is not None:
        shunned |= frozenset(_full_of(site, smoke, SMOKE_SEEN))
    depth = _depth(site, world)
    drowned = () if depth is None else under_water(site.net, site.mine, depth, WADE_M)
    return Hazards(Danger(shunned, frozenset(drowned)), smoke, depth)


def _full_of(site: Site, load: Floats, limit: float) -> Iterable[str]:
    if load.max() < limit:
        return ()
    highest = np.maximum.reduceat(load, list(site.net.first.values()))
    return (r for r, most in zip(site.net.first, highest.tolist(), strict=True) if most >= limit)


def _depth(site: Site, world: World) -> Floats | None:
    came = [(pool, flow, poured(flow, world.elapsed_s)) for pool, flow in site.pools]
    if not any(volume > 0 for _, _, volume in came):
        return None
    deep = np.zeros(len(site.net.volume))
    for pool, flow, volume in came:
        deep += pool.depth(volume, len(deep))
        if pouring(flow, world.elapsed_s):
            deep[pool.inlet] = max(deep[pool.inlet], STREAM_M)
    return deep


def _demand(site: Site, world: World, signals: Signals) -> Demand:
    """Who draws on the supplies now."""
    due = [w for w in world.walkers if w.miner.underground(world.now)]
    works = sum(w.doing is Doing.WORKING for w in due)
    inside = Counter(
        z
        for w in world.walkers
        if w.doing is Doing.AT_REFUGE
        for z in site.zones.at(w.spot) & site.refuges
    )
    burns = any(e.gas == "smoke" and e.strength(world.elapsed_s) > 0 for e, _ in site.let_out)
    sheltering = [inside[z.id] for z in refuge_zones(site.mine)]
    return Demand(works / max(1, len(due)), sheltering, burns, bool(signals.called))


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
