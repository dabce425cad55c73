/** Moments as people write them, in the mine's time zone; and marks before and after one. */

import { SECOND, type Mark, type Micros } from "../wire";

/** On every part that shows the past, in both languages at once: whoever passes reads one of them. */
export const PAST = "回放 REPLAY";

/** 2026-11-26 06:10:07. */
export function whenOf(at: Micros, timezone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: timezone, dateStyle: "short", timeStyle: "medium",
  });
  return format.format(at / 1000);
}

const utc = (text: string): number => Date.parse(`${text.replace(" ", "T")}Z`) * 1000;

/**
 * The moment somebody types; null where it is none.
 *
 * A time alone is of the day that is shown. The zone's offset at a wall time is found by trying: an
 * hour that comes twice is its first.
 */
export function momentOf(typed: string, timezone: string, shown: Micros): Micros | null {
  const text = typed.trim();
  const day = text.includes("-") ? "" : `${whenOf(shown, timezone).slice(0, 10)} `;
  const asUtc = utc(day + text);
  if (Number.isNaN(asUtc)) return null;
  const offset = (at: Micros): Micros => utc(whenOf(at, timezone)) - at;
  const near = asUtc - offset(asUtc);
  return asUtc - offset(near);
}

/** The mark before a moment, or after it; null where there is none. */
export function markFrom(marks: readonly Mark[], at: Micros, way: -1 | 1): Mark | null {
  const beyond = marks.filter((m) => (m.at - at) * way > SECOND / 2);
  return (way < 0 ? beyond.at(-1) : beyond[0]) ?? null;
}
