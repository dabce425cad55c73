"""Places and areas one after the other: a loop for the compiler.

Each tag has a box, found anew whenever it has left it, in which no area can hold it or be near it
otherwise than now; a place in it is one comparison. Outside of it the cell of the grid is asked, by
the arithmetic of `area_grid.AreaGrid.mark`, and what it says is held against the stays. Who is
where his stays say is done with; everybody else goes through `people.hear`.
"""

from typing import NamedTuple

import numpy as np

from minesafe.engine.areas import FARTHEST
from minesafe.engine.fences import FOREVER
from minesafe.model.frame import Column

NO_BOX = (-2, 1, 0, 1, 0)
"""Of a level that there is not, and empty."""

ASIDE = 1.4143
"""A box of half the side lies within a circle of this times it."""


class Drawn(NamedTuple):
    """The layout's grid, as `area_grid.AreaGrid`, and which fences are areas."""

    plane: Column
    cell: Column
    entry: Column
    """(N, 8), all of an entry in one line of the cache: fence, inside, point, its first edge and
    one past its last, tolerance in whole millimetres, rounded up; nothing."""
    tolerance: Column
    edges: Column
    drawn: Column


class Stays(NamedTuple):
    """The state's stays; read only."""

    stay: Column
    fuse: Column


def hold(
    tags: Column,
    levels: Column,
    xs: Column,
    ys: Column,
    grid: Drawn,
    stays: Stays,
    boxes: Column,
    answers: Column,
    kept: Column,
) -> None:
    """Tell of each sighting whether areas hold it as the stays of its tag say.

    Args:
        tags: (n,) of the sightings; likewise the next three.
        levels: rows of levels.
        xs: metres.
        ys: metres.
        grid: the layout's.
        stays: the state's.
        boxes: (T, 5) level, least and greatest x and y in millimetres; found anew where left.
        answers: (most, 2), written: of each area of a cell whether it holds the place, or is near.
        kept: (n,), written.
    """
    plane, cells, entries, drawn = grid.plane, grid.cell, grid.entry, grid.drawn
    edges, tolerances, stay, fuse = grid.edges, grid.tolerance, stays.stay, stays.fuse
    people, slots, planes = len(stay), stay.shape[1], len(plane)
    for i in range(len(tags)):
        tag, level = tags[i], levels[i]
        kept[i] = False
        if tag < 0 or tag >= people:
            continue
        known = abs(xs[i]) <= FARTHEST and abs(ys[i]) <= FARTHEST
        x, y = (xs[i] * 1000.0, ys[i] * 1000.0) if known else (0.0, 0.0)
        known = known and abs(x) <= FARTHEST and abs(y) <= FARTHEST
        px = np.int64(np.rint(x)) if known else 0
        py = np.int64(np.rint(y)) if known else 0
        box = boxes[tag]
        if (
            known
            and level == box[0]
            and box[1] <= px
            and px <= box[2]
            and box[3] <= py
            and py <= box[4]
        ):
            kept[i] = True
            continue
        # The cell, and as a box whatever of it, or of the ground beside the grid, it lies in.
        begin, end = 0, 0
        x0, x1, y0, y1 = -FARTHEST, FARTHEST, -FARTHEST, FARTHEST
        if known and 0 <= level < planes:
            left, low, shift = plane[level, 0], plane[level, 1], plane[level, 2]
            side = np.int64(1) << shift
            wide, high = plane[level, 3], plane[level, 4]
            across, up = (px - left) >> shift, (py - low) >> shift
            if across < 0:
                x1 = left - 1
            elif across >= wide:
                x0 = left + wide * side
            elif up < 0:
                y1 = low - 1
            elif up >= high:
                y0 = low + high * side
            else:
                row = plane[level, 5] + up * wide + across
                begin, end = cells[row], cells[row + 1]
                x0, y0 = left + across * side, low + up * side
                x1, y1 = x0 + side - 1, y0 + side - 1
        # Which areas hold the place or are near it, and how far it may move before that changes.
        free, within = np.int64(2 * FARTHEST), 0
        for entry in range(begin, end):
            held, on, nearest = entries[entry, 1] != 0, False, np.inf
            qx, qy = entries[entry, 2], entries[entry, 3]
            tolerant = entries[entry, 6] > 0
            for k in range(entries[entry, 4], entries[entry, 5]):
                ax, ay, bx, by = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
                dx, dy, fx, fy = bx - ax, by - ay, px - ax, py - ay
                p = dx * fy - dy * fx
                if p == 0:
                    beside = min(ax, bx) <= px <= max(ax, bx)
                    on = on or (beside and min(ay, by) <= py <= max(ay, by))
                if (p > 0) != (dx * (qy - ay) - dy * (qx - ax) > 0):
                    a = (qx - px) * (ay - py) - (qy - py) * (ax - px)
                    b = (qx - px) * (by - py) - (qy - py) * (bx - px)
                    if (a >= 0) != (b >= 0):
                        held = not held
                # Rounded, and so much less again that it is never too far.
                free = min(free, np.int64(float(abs(p)) / float(abs(dx) + abs(dy))) - 1)
                if tolerant:
                    ex, ey, gx, gy = float(dx), float(dy), float(fx), float(fy)
                    share = (gx * ex + gy * ey) / (ex * ex + ey * ey)
                    share = min(max(share, 0.0), 1.0)
                    hx, hy = gx - share * ex, gy - share * ey
                    nearest = min(nearest, hx * hx + hy * hy)
            held = held or on
            answers[entry - begin, 0] = held
            within += held
            answers[entry - begin, 1] = held
            if tolerant and nearest < np.inf:
                away, tolerance = np.sqrt(nearest), tolerances[entry]
                answers[entry - begin, 1] = held or away <= tolerance
                free = min(free, np.int64(abs(away - tolerance) / ASIDE) - 1)
        # Whether the stays say the same: the fuses say where each has last been seen to be.
        same, found = True, 0
        for slot in range(slots):
            fence = stay[tag, slot]
            if fence < 0 or not drawn[fence]:
                continue
            held, close = False, False
            for entry in range(begin, end):
                if entries[entry, 0] == fence:
                    held, close = answers[entry - begin, 0], answers[entry - begin, 1]
            same = same and (fuse[tag, slot, 0] < FOREVER) != held
            same = same and (fuse[tag, slot, 1] < FOREVER) != (held or close)
            found += held
        if same and found == within:
            kept[i] = True
            if known:
                box[0] = level
                box[1], box[2] = max(x0, px - free), min(x1, px + free)
                box[3], box[4] = max(y0, py - free), min(y1, py + free)
