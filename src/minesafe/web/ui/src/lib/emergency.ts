/**
 * What breaking the glass needs without a log-in: zone names and nothing else, kept in this browser
 * from the last time somebody was logged in here. People and points are not kept.
 */

import type { Mine, Words, ZoneKind } from "./wire";

const KEPT = "minesafe.zones";

export interface KnownZone {
  readonly id: string;
  readonly name: Words;
  readonly kind: ZoneKind;
}

/** Zones an order can be about; portals are ways out, not places to leave. */
export const orderable = (mine: Mine): KnownZone[] =>
  mine.zones
    .filter((z) => z.kind !== "portal" && z.kind !== "refuge")
    .map(({ id, name, kind }) => ({ id, name, kind }));

export function keep(mine: Mine): void {
  localStorage.setItem(KEPT, JSON.stringify(orderable(mine)));
}

export function kept(): KnownZone[] {
  return JSON.parse(localStorage.getItem(KEPT) ?? "[]") as KnownZone[];
}
