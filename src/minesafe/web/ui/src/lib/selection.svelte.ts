/** What is chosen on the map and in the lists, in one place so that both show the same. */

import type { Target } from "./map/scene";
import type { Lookup } from "./lookup";
import type { Picture } from "./live/picture";
import type { XYZ } from "./map/matrix";
import type { Reach } from "./wire";

class Selection {
  target = $state.raw<Target | null>(null);
  /** The episode whose row is open: what the key A acknowledges. */
  alarm = $state<string | null>(null);
  /** A place the map is asked to bring into view; a new object each time it is asked. */
  wanted = $state.raw<{ at: XYZ } | null>(null);
  /** Where the person chosen may have walked to, while he is missed. */
  reach = $state.raw<Reach | null>(null);

  /** Id of the person the map keeps in its middle. */
  following = $state<string | null>(null);

  choose(target: Target | null): void {
    this.target = target;
  }

  /** Choose and bring into view. */
  show(target: Target, look: Lookup, picture: Picture): void {
    this.target = target;
    const at = whereIs(target, look, picture);
    if (at) this.wanted = { at };
  }
}

type Spot = { readonly x: number; readonly y: number; readonly z: number };

const SPOTS: Partial<
  Record<Target["type"], (id: string, look: Lookup, picture: Picture) => Spot | undefined>
> = {
  point: (id, look) => look.point.get(id),
  device: (id, look) => look.device.get(id),
  person: (id, _, picture) => picture.places.get(id),
};

function whereIs(target: Target, look: Lookup, picture: Picture): XYZ | null {
  const spot = SPOTS[target.type]?.(target.id, look, picture);
  if (spot) return [spot.x, spot.y, spot.z];
  const interval = look.zone.get(target.id)?.intervals[0];
  return interval ? look.at(interval.roadway, (interval.from_m + interval.to_m) / 2) : null;
}

export const selection = new Selection();
