"""Everybody out of the largest mine: the order, the ways, the muster's tick, and gas on the way.

Each figure is a median of several runs, of the thread's own time, whoever else is on the machine;
the ratio is one of medians of the same run, of the same question: the cheapest way from every
junction to an exit, the graph built from the same costs.
"""

import importlib.util
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

import msgspec
import numpy as np

from minesafe.bench.order.grid import PEOPLE, SIDE, grid_mine, sighted
from minesafe.evacuation.muster import Doors
from minesafe.evacuation.ways import Ground, Ways
from minesafe.evacuation.ways.network import Network
from minesafe.evacuation.ways.pace import Pace
from minesafe.evacuation.ways.search import Arcs, tree
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AlarmSource,
    AlarmState,
    AnyBody,
    OrderKind,
    Origin,
    PersonSent,
)
from minesafe.model.mine import Danger, Mine, Severity
from minesafe.recorder import Outcome
from minesafe.watch import Watch

RUNS = 5


def run(seed: int, side: int = SIDE, people: int = PEOPLE) -> Mapping[str, float]:
    """Measure.

    Returns:
        order_ms: a whole-mine order by hand with its muster, as bytes for the journal.
        routes_ms: the ways of everybody on a new ground.
        routes_vs_networkx: how many times as long networkx takes for one of those searches; left
            out where it is not installed.
        muster_tick_ms: one look at everybody who has walked for a second.
        reroute_ms: from gas in a roadway to the new way of each one it sends elsewhere.
        rerouted: how many those are.
    """
    mine = grid_mine(seed, side, people)
    figures = {"routes_ms": _routes(mine, seed), **_beside_networkx(mine)}
    found = [_evacuated(mine, seed + i) for i in range(RUNS)]
    return figures | {k: round(median(f[k] for f in found), 2) for k in found[0]}


def _routes(mine: Mine, seed: int) -> float:
    random, net = np.random.default_rng(seed), Network.of(mine)
    road = random.integers(0, len(mine.roadways), len(mine.people))
    metres = random.uniform(0.0, 1.0, len(mine.people)) * net.length[road]
    spent = []
    for i in range(RUNS):
        foul = frozenset(mine.roadways[(i * 700 + k) % len(mine.roadways)].id for k in range(300))
        ground = Ground(dangers=frozenset({Danger.GAS}), foul=foul)
        began = time.thread_time()
        Ways.of(mine, ground, net).send(road, metres, net.capacity)
        spent.append(time.thread_time() - began)
    return round(median(spent) * 1e3, 2)


def _beside_networkx(mine: Mine) -> Mapping[str, float]:
    if importlib.util.find_spec("networkx") is None:
        return {}
    net = Network.of(mine)
    pace = Pace.of(mine, net, Ground())
    arcs = Arcs.of(net, pace)
    tail, head = (column.tolist() for column in np.divmod(arcs.key, arcs.nodes))
    edges = list(zip(head, tail, arcs.cost.tolist(), strict=True))
    ours = _median(lambda: tree(arcs, net.portals))
    theirs = _median(lambda: _networkx(edges, net.portals.tolist()))
    return {"routes_vs_networkx": round(theirs / ours, 1)}


def _networkx(edges: list[tuple[int, int, float]], goals: list[int]) -> Any:
    import networkx  # type: ignore[import-untyped]  # its stubs are a package nobody needs

    graph = networkx.DiGraph()
    graph.add_weighted_edges_from(edges)
    return networkx.multi_source_dijkstra(graph, set(goals))


def _median(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(RUNS):
        began = time.thread_time()
        work()
        spent.append(time.thread_time() - began)
    return median(spent)


def _evacuated(mine: Mine, seed: int) -> Mapping[str, float]:
    """One evacuation of the whole mine, with gas while everybody walks."""
    random, watch = np.random.default_rng(seed), Watch(mine)
    watch.tick(sighted(mine, 1, random))
    spent, _ = _timed(lambda: watch.act(watch.now, _ordered(watch)))
    look = _looked(watch, random)
    gas, sent = _timed(lambda: _rerouted(watch))
    anew = sum(isinstance(body, PersonSent) for body, _ in sent.bodies)
    return {"order_ms": spent, "muster_tick_ms": look, "reroute_ms": gas, "rerouted": float(anew)}


def _timed(work: Callable[[], Outcome]) -> tuple[float, Outcome]:
    """Milliseconds until its records are bytes, and what came of it."""
    began = time.thread_time()
    outcome = work()
    for body, _ in outcome.bodies:
        msgspec.json.encode(body)
    for command in outcome.commands:
        msgspec.json.encode(command)
    return (time.thread_time() - began) * 1e3, outcome


def _ordered(watch: Watch) -> list[Any]:
    picture, evacuation = watch.picture(), watch.evacuation
    kind, origin = OrderKind.EVACUATE, Origin.CONSOLE
    return [*evacuation.order_by_hand(kind, (), "bench", "P01", origin, picture, watch.now)]


def _looked(watch: Watch, random: np.random.Generator) -> float:
    """The muster's own look at 8,000 tags that have moved since; the engine's tick is not in it."""
    evacuation = watch.evacuation
    (order,) = evacuation.orders.open()
    spent = []
    for seq in range(2, 2 + RUNS):
        watch.tick(sighted(watch.mine, seq, random))
        picture, ways = watch.picture(), evacuation.guide.ways
        doors = Doors(evacuation.roll.passed, {})
        began = time.thread_time()
        list(evacuation.muster.look(order, picture, ways, doors, watch.now))
        spent.append((time.thread_time() - began) * 1e3)
    return median(spent)


def _rerouted(watch: Watch) -> Outcome:
    """Gas, and the next look at the clock, at which the ways follow."""
    outcome = watch.act(watch.now, [_gas()])
    picture = watch.picture()
    due = watch.evacuation.on_time(picture, watch.now)
    watch.take(outcome, ((body, watch.now) for body in due), picture)
    return outcome


def _gas() -> AnyBody:
    return AlarmMoved(
        episode="high:CH4-0#1",
        move=AlarmMove.RAISE,
        state=AlarmState.UNACKED,
        severity=Severity.III,
        source=AlarmSource.POINT,
        subject="CH4-0",
        condition="alarm_high",
        active={"alarm_high": Severity.III},
    )
