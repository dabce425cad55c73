"""A scenario on tape: what devices would say each mine second, without wires or anybody acting."""

import json
import time
from collections.abc import Iterator

from device_sims.clock import SECOND, Micros, MineClock
from device_sims.devices.station import StationDevice
from device_sims.diary import Diary
from device_sims.mine import Mine
from device_sims.scenario import Scenario
from device_sims.stage import STEP_S, Stage


def recorded(
    mine: Mine, scenario: Scenario, began: Micros, seconds: int, seed: int
) -> Iterator[str]:
    """Play as fast as it goes.

    Args:
        mine: where.
        scenario: what; nobody hears an order, for there is none to hear.
        began: when in the mine's time.
        seconds: how long, mine seconds.
        seed: the same seed gives the same tape.

    Yields:
        A JSON line for each mine second: `t` in milliseconds, `readings` that are due by their
        kind's period as [point, value, status word], and the `reports` of base
        stations, each with all of its messages.
    """
    stage = _stage(mine, scenario, began, seed)
    stations = [StationDevice(s, stage, boot=1) for s in mine.stations]
    periods = [max(1, round(mine.kind[p.kind].period_s)) for p in mine.points]
    for second in range(1, seconds + 1):
        _move(stage, began + second * SECOND)
        due = [row for row, period in enumerate(periods) if (second + row) % period == 0]
        readings = [_reading(stage, row) for row in due]
        reports = ",".join(f"[{','.join(_report(s))}]" for s in stations)
        t = stage.clock.now() // 1000
        yield f'{{"t":{t},"readings":{json.dumps(readings)},"reports":[{reports}]}}'


def _standing(now: Micros) -> MineClock:
    """A clock that shows one moment."""
    return MineClock(now, time.monotonic(), 0.0)


def _stage(mine: Mine, scenario: Scenario, began: Micros, seed: int) -> Stage:
    clock = _standing(began)
    unread = Diary(clock, lambda _line: None)
    return Stage(scenario.site(mine), clock, unread, seed, scenario.faults_in(mine))


def _move(stage: Stage, to: Micros) -> None:
    stage.clock = _standing(to)
    while stage.world.now + STEP_S * SECOND <= to:
        stage.advance()


def _reading(stage: Stage, row: int) -> tuple[str, float, int]:
    point = stage.site.mine.points[row]
    shown = stage.shown(row)
    return point.id, round(shown.value, stage.site.mine.kind[point.kind].decimals + 1), shown.status


def _report(station: StationDevice) -> list[str]:
    """What it says now; it is taken as heard."""
    station.report()
    return [message.decode() for message in station.backlog.take()]
