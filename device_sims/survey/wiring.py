"""Which substation or gateway reports which point, and at which register."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from device_sims.errors import SimulationRefused
from device_sims.survey.ground import Draft
from device_sims.survey.hung import Point

WIRED = frozenset(("methane", "fan_main", "fan_local", "feed", "compressor", "station_power"))
"""Kinds that hang on substations, whose interlocks need them; gateways report the rest."""
FILED = frozenset(("dust", "humidity", "water_flow", "water_level"))
"""Kinds an older system keeps, which is heard by the files it writes."""
OLDER = "KJ1"
SWITCHES = frozenset(
    (
        "smoke",
        "inrush",
        "fan_main",
        "fan_local",
        "feed",
        "terminal",
        "telephone",
        "door",
        "compressor",
        "station_power",
        "power_cut",
        "duct",
        "air_door",
        "air_valve",
        "water_valve",
        "pump",
        "ups",
    )
)
STATUS = 100
"""Register of the first point's status word, or behind the values where these reach so far."""


class TooManySlaves(SimulationRefused):
    """There are not as many points as slaves were asked for."""


@dataclass(frozen=True, slots=True)
class Wired:
    """A point and who reports it."""

    point: Point
    device: str
    address: int | None = None
    """First register of its value; None on a gateway, which knows points by their ids."""
    status: int | None = None

    @property
    def encoding(self) -> str:
        """How the value stands in its registers."""
        return "uint16" if self.point.kind in SWITCHES else "float32"


@dataclass(frozen=True, slots=True)
class Loom:
    """All wires of a mine."""

    points: tuple[Wired, ...]
    substations: tuple[str, ...]
    gateways: tuple[str, ...]
    of_region: dict[str, str]
    """The substation that is nearest to a district or level, for its horn."""


def weave(draft: Draft, points: Sequence[Point], slaves: int) -> Loom:
    """Wire every point.

    Args:
        draft: says which district is on which level.
        points: all of them, in the order of their places.
        slaves: how many substations; 0: one for each district, level and the surface.

    Raises:
        TooManySlaves: there are fewer points.
    """
    measured = [p for p in points if not p.formula]
    wired = [p for p in measured if p.kind in WIRED]
    if slaves > len(wired):
        wired = list(measured)
    if slaves > len(wired):
        raise TooManySlaves(f"{slaves} slaves need more than {len(wired)} points: more districts")
    wired.sort(key=lambda p: p.region)
    groups = list(_shared(wired, slaves) if slaves else _by_region(wired))
    names = tuple(f"FZ{n:02d}" for n in range(1, len(groups) + 1))
    on = {
        p.id: (names[g], 2 * i, max(STATUS, 2 * len(group)) + i)
        for g, group in enumerate(groups)
        for i, p in enumerate(group)
    }
    gateway_of = _gateways(draft, measured)
    reported = tuple(
        Wired(p, *on[p.id])
        if p.id in on
        else Wired(p, OLDER if p.kind in FILED else gateway_of[p.region])
        for p in measured
    )
    made = (Wired(p, "") for p in points if p.formula)
    nearest: dict[str, str] = {}
    for name, group in zip(names, groups, strict=True):
        for p in group:
            nearest.setdefault(p.region, name)
    used = dict.fromkeys(w.device for w in reported if w.address is None and w.device != OLDER)
    return Loom((*reported, *made), names, tuple(sorted(used)), nearest)


def _by_region(points: Iterable[Point]) -> Iterator[list[Point]]:
    regions: dict[str, list[Point]] = {}
    for p in points:
        regions.setdefault(p.region, []).append(p)
    yield from regions.values()


def _shared(points: Sequence[Point], count: int) -> Iterator[list[Point]]:
    """As evenly as can be, neighbours together."""
    marks = [round(i * len(points) / count) for i in range(count + 1)]
    yield from (list(points[a:b]) for a, b in pairwise(marks))


def _gateways(draft: Draft, points: Iterable[Point]) -> dict[str, str]:
    """One for each level, one for the surface."""
    rows = {level.id: row for row, level in enumerate(draft.levels, 1)}
    levels = {p.district: p.level for p in draft.panels} | {level: level for level in rows}
    last = len(rows) + 1
    regions = dict.fromkeys(p.region for p in points)
    return {r: f"GW{rows[levels[r]] if r in levels else last}" for r in regions}
