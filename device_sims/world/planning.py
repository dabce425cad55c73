"""How an engineer shares out the air: so much to each split, held there by regulators.

The plan says what each roadway should have when everything runs. Where a way through the mine
loses less pressure than another between the same junctions, a regulator takes the rest, so that
the real network then carries what was planned.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from device_sims.mine import Mine, Roadway
from device_sims.world.network import friction

FEED_M_S: Mapping[str, float] = {"shaft": 8.0}
FEED_M_S_ELSEWHERE = 2.5
"""Speed at which a portal feeds air into a roadway, by kind."""
DUCT_M3_S = 8.0
"""What a local fan blows through its duct to a dead end."""
DUCT_SHARE = 0.5
"""The most of the air that passes a local fan which it may take, or it would draw its own again."""
THROTTLED = 0.25
"""What is left of a section's share of the air behind a surveyed regulator (调节风窗)."""
DOOR = 5000.0
"""N·s²/m⁸ of a pair of shut doors: what a roadway without air of its own has."""
ALPHA: Mapping[str, float] = {"face": 0.035, "return": 0.012, "drift": 0.008, "shaft": 0.005}
ALPHA_ELSEWHERE = 0.010
"""Friction factors, N·s²/m⁴, of the usual order for supported coal roadways and faces."""
STALE_KINDS = ("return", "face", "heading")


@dataclass(frozen=True, slots=True)
class Duct:
    """A local fan with its duct."""

    heading: str
    """The roadway it ventilates."""
    draws_at: str
    """The node whose air it takes: up-wind of the fresh roadway that passes the mouth."""
    blows_at: str
    """The node at the heading's front."""
    length_m: float
    flow: float = DUCT_M3_S
    """m³/s"""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets how much air."""

    flow: Mapping[str, float]
    """m³/s by roadway, along its `air`."""
    ducts: tuple[Duct, ...]
    order: tuple[str, ...]
    """Nodes as the air comes by them."""


def up_end(r: Roadway) -> str:
    """The node from which a roadway has its air."""
    return r.start if r.air > 0 else r.end


def down_end(r: Roadway) -> str:
    """The node to which a roadway gives its air."""
    return r.end if r.air > 0 else r.start


def portals(mine: Mine) -> frozenset[str]:
    """Nodes at the surface."""
    return frozenset(n.id for n in mine.nodes if n.kind == "portal")


def plan(mine: Mine) -> Plan:
    """Share out the air: portals feed it, ducts take theirs, sections split the rest."""
    airy, ducts = [r for r in mine.roadways if r.air], tuple(_ducts(mine))
    edges = [(up_end(r), down_end(r)) for r in airy] + [(d.draws_at, d.blows_at) for d in ducts]
    order = tuple(_order(edges, portals(mine)))
    arrived = dict.fromkeys((n for edge in edges for n in edge), 0.0)
    flow = dict.fromkeys((r.id for r in mine.roadways), 0.0)
    built: list[Duct] = []
    for node in order:
        leaving = [r for r in airy if up_end(r) == node]
        width = sum(_width(r) for r in leaving)
        here = [d for d in ducts if d.draws_at == node]
        above = node in portals(mine)
        most = DUCT_M3_S if above else DUCT_SHARE * arrived[node] / max(1, len(here))
        taken = min(DUCT_M3_S, most)
        for d in here:
            built.append(replace(d, flow=taken))
            arrived[d.blows_at] += taken
        has = _fed(leaving) if above else arrived[node] - taken * len(here)
        for r in leaving:
            flow[r.id] = has * _width(r) / width
            arrived[down_end(r)] += flow[r.id]
    return Plan(flow, tuple(built), order)


def resistances(mine: Mine, planned: Plan) -> tuple[dict[str, float], dict[str, float]]:
    """Of every roadway with its regulator or doors, N·s²/m⁸; and each node's loss of pressure, Pa.

    Where ways meet, the hardest one has no regulator; the others make up for what they lose less.
    """
    own = {r.id: _own(r) for r in mine.roadways}
    lost = dict.fromkeys(planned.order, 0.0)
    fresh = [r for r in mine.roadways if r.air and planned.flow[r.id] and not _by_duct(r, planned)]
    for node in planned.order:
        for r in (r for r in fresh if up_end(r) == node):
            there = lost[node] + own[r.id] * planned.flow[r.id] ** 2
            lost[down_end(r)] = max(lost.get(down_end(r), 0.0), there)
    for r in fresh:
        if (fall := lost[down_end(r)] - lost[up_end(r)]) > 0:
            own[r.id] = max(own[r.id], fall / planned.flow[r.id] ** 2)
    return own, lost


def _width(r: Roadway) -> float:
    """What a roadway's share of the air goes by, m²."""
    return r.section_m2 * (THROTTLED if r.door == "regulator" else 1.0)


def _fed(leaving: Iterable[Roadway]) -> float:
    """What comes in from above, m³/s."""
    return sum(r.section_m2 * FEED_M_S.get(r.kind, FEED_M_S_ELSEWHERE) for r in leaving)


def _by_duct(r: Roadway, planned: Plan) -> bool:
    return any(d.heading == r.id for d in planned.ducts)


def _own(r: Roadway) -> float:
    alpha = ALPHA.get(r.kind, ALPHA_ELSEWHERE)
    return friction(alpha, r.length_m, r.section_m2) + (0.0 if r.air else DOOR)


def _ducts(mine: Mine) -> Iterable[Duct]:
    """One to each dead end from which air comes although no roadway brings any."""
    airy, surface = [r for r in mine.roadways if r.air], portals(mine)
    fed = {down_end(r) for r in airy} | surface
    for heading in airy:
        if up_end(heading) not in fed:
            source = _fresh(heading, airy) or next(iter(sorted(surface)), None)
            if source is not None:
                yield Duct(heading.id, source, up_end(heading), heading.length_m)


def _fresh(heading: Roadway, airy: Sequence[Roadway]) -> str | None:
    """Where fresh air sets out that comes by the heading's mouth."""
    passing = (r for r in airy if down_end(r) == down_end(heading) and r.kind not in STALE_KINDS)
    return next((up_end(r) for r in passing), None)


def _order(edges: Sequence[tuple[str, str]], surface: frozenset[str]) -> Iterable[str]:
    """Nodes, each after all that give it air; those the air goes round in never come."""
    waiting: dict[str, int] = {}
    for _, down in edges:
        waiting[down] = waiting.get(down, 0) + (down not in surface)
    ready = deque(dict.fromkeys(up for up, _ in edges if not waiting.get(up)))
    while ready:
        node = ready.popleft()
        yield node
        for down in (d for u, d in edges if u == node and d not in surface):
            waiting[down] -= 1
            if not waiting[down]:
                ready.append(down)
