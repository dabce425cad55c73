"""The whole simulated mine at one moment, and the step to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from device_sims.clock import SECOND, Micros
from device_sims.mine import Mine, Point
from device_sims.world.air import AirNet, Streams, carried
from device_sims.world.emissions import GASES, Emission, added, breath, spread, usual_flow
from device_sims.world.fans import FanCourse, drives_at
from device_sims.world.network import Floats
from device_sims.world.readings import Around, Instrument
from device_sims.world.roadways import Graph, Spot
from device_sims.world.ventilation import Drives, Ventilation
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
RUNNING = 0.5
"""Share of its full speed at which a fan's contactor or air-flow switch says it runs."""
NEAR = 0.8
"""Share of a cut-off below which no noise brings a reading to it."""
COOLING_S = 180.0
"""How long warm air keeps its warmth before the rock has most of it."""
CH4, CO, SMOKE, HEAT = (GASES.index(g) for g in ("ch4", "co", "smoke", "heat"))


@dataclass(frozen=True, slots=True, eq=False)
class Air:
    """What the fans make the air do while they turn as they do."""

    drives: Drives
    flow: Floats
    """(B,) m³/s of each branch of the ventilation."""
    streams: Streams
    fan_pa: float
    """What the main fan's gauge shows."""


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """What stays the same while the mine runs: its shape, its fans, the scenario's course."""

    mine: Mine
    graph: Graph
    ventilation: Ventilation
    net: AirNet
    usual: Air
    """The air with every fan at full speed."""
    quiet: Floats
    """(gases, N) what the strata give off."""
    let_out: tuple[tuple[Emission, Floats], ...]
    fans: tuple[FanCourse, ...]
    cell_of_point: tuple[int, ...]
    row_of_roadway: dict[str, int]
    instruments: tuple[Instrument, ...]
    interlocks: tuple[tuple[int, str, float, float], ...]
    """(row of a point, its substation, the value that trips it, the value that holds it)"""
    interlock_levels: Floats
    """(3, interlocks) row of the gas, cell, and the least gas at which to look at the reading."""
    zones_of_roadway: dict[str, tuple[tuple[str, float, float], ...]]
    """(zone, from, to) of each roadway."""

    @classmethod
    def of(
        cls, mine: Mine, emissions: Sequence[Emission] = (), fans: Sequence[FanCourse] = ()
    ) -> "Site":
        """Survey the mine."""
        ventilation = Ventilation.of(mine)
        net = AirNet.of(mine, ventilation)
        usual = _air(ventilation, net, Drives())
        flow = usual_flow(mine, usual.flow)
        let_out = tuple(
            (e, spread(e, mine.roadway[e.roadway], net, flow[e.roadway])) for e in emissions
        )
        rows = {r.id: row for row, r in enumerate(mine.roadways)}
        cells = tuple(_cell(mine, net, p) for p in mine.points)
        instruments = tuple(_instrument(mine, p, usual, rows) for p in mine.points)
        interlocks = tuple(_interlocks(mine))
        return cls(
            mine,
            Graph.of(mine),
            ventilation,
            net,
            usual,
            breath(mine, net, flow),
            let_out,
            tuple(fans),
            cells,
            rows,
            instruments,
            interlocks,
            _interlock_levels(interlocks, cells, instruments),
            _zones(mine),
        )

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
    around = _surroundings(site, later, signals)
    walkers = (moved(w, around, dt_s, d) for w, d in zip(world.walkers, draws, strict=True))
    return replace(later, walkers=tuple(walkers), tripped=_tripped(site, later))


def reading(site: Site, world: World, row: int) -> float:
    """What point number `row` reads now, in its unit."""
    point, instrument = site.mine.points[row], site.instruments[row]
    load = world.gas[:, site.cell_of_point[row]].tolist()
    around = _around(site.mine, point, world.air, site.row_of_roadway, load)
    if instrument.kind.states:
        powered = point.device not in world.tripped
        return float(instrument.switch(around._replace(powered=powered)))
    return instrument.analogue(around, float(world.noise[row]))


