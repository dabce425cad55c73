"""What is measured: kinds, limits, the rules they come from, and the points."""

from dataclasses import dataclass
from enum import StrEnum

from minesafe.model.logic import Node
from minesafe.model.mine.names import Name, Severity, System


class Danger(StrEnum):
    """What people flee from; it decides which way is the way out."""

    GAS = "gas"
    """Breathed or explosive: against the air, towards the intake."""
    FIRE = "fire"
    """Likewise, and down-wind of it is smoke."""
    WATER = "water"
    """Up."""
    AIR = "air"
    """The ventilation has failed: towards the intake."""


class Form(StrEnum):
    """How a kind of point speaks (AQ 6201: 模拟量, 开关量, 累计量), or that it does not."""

    ANALOGUE = "analogue"
    SWITCH = "switch"
    CUMULATIVE = "cumulative"
    """The counter of a device, which only rises until it begins anew."""
    DERIVED = "derived"
    """Worked out by the server from other points."""


class Icon(StrEnum):
    """The sign a page draws for a kind."""

    AIR = "air"
    CLOCK = "clock"
    COUNTER = "counter"
    DAMP = "damp"
    DOOR = "door"
    DUST = "dust"
    FAN = "fan"
    FIRE = "fire"
    GAS = "gas"
    GAUGE = "gauge"
    HEAT = "heat"
    POWER = "power"
    TEST = "test"
    VOICE = "voice"
    WATER = "water"
    WIND = "wind"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of point: one row of kinds.toml."""

    id: str
    name: Name
    system: System
    unit: str
    low: float
    high: float
    """Measuring range; a value outside it has quality OUT_OF_RANGE."""
    decimals: int
    period_s: float
    stale_s: float
    """No sample for this long: silent."""
    states: tuple[tuple[int, Name], ...]
    """Words of a switch point's values; empty for an analogue point."""
    guidance: Name
    """处置提示: what to do when a point of this kind alarms."""
    stuck_s: float | None = None
    """A value that has not moved by `resolution` for so long is one that no longer measures; None
    where standing still is honest."""
    quiet: float | None = None
    """At or below it standing still is honest all the same; None: at the start of the range."""
    self_test: bool = False
    """It rises by itself, to prove that a reading becomes an alarm; see `minesafe.proof`."""
    noisy: bool = False
    """It is never without noise: where its noise collapses, it no longer measures."""
    latch: bool = True
    """An alarm of such a point that has gone waits for somebody to look, unless the rule of the
    limit says otherwise."""
    power: bool = False
    """馈电: it tells whether a place has power, so orders name its points."""
    danger: Danger | None = None
    """What an alarm of it is the sign of; None: nothing that changes the way out."""
    carries: tuple[str, ...] = ()
    """Kinds whose alarms follow from one of this kind: what a stopped fan brings."""
    form: Form = Form.ANALOGUE
    icon: Icon = Icon.GAUGE
    heartbeat: bool = False
    """Its lowest state says that the device itself is dead."""
    debounce_s: float = 0.0
    """消抖: so long a switch's state must last to count, where a rule has no delay of its own."""
    calibration_days: float | None = None
    """标校周期 of its instruments; None: they have none."""
    most_per_h: float = 0.0
    """Of a cumulative kind: no counter of it rises faster."""
    wrap: float | None = None
    """Of a cumulative kind: where a counter begins at 0 again; None: nowhere."""
    store_band: float | None = None
    """A sample within so much of the last stored one is not stored; None: every one is."""
    store_every_s: float = 0.0
    """With a band: one is stored at least so often."""

    @property
    def resolution(self) -> float:
        """The smallest step its sensors tell: one of the last decimal."""
        return float(10.0**-self.decimals)


