/** Following a person: the map keeps them in its middle, and says when there is nothing to follow. */

import type { Micros, Place } from "../wire";

export type Followed =
  /** Heard of lately. */
  | { readonly how: "seen"; readonly at: readonly [number, number, number]; readonly seen: Micros }
  /** Not heard for longer than allowed: the last place stays in the middle, and is called so. */
  | { readonly how: "lost"; readonly at: readonly [number, number, number]; readonly seen: Micros }
  /** Gone out of the mine, or never seen in it. */
  | { readonly how: "gone" };

export function followed(person: string, places: ReadonlyMap<string, Place>): Followed {
  const place = places.get(person);
  if (!place) return { how: "gone" };
  const how = place.lost ? "lost" : "seen";
  return { how, at: [place.x, place.y, place.z], seen: place.seen };
}

/** What ends it: another pan, a fit, Esc, somebody else chosen to be followed; a zoom does not. */
export type Moved = "pan" | "fit" | "zoom" | "turn";
const ENDS: ReadonlySet<Moved> = new Set(["pan", "fit"]);
export const endsFollowing = (how: Moved): boolean => ENDS.has(how);
