/** The muster's counters and order: people nobody can account for come first. Pure. */

import type { MusterRow, Whereabouts } from "./wire";

/** Worst first. */
const WORST: Record<Whereabouts, number> = {
  unknown: 0,
  wrong_way: 1,
  standing: 2,
  moving: 3,
  at_refuge: 4,
  out: 5,
};

export interface Counters {
  readonly unknown: number;
  readonly stuck: number;
  readonly moving: number;
  readonly refuge: number;
  readonly out: number;
  readonly accounted: number;
  readonly all: number;
}

export function countersOf(muster: readonly MusterRow[]): Counters {
  const count = (...states: Whereabouts[]) =>
    muster.filter((row) => states.includes(row.whereabouts)).length;
  return {
    unknown: count("unknown"),
    stuck: count("standing", "wrong_way"),
    moving: count("moving"),
    refuge: count("at_refuge"),
    out: count("out"),
    accounted: count("at_refuge", "out"),
    all: muster.length,
  };
}

export const isAccounted = (row: MusterRow): boolean =>
  row.whereabouts === "at_refuge" || row.whereabouts === "out";

const NEAR_M = 60;
const NEAR_US = 120_000_000;

/** Who was seen in the same roadway within 60 m and two minutes of somebody's last sighting. */
export const nearThen = (row: MusterRow, muster: readonly MusterRow[]): readonly string[] => {
  const { roadway, chainage_m, seen } = row;
  if (roadway === null || chainage_m === null || seen === null) return [];
  const near = (other: MusterRow): boolean =>
    other.person !== row.person &&
    other.roadway === roadway &&
    Math.abs((other.chainage_m ?? Infinity) - chainage_m) <= NEAR_M &&
    Math.abs((other.seen ?? Infinity) - seen) <= NEAR_US;
  return muster.filter(near).map((other) => other.person);
};

/** When the missing were last seen; the others' newest sighting must not shuffle their rows. */
const missingSince = (row: MusterRow): number =>
  row.whereabouts === "unknown" ? (row.seen ?? 0) : 0;

/** Worst whereabouts first, and of the missing whoever was seen the longest ago. */
export const worstFirst = (muster: readonly MusterRow[]): MusterRow[] =>
  [...muster].sort(
    (a, b) =>
      WORST[a.whereabouts] - WORST[b.whereabouts] ||
      missingSince(a) - missingSince(b) ||
      a.person.localeCompare(b.person),
  );
