/** People close together on the screen become one mark with their number. */

import type { XY } from "./matrix";

export interface Placed<T> {
  readonly item: T;
  readonly at: XY;
}

export interface Crowd<T> {
  readonly at: XY;
  readonly members: readonly Placed<T>[];
}

/** Group what lies within `reach` pixels of a group's first member, in the order given. */
export function crowds<T>(items: readonly Placed<T>[], reach: number): Crowd<T>[] {
  const cells = new Map<string, { at: XY; members: Placed<T>[] }[]>();
  const all: { at: XY; members: Placed<T>[] }[] = [];
  const cell = (v: number) => Math.floor(v / reach);
  for (const one of items) {
    const [cx, cy] = [cell(one.at[0]), cell(one.at[1])];
    const near = [-1, 0, 1]
      .flatMap((dx) => [-1, 0, 1].flatMap((dy) => cells.get(`${cx + dx},${cy + dy}`) ?? []))
      .find((c) => Math.hypot(c.at[0] - one.at[0], c.at[1] - one.at[1]) <= reach);
    if (near) {
      near.members.push(one);
      continue;
    }
    const fresh = { at: one.at, members: [one] };
    all.push(fresh);
    cells.set(`${cx},${cy}`, [...(cells.get(`${cx},${cy}`) ?? []), fresh]);
  }
  return all;
}
