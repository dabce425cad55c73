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
  /** Beside its mark with room around it, or not at all: what is calm makes no crowd. */
  readonly calm: boolean;
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

/** Room around a calm label, pixels. */
const ROOM_PX = 5;

/** What a candidate costs; lower is better. `road`: for each cell of the grid. */
const COST = { label: 1000, mark: 40, road: 3, side: 0.5, ring: 15, moved: 4 } as const;

interface Candidate {
  readonly box: Box;
  readonly cost: number;
  readonly far: boolean;
  readonly side: number;
}

function candidates(r: LabelRequest): Candidate[] {
  return (r.calm ? RINGS.slice(0, 1) : RINGS).flatMap((ring, n) =>
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

/** Which parts of the screen roadways and their names take, in cells of a few pixels. */
export class Covered {
  static readonly #CELL = 8;
  readonly #columns: number;
  readonly #rows: number;
  readonly #cells: Uint8Array;

  constructor(screen: Box, points: Iterable<XY> = []) {
    this.#columns = Math.ceil(screen.w / Covered.#CELL) + 1;
    this.#rows = Math.ceil(screen.h / Covered.#CELL) + 1;
    this.#cells = new Uint8Array(this.#columns * this.#rows);
    for (const [x, y] of points) {
      const [column, row] = [Math.floor(x / Covered.#CELL), Math.floor(y / Covered.#CELL)];
      if (column >= 0 && row >= 0 && column < this.#columns && row < this.#rows)
        this.#cells[row * this.#columns + column] = 1;
    }
  }

  /** How many cells that are taken a box lies on. */
  count({ x, y, w, h }: Box): number {
    const at = (v: number, most: number) =>
      Math.min(most - 1, Math.max(0, Math.floor(v / Covered.#CELL)));
    let found = 0;
    for (let row = at(y, this.#rows); row <= at(y + h, this.#rows); row++)
      for (let column = at(x, this.#columns); column <= at(x + w, this.#columns); column++)
        found += this.#cells[row * this.#columns + column]!;
    return found;
  }
}

export interface Obstacles {
  /** Marks, which a label should leave visible. */
  readonly marks: readonly Box[];
  /** Roadways, on which a label had better not lie. */
  readonly roads: Covered;
}

const inside = ([x, y]: XY, b: Box): boolean =>
  x > b.x && x < b.x + b.w && y > b.y && y < b.y + b.h;

const within = (box: Box, screen: Box): boolean =>
  box.x >= screen.x && box.y >= screen.y &&
  box.x + box.w <= screen.x + screen.w && box.y + box.h <= screen.y + screen.h;

const widened = (b: Box, by: number): Box => ({
  x: b.x - by, y: b.y - by, w: b.w + 2 * by, h: b.h + 2 * by,
});

/** What lies where any place of a label could reach. */
const reachable = (r: LabelRequest, marks: readonly Box[]): Box[] => {
  const most = r.gap + 2.2 * r.h;
  const area = { x: r.at[0] - most - r.w, y: r.at[1] - most - r.h, w: 2 * (most + r.w), h: 2 * (most + r.h) };
  return marks.filter((m) => overlaps(m, area) && !inside(r.at, m));
};

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
  for (const request of [...requests].sort((a, b) => a.priority - b.priority)) {
    const marks = reachable(request, obstacles.marks);
    const kept = sides.get(request.key);
    let best: Candidate | null = null;
    for (const c of candidates(request)) {
      if (!within(c.box, screen)) continue;
      const room = request.calm ? widened(c.box, ROOM_PX) : c.box;
      const cost =
        c.cost +
        placed.filter((p) => overlaps(p, room)).length * COST.label +
        marks.filter((m) => overlaps(m, c.box)).length * COST.mark +
        obstacles.roads.count(c.box) * COST.road +
        (kept === undefined || kept === c.side ? 0 : COST.moved);
      if (!best || cost < best.cost) best = { ...c, cost };
    }
    if (!best || (best.cost >= COST.mark && !request.must)) continue;
    sides.set(request.key, best.side);
    placed.push({ key: request.key, at: request.at, far: best.far, ...best.box });
  }
  return placed;
}
