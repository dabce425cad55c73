"""What a faulty sensor says instead of what it should: pure functions, reading in, reading out."""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from device_sims.faults.words import Fault
from device_sims.world.readings import Around, Instrument

GOOD, CALIBRATING = 0, 3
"""Status words of docs/wire.md."""
ZERO_GAS_S = 20.0
"""A calibration begins with gas that holds nothing; then comes the test gas …"""
RESPONSE_S = 10.0
"""… which the sensor reaches with this time constant (T90 of a methane head is 20 s or so)."""
SPIKE_S, SPIKES_EVERY_S = 2.0, 15.0
COVERED = ("ch4", "co", "co2", "o2")
"""Senses that read what is under a balloon, and not the air beyond it."""
FRESH = Around(ch4=0.0, co=0.0, wind=0.0)


class Shown(NamedTuple):
    """What a device tells of a point."""

    value: float
    status: int = GOOD


@dataclass(frozen=True, slots=True)
class Case:
    """One fault on one point, at one moment."""

    fault: Fault
    instrument: Instrument
    since_s: float
    """Mine seconds since the fault began."""
    first: float
    """What was shown at the first look after it had begun."""
    luck: str
    """Of this point under this seed: the same luck draws the same numbers."""


ValueFault: TypeAlias = Callable[[Case, Shown], Shown]


def stuck(case: Case, shown: Shown) -> Shown:
    """The number freezes, noise and all; the sensor swears that it is well."""
    return shown._replace(value=case.first)


def drifting(case: Case, shown: Shown) -> Shown:
    """Off by a share of the range, more with every hour; a negative amount drifts down."""
    kind = case.instrument.kind
    off = case.fault.amount * (kind.high - kind.low) * case.since_s / 3600
    return shown._replace(value=min(max(shown.value + off, kind.low), kind.high))


def scaled(case: Case, shown: Shown) -> Shown:
    """A decimal place is set wrong: it may well leave the range."""
    return shown._replace(value=shown.value * case.fault.amount)


def spiking(case: Case, shown: Shown) -> Shown:
    """Now and then, for two seconds, a number that nothing in the air explains."""
    turn, within_s = divmod(case.since_s, SPIKES_EVERY_S)
    begins_s = random.Random(f"{case.luck} {turn}").uniform(0, SPIKES_EVERY_S - SPIKE_S)
    spikes = begins_s <= within_s < begins_s + SPIKE_S
    return shown._replace(value=case.fault.amount) if spikes else shown


def calibrating(case: Case, _shown: Shown) -> Shown:
    """Zero gas, then test gas (标校); the status word says so all the while."""
    under_gas_s = max(0.0, case.since_s - ZERO_GAS_S)
    value = case.fault.amount * (1 - math.exp(-under_gas_s / RESPONSE_S))
    return Shown(value, CALIBRATING)


def balloon(case: Case, shown: Shown) -> Shown:
    """Somebody has pulled a bag of fresh air over the head: calm, and without any noise."""
    sense = case.instrument.sense
    if sense is None or sense.words[0] not in COVERED:
        return shown
    calm = case.instrument.analogue(FRESH, 0.0)
    left = math.exp(-case.since_s / case.fault.amount)
    return shown._replace(value=calm + (shown.value - calm) * left)


VALUE_FAULTS: Mapping[str, ValueFault] = {
    "stuck": stuck,
    "drifting": drifting,
    "scaled": scaled,
    "spiking": spiking,
    "calibrating": calibrating,
    "balloon": balloon,
}
