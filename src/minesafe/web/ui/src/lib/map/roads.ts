/** Geometry of roadways in metres: where a chainage lies, which stretch a zone covers. */

import type { Interval, Mine, Roadway, Zone } from "../wire";
import type { XYZ } from "./matrix";

type Path = readonly (readonly [number, number, number])[];

const length3 = (p: Path[number], q: Path[number]): number =>
  Math.hypot(q[0] - p[0], q[1] - p[1], q[2] - p[2]);

/**
 * The stretch of a roadway between two chainages, both ends included. A drawn path is stretched to
 * the surveyed length, as the server does it.
 */
export function stretch(roadway: Roadway, from: number, to: number): XYZ[] {
  const { path } = roadway;
  const drawn = path.slice(1).reduce((sum, q, i) => sum + length3(path[i]!, q), 0);
  const share = (chainage: number) =>
    (Math.min(roadway.length_m, Math.max(0, chainage)) / (roadway.length_m || 1)) * drawn;
  const [lo, hi] = [share(Math.min(from, to)), share(Math.max(from, to))];
  const points: XYZ[] = [];
  let along = 0;
  for (let i = 1; i < path.length; i++) {
    const [p, q] = [path[i - 1]!, path[i]!];
    const span = length3(p, q);
    const at = (s: number): XYZ => {
      const t = Math.min(1, Math.max(0, (s - along) / span));
      return [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1]), p[2] + t * (q[2] - p[2])];
    };
    if (span > 0 && along + span >= lo && along <= hi) {
      if (!points.length) points.push(at(lo));
      points.push(at(hi));
    }
    along += span;
  }
  return points;
}

/** A place on a roadway. */
export function placeAt(roadway: Roadway, chainage: number): XYZ {
  return stretch(roadway, chainage, chainage)[0] ?? roadway.path[0]!;
}

/** The stretches a zone covers, or whatever else is a list of intervals. */
export function stretches(mine: Mine, zone: Pick<Zone, "intervals">): XYZ[][] {
  const roadway = new Map(mine.roadways.map((r) => [r.id, r]));
  return zone.intervals.flatMap((i) => {
    const r = roadway.get(i.roadway);
    const points = r ? stretch(r, i.from_m, i.to_m) : [];
    return points.length > 1 ? [points] : [];
  });
}

const middles = new WeakMap<Zone, XYZ | null>();

/**
 * Where a zone's name stands: the middle of its longest stretch, of the face or heading it is where
 * it has one; null of a zone without any.
 */
export function middleOf(mine: Mine, zone: Zone): XYZ | null {
  const known = middles.get(zone) ?? foundMiddle(mine, zone);
  middles.set(zone, known);
  return known;
}

function foundMiddle(mine: Mine, zone: Zone): XYZ | null {
  const kind = (i: Interval) => mine.roadways.find((r) => r.id === i.roadway)?.kind;
  const size = (i: Interval) => Math.abs(i.to_m - i.from_m) + (kind(i) === zone.kind ? 1e6 : 0);
  const [longest] = [...zone.intervals].sort((p, q) => size(q) - size(p));
  const road = longest && mine.roadways.find((r) => r.id === longest.roadway);
  return road ? placeAt(road, (longest.from_m + longest.to_m) / 2) : null;
}

/** The zone of these kinds that a node lies in: refuges and portals carry their name so. */
export function zoneOfNode(mine: Mine, node: string, kinds: readonly Zone["kind"][]): Zone | null {
  const ends = new Map<string, number[]>();
  for (const r of mine.roadways) {
    const at = [...(r.start === node ? [0] : []), ...(r.end === node ? [r.length_m] : [])];
    if (at.length) ends.set(r.id, at);
  }
  const holds = (zone: Zone): boolean =>
    zone.intervals.some((i) =>
      (ends.get(i.roadway) ?? []).some((at) => at >= i.from_m - 0.5 && at <= i.to_m + 0.5),
    );
  return mine.zones.find((z) => kinds.includes(z.kind) && holds(z)) ?? null;
}
