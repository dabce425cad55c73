/** A roadway's path, measured once: where a share of its length lies. */

import type { Roadway } from "../wire";

export class Path {
  readonly length_m: number;
  readonly #points: Roadway["path"];
  /** Metres drawn up to each point. */
  readonly #along: Float64Array;

  constructor(roadway: Roadway) {
    this.length_m = roadway.length_m;
    this.#points = roadway.path;
    this.#along = new Float64Array(roadway.path.length);
    for (let i = 1; i < roadway.path.length; i++) {
      const [p, q] = [roadway.path[i - 1]!, roadway.path[i]!];
      this.#along[i] = this.#along[i - 1]! + Math.hypot(q[0] - p[0], q[1] - p[1], q[2] - p[2]);
    }
  }

  /** Of 0 … 1; a drawn path is stretched to the surveyed length, as the server does it. */
  at(share: number): readonly [x: number, y: number, z: number] {
    const along = this.#along;
    const metres = share * along[along.length - 1]!;
    let i = 1;
    while (i < along.length - 1 && along[i]! < metres) i++;
    const [p, q] = [this.#points[i - 1]!, this.#points[i]!];
    const span = along[i]! - along[i - 1]!;
    const t = span > 0 ? Math.min(1, Math.max(0, (metres - along[i - 1]!) / span)) : 0;
    return [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1]), p[2] + t * (q[2] - p[2])];
  }
}
