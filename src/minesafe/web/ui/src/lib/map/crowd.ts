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
  rows: number[];
  at: XY[];
  hollow: boolean;
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
  here: (row: number) => boolean = () => true,
): Grouped {
  const cells = new Map<number, Cell>();
  const at = new Map<number, XY>();
  const single: number[] = [];
  const { xyz } = crew;
  for (let row = 0; row < crew.size; row++) {
    const apart = crew.rank[row]! > 0;
    if (!apart && !here(row)) continue;
    const [x, y, z] = [xyz[3 * row]!, xyz[3 * row + 1]!, xyz[3 * row + 2]!];
    const px = m.a * x + m.c * y + m.g * z + m.e;
    const py = m.b * x + m.d * y + m.h * z + m.f;
    if (px < -CELL_PX || py < -CELL_PX || px > screen.w + CELL_PX || py > screen.h + CELL_PX)
      continue;
    if (apart) {
      single.push(row);
      at.set(row, [px, py]);
      continue;
    }
    const hollow = crew.hollow(row);
    const key = cellKey(px - m.e, py - m.f, hollow);
    const cell = cells.get(key);
    if (cell) (cell.rows.push(row), cell.at.push([px, py]));
    else cells.set(key, { rows: [row], at: [[px, py]], hollow });
  }
  const crowded: Cell[] = [];
  for (const cell of cells.values()) {
    if (cell.rows.length > FEW) crowded.push(cell);
    else
      cell.rows.forEach((row, i) => {
        single.push(row);
        at.set(row, cell.at[i]!);
      });
  }
  return { single, at, crowds: merged(crowded) };
}

const cellKey = (x: number, y: number, hollow: boolean): number =>
  2 * (Math.floor(x / CELL_PX) * 100_003 + Math.floor(y / CELL_PX)) + Number(hollow);

/** The largest first; a smaller one whose number would touch a larger one's joins it. */
function merged(cells: readonly Cell[]): Crowd[] {
  const found: { at: XY; rows: number[]; hollow: boolean }[] = [];
  for (const cell of [...cells].sort((a, b) => b.rows.length - a.rows.length)) {
    const at = amid(cell.at);
    const near = found.find(
      (c) => c.hollow === cell.hollow && Math.hypot(c.at[0] - at[0], c.at[1] - at[1]) < TOGETHER_PX,
    );
    if (near) near.rows.push(...cell.rows);
    else found.push({ at, rows: [...cell.rows], hollow: cell.hollow });
  }
  return found;
}

/** Of some places the one nearest to their middle. */
function amid(places: readonly XY[]): XY {
  let [x, y] = [0, 0];
  for (const [px, py] of places) [x, y] = [x + px, y + py];
  [x, y] = [x / places.length, y / places.length];
  let best = places[0]!;
  let least = Infinity;
  for (const place of places) {
    const far = (place[0] - x) ** 2 + (place[1] - y) ** 2;
    if (far < least) [best, least] = [place, far];
  }
  return best;
}
