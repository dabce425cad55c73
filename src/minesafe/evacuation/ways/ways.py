"""The ways out on one ground: where to walk from any place, and who finds room in which refuge.

First out, and a refuge where that is too far (撤离优先、避险就近): to the surface, unless the walk
outlasts the self-rescuer or leads through danger that the way to a refuge does not.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from minesafe.evacuation.ways.ground import Ground
from minesafe.evacuation.ways.network import Floats, Network, Rows
from minesafe.evacuation.ways.pace import Pace
from minesafe.evacuation.ways.search import Arcs, Tree, tree, trees
from minesafe.model.mine import Mine
from minesafe.model.way import Way

RESERVE = 25.0 / 30.0
"""Of a self-rescuer's time a walk may take: 25 of 30 minutes, for who is slower than the map."""


AS_SAFE_M = 20.0
"""A way out with so few more metres of danger than the way to a refuge is as good: one goes out."""


NOWHERE = Way("", "", None, None)


@dataclass(frozen=True)
class Reach:
    """Ways from places, a row each."""

    cost: Floats
    seconds: Floats
    metres: Floats
    danger: Floats
    """Metres through danger."""
    toward: Rows
    goal: Rows

    def where(self, other: "Reach", chosen: npt.NDArray[np.bool_]) -> "Reach":
        """The rows of `other` where chosen, own ones elsewhere."""
        names = ("cost", "seconds", "metres", "danger", "toward", "goal")
        return Reach(
            *(np.where(chosen, getattr(other, name), getattr(self, name)) for name in names)
        )


@dataclass(frozen=True)
class Ways:
    """All ways on one ground; found once, asked for every place of it."""

    mine: Mine
    net: Network
    ground: Ground
    pace: Pace
    arcs: Arcs

    @classmethod
    def of(cls, mine: Mine, ground: Ground | None = None, net: Network | None = None) -> "Ways":
        """The ways on a ground, that of a calm mine by default."""
        net, ground = net or Network.of(mine), ground or Ground()
        pace = Pace.of(mine, net, ground)
        return cls(mine, net, ground, pace, Arcs.of(net, pace))

    @cached_property
    def exits(self) -> Tree:
        """To the nearest exit."""
        return tree(self.arcs, self.net.portals)

    @cached_property
    def refuges(self) -> list[Tree]:
        """To each refuge; none that is shut has a way."""
        none = tree(self.arcs, self.net.portals[:0])
        found = trees(self.arcs, self.net.refuges)
        nodes = self.net.refuges.tolist()
        return [t if self._is_open(node) else none for node, t in zip(nodes, found, strict=True)]

    def _is_open(self, refuge: int) -> bool:
        """Whether people can live in it, and the water does not come to it."""
        node, water = self.mine.nodes[refuge], self.ground.water_m
        return node.id not in self.ground.shut and (water is None or node.z > water)

    @cached_property
    def safe(self) -> Tree:
        """To the nearest of all exits and refuges that are open."""
        open_ = [node for node in self.net.refuges.tolist() if self._is_open(node)]
        return tree(self.arcs, np.concatenate([self.net.portals, np.array(open_, np.intp)]))

    # --- from places ----------------------------------------------------------------------

    def from_places(self, goals: Tree, road: Rows, chainage: Floats) -> Reach:
        """The way from each place: by the start of its roadway or by its end, the cheaper.

        Also from where nobody should walk: whoever stands there can walk along it.
        """
        net, pace = self.net, self.pace
        rest = np.maximum(net.length[road] - chainage, 0.0)
        back = goals.cost[net.start[road]] + chainage * pace.cost_per_m[road, 1]
        on = goals.cost[net.end[road]] + rest * pace.cost_per_m[road, 0]
        ahead = on < back
        node = np.where(ahead, net.end[road], net.start[road])
        along = np.where(ahead, rest, chainage)
        per_m = pace.seconds_per_m[road, np.where(ahead, 0, 1)]
        return Reach(
            np.where(ahead, on, back),
            goals.seconds[node] + along * per_m,
            goals.metres[node] + along,
            goals.danger[node] + np.where(pace.dangerous[road], along, 0.0),
            node,
            goals.goal[node],
        )

    def metres_to_safety(self, road: Rows, chainage: Floats) -> Floats:
        """Metres along the best way to any safe place; inf where there is none."""
        return self.from_places(self.safe, road, chainage).metres

    # --- who goes where -------------------------------------------------------------------

    def send(self, road: Rows, chainage: Floats, room: npt.NDArray[np.int64]) -> list[Way]:
        """Where each goes.

        Args:
            road: rows of the roadways they are in.
            chainage: metres along them.
            room: how many more each refuge takes, in the order of `net.refuges`. Whoever is
                nearest to it comes first, and of those as near whoever stands first here.
        """
        chosen, _ = self.allotted(road, chainage, room)
        names = [node.id for node in self.mine.nodes]
        metres, seconds = np.round(chosen.metres, 1).tolist(), np.round(chosen.seconds, 1).tolist()
        rows = zip(chosen.goal.tolist(), chosen.toward.tolist(), metres, seconds, strict=True)
        return [
            Way(names[goal], names[toward], m, s) if goal >= 0 else NOWHERE
            for goal, toward, m, s in rows
        ]

    def send_one(self, roadway: str, chainage_m: float) -> Way:
        """Where one goes who is alone, and finds room everywhere."""
        row = np.array([self.mine.roadway_row[roadway]])
        return self.send(row, np.array([chainage_m]), self.net.capacity)[0]

    def allotted(
        self, road: Rows, chainage: Floats, room: npt.NDArray[np.int64]
    ) -> tuple[Reach, Rows]:
        """The way of each, and which refuge it goes to, -1 for the surface; as of `send`."""
        out = self.from_places(self.exits, road, chainage)
        longest = self.mine.policy.self_rescuer_s * RESERVE
        hard = (out.seconds > longest) | (out.danger > 0)
        if not hard.any() or not len(self.net.refuges):
            return out, np.full(len(road), -1, np.intp)
        options = [self.from_places(t, road, chainage) for t in self.refuges]
        better = [hard & _better(option, out, longest) for option in options]
        given = _given(np.array([o.cost for o in options]), np.array(better), room)
        for refuge, option in enumerate(options):
            out = out.where(option, given == refuge)
        return out, given


