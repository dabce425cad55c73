/** What lies under the pointer: a mark, a person, a number of people, or somebody's label. */

import type { Crew } from "./crew";
import { discRadius } from "./crew-layer";
import type { Crowd, Grouped } from "./crowd";
import type { Labels } from "./label-layer";
import type { Drawn } from "./mark-layer";
import type { XY } from "./matrix";
import { sameTarget, type Target } from "./scene";

/** A pointer this near, pixels, means the mark. */
const PICK_PX = 12;

export interface Under {
  readonly target: Target | null;
  readonly crowd: Crowd | null;
}

export const NOTHING: Under = { target: null, crowd: null };

/** The same thing, also when it has moved on or somebody has joined it. */
export const sameUnder = (a: Under, b: Under): boolean =>
  sameTarget(a.target, b.target) && a.crowd?.rows[0] === b.crowd?.rows[0];

/** The nearest of all that is drawn; else whose label lies there. */
export function underPointer(
  at: XY, drawn: readonly Drawn[], crew: Crew, groups: Grouped, labels: Labels,
): Under {
  let reach = PICK_PX;
  let found = NOTHING;
  const near = ([x, y]: XY, slack: number, what: () => Under): void => {
    const distance = Math.hypot(x - at[0], y - at[1]) - slack;
    if (distance <= reach) [reach, found] = [distance, what()];
  };
  for (const crowd of groups.crowds)
    near(crowd.at, discRadius(crowd.rows.length) / 2, () => ({ target: null, crowd }));
  for (const { mark, at: place } of drawn)
    if (mark.shape !== "none" && mark.target)
      near(place, 0, () => ({ target: mark.target, crowd: null }));
  for (const row of groups.single)
    near(groups.at.get(row)!, 0, () => ({
      target: { type: "person", id: crew.ids[row]! }, crowd: null,
    }));
  return found === NOTHING ? { target: labels.under(at), crowd: null } : found;
}