def wind(site: Site, world: World, roadway: str) -> float:
    """Air speed in a roadway, m/s; positive from its start to its end."""
    flow = world.air.flow[site.row_of_roadway[roadway]]
    return float(flow) / site.mine.roadway[roadway].section_m2


def _air(
    ventilation: Ventilation, net: AirNet, drives: Drives, before: Floats | None = None
) -> Air:
    flow = ventilation.flow(drives, before)
    return Air(drives, flow, Streams.of(net, flow), ventilation.fan_pa(drives, flow))


def _blown(site: Site, world: World) -> Air:
    """The air as the fans now turn; worked out anew only when they turn otherwise."""
    drives = drives_at(site.fans, world.elapsed_s)
    if drives == world.air.drives:
        return world.air
    return _air(site.ventilation, site.net, drives, world.air.flow)


def _around(
    mine: Mine, point: Point, air: Air, rows: dict[str, int], load: Sequence[float]
) -> Around:
    flow = abs(float(air.flow[rows[point.roadway]]))
    return Around(
        ch4=load[CH4],
        co=load[CO],
        wind=flow / mine.roadway[point.roadway].section_m2,
        smoke=load[SMOKE],
        heat=load[HEAT],
        fan_pa=air.fan_pa,
        main_fan=abs(air.drives.main) > RUNNING,
        local_fan=abs(air.drives.local) > RUNNING,
    )


def _instrument(mine: Mine, point: Point, usual: Air, rows: dict[str, int]) -> Instrument:
    around = _around(mine, point, usual, rows, [0.0] * len(GASES))
    return Instrument.of(mine.kind[point.kind], point.limits, around)


def _zones(mine: Mine) -> dict[str, tuple[tuple[str, float, float], ...]]:
    zones: dict[str, tuple[tuple[str, float, float], ...]] = {}
    for z in mine.zones:
        for i in z.intervals:
            zones[i.roadway] = (*zones.get(i.roadway, ()), (z.id, i.from_m, i.to_m))
    return zones


def _cell(mine: Mine, net: AirNet, point: Point) -> int:
    length = mine.roadway[point.roadway].length_m
    return net.cell(Spot(point.roadway, point.chainage_m), length)


def _settled(site: Site) -> Floats:
    """The air once it has blown through the whole mine a few times."""
    gas = np.zeros_like(site.quiet)
    for _ in range(120):
        gas, _left = carried(site.usual.streams, gas, site.quiet, 30.0)
    return gas


def _surroundings(site: Site, world: World, signals: Signals) -> Surroundings:
    highest = np.maximum.reduceat(world.gas[CH4], list(site.net.first.values()))
    over = (r for r, ch4 in zip(site.net.first, highest.tolist(), strict=True) if ch4 >= OVER_LIMIT)
    horn = _in_zones(site, world.walkers, signals.horn_zones) if signals.horn_zones else ()
    hearing = signals.called.union(horn, shouted_at(world.walkers, world.now))
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


def _interlock_levels(
    interlocks: Iterable[tuple[int, str, float, float]],
    cells: Sequence[int],
    instruments: Sequence[Instrument],
) -> Floats:
    levels = []
    for point, _, cut, _ in interlocks:
        sense = instruments[point].sense
        gas = sense.words[0] if sense else ""
        least = NEAR * cut if gas in GASES else -np.inf
        levels.append((GASES.index(gas) if gas in GASES else 0, cells[point], least))
    return np.array(levels, dtype=np.float64).reshape(-1, 3).T


def _interlocks(mine: Mine) -> Iterable[tuple[int, str, float, float]]:
    for row, point in enumerate(mine.points):
        cut, restore = point.limits.cut_high, point.limits.restore_high
        if cut is not None and not mine.kind[point.kind].states:
            yield row, point.device, cut, cut if restore is None else restore
