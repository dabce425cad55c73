"""Every device of the mine with its papers and how it is: a pure look at what is known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minesafe.model.device import Device, Standing, What
from minesafe.model.events import FindingBegan
from minesafe.model.mine import Mine
from minesafe.model.picture import Picture
from minesafe.model.time import Micros
from minesafe.upkeep.calendar import Calendar

MODBUS, MQTT, TCP = "modbus", "mqtt", "tcp"

TABLES: tuple[tuple[str, What, str], ...] = (
    ("substations", What.SUBSTATION, MODBUS),
    ("gateways", What.GATEWAY, MQTT),
    ("stations", What.STATION, TCP),
    ("readers", What.READER, TCP),
    ("outputs", What.OUTPUT, MODBUS),
    ("terminals", What.TERMINAL, MQTT),
    ("broadcasters", What.BROADCASTER, MQTT),
    ("telephones", What.TELEPHONE, MQTT),
)
"""Tables of the mine; a station and its readers say by `transport` what they speak."""


CALLED = (What.BROADCASTER, What.TELEPHONE)
"""What every test call is made to; of outputs horns alone, and on request alone."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of a device."""

    last: Micros
    """0: nothing yet."""
    silent: bool
    speaks: bool = True
    """False: it says nothing by itself."""


@dataclass(frozen=True, eq=False)
class Known:
    """What is known besides the mine."""

    picture: Picture
    findings: Sequence[tuple[FindingBegan, Micros]]
    errors: Mapping[str, int]
    """How often something was found wrong, by subject."""
    calendar: Calendar


def devices(mine: Mine, known: Known) -> list[Device]:
    """All of them: what reports first, then what hangs on it, in the order of the files."""
    open_: dict[str, list[tuple[str, Micros]]] = {}
    for finding, began in known.findings:
        open_.setdefault(finding.subject, []).append((finding.finding.value, began))
    rows = (*_tables(mine, known.picture), *_instruments(mine, known.picture))
    return [_device(known, open_, *row) for row in rows]


def _device(
    known: Known,
    open_: Mapping[str, list[tuple[str, Micros]]],
    thing: Any,
    what: What,
    driver: str,
    heard: Heard,
) -> Device:
    troubles = open_.get(thing.id, [])
    return Device(
        id=thing.id,
        name=thing.name,
        what=what,
        driver=driver,
        papers=known.calendar.papers(thing.id),
        standing=_standing(heard, bool(troubles)),
        since=min((began for _, began in troubles), default=None),
        heard=heard.last or None,
        errors=known.errors.get(thing.id, 0),
        troubles=tuple(kind for kind, _ in troubles),
        calibration=known.calendar.calibration(thing.id),
        test=known.calendar.test(thing.id),
        expires=known.calendar.expires(thing.id),
        callable=what in CALLED or getattr(thing, "kind", "") == "horn",
    )


def _standing(heard: Heard, troubled: bool) -> Standing:
    """The worst that is known.

    >>> _standing(Heard(0, False), False).value
    'never_heard'
    """
    if heard.speaks and not heard.last:
        return Standing.NEVER_HEARD
    if heard.silent:
        return Standing.SILENT
    if troubled:
        return Standing.TROUBLED
    return Standing.WELL if heard.speaks else Standing.UNKNOWN


Row = tuple[Any, What, str, Heard]


def _tables(mine: Mine, picture: Picture) -> Iterator[Row]:
    transports = {s.id: TCP if s.transport == TCP else MQTT for s in mine.stations}
    for table, what, driver in TABLES:
        for thing in getattr(mine, table):
            spoken = transports.get(getattr(thing, "station", thing.id), driver)
            yield thing, what, spoken, _heard(mine, picture, what, thing.id)


def _heard(mine: Mine, picture: Picture, what: What, ident: str) -> Heard:
    if what in (What.STATION, What.READER):
        rows = [i for i, r in enumerate(mine.readers) if ident in (r.id, r.station)]
        return _of(picture.reader_heard, picture.reader_silent, rows)
    rows = list(mine.points_of_device.get(ident, ()))
    return _of(picture.sampled, picture.silent, rows)


def _of(heard: Any, silent: Any, rows: list[int]) -> Heard:
    if not rows:
        return Heard(0, False, speaks=False)
    return Heard(int(heard[rows].max()), bool(silent[rows].all()))


def _instruments(mine: Mine, picture: Picture) -> Iterator[Row]:
    driver = {d.id: MODBUS for d in mine.substations} | {d.id: MQTT for d in mine.gateways}
    for row, point in enumerate(mine.points):
        if point.device:
            spoken = driver.get(point.device, "")
            yield point, What.INSTRUMENT, spoken, _of(picture.sampled, picture.silent, [row])
