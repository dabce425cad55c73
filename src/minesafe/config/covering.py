"""Which roadways the readers hear, and which zones nobody would be seen in."""

from collections.abc import Iterator

from minesafe.config.place import Ground
from minesafe.config.row import Named
from minesafe.model.mine import Interval, Reader, Roadway, Zone

FORK = 3
"""A range runs on round a corner where one roadway goes on; at a fork no reader tells which."""


def check_covering(ground: Ground, zones: Named[Zone], readers: Named[Reader]) -> None:
    """Warn of zones in which no reader places anybody."""
    beside: dict[str, list[Roadway]] = {}
    for road in ground.roadways.values:
        beside.setdefault(road.start, []).append(road)
        beside.setdefault(road.end, []).append(road)
    heard: dict[str, list[Interval]] = {}
    for reader in (r for r in readers.values if r.roadway):
        for span in _heard(ground, beside, reader):
            heard.setdefault(span.roadway, []).append(span)
    for zone, row in zones.pairs():
        if zone.intervals and not any(_meets(s, heard.get(s.roadway, [])) for s in zone.intervals):
            what = f"no reader hears anybody in zone {zone.id!r}"
            row.warn("", what, "give it a [[reader]] in devices.toml")


def _meets(span: Interval, others: list[Interval]) -> bool:
    return any(o.from_m <= span.to_m and span.from_m <= o.to_m for o in others)


def _heard(ground: Ground, beside: dict[str, list[Roadway]], reader: Reader) -> Iterator[Interval]:
    """The stretches in range, out from the reader both ways."""
    own = ground.roadways[reader.roadway]
    for toward, left in (
        (own.start, reader.chainage_m),
        (own.end, own.length_m - reader.chainage_m),
    ):
        yield _stretch(own, toward, left, reader.range_m)
        seen, reach = {own.id}, reader.range_m - left
        while reach > 0 and len(beside[toward]) < FORK:
            on = next((r for r in beside[toward] if r.id not in seen), None)
            if on is None:
                break
            toward = on.end if toward == on.start else on.start
            yield _stretch(on, toward, on.length_m, reach)
            seen.add(on.id)
            reach -= on.length_m


def _stretch(road: Roadway, toward: str, left: float, reach: float) -> Interval:
    """The part of a roadway within reach of `left` metres before its end `toward`."""
    if toward == road.end:
        begin = road.length_m - left
        return Interval(road.id, begin, min(road.length_m, begin + reach))
    return Interval(road.id, max(0.0, left - reach), left)
