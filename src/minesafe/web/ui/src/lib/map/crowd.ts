/**
 * Who stands together on the screen: where more than a few are in one cell they become a number,
 * so that ten thousand are read as well as ten. Cells move with the map; a pan changes no number.
 */

import type { Crew } from "./crew";
import type { Box, Matrix, XY } from "./matrix";

/** Side of a cell, pixels. */
export const CELL_PX = 40;
/** So many in a cell are still marks of their own. */
export const FEW = 3;
/** Numbers nearer than this to each other are one, pixels. */
const TOGETHER_PX = 24;

export interface Crowd {
  /** Where one of them is, the nearest to their middle: never beside the roadway. */
  readonly at: XY;
  readonly rows: readonly number[];
  /** None of them is heard any more. */
  readonly hollow: boolean;
}

export interface Grouped {
  /** Rows with a mark of their own, in pairs with `at`. */
  readonly single: readonly number[];
  readonly at: ReadonlyMap<number, XY>;
  readonly crowds: readonly Crowd[];
}

interface Cell {
  readonly rows: number[];
  readonly hollow: boolean;
}

/** Pixels of every row; of those off the screen NaN. */
interface Pixels {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** One pass over the columns: no object is made for anybody. */
function pixelsOf({ xyz, size }: Crew, m: Matrix, screen: Box): Pixels {
  const [x, y] = [new Float64Array(size), new Float64Array(size)];
  const [right, bottom] = [screen.w + CELL_PX, screen.h + CELL_PX];
  for (let row = 0, i = 0; row < size; row++, i += 3) {
    const px = m.a * xyz[i]! + m.c * xyz[i + 1]! + m.g * xyz[i + 2]! + m.e;
    const py = m.b * xyz[i]! + m.d * xyz[i + 1]! + m.h * xyz[i + 2]! + m.f;
    const seen = px > -CELL_PX && py > -CELL_PX && px < right && py < bottom;
    x[row] = seen ? px : NaN;
    y[row] = py;
  }
  return { x, y };
}

/**
 * Group what is on the screen. Whoever something is the matter with stands alone; those who are
 * not heard any more are counted apart from those who are.
 *
 * @param here whether a row is of the level looked at.
 */
export function grouped(
  crew: Crew,
  m: Matrix,
  screen: Box,
  here: ((row: number) => boolean) | null = null,
): Grouped {
  const pixels = pixelsOf(crew, m, screen);
  const cells = new Map<number, Cell>();
  const single: number[] = [];
  for (let row = 0; row < crew.size; row++) {
    const px = pixels.x[row]!;
    if (px !== px) continue;
    if (crew.rank[row]! > 0) single.push(row);
    else if (!here || here(row)) {
      const hollow = crew.hollow(row);
      const key = cellKey(px - m.e, pixels.y[row]! - m.f, hollow);
      const cell = cells.get(key);
      if (cell) cell.rows.push(row);
      else cells.set(key, { rows: [row], hollow });
    }
  }
  const crowded: Cell[] = [];
  for (const cell of cells.values()) {
    if (cell.rows.length > FEW) crowded.push(cell);
    else single.push(...cell.rows);
  }
  const at = new Map(single.map((row) => [row, [pixels.x[row]!, pixels.y[row]!] as const]));
  return { single, at, crowds: merged(crowded, pixels) };
}

const cellKey = (x: number, y: number, hollow: boolean): number =>
  2 * (Math.floor(x / CELL_PX) * 100_003 + Math.floor(y / CELL_PX)) + Number(hollow);

/** The largest first; a smaller one whose number would touch a larger one's joins it. */
function merged(cells: readonly Cell[], pixels: Pixels): Crowd[] {
  const found: { at: XY; rows: number[]; hollow: boolean }[] = [];
  for (const cell of [...cells].sort((a, b) => b.rows.length - a.rows.length)) {
    const at = amid(cell.rows, pixels);
    const near = found.find(
      (c) =>
        c.hollow === cell.hollow &&
        Math.abs(c.at[0] - at[0]) < TOGETHER_PX &&
        Math.hypot(c.at[0] - at[0], c.at[1] - at[1]) < TOGETHER_PX,
    );
    if (near) near.rows.push(...cell.rows);
    else found.push({ at, rows: cell.rows, hollow: cell.hollow });
  }
  return found;
}

/** Of some rows the place of the one nearest to their middle, told from the first of them. */
function amid(rows: readonly number[], { x, y }: Pixels): XY {
  const [x0, y0] = [x[rows[0]!]!, y[rows[0]!]!];
  let [mx, my] = [0, 0];
  for (const row of rows) {
    mx += (x[row]! - x0) / rows.length;
    my += (y[row]! - y0) / rows.length;
  }
  let [best, least] = [rows[0]!, Infinity];
  for (const row of rows) {
    const far = (x[row]! - x0 - mx) ** 2 + (y[row]! - y0 - my) ** 2;
    if (far < least) [best, least] = [row, far];
  }
  return [x[best]!, y[best]!];
}
