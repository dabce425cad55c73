"""Supplies that drain: compressed air, water, and what people breathe in a closed refuge."""

import math
from dataclasses import dataclass, replace

ATMOSPHERE_MPA = 0.1
WATER_MPA_M = 0.00981
"""Pressure of a metre of water."""
FRESH_O2, FRESH_CO2 = 20.8, 0.05
"""% in fresh air."""
O2_M3_S = 0.5e-3 / 60
"""What one sheltering person uses: half a litre a minute, the rate refuges are laid out for."""
CO2_M3_S = 0.4e-3 / 60
"""What one gives off: four fifths of it."""

BODY_W = 120.0
"""Heat of one who sits and waits."""
ROCK_W_K = 100.0
"""What a chamber of some tens of metres gives to the rock for each degree."""
CHAMBER_J_K = 2.0e6
"""What it takes to warm air, fittings and the skin of the rock by one degree."""
AIR_J_M3K = 1200.0


@dataclass(frozen=True, slots=True)
class AirHeader:
    """The compressed-air mains: receivers and pipes, filled by compressors."""

    volume_m3: float
    gauge_mpa: float
    """Pressure above the atmosphere's."""
    governor_mpa: float
    """Gauge pressure at which the compressors stop delivering."""

    def after(self, dt_s: float, made: float, used: float) -> "AirHeader":
        """The mains after `dt_s`, at constant temperature.

        Args:
            dt_s: how long.
            made: free air the compressors deliver, m³/s.
            used: free air drawn off, m³/s; nothing flows once the pressure is gone.
        """
        free = self.free_m3 + (made - used) * dt_s
        gauge = free * ATMOSPHERE_MPA / self.volume_m3
        return replace(self, gauge_mpa=min(max(gauge, 0.0), max(self.governor_mpa, self.gauge_mpa)))

    @property
    def free_m3(self) -> float:
        """Air that can still be drawn, measured at the surface's pressure."""
        return self.gauge_mpa / ATMOSPHERE_MPA * self.volume_m3


@dataclass(frozen=True, slots=True)
class WaterTank:
    """A tank at the surface that feeds the mine's mains by its height alone."""

    area_m2: float
    depth_m: float
    """Of the water in it."""
    deepest_m: float
    """At which it overflows."""
    head_m: float
    """From the tank's floor down to the mains."""

    def after(self, dt_s: float, filled: float, used: float) -> "WaterTank":
        """The tank after `dt_s`; `filled` and `used` in m³/s."""
        depth = self.depth_m + (filled - used) * dt_s / self.area_m2
        return replace(self, depth_m=min(max(depth, 0.0), self.deepest_m))

    def mains_mpa(self, lost_mpa: float = 0.0) -> float:
        """Gauge pressure in the mains, less what friction takes; none from an empty tank."""
        if self.depth_m <= 0.0:
            return 0.0
        return max(0.0, (self.head_m + self.depth_m) * WATER_MPA_M - lost_mpa)


@dataclass(frozen=True, slots=True)
class RefugeAir:
    """The air of a closed refuge, well mixed."""

    volume_m3: float
    oxygen: float = FRESH_O2
    """%"""
    carbon_dioxide: float = FRESH_CO2
    """%"""
    warmer: float = 0.0
    """℃ above what is usual."""

    def after(
        self, dt_s: float, people: int, fresh: float = 0.0, scrubbed: float = 0.0
    ) -> "RefugeAir":
        """The air after `dt_s`, worked out exactly: a long step is as true as many short ones.

        Args:
            dt_s: how long.
            people: how many breathe it.
            fresh: fresh air that is blown in and lets as much out, m³/s.
            scrubbed: air that is led through a CO2 absorber, m³/s.
        """
        oxygen = self._mixed(self.oxygen, FRESH_O2, -people * O2_M3_S, fresh, fresh, dt_s)
        gone = fresh + scrubbed
        gas = self._mixed(self.carbon_dioxide, FRESH_CO2, people * CO2_M3_S, fresh, gone, dt_s)
        return replace(
            self,
            oxygen=max(oxygen, 0.0),
            carbon_dioxide=min(max(gas, 0.0), 100.0),
            warmer=self._warmed(dt_s, people, fresh),
        )

    def _warmed(self, dt_s: float, people: int, fresh: float) -> float:
        """℃: C dT/dt = heat of the people - (loss to the rock + what the air takes along)·T."""
        takes = ROCK_W_K + AIR_J_M3K * fresh
        settles = people * BODY_W / takes
        return settles + (self.warmer - settles) * math.exp(-takes * dt_s / CHAMBER_J_K)

    def _mixed(
        self, share: float, outside: float, made: float, comes: float, goes: float, dt_s: float
    ) -> float:
        """Share (%) after a time: V dx/dt = 100·made + comes·outside - goes·x."""
        gain = 100 * made + comes * outside
        if goes <= 0.0:
            return share + gain * dt_s / self.volume_m3
        settles = gain / goes
        return settles + (share - settles) * math.exp(-goes * dt_s / self.volume_m3)