def _better(refuge: Reach, out: Reach, longest: float) -> npt.NDArray[np.bool_]:
    """Whether a refuge is to be preferred to the surface: sooner, or by less danger."""
    reached = refuge.goal >= 0
    too_far = (out.seconds > longest) & (refuge.seconds < out.seconds)
    safer = (out.danger > refuge.danger + AS_SAFE_M) & (refuge.seconds <= longest)
    return reached & (too_far | safer)


def _given(
    cost: Floats, wanted: npt.NDArray[np.bool_], room: npt.NDArray[np.int64]
) -> npt.NDArray[np.intp]:
    """Which refuge each is given, -1 for none; (refuges, places) in, (places,) out.

    The pair of place and refuge that lie nearest to each other comes first.
    """
    room = np.maximum(room, 0)
    refuges, places = np.nonzero(_near_enough(cost, wanted, int(room.sum())))
    order = np.lexsort((refuges, places, cost[refuges, places]))
    given = [-1] * cost.shape[1]
    left, all_left = room.tolist(), int(room.sum())
    for refuge, place in zip(refuges[order].tolist(), places[order].tolist(), strict=True):
        if left[refuge] > 0 and given[place] < 0:
            given[place] = refuge
            left[refuge] -= 1
            all_left -= 1
            if not all_left:
                break
    return np.array(given, np.intp)


def _near_enough(
    cost: Floats, wanted: npt.NDArray[np.bool_], places_left: int
) -> npt.NDArray[np.bool_]:
    """Of each refuge only as many as all refuges take: the others find it full, whoever goes where.

    Before a refuge turns away the next nearest, whoever was nearer is in it or in another one.
    """
    if not 0 < places_left < cost.shape[1]:
        return wanted & (places_left > 0)
    reached = np.where(wanted, cost, np.inf)
    farthest = np.partition(reached, places_left - 1, axis=1)[:, places_left - 1]
    return wanted & (cost <= farthest[:, np.newaxis])
