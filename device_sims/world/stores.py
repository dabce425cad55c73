"""The mine's supplies from step to step: who draws on them, and what fills them again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from device_sims.clock import SECOND, Micros
from device_sims.mine import Mine, Zone
from device_sims.world.shifts import FOREVER
from device_sims.world.supplies import AirHeader, RefugeAir, WaterTank

EVERY_S = 5.0
"""How often supplies are worked out: they change slowly."""
COMPRESSOR_M3_S = 40.0 / 60
"""Free air of one compressor."""
WORK_AIR_M3_S = 30.0 / 60
"""What drills and tools draw while everybody is at work."""
SHELTER_M3_S = 0.3 / 60
"""Fresh air a head in a refuge on compressed air: 0.3 m³/min (井下紧急避险系统建设管理规定)."""
STARTS_S = 240.0
"""From the leader's order until the standby compressor delivers; ten minutes are allowed."""
ENOUGH_MPA = 0.1
"""Pressure below which the air does not come through to a refuge as it should."""
OVER_PRESSURE_PA = 150.0
"""In a refuge while air is blown in."""
WORK_WATER_M3_S = 60.0 / 3600
"""Dust suppression while everybody is at work."""
FIRE_WATER_M3_S = 180.0 / 3600
"""Sprays and hoses while something burns."""
PUMPED_M3_S = 75.0 / 3600
"""What a pump brings to the tank until it is full."""
SUMP_M3_S = 120.0 / 3600
"""What comes to the sumps, and is pumped out."""
GAS_M3_S = 45.0 / 60
"""Gas that is drained off before it comes to the air."""
FRICTION = 40.0
"""MPa·s²/m⁶ that the water mains lose by the square of their flow."""


@dataclass(frozen=True, slots=True)
class Stores:
    """All supplies at one moment."""

    air: AirHeader
    water: WaterTank
    refuges: tuple[RefugeAir, ...]
    """In the order of the mine's refuge zones."""
    since: Micros
    air_m3_s: float = WORK_AIR_M3_S
    """Free air drawn now; likewise water."""
    water_m3_s: float = WORK_WATER_M3_S
    air_m3: float = 0.0
    """Drawn since the beginning; likewise water, and water pumped out of the mine."""
    water_m3: float = 0.0
    drained_m3: float = 0.0
    gas_m3: float = 0.0
    standby: Micros = FOREVER
    """From when on the standby compressor delivers."""

    def compressors(self) -> tuple[bool, bool]:
        """Whether the one on duty and the one standing by run."""
        return True, self.since >= self.standby

    def water_mpa(self) -> float:
        """In the mains."""
        return self.water.mains_mpa(FRICTION * self.water_m3_s**2)

    def over_pressure_pa(self) -> float:
        """In refuges."""
        return OVER_PRESSURE_PA * min(1.0, self.air.gauge_mpa / ENOUGH_MPA)


@dataclass(frozen=True, slots=True)
class Demand:
    """Who draws on them."""

    at_work: float
    """Share of all who should be at work."""
    sheltering: Sequence[int]
    """People in each refuge."""
    burns: bool
    ordered: bool
    """Whether a leader has ordered people out."""


def refuge_zones(mine: Mine) -> tuple[Zone, ...]:
    """The refuges, in the mine's order."""
    return tuple(z for z in mine.zones if z.kind == "refuge")


def full(mine: Mine, now: Micros) -> Stores:
    """As they are in a quiet shift."""
    refuges = tuple(RefugeAir(_volume(mine, z)) for z in refuge_zones(mine))
    air = AirHeader(volume_m3=60.0, gauge_mpa=0.62, governor_mpa=0.62)
    water = WaterTank(area_m2=50.0, depth_m=4.0, deepest_m=4.0, head_m=58.0)
    return Stores(air, water, refuges, now)


def later(stores: Stores, now: Micros, demand: Demand) -> Stores:
    """The supplies at `now`."""
    dt_s = (now - stores.since) / SECOND
    standby = stores.standby
    if demand.ordered and standby == FOREVER:
        standby = now + round(STARTS_S * SECOND)
    share = min(1.0, stores.air.gauge_mpa / ENOUGH_MPA)
    breathed = SHELTER_M3_S * sum(demand.sheltering) * share
    drawn = WORK_AIR_M3_S * demand.at_work + breathed
    made = COMPRESSOR_M3_S * (2 if now >= standby else 1)
    water = WORK_WATER_M3_S * demand.at_work + FIRE_WATER_M3_S * demand.burns
    flows = water if stores.water.depth_m > 0 else 0.0
    refuges = (
        air.after(dt_s, people, fresh=SHELTER_M3_S * people * share)
        for air, people in zip(stores.refuges, demand.sheltering, strict=True)
    )
    return replace(
        stores,
        air=stores.air.after(dt_s, made, drawn),
        water=stores.water.after(dt_s, PUMPED_M3_S, water),
        refuges=tuple(refuges),
        since=now,
        air_m3_s=drawn,
        water_m3_s=flows,
        air_m3=stores.air_m3 + drawn * dt_s,
        water_m3=stores.water_m3 + flows * dt_s,
        drained_m3=stores.drained_m3 + SUMP_M3_S * dt_s,
        gas_m3=stores.gas_m3 + GAS_M3_S * dt_s,
        standby=standby,
    )


def _volume(mine: Mine, zone: Zone) -> float:
    lengths = ((i.to_m - i.from_m, mine.roadway[i.roadway].section_m2) for i in zone.intervals)
    return max(20.0, sum(length * section for length, section in lengths))
