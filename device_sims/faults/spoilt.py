"""What the devices make of the mine while faults act: the layer between world and wire.

Wires and virtual time share it: neither sockets nor clocks are in here, only the world of the
moment. What becomes of bytes on their way is told by `wires`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from device_sims.clock import SECOND, Micros
from device_sims.faults.power import dark, darkened, exhausted
from device_sims.faults.values import VALUE_FAULTS, Case, Shown
from device_sims.faults.words import Fault
from device_sims.world.ranging import Sight
from device_sims.world.site import Site
from device_sims.world.world import World, reading

SILENCED = ("substation_lost", "station_lost", "gateway_lost", "exhausted", "freeze", "half_open")
"""Kinds after which nothing of a device arrives."""


class Spoilt:
    """A mine's faults, asked by its devices.

    It remembers one number of each point and fault, what was shown at the first look: a sensor
    that is stuck shows it until it is well again.
    """

    def __init__(self, site: Site, faults: Sequence[Fault] = ()) -> None:
        self._site = site
        mine = site.mine
        cuts = [f for f in faults if f.kind == "power_cut"]
        empty = (exhausted(mine, cut) for cut in cuts)
        self.faults = (*faults, *(f for f in empty if f.on))
        """As placed, and what follows from them."""
        self._dark = [(cut, {p.id for p in darkened(mine, cut)}) for cut in cuts]
        self._values: dict[int, tuple[Fault, ...]] = {}
        for row, point in enumerate(mine.points):
            its = tuple(f for f in faults if f.kind in VALUE_FAULTS and point.id in f.on)
            if its or any(point.id in points for _, points in self._dark):
                self._values[row] = its
        self._first: dict[tuple[int, Fault], float] = {}

    def reading(self, world: World, row: int) -> Shown:
        """What the device of point number `row` tells of it now."""
        true = reading(self._site, world, row)
        if row not in self._values:
            return Shown(true)
        shown = Shown(self._without_mains(world, row, true))
        for fault in self._values[row]:
            if fault.acts(world.elapsed_s):
                shown = VALUE_FAULTS[fault.kind](self._case(world, row, fault, shown), shown)
        return shown

    def silent(self, world: World, device: str) -> bool:
        """Whether nothing of a substation, gateway or station reaches anybody."""
        return any(device in f.on for f in self._acting(world, *SILENCED))

    def amount(self, world: World, kind: str, device: str) -> float:
        """How much of a kind of fault acts on a device; 0: none does."""
        return max((f.amount for f in self._acting(world, kind) if device in f.on), default=0.0)

    def clock(self, world: World, device: str, now: Micros) -> Micros:
        """What a device's own clock shows."""
        off = sum(f.amount for f in self._acting(world, "clock_off") if device in f.on)
        return now + round(off * SECOND)

    def alive(self, world: World, readers: Iterable[str]) -> list[str]:
        """Those of these readers that live."""
        dead = {r for f in self._acting(world, "reader_dead") for r in f.on}
        return [r for r in readers if r not in dead]

    def sights(self, world: World, seen: Iterable[Sight]) -> list[Sight]:
        """What readers range: the dead nothing, the noisy here and there."""
        seen = list(seen)
        alive = set(self.alive(world, (s.reader for s in seen)))
        kept = [s for s in seen if s.reader in alive]
        for fault in self._acting(world, "reader_noisy"):
            rng = np.random.default_rng([world.seed, 5, world.tick])
            off_m = fault.amount * rng.standard_normal(len(kept))
            kept = [
                _moved(s, off) if s.reader in fault.on else s
                for s, off in zip(kept, off_m.tolist(), strict=True)
            ]
        return kept

    def _acting(self, world: World, *kinds: str) -> Iterable[Fault]:
        return (f for f in self.faults if f.kind in kinds and f.acts(world.elapsed_s))

    def _without_mains(self, world: World, row: int, true: float) -> float:
        point = self._site.mine.points[row]
        gone = any(point.id in ids and cut.acts(world.elapsed_s) for cut, ids in self._dark)
        word = dark(self._site.instruments[row].kind) if gone else None
        return true if word is None else word

    def _case(self, world: World, row: int, fault: Fault, shown: Shown) -> Case:
        first = self._first.setdefault((row, fault), shown.value)
        since_s = world.elapsed_s - fault.from_s
        return Case(fault, self._site.instruments[row], since_s, first, f"{world.seed} {row}")


def _moved(sight: Sight, off_m: float) -> Sight:
    """Ranged elsewhere along the roadway, on the other side of the reader if need be."""
    at_m = sight.side * sight.distance_m + off_m
    spot = sight.spot._replace(chainage_m=sight.spot.chainage_m + off_m)
    return replace(sight, distance_m=abs(at_m), side=1 if at_m >= 0 else -1, spot=spot)
