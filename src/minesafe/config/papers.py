"""register.csv: model, certificate, calibration and test of every device (设备台账)."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from minesafe.config.devices import Devices
from minesafe.config.moments import as_date
from minesafe.config.row import Named, Row, gather
from minesafe.model.mine import Kind, Papers, Point
from minesafe.model.time import SECOND, Micros

HEADINGS = {
    "设备编号": "device",
    "型号": "model",
    "厂家": "maker",
    "安标证号": "certificate",
    "安标有效期至": "valid_until",
    "上次标校": "calibrated",
    "标校周期天": "calibration_days",
    "上次试验": "tested",
    "试验周期天": "test_days",
    "备注": "note",
}
"""Chinese headings of a register → our keys."""

NEVER_MORE = 3650.0
"""A period is no longer than ten years."""

MOST_NAMED = 8

_AGO = re.compile(r"(\d{1,3}) d ago")
"""Of a simulated mine: its calendar goes with the day it is started on."""

Today = Callable[[int], date]


def read_papers(
    rows: list[Row], points: Named[Point], kinds: Named[Kind], devices: Devices, today: Today | None
) -> Named[Papers]:
    """All rows; of points the kind says how often they are calibrated, where the row does not.

    Args:
        rows: of the register.
        points: whose instruments have papers.
        kinds: of the points.
        devices: everything else that has.
        today: the day so many days ago, of a simulated mine; None: dates are dates.
    """
    measured = {p.id: kinds[p.kind] for p in points.values if p.device and p.kind in kinds}
    known = [*measured, *(d for table in _tables(devices) for d in table)]
    return gather(rows, lambda row, _: _papers(row, known, measured, today), "device")


def check_papers(papers: Named[Papers], points: Named[Point], row: Row | None) -> None:
    """A mine that keeps a register and has forgotten a sensor in it is told which."""
    missing = [p.id for p in points.values if p.device and p.id not in papers]
    if row is None or not missing:
        return
    named = ", ".join(missing[:MOST_NAMED]) + (", …" if len(missing) > MOST_NAMED else "")
    row.warn("device", f"{len(missing)} points stand in no row of it: {named}")


def days_before(now: Micros, zone: ZoneInfo) -> Today:
    """The day so many days before this one, by the mine's wall clock."""
    day = datetime.fromtimestamp(now / SECOND, zone).date()
    return lambda ago: day - timedelta(days=ago)


def _tables(devices: Devices) -> Iterable[Iterable[str]]:
    reach = devices.reach
    return (
        *(devices.substations, devices.gateways, devices.stations, devices.readers),
        *(devices.outputs, reach.terminals, reach.broadcasters, reach.telephones),
    )


def _papers(row: Row, known: list[str], measured: dict[str, Kind], today: Today | None) -> Papers:
    row.taken.add("note")
    device = row.reference("device", known, "device")
    kind = measured.get(device)
    usual = kind.calibration_days if kind else None
    period = row.number_or_none("calibration_days", low=1, high=NEVER_MORE)
    if usual is not None and period is not None and period > usual:
        what = f"calibrated every {period:g} days, and {kind.id if kind else ''!r} every {usual:g}"
        row.warn("calibration_days", what, f"at most {usual:g}")
    return Papers(
        device,
        row.text("model"),
        row.text("maker", ""),
        row.text("certificate", ""),
        _day(row, "valid_until", today),
        _day(row, "calibrated", today),
        usual if period is None else period,
        _day(row, "tested", today),
        row.number_or_none("test_days", low=1, high=NEVER_MORE),
    )


def _day(row: Row, key: str, today: Today | None) -> date | None:
    text = row.text(key, "")
    if not text:
        return None
    ago = _AGO.fullmatch(text)
    if ago and today:
        return today(int(ago[1]))
    day = as_date(text)
    if isinstance(day, date):
        return day
    hint = "a mine that is no demo gives the day" if ago else "as 2026-01-31"
    row.fault(key, f"{text!r} is no date", hint)
    return None
