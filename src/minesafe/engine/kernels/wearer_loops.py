"""One person after the other by all rules: a loop for the compiler, or for a few on plain lists.

The arrays judge a sighting of many people at once (`people.sight`); here it is judged sighting by
sighting, for tags that are seen so often in a frame that rounds of them get narrow. What does not
depend on who somebody was before (cell, areas, quality) is read off arrays for all rows first
(`bursts`). The order in which things are said of a person is that of `stays`, line by line.
"""

import numpy as np

from minesafe.engine.fences import FOREVER, NO_FENCE
from minesafe.engine.kernels.wearer_tables import Border, Few, Rows, Said, Scratch
from minesafe.engine.licences import NONE as NO_LICENCE
from minesafe.engine.pace import APART, CALM, ENOUGH
from minesafe.engine.pace_table import FREE_M as FREE_PACE_M
from minesafe.engine.people import FLAGS, NEAR
from minesafe.engine.places import NOWHERE
from minesafe.engine.rest import FREE_M, UNSEEN
from minesafe.engine.stays import MARKS
from minesafe.model.frame import Column
from minesafe.model.picture import Placing
from minesafe.model.time import SECOND
from minesafe.model.verdict import Condition

_PLACED, _UNBELIEVED = int(Placing.PLACED), int(Placing.UNBELIEVED)
_OTHER, _NO_PLACE, _TOO_FAST = (
    int(Placing.OTHER_NEARER), int(Placing.NO_PLACE), int(Placing.TOO_FAST),
)  # fmt: skip
_LINES = tuple(
    int(c) for c in (*MARKS, Condition.INSIDE, Condition.TRESPASSING, Condition.NEAR_DANGER)
)
"""What is said of a stay, in this order: marks by their bits, then of whom it is in the zone."""
_OVERTIME, _UNCERTIFIED, _INSIDE, _STRAYS, _NEAR_DANGER = range(5)
_FAST, _STILL = int(Condition.TOO_FAST), int(Condition.STANDING_STILL)
_BITS = tuple(int(flag) for flag, _, _ in FLAGS)
_CALLS = tuple(int(condition) for _, condition, _ in FLAGS)
_ENDS = tuple(bool(ends) for _, _, ends in FLAGS)

GONE, LEAVE, BURN, PLACE, ROOM, BEGIN, AGE, STEPS = range(8)
"""What of a sighting may end stays or begin them, one after the other."""

AT_MOST = 32
"""Transitions of one sighting, for each slot of a person; and as many besides."""


