"""What stays the same while the mine runs, and how its instruments stand in its air."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from device_sims.mine import Mine, Point
from device_sims.world.air import AirNet, Streams
from device_sims.world.course import Course
from device_sims.world.emissions import GASES, Emission, breath, spread, usual_flow
from device_sims.world.fans import FanCourse
from device_sims.world.flood import Pool
from device_sims.world.network import Floats
from device_sims.world.readings import Around, Instrument
from device_sims.world.roadways import Graph, Spot
from device_sims.world.stores import Stores, full, refuge_zones
from device_sims.world.ventilation import Drives, Ventilation
from device_sims.world.zones import Zones

RUNNING = 0.5
"""Share of its full speed at which a fan's contactor or air-flow switch says it runs."""
NEAR = 0.8
"""Share of a cut-off below which no noise brings a reading to it."""
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
    course: Course
    pools: tuple[tuple[Pool, tuple[tuple[float, float], ...]], ...]
    """Where the water of each inrush goes, and how much comes."""
    cell_of_point: tuple[int, ...]
    row_of_roadway: dict[str, int]
    instruments: tuple[Instrument, ...]
    interlocks: tuple[tuple[int, str, float, float], ...]
    """(row of a point, its substation, the value that trips it, the value that holds it)"""
    interlock_levels: Floats
    """(3, interlocks) row of the gas, cell, and the least gas at which to look at the reading."""
    refuge_of_point: tuple[int | None, ...]
    """Row of the refuge whose air a point is in."""
    standing_by: frozenset[int]
    """Points at a compressor that is not on duty: the first of them is at the one that is."""
    zones: Zones
    refuges: frozenset[str]
    """Zones in which people shelter."""

    @classmethod
    def of(
        cls,
        mine: Mine,
        emissions: Sequence[Emission] = (),
        fans: Sequence[FanCourse] = (),
        course: Course | None = None,
    ) -> "Site":
        """Survey the mine.

        Args:
            mine: what there is.
            emissions: what a scenario lets out.
            fans: how its fans run.
            course: what it asks of people and water, each inrush with a roadway of this mine.
        """
        course, zones = course or Course(), Zones.of(mine)
        ventilation = Ventilation.of(mine)
        net = AirNet.of(mine, ventilation)
        usual = air_of(ventilation, net, Drives())
        flow = usual_flow(mine, usual.flow)
        let_out = tuple(
            (e, spread(e, mine.roadway[e.roadway], net, flow[e.roadway])) for e in emissions
        )
        rows = {r.id: row for row, r in enumerate(mine.roadways)}
        cells = tuple(_cell(mine, net, p) for p in mine.points)
        at_rest = Seen(usual, full(mine, 0))
        refuges = tuple(_refuge(mine, zones, p) for p in mine.points)
        spots = list(zip(mine.points, refuges, strict=True))
        instruments = tuple(_instrument(mine, p, at_rest, rows, refuge) for p, refuge in spots)
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
            course,
            tuple(_pools(mine, net, course)),
            cells,
            rows,
            instruments,
            interlocks,
            _interlock_levels(interlocks, cells, instruments),
            refuges,
            _standing_by(mine),
            zones,
            frozenset(z.id for z in refuge_zones(mine)),
        )


def air_of(
    ventilation: Ventilation, net: AirNet, drives: Drives, before: Floats | None = None
) -> Air:
    """What the air does while the fans turn so; `before` is its flow a moment ago."""
    flow = ventilation.flow(drives, before)
    return Air(drives, flow, Streams.of(net, flow), ventilation.fan_pa(drives, flow))


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What instruments look at."""

    air: Air
    stores: Stores
    depth: Floats | None = None
    """(N,) m of water in each cell; None: there is none."""


def around(
    mine: Mine,
    point: Point,
    seen: Seen,
    rows: Mapping[str, int],
    load: Sequence[float],
    refuge: int | None = None,
) -> Around:
    """What there is around a point, given the load of its cell and the row of each roadway."""
    air, stores = seen.air, seen.stores
    flow = abs(float(air.flow[rows[point.roadway]]))
    shelter = None if refuge is None else stores.refuges[refuge]
    fresh = Around(
        ch4=load[CH4],
        co=load[CO],
        wind=flow / mine.roadway[point.roadway].section_m2,
        smoke=load[SMOKE],
        heat=load[HEAT],
        fan_pa=air.fan_pa,
        main_fan=abs(air.drives.main) > RUNNING,
        local_fan=abs(air.drives.local) > RUNNING,
        air_mpa=stores.air.gauge_mpa,
        air_m3_min=60 * stores.air_m3_s,
        water_mpa=stores.water_mpa(),
        water_m3_h=3600 * stores.water_m3_s,
        tank_m=stores.water.depth_m,
        air_m3=stores.air_m3,
        water_m3=stores.water_m3,
        drained_m3=stores.drained_m3,
        gas_m3=stores.gas_m3,
    )
    if shelter is None:
        return fresh
    return fresh._replace(
        o2=shelter.oxygen,
        co2=shelter.carbon_dioxide,
        heat=shelter.warmer,
        over_pa=stores.over_pressure_pa(),
    )


def _instrument(
    mine: Mine, point: Point, seen: Seen, rows: Mapping[str, int], refuge: int | None
) -> Instrument:
    usually = around(mine, point, seen, rows, [0.0] * len(GASES), refuge)
    return Instrument.of(mine.kind[point.kind], point.limits, usually)


def _refuge(mine: Mine, zones: Zones, point: Point) -> int | None:
    here = zones.at(Spot(point.roadway, point.chainage_m))
    return next((row for row, z in enumerate(refuge_zones(mine)) if z.id in here), None)


def _standing_by(mine: Mine) -> frozenset[int]:
    return frozenset([i for i, p in enumerate(mine.points) if "compressor" in p.kind][1:])


def _pools(
    mine: Mine, net: AirNet, course: Course
) -> Iterable[tuple[Pool, tuple[tuple[float, float], ...]]]:
    for inrush in course.inrush:
        roadway = mine.roadway[inrush.at]
        share = inrush.share if roadway.air >= 0 else 1.0 - inrush.share
        inlet = Spot(roadway.id, share * roadway.length_m)
        yield Pool.of(mine, net, net.cell(inlet, roadway.length_m)), inrush.profile


def _cell(mine: Mine, net: AirNet, point: Point) -> int:
    length = mine.roadway[point.roadway].length_m
    return net.cell(Spot(point.roadway, point.chainage_m), length)


def _interlocks(mine: Mine) -> Iterable[tuple[int, str, float, float]]:
    for row, point in enumerate(mine.points):
        cut, restore = point.limits.cut_high, point.limits.restore_high
        if cut is not None and not mine.kind[point.kind].states:
            yield row, point.device, cut, cut if restore is None else restore


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
