"""The bench of what is heard, in its short form: twenty slaves, one second a turn."""

import json

import pytest
import uvloop

from minesafe.bench.sources import decode, modbus, mqtt, tags
from minesafe.bench.sources.flood import Flood, apart


def test_the_same_slaves_are_polled_by_both() -> None:
    figures = modbus.run(seed=1, slaves=20, periods=1)
    assert figures["modbus_slaves"] == 20
    assert figures["modbus_missed"] < 2 * 20  # of two turns; a busy machine may be late
    assert figures["modbus_vs_pymodbus"] > 0


def test_each_dialect_says_what_a_point_costs_beside_json() -> None:
    figures = decode.run(seed=1)
    assert figures.keys() == {"decode_ns", "json_loads_ns"}
    assert figures["decode_ns"].keys() == figures["json_loads_ns"].keys() == decode.DIALECTS.keys()
    assert all(ns > 0 for ns in figures["decode_ns"].values())


def test_tags_in_every_dialect_are_heard_and_the_worst_counts() -> None:
    figures = tags.run(seed=1, tags=120)
    by_dialect = figures["tags_core_share_by_dialect"]
    assert by_dialect.keys() == tags.SAYS.keys()
    assert figures["tags_core_share"] == max(by_dialect.values())


@pytest.mark.parametrize("rate", [200, 2_500, 20_000])
def test_the_probes_of_a_flood_are_each_of_another_point(rate: int) -> None:
    every = apart(rate, 2000)
    assert len({(every * n + every - 1) % 2000 for n in range(400)}) == 400


@pytest.mark.needs("mosquitto")
def test_a_flood_is_heard_whole_and_its_alarms_are_timed() -> None:
    async def short() -> mqtt.Line:
        with mqtt.mosquitto() as broker:
            return await mqtt.line(broker, Flood(broker.port, 400, 1.0, 2000))

    line = uvloop.run(short())
    assert line.lost == 0
    assert len(line.late_ms) >= 10
    half, slowest = line.ms(50), line.ms(99)
    assert half is not None
    assert slowest is not None
    assert 0 < half <= slowest


def test_a_flood_without_an_alarm_has_no_figure_and_is_json_all_the_same() -> None:
    assert json.dumps(mqtt.Line([], 7, 0.0, 0.0).ms(99)) == "null"
