"""What Prometheus is told: one table, a row a metric. Nothing in it names a person or a place.

A name once given is not given to anything else: rules and dashboards of a mine stand on it
(`deploy/prometheus`, `deploy/grafana`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, cast

import numpy as np
from fastapi import Depends, Request
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from minesafe.model.device import Standing
from minesafe.model.events import FindingKind
from minesafe.model.events.alarms import HEARD
from minesafe.model.mine import Severity
from minesafe.model.quality import Quality
from minesafe.model.system import SystemState
from minesafe.web.context import Context

Samples = Iterable[tuple[tuple[str, ...], float]]
"""Values of the labels, and the number."""


@dataclass(frozen=True, slots=True)
class Row:
    """One metric, by the name that stands behind `minesafe_`."""

    name: str
    about: str
    of: Callable[[Context], Samples]
    labels: tuple[str, ...] = ()
    counter: bool = False


def _one(number: Callable[[Context], float]) -> Callable[[Context], Samples]:
    return lambda here: [((), number(here))]


def _if_known(number: Callable[[Context], float | None]) -> Callable[[Context], Samples]:
    """What is not known is missing: a 0 would be a lie."""

    def samples(here: Context) -> Samples:
        known = number(here)
        return [] if known is None else [((), known)]

    return samples


def _each(values: Iterable[str], all_of: Iterable[str]) -> Samples:
    """How many there are of each, those with none at 0: an alert needs a series before it rises."""
    counted = Counter(values)
    return [((value,), counted[value]) for value in all_of]


def _alarms(here: Context) -> Samples:
    return _each((alarm.severity for alarm in here.desk.alarms()), Severity)


def _unacknowledged(here: Context) -> float:
    return sum(alarm.state in HEARD for alarm in here.desk.alarms())


def _unaccounted(here: Context) -> float:
    return sum(len(order.unaccounted) for order in here.desk.orders() if order.is_open)


def _qualities(here: Context) -> Samples:
    counts = np.bincount(here.desk.picture().quality, minlength=len(Quality))
    return [((quality.name.lower(),), float(counts[quality])) for quality in Quality]


def _findings(here: Context) -> Samples:
    return _each((body.finding for body, _ in here.desk.findings()), FindingKind)


def _devices(here: Context) -> Samples:
    counted = Counter((d.driver, d.standing) for d in here.desk.devices())
    drivers = dict.fromkeys(driver for driver, _ in counted)
    return [((d, s.value), counted[d, s]) for d in drivers for s in Standing]


def _systems(here: Context) -> Samples:
    found = here.desk.systems()
    return [((one.system, s), float(one.state is s)) for one in found for s in SystemState]


TABLE: tuple[Row, ...] = (
    Row(
        "frame_age_seconds",
        "Since the engine was last seen to have judged",
        _one(lambda here: round(here.hub.frame_age_s, 3)),
    ),
    Row(
        "sample_age_seconds",
        "Since the oldest sample that waits to be judged was heard; missing where none waits",
        _if_known(lambda here: here.vital().sample_age_s),
    ),
    Row(
        "message_age_seconds",
        "How long the oldest message that could save somebody has waited; missing where none waits",
        _if_known(lambda here: here.vital().message_age_s),
    ),
    Row(
        "proof_age_seconds",
        "Since a test alarm last went from a wire to the book; missing without a self-test point",
        _if_known(lambda here: here.vital().proof_age_s),
    ),
    Row(
        "spool_fill_ratio",
        "Share of the spool's cap in use",
        _one(lambda here: here.vital().spool_fill),
    ),
    Row(
        "history_behind_seconds",
        "Age of the oldest frame the database has not got",
        _one(lambda here: here.backlog().behind_s),
    ),
    Row(
        "disk_free_bytes",
        "What the disk of the data directory has left",
        _one(lambda here: here.backlog().free_bytes),
    ),
    Row(
        "samples_late",
        "Samples stored since the start that came more than a minute late",
        _one(lambda here: here.backlog().late),
        counter=True,
    ),
    Row(
        "samples_disordered",
        "Samples stored since the start that came after newer ones of their own point or person",
        _one(lambda here: here.backlog().disordered),
        counter=True,
    ),
    Row(
        "messages_repeated",
        "Messages heard since the start that had been heard before, and were passed over",
        _one(lambda here: here.backlog().repeats),
        counter=True,
    ),
    Row(
        "journal_position",
        "Records of the journal",
        _one(lambda here: here.desk.position),
        counter=True,
    ),
    Row("starts", "Starts of the server", _one(lambda here: here.desk.epoch), counter=True),
    Row("alarms", "Alarms that are not normal", _alarms, ("severity",)),
    Row("alarms_unacknowledged", "Alarms nobody has acknowledged", _one(_unacknowledged)),
    Row(
        "alarms_last_10_min",
        "Alarms heard in ten minutes",
        _one(lambda here: here.desk.groups().new),
    ),
    Row(
        "orders_open",
        "Orders to evacuate that are open",
        _one(lambda here: sum(order.is_open for order in here.desk.orders())),
    ),
    Row("people_unaccounted", "People open orders wait for", _one(_unaccounted)),
    Row(
        "people_underground",
        "People in the mine by their tags",
        _one(lambda here: here.desk.picture().underground),
    ),
    Row("findings", "What the server finds wrong with its own world", _findings, ("finding",)),
    Row("points", "Measuring points by quality of their newest value", _qualities, ("quality",)),
    Row("devices", "Devices by how they are", _devices, ("driver", "standing")),
    Row("systems", "1 for the state each of the six systems is in", _systems, ("system", "state")),
    Row("live_pages", "Open pages", _one(lambda here: here.hub.pages)),
    Row(
        "live_pages_evicted",
        "Pages given up because they stopped reading",
        _one(lambda here: here.hub.evicted),
        counter=True,
    ),
)


class MineCollector(Collector):
    """The table as a scrape finds it."""

    def __init__(self, here: Context) -> None:
        self._here = here

    def collect(self) -> Iterator[Metric]:
        """Each row of the table, asked now."""
        for row in TABLE:
            family = CounterMetricFamily if row.counter else GaugeMetricFamily
            metric = family(f"minesafe_{row.name}", row.about, labels=row.labels)
            for labels, value in row.of(self._here):
                metric.add_metric(labels, value)
            yield metric

    def describe(self) -> Iterator[Metric]:
        """Names alone, so that registering asks nobody anything."""
        return iter(())


def registry(here: Context) -> CollectorRegistry:
    """The table, and what the process itself costs (`process_*`, `python_gc_*`)."""
    own = CollectorRegistry()
    own.register(MineCollector(here))
    ProcessCollector(registry=own)
    GCCollector(registry=own)
    return own


def registry_of(request: Request) -> CollectorRegistry:
    """What `create_app` stored."""
    return cast("CollectorRegistry", request.app.state.metrics)


Metrics = Annotated[CollectorRegistry, Depends(registry_of)]
