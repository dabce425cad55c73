/** Somebody's way as it is drawn and told: places, what lies between them, and what is not known. Pure. */

import type { XYZ } from "./map/matrix";
import { SECOND, type Micros, type TrackPlace } from "./wire";

export type Gap = readonly [from: Micros, to: Micros];

/** Between two samples further apart nobody knows where he was. */
const PAUSE: Micros = 60 * SECOND;
/** Nobody walks or rides a roadway faster, m/s; a place this far off, metres, may be an error. */
const FASTEST = 5;
const JUMP_M = 40;

const at = (place: TrackPlace): XYZ => [place.x, place.y, place.z];

/** Whether he can have come from one place to the next in a line. */
function joined(last: TrackPlace, next: TrackPlace): boolean {
  const pause = next.sampled - last.sampled;
  const far = Math.hypot(next.x - last.x, next.y - last.y, next.z - last.z);
  return pause <= PAUSE && far <= JUMP_M + (FASTEST * pause) / SECOND;
}

/** The way as lines, broken where nobody can say how he went; a lone place is of no length. */
export function linesOf(track: readonly TrackPlace[]): XYZ[][] {
  const lines: XYZ[][] = [];
  let last: TrackPlace | null = null;
  for (const place of track) {
    if (last && joined(last, place)) lines.at(-1)!.push(at(place));
    else lines.push([at(place), at(place)]);
    last = place;
  }
  return lines;
}

/** The last place he was seen at by a time; null before the first. */
export function placeAt(track: readonly TrackPlace[], when: Micros): TrackPlace | null {
  let [low, high] = [0, track.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (track[middle]!.sampled <= when) low = middle + 1;
    else high = middle;
  }
  return track[low - 1] ?? null;
}

/** The stretch without a sighting that a time lies in. */
export const gapAt = (gaps: readonly Gap[], when: Micros): Gap | null =>
  gaps.find(([from, to]) => from < when && when < to) ?? null;

/** How surely he was where he is shown: half of the samples lie within, and nine of ten. */
export function accuracy(track: readonly TrackPlace[]): { half: number; most: number } | null {
  if (!track.length) return null;
  const errors = track.map((place) => place.error_m).sort((a, b) => a - b);
  const share = (part: number): number => errors[Math.min(errors.length - 1, Math.floor(part * errors.length))]!;
  return { half: share(0.5), most: share(0.9) };
}
