/** What is being worked on: shown wherever its value is. Pure. */

import type { Micros, Permit } from "./wire";

/** The permit that holds over something now: calibration before out of service. */
export const inForce = (
  permits: readonly Permit[],
  subject: string,
  now: Micros,
): Permit | undefined =>
  permits
    .filter((p) => p.subject === subject && p.granted && now < p.until)
    .sort((a, b) => a.permit_kind.localeCompare(b.permit_kind))[0];
