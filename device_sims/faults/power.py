"""A district without mains: feeds dead, base stations on batteries, and then nothing answers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from device_sims.faults.words import Fault, within
from device_sims.mine import Kind, Mine, Point, Zone

DARK: Mapping[str, tuple[str, ...]] = {
    "feed": ("dead", "off", "de-energised", "no power", "cut"),
    "station_power": ("battery", "off"),
}
"""Part of a kind's id, and the states that say there is no mains, best word first; else state 0."""


def dark(kind: Kind) -> float | None:
    """What a point of this kind reads without mains; None: it goes on, on a battery."""
    states = {en.lower(): value for value, _, en in kind.states}
    words = next((names for part, names in DARK.items() if part in kind.id), None)
    if words is None or not states:
        return None
    return float(next((states[w] for w in words if w in states), 0))


def darkened(mine: Mine, fault: Fault) -> tuple[Point, ...]:
    """The points that tell of a power cut: feeds and supplies in its zones."""
    here = (p for p in mine.points if _in_any(mine, fault, p.roadway, p.chainage_m))
    return tuple(p for p in here if dark(mine.kind[p.kind]) is not None)


def exhausted(mine: Mine, fault: Fault) -> Fault:
    """What falls silent once the batteries are empty.

    A device is taken to hang where at least half of its points or readers are, for the files do
    not say where it is; a loudspeaker where at least half of the zones are in which it is heard.
    Telephones go on: their exchange above feeds them.
    """
    devices = [d.id for group in (mine.substations, mine.gateways, mine.stations) for d in group]
    gone = (*(d for d in devices if _hangs_in(mine, fault, d)), *_heard_or_passed_in(mine, fault))
    from_s = min(fault.from_s + fault.amount, fault.until_s)
    return replace(fault, kind="exhausted", on=gone, from_s=from_s)


def _heard_or_passed_in(mine: Mine, fault: Fault) -> Iterable[str]:
    yield from (t.id for t in mine.terminals if t.zone in fault.on)
    for b in mine.broadcasters:
        if b.zones and 2 * sum(z in fault.on for z in b.zones) >= len(b.zones):
            yield b.id


def _hangs_in(mine: Mine, fault: Fault, device: str) -> bool:
    places = [_in_any(mine, fault, *place) for place in _places(mine, device)]
    return bool(places) and 2 * sum(places) >= len(places)


def _places(mine: Mine, device: str) -> Iterable[tuple[str, float]]:
    yield from ((p.roadway, p.chainage_m) for p in mine.points_of(device))
    yield from ((r.roadway, r.chainage_m) for r in mine.readers_of(device))


def _in_any(mine: Mine, fault: Fault, roadway: str, chainage_m: float) -> bool:
    zones: Iterable[Zone] = (mine.zone[z] for z in fault.on)
    return any(within(z, roadway, chainage_m) for z in zones)
