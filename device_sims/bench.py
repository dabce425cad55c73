"""How fast the world runs by itself: physics and people, no devices, no wires, one core."""

import statistics
import time

from device_sims.clock import SECOND
from device_sims.mine import Mine
from device_sims.stage import STEP_S
from device_sims.world.site import Site
from device_sims.world.world import Signals, beginning, step

WARM_S, PLAYED_S = 60, 300
"""Mine seconds before the measuring, and measured."""
BEGINS = 1_764_000_000 * SECOND


def measured(seed: int, mine: Mine) -> dict[str, float]:
    """Play a quiet shift as fast as it goes.

    Args:
        seed: the same seed gives the same work.
        mine: which.

    Returns:
        `virtual_per_real_s_no_wires`, mine seconds a second of one core's own time, whoever else
        is on the machine; `step_ms_p50` and `step_ms_p99` of a step of half a second; what there
        is: `slaves` (none here), `tags`, `points`, `roadways`, `cells`; `seed`.
    """
    site = Site.of(mine)
    world = beginning(site, BEGINS, seed)
    for _ in range(round(WARM_S / STEP_S)):
        world = step(site, world, STEP_S, Signals())
    spent, began = [], time.process_time()
    for _ in range(round(PLAYED_S / STEP_S)):
        then = time.process_time()
        world = step(site, world, STEP_S, Signals())
        spent.append(1000 * (time.process_time() - then))
    real_s = time.process_time() - began
    return {
        "virtual_per_real_s_no_wires": round(PLAYED_S / real_s, 1),
        "step_ms_p50": round(statistics.median(spent), 3),
        "step_ms_p99": round(statistics.quantiles(spent, n=100)[98], 3),
        "slaves": 0,
        "tags": len(world.walkers),
        "points": len(mine.points),
        "roadways": len(mine.roadways),
        "cells": len(site.net.volume),
        "seed": seed,
    }
