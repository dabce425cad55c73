"""What each point would read: by its kind, its place, the air around it, and a little noise."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from device_sims.mine import Kind, Limits
from device_sims.world.flood import SEEN_M
from device_sims.world.stores import GAS_M3_S
from device_sims.world.surroundings import SMOKE_SEEN


class Around(NamedTuple):
    """What there is around a point."""

    ch4: float
    """%"""
    co: float
    """ppm"""
    wind: float
    """m/s"""
    powered: bool = True
    """False after the substation's interlock has cut the power."""
    smoke: float = 0.0
    """1/m, optical density."""
    heat: float = 0.0
    """℃ above what is usual."""
    fan_pa: float = 0.0
    """Pa below the surface's pressure at the main fan."""
    main_fan: bool = True
    """Whether it runs; likewise the local fans."""
    local_fan: bool = True
    air_mpa: float = 0.62
    """Compressed air, gauge; likewise what is drawn."""
    air_m3_min: float = 30.0
    water_mpa: float = 0.6
    """Water mains, gauge; likewise what is drawn, and the depth in the tank."""
    water_m3_h: float = 60.0
    tank_m: float = 4.0
    compressor: bool = True
    """Whether the one at hand runs."""
    o2: float = 20.8
    """% with pure air."""
    co2: float = 0.08
    """%"""
    over_pa: float = 0.0
    """Of a refuge over the roadway before it."""
    depth_m: float = 0.0
    """Of water on the floor."""
    air_m3: float = 0.0
    """Compressed air drawn since the beginning; likewise water, water pumped, gas drained."""
    water_m3: float = 0.0
    drained_m3: float = 0.0
    gas_m3: float = 0.0
    proving: bool = False
    """Whether a self-test is under way."""


@dataclass(frozen=True, slots=True)
class Sense:
    """How a family of kinds answers."""

    words: tuple[str, ...]
    """Any of these in the kind's id or unit names the family."""
    level: Callable[[Around], float]
    spread: float
    """Standard deviation of the noise, in the kind's unit."""


COUNTED_M3 = 120_000.0
"""What counters showed before the mine began."""
SENSES = (
    Sense(("air_total",), lambda a: COUNTED_M3 + a.air_m3, 0.0),
    Sense(("water_total",), lambda a: COUNTED_M3 + a.water_m3, 0.0),
    Sense(("drain_total",), lambda a: COUNTED_M3 + a.drained_m3, 0.0),
    Sense(("drainage_total",), lambda a: COUNTED_M3 + a.gas_m3, 0.0),
    Sense(("drainage_methane",), lambda _: 32.0, 0.3),
    Sense(("drainage_flow",), lambda _: 60 * GAS_M3_S, 0.4),
    Sense(("drainage_pressure",), lambda _: 18.0, 0.2),
    Sense(("stored",), lambda _: 15.0, 0.02),
    Sense(("oil",), lambda _: 82.0, 0.4),
    Sense(("cooling",), lambda _: 38.0, 0.3),
    Sense(("sump",), lambda a: 1.2 + a.depth_m, 0.01),
    Sense(("ch4", "methane", "gas_high"), lambda a: a.ch4, 0.012),
    Sense(("co2",), lambda a: a.co2, 0.01),
    Sense(("co",), lambda a: a.co, 0.3),
    Sense(("o2", "oxygen"), lambda a: a.o2 - a.ch4 * 0.2, 0.03),
    Sense(("wind", "airspeed", "m/s"), lambda a: a.wind, 0.06),
    Sense(("temp", "temperature", "°c", "℃"), lambda a: 21.5 + a.heat, 0.15),
    Sense(("negative",), lambda a: a.fan_pa, 12.0),
    Sense(("dust",), lambda _: 1.5, 0.05),
    Sense(("no2", "so2", "h2s", "nh3"), lambda _: 0.3, 0.02),
    Sense(("humidity",), lambda _: 70.0, 0.5),
    Sense(("difference",), lambda a: a.over_pa, 3.0),
    Sense(("m3/h",), lambda a: a.water_m3_h, 0.6),
    Sense(("m3/min",), lambda a: a.air_m3_min, 0.3),
    Sense(("level",), lambda a: a.tank_m, 0.01),
    Sense(("water",), lambda a: a.water_mpa, 0.004),
    Sense(("air",), lambda a: a.air_mpa, 0.004),
)
"""First match answers, so `co2` stands before `co`, and flows and levels before pressures; what a
counter shows has no noise."""

