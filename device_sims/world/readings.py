"""What each point would read: by its kind, its place, the air around it, and a little noise."""

from collections.abc import Callable
from dataclasses import dataclass

from device_sims.mine import Kind, Limits


@dataclass(frozen=True, slots=True)
class Around:
    """What there is around a point."""

    ch4: float
    """%"""
    co: float
    """ppm"""
    wind: float
    """m/s"""
    powered: bool
    """False after the substation's interlock has cut the power."""


@dataclass(frozen=True, slots=True)
class Sense:
    """How a family of kinds answers."""

    words: tuple[str, ...]
    """Any of these in the kind's id or unit names the family."""
    level: Callable[[Around], float]
    spread: float
    """Standard deviation of the noise, in the kind's unit."""


SENSES = (
    Sense(("ch4", "methane", "gas_high"), lambda a: a.ch4, 0.012),
    Sense(("co2",), lambda _: 0.08, 0.01),
    Sense(("co",), lambda a: a.co, 0.3),
    Sense(("o2", "oxygen"), lambda a: 20.8 - a.ch4 * 0.2, 0.03),
    Sense(("wind", "airspeed", "m/s"), lambda a: a.wind, 0.06),
    Sense(("temp", "temperature", "°c", "℃"), lambda _: 21.5, 0.15),
    Sense(("negative",), lambda _: 1500.0, 12.0),
    Sense(("water",), lambda _: 0.6, 0.01),
    Sense(("air",), lambda _: 0.62, 0.01),
)
"""First match answers, so `co2` stands before `co` and `negative pressure` before the others."""

WELL = ("running", "live", "alive", "clear", "closed", "normal", "on", "online", "energised", "ok")
"""States that mean all is well, best word first; else the highest state number is taken."""

DEAD = ("dead", "off", "de-energised", "no power", "cut")
"""States of a feed point once the power is cut; else state 0."""


def sense_of(kind: Kind) -> Sense | None:
    """The family a kind belongs to, None for one nobody foresaw."""
    name = f"{kind.id} {kind.unit}".lower().replace("m³", "m3")
    words = name.replace("-", " ").replace("_", " ").split()
    return next((s for s in SENSES if any(w in s.words for w in words)), None)


def analogue(kind: Kind, limits: Limits, around: Around, noise: float) -> float:
    """What an analogue point reads.

    A kind that nobody foresaw reads the middle of its range. Where nothing happens, the level is
    kept clear of the limits: the quiet mine must be quiet whatever its limits are.

    Args:
        kind: unit and range.
        limits: of this point.
        around: what is there.
        noise: a standard normal draw, smoothed over time.
    """
    sense = sense_of(kind)
    if sense is None:
        span = kind.high - kind.low
        return _within(kind, _clear(limits, kind.low + span / 2) + noise * span * 0.002)
    level = sense.level(around)
    if sense.words[0] not in ("ch4", "co"):
        level = _clear(limits, level)
    return _within(kind, level + noise * sense.spread)


def switch(kind: Kind, around: Around) -> int:
    """What a switch point reads: all is well, or no feed after the interlock has cut it."""
    words = {en.lower(): value for value, _, en in kind.states}
    if "feed" in kind.id and not around.powered:
        return next((words[w] for w in DEAD if w in words), 0)
    return next((words[w] for w in WELL if w in words), max(words.values()))


def _within(kind: Kind, value: float) -> float:
    return min(max(value, kind.low), kind.high)


def _clear(limits: Limits, level: float) -> float:
    """The level, kept a tenth away from the limits, or between two of them."""
    high = min((x for x in (limits.alarm_high, limits.cut_high) if x is not None), default=None)
    low = max((x for x in (limits.alarm_low, limits.cut_low) if x is not None), default=None)
    if high is not None and low is not None:
        margin = (high - low) / 10
        return level if low + margin < level < high - margin else (low + high) / 2
    if high is not None:
        return min(level, 0.8 * high)
    return level if low is None else max(level, 1.2 * low)
