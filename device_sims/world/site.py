"""What stays the same while the mine runs, and how its instruments stand in its air."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from device_sims.mine import Mine, Point
from device_sims.world.air import AirNet, Streams
from device_sims.world.emissions import GASES, Emission, breath, spread, usual_flow
from device_sims.world.fans import FanCourse
from device_sims.world.network import Floats
from device_sims.world.readings import Around, Instrument
from device_sims.world.roadways import Graph, Spot
from device_sims.world.ventilation import Drives, Ventilation

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
        usual = air_of(ventilation, net, Drives())
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


def air_of(
    ventilation: Ventilation, net: AirNet, drives: Drives, before: Floats | None = None
) -> Air:
    """What the air does while the fans turn so; `before` is its flow a moment ago."""
    flow = ventilation.flow(drives, before)
    return Air(drives, flow, Streams.of(net, flow), ventilation.fan_pa(drives, flow))


def around(
    mine: Mine, point: Point, air: Air, rows: dict[str, int], load: Sequence[float]
) -> Around:
    """What there is around a point, given the load of its cell and the row of each roadway."""
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
    usually = around(mine, point, usual, rows, [0.0] * len(GASES))
    return Instrument.of(mine.kind[point.kind], point.limits, usually)


def _zones(mine: Mine) -> dict[str, tuple[tuple[str, float, float], ...]]:
    zones: dict[str, tuple[tuple[str, float, float], ...]] = {}
    for z in mine.zones:
        for i in z.intervals:
            zones[i.roadway] = (*zones.get(i.roadway, ()), (z.id, i.from_m, i.to_m))
    return zones


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
