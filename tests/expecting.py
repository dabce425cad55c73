"""What came of a scenario, and where it differs from the scenario's own `[expected]`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from device_sims.scenario import Expected
from minesafe.model.events import AnyBody, OrderKind
from minesafe.model.order import Order


@dataclass
class Came:
    """What came of a scenario, in the words of `[expected]`; times are its mine seconds."""

    bodies: list[AnyBody] = field(default_factory=list)
    orders: Sequence[Order] = ()
    order_kinds: dict[OrderKind, float] = field(default_factory=dict)
    """Each kind of order and when the first one was open; likewise below."""
    zone_kinds: set[str] = field(default_factory=set)
    alarms: dict[str, float] = field(default_factory=dict)
    raised: Counter[str] = field(default_factory=Counter)
    """How often each single alarm was raised."""
    findings: dict[str, float] = field(default_factory=dict)
    closed_s: float | None = None
    """When the last open order was closed; None while one is open, or there was none."""
    watched_s: float = 0.0
    real_s: float = 0.0

    @property
    def missing(self) -> list[str]:
        """Whom nobody could account for."""
        return sorted(p for o in self.orders for p in o.unaccounted)


def differences(expected: Expected, came: Came) -> list[str]:
    """Everything that is not as expected, a sentence each."""
    return [
        *_orders(expected, came),
        *_alarms(expected, came),
        *_repeats(expected, came),
        *_findings(expected, came),
        *_ending(expected, came),
    ]


def _orders(expected: Expected, came: Came) -> Iterator[str]:
    kinds = tuple(kind.value for kind in came.order_kinds)
    if kinds != expected.order_kinds:
        yield f"orders were {_list(kinds)}, must be {_list(expected.order_kinds)}"
    for kind in sorted(set(expected.zone_kinds) - came.zone_kinds):
        yield f"no order names a zone of kind {kind}; they name {_list(came.zone_kinds)}"
    for kind in sorted(set(expected.no_zone_kinds) & came.zone_kinds):
        yield f"an order names a zone of kind {kind}"


def _alarms(expected: Expected, came: Came) -> Iterator[str]:
    for wanted in expected.alarms:
        if not any(fnmatchcase(alarm, wanted) for alarm in came.alarms):
            yield f"no alarm {wanted}; there were {_list(came.alarms)}"
    for alarm, at_s in came.alarms.items():
        wanted = any(fnmatchcase(alarm, pattern) for pattern in expected.alarms)
        unwanted = any(fnmatchcase(alarm, pattern) for pattern in expected.no_alarms)
        if unwanted and not wanted:
            yield f"alarm {alarm} at {at_s:g} s"


def _repeats(expected: Expected, came: Came) -> Iterator[str]:
    if expected.raised_at_most is None:
        return
    often = [f"{a} {n} times" for a, n in came.raised.items() if n > expected.raised_at_most]
    if often:
        yield f"raised again: {_list(often)}"


def _findings(expected: Expected, came: Came) -> Iterator[str]:
    for finding in sorted(set(expected.findings) - came.findings.keys()):
        yield f"{finding} was not found; there were {_list(came.findings)}"
    for finding in sorted(came.findings.keys() - set(expected.findings)):
        yield f"{finding} was found at {came.findings[finding]:g} s"


def _ending(expected: Expected, came: Came) -> Iterator[str]:
    if expected.everyone_accounted and came.missing:
        yield f"nobody accounts for {_list(came.missing)}"
    if not expected.everyone_accounted and not came.missing:
        yield "everyone is accounted for"
    if expected.closed_within_s is None and came.closed_s is not None:
        yield f"all clear at {came.closed_s:g} s"
    if expected.closed_within_s is not None and came.closed_s is None:
        yield f"not all clear within {expected.closed_within_s:g} s"


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words) if isinstance(words, set) else words) or "none"
