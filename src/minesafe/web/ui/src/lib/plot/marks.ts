/** What stands at a time's axis: the mine's clock, 24 hours, the day where one begins. */

import { clock, day } from "../format";
import { SECOND } from "../wire";

const MINUTE_S = 60;
const DAY_S = 86_400;
/** From here on the marks are first days of months. */
const MONTH_S = 27 * DAY_S;

/**
 * Words of the marks.
 *
 * @param marks seconds since 1970, which the plot has put onto round ones of the mine's clock.
 * @param apart how far they are from each other, seconds.
 */
export function markTexts(marks: readonly number[], apart: number, timezone: string): string[] {
  return marks.map((at) => textOf(at * SECOND, apart, timezone));
}

function textOf(at: number, apart: number, timezone: string): string {
  const date = day(at, timezone);
  if (apart >= MONTH_S) return date.slice(0, 7);
  const time = clock(at, timezone, apart < MINUTE_S);
  return apart >= DAY_S || /^00:00(:00)?$/.test(time) ? date.slice(5) : time;
}

/**
 * Where labels may stand so that none covers another: each as near its own height as it can, from
 * the top down. Heights and the room each needs in the same unit.
 */
export function apart(heights: readonly number[], room: number, bottom: number): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a]! - heights[b]!);
  const placed = [...heights];
  let least = -Infinity;
  for (const i of order) least = (placed[i] = Math.max(heights[i]!, least)) + room;
  let most = bottom;
  for (const i of order.reverse()) most = (placed[i] = Math.min(placed[i]!, most)) - room;
  return placed;
}
