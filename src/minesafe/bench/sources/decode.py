"""What each dialect costs a point, beside json.loads of the same points.

A dialect is a row of `DIALECTS`. Both sides take turns on the thread's own time, and the best turn
counts: what disturbs a turn only ever makes it longer.
"""

import json
import time
from collections.abc import Callable, Mapping
from functools import partial

from minesafe.bench.sources import files, gateways, registers, tags
from minesafe.bench.sources.spoken import Spoken

TURNS = 15
LONG_S = 0.02
"""About how long a turn is."""


DIALECTS: Mapping[str, Callable[[int], Spoken]] = {
    "modbus": registers.spoken,
    "mqtt_own": gateways.own,
    "mqtt_json_single": gateways.single,
    "mqtt_json_batch": gateways.listed,
    "mqtt_sparkplug": gateways.sparkplug,
    "kj_files": files.spoken,
    **tags.dialects(),
}
"""By name; each makes its message from the seed."""


def run(seed: int) -> dict[str, dict[str, float]]:
    """Measure.

    Returns:
        `decode_ns` a point by dialect, and `json_loads_ns` a point of the same message as JSON.
    """
    ours, plain = {}, {}
    for name, make in DIALECTS.items():
        spoken = make(seed)
        took = _best_of_turns(spoken.decode, partial(json.loads, spoken.as_json))
        ours[name], plain[name] = (round(s * 1e9 / spoken.points, 1) for s in took)
    return {"decode_ns": ours, "json_loads_ns": plain}


def _best_of_turns(*works: Callable[[], object]) -> list[float]:
    """Seconds each work takes, in the best of its turns."""
    often = [max(1, round(LONG_S / max(_took(work, 3), 1e-7))) for work in works]
    best = [float("inf")] * len(works)
    for _ in range(TURNS):
        best = [
            min(so_far, _took(work, n)) for so_far, work, n in zip(best, works, often, strict=True)
        ]
    return best


def _took(work: Callable[[], object], often: int) -> float:
    began = time.thread_time()
    for _ in range(often):
        work()
    return (time.thread_time() - began) / often