_DECIMALS = 9
"""A limit less its dead-band is a decimal again: 1.1 - 0.2 is 0.9 and nothing beside it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """预警值/报警值/断电值/复电值 of one point; None where the rule has none.

    High side: a limit is raised at value >= limit and cleared at value < its restore value.
    Low side: raised at value <= limit, cleared at value > its restore value. See `restore`.
    """

    warn_high: float | None = None
    """预警值: level IV, to be noted before the alarm limit is reached; likewise `warn_low`."""
    alarm_high: float | None = None
    cut_high: float | None = None
    restore_high: float | None = None
    warn_low: float | None = None
    alarm_low: float | None = None
    cut_low: float | None = None
    restore_low: float | None = None
    dead_band: float | None = None
    """回差: so far inside itself every limit is cleared. Instead of restore values."""
    on_delay_s: float = 0.0
    off_delay_s: float = 0.0

    def restore(self, key: str) -> float | None:
        """The value inside which the limit `key` is cleared, None where there is no such limit.

        It is the side's restore value, or as far inside the limit as the dead-band says; a restore
        value that lies beyond the limit does not count: then it is the limit itself.

        >>> Limits(alarm_high=1.0, cut_high=1.5, restore_high=1.2).restore("alarm_high")
        1.0
        >>> Limits(alarm_low=0.25, dead_band=0.05).restore("alarm_low")
        0.3
        """
        high = key.endswith("_high")
        limit: float | None = getattr(self, key)
        back = self.restore_high if high else self.restore_low
        if limit is None:
            return None
        if self.dead_band is not None:
            inward = -self.dead_band if high else self.dead_band
            return round(limit + inward, _DECIMALS)
        if back is None:
            return limit
        return min(limit, back) if high else max(limit, back)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a rule pack: a limit with its source."""

    id: str
    kind: str
    place: str
    """Place class the row is for (T0, T1, …), or "*"."""
    limits: Limits
    alarm_level: Severity
    cut_level: Severity
    withdraw: bool
    """At or above the cut-off people must be withdrawn (停产撤人)."""
    statutory: bool
    """Its silence is an alarm, and the point may not be disabled."""
    source: str
    clause: str
    edition: str
    verified: bool
    """Whether the clause was read in the standard's own text."""
    scope: str = "airway"
    """Whom an order from it is about: airway (its zones and down-wind) · mine (everyone)."""
    latch: bool | None = None
    """Whether its alarms wait for somebody to look when they have gone; None: as the kind says."""
    guidance: Name | None = None
    """处置提示 of this place class; None: the kind's."""


@dataclass(frozen=True, slots=True)
class Point:
    """测点."""

    id: str
    name: Name
    kind: str
    place: str
    """Place class: T0, T1, T2, intake, return, refuge, …"""
    roadway: str
    chainage_m: float
    rule: str | None
    """The rule-pack row its limits come from."""
    limits: Limits
    device: str
    """The substation or gateway that reports it; empty for a derived point."""
    address: int | None = None
    """Modbus: first register, coil or contact of the value. None on MQTT."""
    encoding: str = "float32"
    """float32 · int32 · uint32 · bcd32 in two registers, int16 · uint16 · bcd in one."""
    scale: float = 1.0
    status_address: int | None = None
    """Modbus: register of the status word."""
    guidance: Name | None = None
    """处置提示 of this point; None: its rule row's, its kind's, else that of its zone."""
    formula: Node | None = None
    """Of a derived point, which no device reports: what it is worked out by."""
    function: int = 3
    """Modbus: 1 coil · 2 contact (discrete input) · 3 holding register · 4 input register"""
    order: str = "ABCD"
    """Of a number's bytes on the wire, A the highest; one register has the last two."""
    decimals: int = 0
    """So many digits of the raw number stand behind its point."""
    offset: float = 0.0
    """Added last: raw / 10^decimals x scale + offset."""
    bits: tuple[int, int] | None = None
    """The value is a field of its register: (lowest bit, how many)."""
    status_function: int = 3
    period_s: float | None = None
    """Modbus: how often it is asked for; None: as its substation says."""
    code: str = ""
    """What a host that writes files calls it; empty: the id."""
