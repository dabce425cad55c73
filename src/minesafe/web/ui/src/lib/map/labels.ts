/** Where labels go so that they do not cover each other: the more important one chooses first. */

import { overlaps, type Box, type XY } from "./matrix";

export interface LabelRequest {
  readonly key: string;
  /** The mark the label belongs to, screen pixels. */
  readonly at: XY;
  readonly w: number;
  readonly h: number;
  /** Distance of the label's edge from the mark's middle. */
  readonly gap: number;
  /** Smaller chooses first. */
  readonly priority: number;
  /** Shown even where it must cover something; others are left out then. */
  readonly must: boolean;
}

export interface PlacedLabel extends Box {
  readonly key: string;
  readonly at: XY;
  /** Far enough from its mark to need a line to it. */
  readonly far: boolean;
}

/** Unit steps from the mark: right, left, above, below, then the corners. */
const SIDES: readonly XY[] = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, -1],
  [1, 1],
  [-1, -1],
  [-1, 1],
];

/** How far out to try, in label heights beyond the gap. */
const RINGS = [0, 1, 2.2] as const;

/** What a candidate costs; lower is better. */
const COST = { label: 1000, mark: 40, road: 3, side: 0.5, ring: 15, moved: 4 } as const;

function candidates(r: LabelRequest): { box: Box; cost: number; far: boolean; side: number }[] {
  return RINGS.flatMap((ring, n) =>
    SIDES.map(([dx, dy], side) => {
      const reach = r.gap + ring * r.h;
      const x = r.at[0] + dx * reach + ((dx - 1) / 2) * r.w;
      const y = r.at[1] + dy * reach + ((dy - 1) / 2) * r.h;
      return {
        box: { x, y, w: r.w, h: r.h },
        cost: side * COST.side + n * COST.ring,
        far: n > 0,
        side: n * SIDES.length + side,
      };
    }),
  );
}

export interface Obstacles {
  /** Marks, which a label should leave visible. */
  readonly marks: readonly Box[];
  /** Points along the roadways, which a label had better not lie on. */
  readonly roads: readonly XY[];
}

const inside = ([x, y]: XY, b: Box): boolean =>
  x > b.x && x < b.x + b.w && y > b.y && y < b.y + b.h;

/**
 * Place what can be placed.
 *
 * @param sides remembers which side each label took, so that it stays there while it can.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  obstacles: Obstacles,
  screen: Box,
  sides: Map<string, number> = new Map(),
): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  const byPriority = [...requests].sort((a, b) => a.priority - b.priority);
  for (const request of byPriority) {
    const own = obstacles.marks.filter((m) => !inside(request.at, m));
    let best: { box: Box; cost: number; far: boolean; side: number; } | null = null;
    for (const c of candidates(request)) {
      if (c.box.x < screen.x || c.box.y < screen.y) continue;
      if (c.box.x + c.box.w > screen.x + screen.w) continue;
      if (c.box.y + c.box.h > screen.y + screen.h) continue;
      const hits = placed.filter((p) => overlaps(p, c.box)).length;
      const kept = sides.get(request.key);
      const cost =
        c.cost +
        hits * COST.label +
        own.filter((m) => overlaps(m, c.box)).length * COST.mark +
        obstacles.roads.filter((p) => inside(p, c.box)).length * COST.road +
        (kept === undefined || kept === c.side ? 0 : COST.moved);
      if (!best || cost < best.cost) best = { ...c, cost };
    }
    if (!best || (best.cost >= COST.mark && !request.must)) continue;
    sides.set(request.key, best.side);
    placed.push({ key: request.key, at: request.at, far: best.far, ...best.box });
  }
  return placed;
}
