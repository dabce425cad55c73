/** When somebody went down, and through which zones he came since. Pure. */

import { SECOND, type Micros, type Mine, type Visits } from "./wire";

export interface Trip {
  /** When he was first seen below; null where nothing is known of it. */
  readonly down: Micros | null;
  /** Zones that tell where he was, in order: the narrow ones, without the mine and its levels. */
  readonly zones: Visits["zones"];
}

/** Unseen for so long, the next sight is another trip: as attendance has it. */
const ANOTHER: Micros = 12 * 3600 * SECOND;
/** Whoever is seen last at a portal and then no more came up: so near the end of a stay. */
const AT_ONCE: Micros = 60 * SECOND;
const TELLING = new Set(["face", "heading", "restricted", "key", "refuge", "portal"]);

/** The trip that goes on, or went on last. */
export function tripOf(mine: Mine, visits: Visits): Trip {
  const kind = new Map(mine.zones.map((zone) => [zone.id, zone.kind]));
  const stays = visits.zones.filter((v) => kind.get(v.zone) === "mine");
  const portals = visits.zones.filter((v) => kind.get(v.zone) === "portal");
  const cameUp = (at: Micros): boolean =>
    portals.some((p) => !p.elsewhere && Math.abs(p.left - at) <= AT_ONCE);
  let first = stays.length - 1;
  while (first > 0) {
    const before = stays[first - 1]!;
    if (stays[first]!.entered - before.left > ANOTHER || cameUp(before.left)) break;
    first -= 1;
  }
  const down = stays[first]?.entered ?? null;
  const zones = visits.zones.filter(
    (v) => TELLING.has(kind.get(v.zone) ?? "") && (down === null || v.left >= down),
  );
  return { down, zones };
}
