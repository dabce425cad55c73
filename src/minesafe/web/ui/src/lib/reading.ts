/** A number, when it was so, and whether it still is: no number of an alarm is shown without. */

import type { Alarm, Micros, Value } from "./wire";

/** Qualities whose value is not to be believed: struck out wherever it is shown. */
const SHAKY = new Set(["stale", "comms_lost", "fault", "out_of_range", "suspected", "silent"]);

export const isShaky = (value: Value | undefined | null): boolean =>
  !value || value.value === null || SHAKY.has(value.quality);

export interface Reading {
  readonly value: number | null;
  readonly at: Micros;
  /** It is what the point reads now. */
  readonly live: boolean;
  /** Why the point's own newest number is none; empty where it can be believed. */
  readonly quality: string;
}

/**
 * What an alarm's point reads while the alarm holds and the point can be believed, else the number
 * the alarm is about with its own time.
 *
 * @param newest the point's newest value; null where the alarm is of no point.
 */
export function readingOf(alarm: Alarm, newest: Value | undefined | null): Reading {
  if (alarm.active && newest?.sampled && !isShaky(newest)) {
    return { value: newest.value, at: newest.sampled, live: true, quality: "" };
  }
  const quality = newest !== null && isShaky(newest) ? (newest?.quality ?? "silent") : "";
  return { value: alarm.value, at: alarm.valued, live: false, quality };
}
