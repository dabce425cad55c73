"""`[[substation]]` and `[[status]]` of devices.toml: 分站, how they are asked, what they mean."""

from collections.abc import Callable
from itertools import combinations

from minesafe.config.row import Named, Row
from minesafe.model.mine import Coding, Island, Serial, Substation
from minesafe.model.quality import Quality

FRAMINGS = ("tcp", "rtu")
PARITIES = ("N", "E", "O")
BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)

MAPS = {
    "plain": True,
    "msa": True,
    "pemtech": True,
    "pemtech_gateway": True,
    "oldham": True,
    "wind": False,
}
"""Register maps (docs/wire.md), and whether they have a status word."""

TOLD = {
    quality.name.lower(): quality
    for quality in (
        Quality.GOOD,
        Quality.COMMS_LOST,
        Quality.FAULT,
        Quality.UNDER_VOLTAGE,
        Quality.CALIBRATING,
        Quality.WARMING_UP,
        Quality.OUT_OF_RANGE,
        Quality.SUSPECTED,
    )
}
"""Qualities a device can tell; the others are found out here."""


def read_substation(row: Row, ident: str, tables: Named[Coding]) -> Substation:
    """One 分站."""
    name, serial = row.name(), _serial(row)
    on_line = serial is not None
    substation = Substation(
        ident,
        name,
        "" if on_line else row.text("host"),
        0 if on_line else row.whole("port", 502, low=1, high=65_535),
        row.whole("unit", low=1, high=247),
        row.number("period_s", low=0.1, high=20),
        row.number("timeout_s", low=0.05, high=10),
        row.whole("retries", 0 if on_line else None, low=0, high=5),
        "rtu" if on_line else row.word("framing", FRAMINGS, "tcp"),
        row.word("map", MAPS, "plain"),
        serial,
        _coding(row, tables),
        row.whole("longest", 120, low=2, high=125),
        row.whole("gap", 16, low=0, high=125),
        tuple(_island(part) for part in row.take_parts("island")),
        row.number("alarm_period_s", 1.0, low=0.1, high=2.0),
    )
    _check_retries(substation, row)
    return substation


def _serial(row: Row) -> Serial | None:
    """A port of this machine; then it has no host, and speaks serial frames."""
    if not row.has("serial"):
        return None
    for key in ("host", "port", "framing"):
        if row.has(key):
            row.fault(key, f"a substation on a serial port has no {key}", "leave it out")
    port, baud = row.text("serial"), row.whole("baud", 9600, low=1200, high=115_200)
    if baud not in BAUDS:
        row.fault(
            "baud", f"{baud} is no rate of a serial port", f"one of {', '.join(map(str, BAUDS))}"
        )
    stop_bits = row.whole("stop_bits", 1, low=1, high=2)
    return Serial(port, baud, row.word("parity", PARITIES, "N"), stop_bits)


def _coding(row: Row, tables: Named[Coding]) -> Coding | None:
    if not row.has("status"):
        return None
    return tables.items.get(row.reference("status", tables, "status table"))


def _island(part: Row) -> Island:
    function = part.whole("function", 3, low=1, high=4)
    first = part.whole("first", low=0, high=65_535)
    last = part.whole("last", low=0, high=65_535)
    part.done()
    if last < first:
        part.fault("last", f"ends at {last}, before it begins at {first}")
    return Island(function, first, last)


# --- what status words mean -----------------------------------------------------------------


def read_coding(row: Row, ident: str) -> Coding:
    """A table of status words: by whole codes, or by types in the high byte and by bits."""
    codes = [_numbered(part, "code", 65_535) for part in row.take_parts("code")]
    bits = [_numbered(part, "bit", 15) for part in row.take_parts("bit")]
    types = _types(row)
    if bool(codes) == bool(bits or types):
        what = f"status table {ident!r} tells by whole codes, or by types and bits"
        row.fault("", what, "write [[status.code]], or [[status.bit]] and types")
    if codes:
        return Coding(codes=dict(codes))
    return Coding(types=frozenset(types) if types else None, bits=tuple(bits))


def _numbered(part: Row, key: str, high: int) -> tuple[int, Quality]:
    number, means = part.whole(key, low=0, high=high), part.word("means", TOLD)
    part.done()
    return number, TOLD[means]


def _types(row: Row) -> list[int]:
    """Sensor types of the high byte, as texts of whole numbers."""
    types = []
    for text in row.texts("types", required=False):
        if not text.isdigit() or not 0 < int(text) < 256:
            row.fault("types", f"{text!r} is no sensor type", "whole numbers 1 … 255, in quotes")
        else:
            types.append(int(text))
    return types


# --- what must fit together -----------------------------------------------------------------


def check_units(substations: Named[Substation]) -> None:
    """One substation a unit, and one way to speak on a line."""
    lines: dict[tuple[str, int], list[Substation]] = {}
    for sub, row in substations.pairs():
        beside = lines.setdefault(sub.line, [])
        for other in beside:
            if other.unit == sub.unit:
                what = f"{_where(sub)} unit {sub.unit} is substation {other.id!r}"
                row.fault("unit", what)
        for key, of, hint in ALIKE:
            if beside and of(beside[0]) != of(sub):
                what = f"{_where(sub)} speaks {of(beside[0])} with {beside[0].id!r}, {of(sub)} here"
                row.fault(key, what, hint)
        beside.append(sub)
    for beside in lines.values():
        _check_patience(substations, beside)


def _speed(sub: Substation) -> str:
    serial = sub.serial
    return f"{serial.baud} {serial.parity}{serial.stop_bits}" if serial is not None else ""


ALIKE: tuple[tuple[str, Callable[[Substation], str], str], ...] = (
    ("framing", lambda sub: sub.framing, "one port speaks one framing"),
    ("baud", _speed, "one line has one speed"),
)
"""What units of one line have in common."""


def _check_patience(substations: Named[Substation], beside: list[Substation]) -> None:
    """On one pair of wires everybody waits while a dead unit is given its time."""
    for one, other in combinations(beside, 2):
        for waiting, dead in ((one, other), (other, one)):
            if dead.framing == "rtu" and dead.timeout_s > 0.5 * waiting.period_s:
                what = f"while {dead.id!r} is dead, {waiting.id!r} may miss a poll each time"
                hint = f"give {dead.id!r} a timeout_s of at most half of {waiting.period_s:g} s"
                substations.rows[dead.id].warn("timeout_s", what, hint)


def _where(sub: Substation) -> str:
    return sub.serial.port if sub.serial is not None else f"{sub.host}:{sub.port}"


def _check_retries(substation: Substation, row: Row) -> None:
    """Serial frames carry no number: the answer to the first would be taken for the second's."""
    if substation.framing == "rtu" and substation.retries:
        what = "a late answer over rtu would be taken for that of the retry"
        row.fault("retries", what, "write retries = 0; it is asked again a period later")
