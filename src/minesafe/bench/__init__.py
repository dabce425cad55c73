"""Measures: seeded, one JSON object each, ratios within one run; `minesafe bench NAME`."""

from collections.abc import Callable, Mapping
from typing import Any

from minesafe.bench import day, engine, line, order, sources, store, web, world

BENCHES: dict[str, Callable[[int], Mapping[str, Any]]] = {
    "day": day.run,
    "engine": engine.run,
    "line": line.run,
    "order": order.run,
    "sources": sources.run,
    "store": store.run,
    "web": web.run,
    "world": world.run,
}
"""By the name the command knows them by."""