def judge(
    begin: int,
    rows: Rows,
    border: Border,
    few: Few,
    heads: Column,
    scratch: Scratch,
    said: Said,
) -> tuple[int, int]:
    """Judge sightings from row `begin` on, one after the other.

    Args:
        begin: the first to be judged.
        rows: the sightings.
        border: the layout's.
        few: the people's; the state's columns are changed in place.
        heads: (Z,), how many came into each zone, less those who left; changed.
        scratch: written.
        said: written.

    Returns:
        Where it stopped for want of room to write, or the end, and how many it wrote.
    """
    whom, ats, stations, cells, ways = rows.who, rows.at, rows.station, rows.cell, rows.way
    first, within, first_near, nears = rows.first, rows.within, rows.first_near, rows.near
    zones, halos, timeout, drawn = border.zone, border.halo, border.timeout, border.drawn
    tolerance, delay, dwell, still = border.tolerance, border.delay, border.dwell, border.still
    portal, leave, column, speed = border.portal, border.leave, border.column, border.speed
    length, ends, slowest, away, away_row = (
        border.length, border.ends, border.slowest, border.away, border.row
    )  # fmt: skip
    counts, forbidden, licence, seen, placed = (
        few.counts, few.forbidden, few.until, few.seen, few.placed
    )  # fmt: skip
    reader, roadway, chainage, error = few.reader, few.roadway, few.chainage, few.error
    flags, cell, out, doubts, doubted = few.flags, few.cell, few.out, few.doubts, few.doubted
    doubt_way, doubt_m, doubt_error, doubt_at = (
        few.doubt_way, few.doubt_m, few.doubt_error, few.doubt_at
    )  # fmt: skip
    stay, entered, fuse, told = few.stay, few.entered, few.fuse, few.told
    soonest, unsure, patience = few.next, few.unsure, few.patience
    rest_way, rest_m, rest_since, resting = few.rest_way, few.rest_m, few.rest_since, few.resting
    when, order, key, was = scratch.when, scratch.order, scratch.key, scratch.was
    condition, subject, zone_said, on_said, value_said, at_said = (
        said.condition, said.subject, said.zone, said.on, said.value, said.at
    )  # fmt: skip
    slots, of_zones, asking = len(when), len(heads), len(licence) // max(len(counts), 1)
    room, n = len(subject) - AT_MOST * (slots + 1), 0
    for i in range(begin, len(whom)):
        if n > room:
            return i, n
        w, at = whom[i], ats[i]
        if at < seen[w]:
            continue
        base, fences = w * slots, within[first[i] : first[i + 1]]
        close = nears[first_near[i] : first_near[i + 1]]
        left = seen[w] + leave[reader[w]]
        gone = not out[w] and portal[cell[w]] and at > left
        why, broke, settles, begun = _PLACED, False, False, 0
        for step in range(STEPS):
            until = left if step <= LEAVE else at
            if step in (GONE, BURN):
                if (step == GONE and not gone) or soonest[w] > until:
                    continue
                for k in range(slots):
                    unseen = placed[w] + timeout[stay[base + k]]
                    if unseen <= until:
                        unsure[w] = True
                    burnt = min(fuse[2 * (base + k)], fuse[2 * (base + k) + 1])
                    when[k] = min(burnt, unseen)
            elif step == LEAVE:
                if not gone:
                    continue
                for k in range(slots):
                    when[k] = left
            elif step == PLACE:
                news = flags[w] ^ rows.flags[i]
                for j in range(3):
                    on = (rows.flags[i] & _BITS[j]) != 0
                    if (news & _BITS[j]) != 0 and (on or _ENDS[j]):
                        condition[n], subject[n], zone_said[n], on_said[n] = _CALLS[j], w, -1, on
                        value_said[n], at_said[n] = np.nan, at
                        n += 1
                flags[w] = rows.flags[i]
                seen[w], reader[w] = at, stations[i]
                if not rows.believed[i]:
                    why = _UNBELIEVED
                elif not rows.known[i]:
                    why = _NO_PLACE
                elif not (rows.error[i] <= error[w] or at - placed[w] > NEAR):
                    why = _OTHER
                elif slowest < np.inf:
                    # Nearer than anybody can have come: to the last place, then to the doubted one.
                    far, agrees, seconds = False, False, 0.0
                    for look in range(2):
                        if look == 0:
                            if out[w] or roadway[w] < 0:
                                break
                            way, metres, wide, since = roadway[w], chainage[w], error[w], placed[w]
                        else:
                            if not far or doubts[w] == 0 or doubt_way[w] < 0:
                                break
                            way, metres = doubt_way[w], doubt_m[w]
                            wide, since = doubt_error[w], doubt_at[w]
                        metres = min(max(metres, 0.0), length[way])
                        slack = (FREE_PACE_M + wide + rows.error[i]) / slowest
                        spare = float(at - since) / SECOND + slack
                        to, to_m = ways[i], rows.metres[i]
                        least = abs(metres - to_m) / speed[to]
                        if way != to:
                            for a in range(2):
                                away_m = metres if a == 0 else length[way] - metres
                                for b in range(2):
                                    back_m = to_m if b == 0 else length[to] - to_m
                                    came = away_m / speed[way]
                                    came += away[away_row[ends[2 * way + a]], ends[2 * to + b]]
                                    came += back_m / speed[to]
                                    if a + b == 0 or came < least:
                                        least = came
                        if look == 0:
                            far, seconds = least > spare, least
                        else:
                            agrees = not least > spare
                    soon = agrees and at - doubt_at[w] < APART
                    many = int(doubts[w]) + (0 if soon else 1) if agrees else (1 if far else 0)
                    many %= 256
                    believed = many == 0 or many >= ENOUGH
                    doubts[w] = 0 if believed else many
                    if far and not soon:
                        doubt_way[w], doubt_m[w] = ways[i], rows.metres[i]
                        doubt_error[w], doubt_at[w] = rows.error[i], at
                    ended = doubted[w] and not far and at - doubt_at[w] >= CALM
                    if (far and not doubted[w]) or ended:
                        condition[n], subject[n], zone_said[n], on_said[n] = _FAST, w, -1, far
                        value_said[n], at_said[n] = np.nan, at
                        if far and seconds < np.inf:
                            value_said[n] = seconds
                        doubted[w] = far
                        n += 1
                        if ended:
                            doubts[w] = 0
                    if not believed:
                        why = _TOO_FAST
                few.placing[w] = why
                if why != _PLACED:
                    break
                broke = at - placed[w] > UNSEEN
                roadway[w], chainage[w], error[w] = ways[i], rows.chainage[i], rows.error[i]
                few.level[w], few.x[w], few.y[w] = rows.level[i], rows.x[i], rows.y[i]
                few.z[w], placed[w], out[w] = rows.z[i], at, False
                settles = cell[w] != cells[i] or unsure[w]
                for k in range(slots):
                    fence = stay[base + k]
                    was[k] = fence
                    held, by = False, False
                    for f in fences:
                        held = held or f == fence
                    for f in close:
                        by = by or f == fence
                    by = by or held
                    for j in range(2):
                        burns = fuse[2 * (base + k) + j] < FOREVER
                        if drawn[fence] and burns == (held if j == 0 else by):
                            settles = True
                    key[k] = (1 if held else 0) + (1 if by else 0)
                for f in fences:
                    there = not drawn[f]
                    for k in range(slots):
                        there = there or was[k] == f
                    settles = settles or not there
                if not settles:
                    break
                cell[w] = cells[i]
                for k in range(slots):
                    tol, far_off = 2 * (base + k), 2 * (base + k) + 1
                    if key[k] == 2:
                        fuse[tol] = FOREVER
                    else:
                        fuse[tol] = min(fuse[tol], at + tolerance[was[k]])
                    if key[k] >= 1:
                        fuse[far_off] = FOREVER
                    else:
                        fuse[far_off] = min(fuse[far_off], at + delay[was[k]])
                    when[k] = min(fuse[tol], fuse[far_off])
            elif step == ROOM:
                begun, taken = 0, 0
                for f in fences:
                    there = False
                    for k in range(slots):
                        there = there or was[k] == f
                    begun += 0 if there else 1
                for k in range(slots):
                    taken += 1 if stay[base + k] != NO_FENCE else 0
                if begun == 0 or begun + taken <= slots:
                    continue
                for k in range(slots):
                    kept = min(fuse[2 * (base + k)], fuse[2 * (base + k) + 1]) < FOREVER
                    when[k] = at if kept else FOREVER
            elif step == BEGIN:
                # Free slots first, each kind in its order, as a stable sort has them.
                m = 0
                for taken in range(2):
                    for k in range(slots):
                        if (stay[base + k] != NO_FENCE) == (taken == 1):
                            order[m] = k
                            m += 1
                begun = 0
                for f in fences:
                    there = False
                    for k in range(slots):
                        there = there or was[k] == f
                    if not there:
                        stay[base + order[begun]], entered[base + order[begun]] = f, at
                        key[begun] = at
                        begun += 1
            else:
                for k in range(slots):
                    when[k] = FOREVER
                unsure[w] = False
            # First what has come true of stays by time alone, before they end; then their ends.
            for kind in range(3):
                ends_now = kind == _INSIDE and step != BEGIN
                if kind < _INSIDE and step not in (GONE, BURN, AGE):
                    continue
                m = 0 if step != BEGIN else begun
                for k in range(slots if step != BEGIN else 0):
                    f = stay[base + k]
                    if kind == _OVERTIME:
                        due = entered[base + k] + dwell[f]
                    elif kind == _UNCERTIFIED:
                        end = licence[w * asking + column[zones[f]]]
                        if end == NO_LICENCE or halos[f]:
                            end = FOREVER
                        due = max(end, entered[base + k])
                    else:
                        due = when[k]
                    if f == NO_FENCE or due > until:
                        continue
                    if kind < _INSIDE and ((told[base + k] & (1 << kind)) != 0 or due >= when[k]):
                        continue
                    j = m
                    while j > 0 and (key[j - 1], stay[base + order[j - 1]]) > (due, f):
                        key[j], order[j] = key[j - 1], order[j - 1]
                        j -= 1
                    key[j], order[j] = due, k
                    m += 1
                for line in range(5 if m else 0):
                    if kind < _INSIDE and line != kind:
                        continue
                    for j in range(m):
                        k = order[j]
                        f = stay[base + k]
                        z, halo = zones[f], halos[f]
                        if kind < _INSIDE:
                            told[base + k] |= 1 << kind
                            says = True
                        elif line < _INSIDE:
                            says = (told[base + k] & (1 << line)) != 0
                        else:
                            says = halo == (line == _NEAR_DANGER) and (
                                line == _INSIDE
                                or forbidden[w * of_zones + z]
                                or licence[w * asking + column[z]] == NO_LICENCE
                            )
                        if says:
                            condition[n], subject[n], zone_said[n] = _LINES[line], w, z
                            on_said[n], value_said[n], at_said[n] = not ends_now, np.nan, key[j]
                            n += 1
                        if line == _INSIDE and counts[w] and not halo:
                            heads[z] += -1 if ends_now else 1
                for j in range(m if ends_now else 0):
                    k = order[j]
                    told[base + k], stay[base + k] = 0, NO_FENCE
                    fuse[2 * (base + k)] = fuse[2 * (base + k) + 1] = FOREVER
            if step in (PLACE, ROOM, BEGIN):
                continue
            # What the stays, now that they changed, ask of the time to come.
            soon_due, calmest = fuse[2 * base], still[stay[base]]
            for k in range(slots):
                f = stay[base + k]
                soon_due = min(soon_due, fuse[2 * (base + k)], fuse[2 * (base + k) + 1])
                soon_due = min(soon_due, placed[w] + timeout[f])
                end = licence[w * asking + column[zones[f]]]
                if end == NO_LICENCE or halos[f]:
                    end = FOREVER
                if (told[base + k] & 1) == 0:
                    soon_due = min(soon_due, entered[base + k] + dwell[f])
                if (told[base + k] & 2) == 0:
                    soon_due = min(soon_due, max(end, entered[base + k]))
                calmest = min(calmest, still[f])
            soonest[w], patience[w] = soon_due, calmest
            if calmest == FOREVER:
                rest_way[w] = -1
            if step == LEAVE:
                for ended_of in (_STILL, _FAST):
                    if resting[w] if ended_of == _STILL else doubted[w]:
                        condition[n], subject[n], zone_said[n], on_said[n] = ended_of, w, -1, False
                        value_said[n], at_said[n] = np.nan, left
                        n += 1
                resting[w], doubted[w], doubts[w] = False, False, 0
                out[w], cell[w] = True, NOWHERE
        asked = patience[w] < FOREVER
        if why == _PLACED and (asked or resting[w]):
            way, metres, rested = ways[i], rows.metres[i], resting[w]
            near = way == rest_way[w] and abs(metres - rest_m[w]) < FREE_M and not broke
            long = near and at - rest_since[w] >= patience[w]
            rests = asked and (long or (rested and (near or rest_way[w] < 0)))
            if asked and not near:
                rest_way[w], rest_m[w], rest_since[w] = way, metres, at
            if rests != rested:
                resting[w] = rests
                condition[n], subject[n], zone_said[n], on_said[n] = _STILL, w, -1, rests
                value_said[n], at_said[n] = np.nan, at
                n += 1
    return len(whom), n
