/** Who else measures the same air: points up-wind and down-wind of one, along the roadways. Pure. */

import type { Mine, Point, Roadway } from "./wire";

export interface Neighbour {
  readonly point: Point;
  /** Along the roadways; negative: the air comes to it first. */
  readonly metres: number;
}

const FARTHEST_M = 600;

/**
 * Points of the same system on the same airway, the furthest up-wind first. Where no air is said to
 * go, those of the same roadway, by its own direction.
 */
export function neighbours(mine: Mine, point: Point, each: number): Neighbour[] {
  const kinds = new Map(mine.kinds.map((kind) => [kind.id, kind]));
  const system = kinds.get(point.kind)?.system;
  const all = [...along(mine, point, 1), ...along(mine, point, -1)].filter(
    (one) => one.point.id !== point.id && kinds.get(one.point.kind)?.system === system,
  );
  const nearest = (some: Neighbour[]): Neighbour[] =>
    some.sort((a, b) => Math.abs(a.metres) - Math.abs(b.metres)).slice(0, each);
  const down = nearest(all.filter((one) => one.metres >= 0));
  return [...nearest(all.filter((one) => one.metres < 0)), ...down].sort((a, b) => a.metres - b.metres);
}

/** How far along the air a place on a roadway is from where the air enters it. */
const fromInlet = (road: Roadway, chainage: number): number =>
  road.air < 0 ? road.length_m - chainage : chainage;

const inlet = (road: Roadway): string => (road.air < 0 ? road.end : road.start);
const outlet = (road: Roadway): string => (road.air < 0 ? road.start : road.end);

/** What lies with the air (1) or against it (-1), by the shortest way. */
function* along(mine: Mine, from: Point, sign: 1 | -1): Generator<Neighbour> {
  const own = mine.roadways.find((road) => road.id === from.roadway);
  if (!own) return;
  const at = fromInlet(own, from.chainage_m);
  for (const point of mine.points.filter((p) => p.roadway === own.id)) {
    const metres = fromInlet(own, point.chainage_m) - at;
    if (sign === 1 ? metres >= 0 : metres < 0) yield { point, metres };
  }
  if (!own.air) return;
  const reached = new Map<string, number>([[own.id, 0]]);
  const open: [Roadway, number][] = [[own, sign === 1 ? own.length_m - at : at]];
  while (open.length) {
    const [road, gone] = open.sort((a, b) => b[1] - a[1]).pop()!;
    const end = sign === 1 ? outlet(road) : inlet(road);
    for (const next of mine.roadways) {
      const begins = sign === 1 ? inlet(next) : outlet(next);
      if (!next.air || begins !== end || reached.has(next.id) || gone > FARTHEST_M) continue;
      reached.set(next.id, gone);
      open.push([next, gone + next.length_m]);
      for (const point of mine.points.filter((p) => p.roadway === next.id)) {
        const into = fromInlet(next, point.chainage_m);
        const metres = gone + (sign === 1 ? into : next.length_m - into);
        if (metres <= FARTHEST_M) yield { point, metres: sign * metres };
      }
    }
  }
}
