"""带班次数: how often each leader was underground in a month, counted from what shifts recorded."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from minesafe.model.duty import Month
from minesafe.model.events import DutyServed
from minesafe.model.mine import Duty, Mine
from minesafe.model.time import SECOND, Micros

SERVED = 0.5
"""Of a shift: underground for at least so much of it, it counts. A choice of ours: the rule asks
that a leader goes down and comes up with the workers and gives no number."""


def months(mine: Mine, served: Iterable[DutyServed], year: int, month: int) -> list[Month]:
    """Each leader's month, by post and id.

    A shift belongs to the month, and the day, in which it starts by the mine's own calendar.
    """
    zone = ZoneInfo(mine.server.timezone)
    rows: dict[tuple[Duty, str], list[DutyServed]] = {}
    for one in served:
        day = _local(one.start, zone)
        if (day.year, day.month) == (year, month):
            rows.setdefault((one.duty, one.person), []).append(one)
    order = list(Duty)
    keys = sorted(rows, key=lambda key: (order.index(key[0]), key[1]))
    return [_month(mine, duty, person, rows[duty, person], zone) for duty, person in keys]


def _month(mine: Mine, duty: Duty, person: str, rows: list[DutyServed], zone: ZoneInfo) -> Month:
    full = [r for r in rows if r.underground_s * SECOND >= SERVED * (r.end - r.start)]
    return Month(
        person=person,
        duty=duty,
        shifts=len(rows),
        served=len(full),
        days=len({_local(r.start, zone).date() for r in full}),
        underground_s=sum(r.underground_s for r in rows),
        least=mine.policy.mine_head_shifts if duty is Duty.MINE_HEAD else 0,
    )


def _local(at: Micros, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at / SECOND, zone)