WELL = (
    "at rest",
    "running",
    "live",
    "alive",
    "clear",
    "dry",
    "air",
    "not cut",
    "closed",
    "normal",
    "on",
    "online",
    "energised",
    "ok",
)
"""States that mean all is well, best word first; else the highest state number is taken."""

DEAD = ("dead", "off", "de-energised", "no power", "cut")
"""States of a feed point once the power is cut; else state 0."""
STOPPED = ("stopped", "off", "not running")
SMOKY = ("smoke", "alarm", "detected")
WET = ("water", "wet", "inrush", "alarm")

GASES_READ = ("ch4", "co", "o2")
"""Families that read the air as it is, limits or not."""

ALARMS: tuple[tuple[str, Callable[[Around], bool], tuple[str, ...]], ...] = (
    ("feed", lambda a: not a.powered, DEAD),
    ("fan_main", lambda a: not a.main_fan, STOPPED),
    ("fan_local", lambda a: not a.local_fan, STOPPED),
    ("smoke", lambda a: a.smoke >= SMOKE_SEEN, SMOKY),
    ("compressor", lambda a: not a.compressor, STOPPED),
    ("inrush", lambda a: a.depth_m >= SEEN_M, WET),
    ("power_cut", lambda a: not a.powered, ("cut",)),
    ("duct", lambda a: not a.local_fan, ("no air",)),
    ("valve", lambda _: True, ("open",)),  # a branch is shut for repairs only
    ("self_test", lambda a: a.proving, ("test",)),
)
"""(part of a kind's id, when it is wrong, the states that say so, best word first; else state 0)"""


def sense_of(kind: Kind) -> Sense | None:
    """The family a kind belongs to, None for one nobody foresaw."""
    name = f"{kind.id} {kind.unit}".lower().replace("m³", "m3")
    words = [kind.id, *name.replace("-", " ").replace("_", " ").split()]
    return next((s for s in SENSES if any(w in s.words for w in words)), None)


@dataclass(frozen=True, slots=True)
class Instrument:
    """How one point answers to what is around it."""

    kind: Kind
    sense: Sense | None
    """None: nobody foresaw the kind; it reads the middle of its range."""
    resting: float
    """What it reads while all is as usual. The quiet mine is quiet whatever its limits are: where
    it is not gas that is measured, this is kept clear of them."""
    usual: float
    """The level as it usually is at the place."""

    @classmethod
    def of(cls, kind: Kind, limits: Limits, around: Around) -> "Instrument":
        """Mount an instrument where there usually is what is `around`."""
        sense = sense_of(kind)
        middle = kind.low + (kind.high - kind.low) / 2
        usual = middle if sense is None else sense.level(around)
        resting = usual if sense and sense.words[0] in GASES_READ else _clear(limits, usual)
        return cls(kind, sense, resting, usual)

    def analogue(self, around: Around, noise: float) -> float:
        """What an analogue point reads.

        Args:
            around: what is there.
            noise: a standard normal draw, smoothed over time.
        """
        if self.sense is None:
            spread = (self.kind.high - self.kind.low) * 0.002
            return self._within(self.resting + noise * spread)
        changed = self.sense.level(around) - self.usual
        return self._within(self.resting + changed + noise * self.sense.spread)

    def switch(self, around: Around) -> int:
        """What a switch point reads: that all is well, or the state that says it is not."""
        states = {en.lower(): value for value, _, en in self.kind.states}
        for word, wrong, names in ALARMS:
            if word in self.kind.id and wrong(around):
                return next((states[n] for n in names if n in states), 0)
        return next((states[w] for w in WELL if w in states), max(states.values()))

    def _within(self, value: float) -> float:
        return min(max(value, self.kind.low), self.kind.high)


def _clear(limits: Limits, level: float) -> float:
    """The level, kept a tenth away from the limits, or between two of them."""
    above = (limits.warn_high, limits.alarm_high, limits.cut_high)
    below = (limits.warn_low, limits.alarm_low, limits.cut_low)
    high = min((x for x in above if x is not None), default=None)
    low = max((x for x in below if x is not None), default=None)
    if high is not None and low is not None:
        margin = (high - low) / 10
        return level if low + margin < level < high - margin else (low + high) / 2
    if high is not None:
        return min(level, 0.8 * high)
    return level if low is None else max(level, 1.2 * low)
