"""The mine's ventilation: main fans, local fans, regulators and the weight of the air itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from device_sims.errors import MineUnreadable
from device_sims.mine import Mine, Roadway
from device_sims.world.network import Branch, Floats, Ints, Network, solve
from device_sims.world.planning import Duct, Plan, down_end, plan, portals, resistances, up_end

FAN_PA = 1500.0
"""Static pressure of a main fan at the flow it was chosen for …"""
SPARE = 1.2
"""… or so many times what the mine loses, where that is more."""
SHUT_OFF = 1.3
"""A main fan's pressure without flow over that at the flow it was chosen for."""
SURFACE_C, INTAKE_C, RETURN_C = 20.0, 20.0, 21.5
"""Temperatures of the air on a mild day: above, going in, and past the working places."""
DENSITY, GRAVITY, KELVIN = 1.2, 9.81, 273.15


class Drives(NamedTuple):
    """How fast the fans turn, as shares of their full speed; a reversed fan is negative."""

    main: float = 1.0
    local: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Ventilation:
    """The network of a mine: a branch for each roadway in the mine's order, then for each duct."""

    network: Network
    ducts: tuple[Duct, ...]
    ends: tuple[tuple[int, int], ...]
    """(start, end) node of each branch; the surface is 0."""
    outlets: Ints
    """(K,) the branches with a main fan."""
    shut_off: Floats
    """(K,) Pa of each fan at full speed without flow."""
    droop: Floats
    """(K,) N·s²/m⁸: a fan gives `speed² · shut_off - droop · Q²`, which obeys the fan laws."""
    outward: Floats
    """(K,) +1 where the branch runs towards the surface, -1 where it comes from there."""
    natural: Floats
    """(B,) Pa that the weight of the air adds along each branch."""
    blown: Floats
    """(F,) m³/s of the local fans at full speed."""

    @classmethod
    def of(cls, mine: Mine) -> "Ventilation":
        """Plan the air, and choose regulators and fans that keep to the plan.

        Raises:
            MineUnreadable: a heading lies apart from all that reaches the surface.
        """
        planned = plan(mine)
        own, lost = resistances(mine, planned)
        number = _numbers(mine)
        fans = [
            (i, r, max(FAN_PA, SPARE * lost[down_end(r)]))
            for i, r in enumerate(mine.roadways)
            if r.air and down_end(r) in portals(mine) and planned.flow[r.id]
        ]
        for _, r, duty in fans:
            own[r.id] += (SHUT_OFF * duty - lost[down_end(r)]) / planned.flow[r.id] ** 2
        ways = [Branch(number[r.start], number[r.end], own[r.id]) for r in mine.roadways]
        ducts = [Branch(number[d.draws_at], number[d.blows_at], 0.0, True) for d in planned.ducts]
        spare = [(SHUT_OFF - 1) * duty / planned.flow[r.id] ** 2 for _, r, duty in fans]
        return cls(
            _network([*ways, *ducts]),
            planned.ducts,
            tuple((b.start, b.end) for b in (*ways, *ducts)),
            np.array([i for i, _, _ in fans], dtype=np.int64),
            np.array([SHUT_OFF * duty for _, _, duty in fans]),
            np.array(spare, dtype=np.float64),
            np.array([float(r.air) for _, r, _ in fans]),
            np.array([*_weights(mine, planned), *(0.0 for _ in ducts)]),
            np.array([d.flow for d in planned.ducts]),
        )

    def flow(self, drives: Drives, start: Floats | None = None) -> Floats:
        """(B,) m³/s in each branch, from its start to its end.

        Args:
            drives: how fast the fans turn.
            start: what it was a moment ago, to find it sooner.
        """
        gain = self.natural.copy()
        gain[self.outlets] += self.outward * self.shut_off * drives.main * abs(drives.main)
        return solve(self.network, gain, self.blown * drives.local, start)

    def fan_pa(self, drives: Drives, flow: Floats) -> float:
        """What the first main fan's gauge shows below the surface's pressure, Pa; 0 without one."""
        if not len(self.outlets):
            return 0.0
        out = float(flow[self.outlets[0]] * self.outward[0])
        turning = drives.main * abs(drives.main) * float(self.shut_off[0])
        return turning - float(self.droop[0]) * out * abs(out)


def _network(branches: Sequence[Branch]) -> Network:
    try:
        return Network.of(branches)
    except ValueError as error:
        raise MineUnreadable(f"the mine's air cannot be worked out: {error}") from error


def _numbers(mine: Mine) -> Mapping[str, int]:
    """Nodes by id; every portal is the surface, 0."""
    surface = portals(mine)
    below = dict.fromkeys(n for r in mine.roadways for n in (r.start, r.end) if n not in surface)
    return dict.fromkeys(surface, 0) | {n: i for i, n in enumerate(below, start=1)}


def _weights(mine: Mine, planned: Plan) -> Iterable[float]:
    """Pa by which each roadway's air, heavier or lighter than that above, pulls it along."""
    height, warm = {n.id: n.z for n in mine.nodes}, _warm(mine, planned)
    for r in mine.roadways:
        warmer = (RETURN_C if r.id in warm else INTAKE_C) - SURFACE_C
        heavier = -DENSITY * warmer / (KELVIN + SURFACE_C)
        yield heavier * GRAVITY * (height.get(r.start, 0.0) - height.get(r.end, 0.0))


def _warm(mine: Mine, planned: Plan) -> frozenset[str]:
    """Roadways whose air has passed a working place."""
    airy: list[Roadway] = [r for r in mine.roadways if r.air]
    warm = {r.id for r in airy if r.kind in ("face", "heading")}
    for node in planned.order:
        if any(down_end(r) == node for r in airy if r.id in warm):
            warm |= {r.id for r in airy if up_end(r) == node}
    return frozenset(warm)
