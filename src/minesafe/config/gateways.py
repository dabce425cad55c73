"""[[gateway]] of devices.toml: what it publishes on, in which dialect, and what its words mean."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from minesafe.config.row import Named, Row
from minesafe.config.secrets import Secrets
from minesafe.config.topics import KEY, take_level, take_pattern, take_topic
from minesafe.config.words import nearest
from minesafe.model.mine import (
    Dialect,
    EdgeNode,
    Gateway,
    Kind,
    Point,
    Presence,
    Shape,
    TimeUnit,
)
from minesafe.model.quality import Quality
from minesafe.model.units import alike, between

TEMPLATE = re.compile(r"\{([^{}]*)\}")

TOLD = {
    "good": Quality.GOOD,
    "comms_lost": Quality.COMMS_LOST,
    "fault": Quality.FAULT,
    "under_voltage": Quality.UNDER_VOLTAGE,
    "calibrating": Quality.CALIBRATING,
    "warming_up": Quality.WARMING_UP,
    "suspected": Quality.SUSPECTED,
}
"""What a device can say of its own value; the other qualities are ours to find out."""

NONE = ""
"""Among the words of a quality: nothing was said."""


def read_gateway(row: Row, ident: str, secrets: Secrets) -> Gateway:
    """One gateway of any dialect."""
    name, user = row.name(), row.text("user")
    password = secrets.take(row, "password")
    names, units = _pairs(row, "names"), _pairs(row, "units")
    dialect = Dialect(row.word("dialect", list(Dialect), Dialect.MINESAFE))
    about = Gateway(
        ident, name, "", user, password, dialect, names=tuple(names), units=tuple(units)
    )
    if dialect is not Dialect.JSON:
        for key in ("mapping", "presence"):
            for part in row.take_parts(key):
                part.fault("", f"[gateway.{key}] is for dialect 'json'", 'give dialect = "json"')
    return _READ[dialect](row, about)


def _own(row: Row, about: Gateway) -> Gateway:
    if about.names or about.units:
        row.fault("names", "our own dialect has our ids and units", 'give dialect = "json"')
    return replace(about, topic=take_topic(row))


def _sparkplug(row: Row, about: Gateway) -> Gateway:
    edge = EdgeNode(take_level(row, "group"), take_level(row, "edge"))
    return replace(about, edge=edge)


def _json(row: Row, about: Gateway) -> Gateway:
    topic, parts = take_pattern(row)
    mappings = row.take_parts("mapping")
    if len(mappings) != 1:
        row.fault("", "dialect 'json' needs one [gateway.mapping]", "see docs/add-a-device.md")
    shape = _shape(mappings[0], parts) if mappings else None
    presences = row.take_parts("presence")
    presence = _presence(presences[0]) if presences else None
    return replace(about, topic=topic, shape=shape, presence=presence)


_READ: Mapping[Dialect, Callable[[Row, Gateway], Gateway]] = {
    Dialect.MINESAFE: _own,
    Dialect.JSON: _json,
    Dialect.SPARKPLUG: _sparkplug,
}


# --- the shape of a document -------------------------------------------------------------------


def _shape(row: Row, parts: set[str]) -> Shape:
    points = row.text("points", "") if row.has("points") else None
    template = row.text("point", "{point}" if "point" in parts else None)
    _check_template(row, template, parts, points)
    qualities = tuple(_qualities(row))
    shape = Shape(
        template,
        row.text("value", ""),
        points,
        row.text("time", ""),
        row.member("time_unit", TimeUnit) if row.has("time_unit") else TimeUnit.MS,
        row.text("unit", ""),
        row.text("quality", ""),
        qualities,
        tuple(_numbers(row)),
    )
    row.done()
    for key in ("points", "value", "time", "unit", "quality"):
        _check_path(row, key, getattr(shape, key) or "")
    if shape.quality and not any(q is Quality.GOOD for _, q in qualities):
        what = "'quality' without [gateway.mapping.qualities]: nothing would ever be good"
        row.fault("quality", what, 'such as good = [0, "GOOD"]')
    if shape.points is None and not shape.value:
        row.warn("", "no 'value': the whole message is the number")
    return shape


def _check_template(row: Row, template: str, parts: set[str], points: str | None) -> None:
    words = TEMPLATE.findall(template)
    bare = TEMPLATE.sub("", template)
    if template and (not words or "{" in bare or "}" in bare):
        row.fault("point", f"{template!r} names no part", 'such as "{point}" or "{.id}"')
    known = sorted({*parts, *((KEY,) if points is not None else ())})
    for word in words:
        if not word.startswith(".") and word not in known:
            hint = nearest(word, known) if known else "a path begins with a dot: {.id}"
            row.fault("point", f"{{{word}}} is no part of the topic", hint)


def _check_path(row: Row, key: str, path: str) -> None:
    if path and not all(path.split(".")):
        row.fault(key, f"{path!r} is no path", "keys and numbers parted by dots: data.0.v")


def _qualities(row: Row) -> Iterator[tuple[str, Quality]]:
    """(their word, what it means); no word twice."""
    seen: dict[str, str] = {}
    for part in row.take_parts("qualities"):
        for word, quality in TOLD.items():
            for theirs in _scalars(part, word):
                if theirs in seen:
                    part.fault(word, f"{theirs!r} means {seen[theirs]!r} already")
                seen[theirs] = word
                yield theirs, quality
        part.done()


def _scalars(row: Row, key: str) -> list[str]:
    """Texts, numbers and truths as JSON writes them, texts without their quotes."""
    if not row.has(key):
        return []
    value = row.values[key]
    given = value if isinstance(value, list) else [value]
    if not all(isinstance(v, str | int | float | bool) for v in given):
        row.fault(key, f"{key!r} must be words or numbers, not {value!r}")
        return []
    return [said(v) for v in given]


def said(value: object) -> str:
    """A scalar as a word, the way the lists of a mapping hold them.

    >>> said(True), said(192), said(1.0), said("GOOD"), said(None)
    ('true', '192', '1', 'GOOD', '')
    """
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _numbers(row: Row) -> Iterator[tuple[str, float]]:
    for part in row.take_parts("numbers"):
        for word in part.values:
            yield word, part.number(word)


def _presence(row: Row) -> Presence:
    presence = Presence(take_topic(row), row.text("path", ""), tuple(_scalars(row, "offline")))
    row.done()
    _check_path(row, "path", presence.path)
    if not presence.offline:
        row.fault("offline", "no word for gone", 'such as offline = ["offline"]')
    return presence


# --- names and units -----------------------------------------------------------------------------


def _pairs(row: Row, key: str) -> Iterator[tuple[str, str]]:
    for part in row.take_parts(key):
        for word in part.values:
            yield word, part.text(word)


def check_names(gateways: Named[Gateway], points: Named[Point], kinds: Named[Kind]) -> None:
    """What gateways call points are points of theirs; units are such as can be turned into ours."""
    for gateway, row in gateways.pairs():
        own = [p.id for p in points.values if p.device == gateway.id]
        for part in row.parts.get("names", ()):
            _check_points(part, own)
        for part in row.parts.get("units", ()):
            _check_units(part, kinds)


def _check_points(part: Row, own: list[str]) -> None:
    seen: dict[str, str] = {}
    for theirs in part.values:
        ident = part.text(theirs)
        if ident not in own:
            part.fault(theirs, f"{ident!r} is no point of this gateway", nearest(ident, own))
        elif seen.setdefault(ident, theirs) != theirs:
            part.fault(theirs, f"point {ident!r} is {seen[ident]!r} already")


def _check_units(part: Row, kinds: Named[Kind]) -> None:
    for ident in part.values:
        unit = part.text(ident)
        if ident not in kinds:
            part.fault(ident, f"no kind {ident!r}", nearest(ident, kinds))
        elif between(unit, kinds[ident].unit) is None:
            what = f"{unit!r} cannot be turned into {kinds[ident].unit!r}"
            part.fault(ident, what, nearest(unit, alike(kinds[ident].unit)))
