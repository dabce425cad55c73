/** What is in a zone: points by their place, people by the server's word. */

import type { Picture } from "./live/picture";
import type { Mine, Place, Point, Zone } from "./wire";

/** Metres by which a point may stand outside a stretch that was drawn by hand. */
const EDGE_M = 0.5;

/** Points that stand within a zone, as the mine lists them. */
export const pointsIn = (mine: Mine, zone: Zone): readonly Point[] =>
  mine.points.filter((p) =>
    zone.intervals.some(
      (i) =>
        i.roadway === p.roadway &&
        i.from_m - EDGE_M <= p.chainage_m &&
        p.chainage_m <= i.to_m + EDGE_M,
    ),
  );

/** Places of those in a zone: who is missed first, then who was seen longest ago. */
export const peopleIn = (picture: Picture, zone: string): readonly Place[] =>
  [...picture.places.values()]
    .filter((place) => place.zones.includes(zone))
    .sort((a, b) => Number(b.lost) - Number(a.lost) || a.seen - b.seen);
