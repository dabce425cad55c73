"""People one after the other, as far as nothing happens: loops for the compiler.

A sighting that finds its tag where it was, within the same ends of fences, with the same flags,
before any fuse has burnt down, changes a place and a time and, of who is still walking, where he
came to rest, and nothing else. `scan` passes those;
what is left goes through `people.hear`, where all rules of people stand, once.
"""

from typing import NamedTuple

import numpy as np

from minesafe.engine.fences import FOREVER
from minesafe.engine.people import NEAR
from minesafe.engine.rest import FREE_M, UNSEEN
from minesafe.model.frame import Column
from minesafe.model.picture import Placing
from minesafe.model.quality import Quality
from minesafe.model.time import NEWEST, OLDEST

_LOST, _PLACED = int(Quality.COMMS_LOST), int(Placing.PLACED)


class Sights(NamedTuple):
    """Sightings of a frame, (n,) each."""

    tag: Column
    station: Column
    roadway: Column
    chainage: Column
    level: Column
    x: Column
    y: Column
    z: Column
    error: Column
    flags: Column
    quality: Column
    sampled: Column
    received: Column


class Ground(NamedTuple):
    """What the layout says of places and readers; see `places.PlaceTable`, `layout.ReaderTable`."""

    length: Column
    road: Column
    """Of the ends of fences: roadway, and metres."""
    metres: Column
    portal: Column
    leave: Column
    lost: Column
    believes: Column
    free: float
    """Metres that somebody may always have come since his last place (`pace`)."""


class Wearers(NamedTuple):
    """Columns of the state, changed in place."""

    seen: Column
    placed: Column
    reader: Column
    roadway: Column
    chainage: Column
    level: Column
    x: Column
    y: Column
    z: Column
    error: Column
    flags: Column
    cell: Column
    out: Column
    lost: Column
    next: Column
    unsure: Column
    patience: Column
    rest_way: Column
    rest_m: Column
    rest_since: Column
    resting: Column
    placing: Column
    doubts: Column
    doubted: Column
    reader_heard: Column
    reader_gone: Column


def scan(
    sights: Sights,
    ground: Ground,
    wearers: Wearers,
    kept: Column,
    barred: Column,
    missed: Column,
) -> int:
    """Note which readers live, and every place that changes nothing; number the rows that may.

    Args:
        sights: the frame's.
        ground: the layout's.
        wearers: the state's.
        kept: (n,) whether areas hold each place as its tag's stays say (`area_loops.hold`); empty
            where there are no areas.
        barred: (T,), all false, and all false again afterwards: a tag whose row was missed has
            its later rows missed too, so that they are judged in their order.
        missed: (n,), written.

    Returns:
        How many were missed.
    """
    tags, stations = sights.tag, sights.station
    roads, chainages, errors = sights.roadway, sights.chainage, sights.error
    seen, placed, cells, error = wearers.seen, wearers.placed, wearers.cell, wearers.error
    patience, rest_way = wearers.patience, wearers.rest_way
    rest_m, rest_since = wearers.rest_m, wearers.rest_since
    length, road, metres = ground.length, ground.road, ground.metres
    portal, leave, believes, free = ground.portal, ground.leave, ground.believes, ground.free
    ways = wearers.roadway
    people, readers, ends, misses = len(seen), len(leave) - 1, len(road), 0
    drawn = len(kept) > 0
    for i in range(len(tags)):
        tag, station = tags[i], stations[i]
        if station < 0 or station >= readers:
            continue
        ahead = sights.sampled[i] - sights.received[i]
        at = sights.received[i] if ahead < OLDEST or ahead > NEWEST else sights.sampled[i]
        if sights.quality[i] == _LOST:
            wearers.reader_gone[station] = max(wearers.reader_gone[station], at)
        else:
            wearers.reader_heard[station] = max(wearers.reader_heard[station], at)
        if tag < 0 or tag >= people:
            continue
        cell, way = cells[tag], roads[i]
        same = (
            not (wearers.out[tag] or wearers.unsure[tag] or barred[tag] or cell < 0)
            and 0 <= way < len(length)
            and np.isfinite(chainages[i])
            and wearers.flags[tag] == sights.flags[i]
            and believes[sights.quality[i]]
            and at >= seen[tag]
            and wearers.next[tag] > at
            and (not drawn or kept[i])
            and wearers.doubts[tag] == 0
            and not wearers.doubted[tag]
            and not (portal[cell] and at > seen[tag] + leave[wearers.reader[tag]])
            and (errors[i] <= error[tag] or at - placed[tag] > NEAR)
        )
        if same:
            # Cell 2 k + 1 is the k-th end itself, cell 2 k what lies before it.
            place, end = min(max(chainages[i], 0.0), length[way]), cell // 2
            if cell % 2 == 1:
                same = way == road[end] and place == metres[end]
            else:
                after = end == 0 or (
                    way > road[end - 1] or (way == road[end - 1] and place > metres[end - 1])
                )
                before = end == ends or (
                    way < road[end] or (way == road[end] and place < metres[end])
                )
                same = after and before
            was = min(max(wearers.chainage[tag], 0.0), length[way])
            same = same and (free == np.inf or (way == ways[tag] and abs(place - was) <= free))
        if same and (patience[tag] < FOREVER or wearers.resting[tag]):
            near = rest_way[tag] == way and abs(place - rest_m[tag]) < FREE_M
            near = near and at - placed[tag] <= UNSEEN
            if wearers.resting[tag]:
                same = near and patience[tag] < FOREVER
            elif near:
                same = at - rest_since[tag] < patience[tag]
            else:
                rest_way[tag], rest_m[tag], rest_since[tag] = way, place, at
        if same:
            seen[tag] = placed[tag] = at
            wearers.reader[tag], ways[tag] = station, way
            wearers.placing[tag] = _PLACED
            wearers.chainage[tag], wearers.level[tag] = chainages[i], sights.level[i]
            wearers.x[tag], wearers.y[tag] = sights.x[i], sights.y[i]
            wearers.z[tag], error[tag] = sights.z[i], errors[i]
        else:
            barred[tag] = True
            missed[misses] = i
            misses += 1
    for k in range(misses):
        barred[tags[missed[k]]] = False
    return misses


def find_ripe(until: int, ground: Ground, wearers: Wearers, ripe: Column) -> int:
    """Number those who may have left a fence or gone out by a time.

    Returns:
        How many.
    """
    seen, cells, reader, out = wearers.seen, wearers.cell, wearers.reader, wearers.out
    soonest, portal, leave, n = wearers.next, ground.portal, ground.leave, 0
    for tag in range(len(seen)):
        gone = not out[tag] and portal[cells[tag]] and until > seen[tag] + leave[reader[tag]]
        if gone or soonest[tag] <= until:
            ripe[n] = tag
            n += 1
    return n


def find_lost(now: int, ground: Ground, wearers: Wearers, changed: Column) -> int:
    """Number those who are lost by `now` and were not, or the other way round.

    Returns:
        How many.
    """
    seen, reader, out, was, cells = (
        wearers.seen, wearers.reader, wearers.out, wearers.lost, wearers.cell
    )  # fmt: skip
    lost, portal, leave, n = ground.lost, ground.portal, ground.leave, 0
    for tag in range(len(seen)):
        unseen, by = now - seen[tag], reader[tag]
        is_lost = not out[tag] and unseen > lost[by]
        if is_lost and portal[cells[tag]] and unseen > leave[by]:
            is_lost = False
        if is_lost != was[tag]:
            changed[n] = tag
            n += 1
    return n
