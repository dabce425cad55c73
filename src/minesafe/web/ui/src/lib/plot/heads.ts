/** A zone's head-count over time as columns of a plot, and since when each one is in it. Pure. */

import { SECOND, type Micros, type Occupancy } from "../wire";
import type { Course } from "./trend";

/** How many from each change on; `now` of them at the end. */
export function headCourse(found: Occupancy, from: Micros, to: Micros, now: number | null): Course {
  const before = found.course.filter(([at]) => at <= from).at(-1)?.[1] ?? 0;
  const changes = found.course.filter(([at]) => at > from && at < to);
  const last = now ?? changes.at(-1)?.[1] ?? before;
  const rows: (readonly [Micros, number])[] = [[from, before], ...changes, [to, last]];
  return { at: rows.map(([at]) => at / SECOND), value: rows.map(([, heads]) => heads), lone: [] };
}

/** How many there were at a time. */
export const headsAt = (found: Occupancy, at: Micros): number =>
  found.course.filter(([since]) => since <= at).at(-1)?.[1] ?? 0;

/**
 * Since when each person is there who is there still.
 *
 * @param asked when the answer was made: who left before it, unseen for longer than `seen` allows,
 *     is not there by it.
 */
export function since(found: Occupancy, asked: Micros, seen: Micros): ReadonlyMap<string, Micros> {
  const there = found.stays.filter((s) => !s.elsewhere && asked - s.left <= seen);
  return new Map(there.map((s) => [s.person, s.entered]));
}
