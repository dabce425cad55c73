/** How far it is on foot, along the roadways. Pure. */

import type { Blocked, Mine } from "./wire";

/** A place on a roadway. */
export interface Spot {
  readonly roadway: string;
  readonly chainage_m: number;
}

/** Distances from some places, by the shortest way that is not blocked. */
export class Walk {
  readonly #nodes = new Map<string, number>();
  readonly #roads: ReadonlyMap<string, Mine["roadways"][number]>;
  readonly #shut: ReadonlySet<string>;

  constructor(
    mine: Mine,
    private readonly from: readonly Spot[],
    blocked: readonly Blocked[] = [],
  ) {
    this.#roads = new Map(mine.roadways.map((road) => [road.id, road]));
    this.#shut = new Set(blocked.map((one) => one.roadway));
    const open: [node: string, metres: number][] = from.flatMap((spot) => this.#ends(spot));
    const beside = new Map<string, [string, number][]>();
    for (const { id, start, end, length_m } of mine.roadways) {
      if (this.#shut.has(id)) continue;
      beside.set(start, [...(beside.get(start) ?? []), [end, length_m]]);
      beside.set(end, [...(beside.get(end) ?? []), [start, length_m]]);
    }
    while (open.length) {
      const [node, metres] = open.sort((a, b) => b[1] - a[1]).pop()!;
      if (this.#nodes.has(node)) continue;
      this.#nodes.set(node, metres);
      for (const [next, long] of beside.get(node) ?? []) open.push([next, metres + long]);
    }
  }

  /** Metres to a place; infinite where no way leads. */
  to(spot: Spot): number {
    const same = this.from
      .filter((one) => one.roadway === spot.roadway)
      .map((one) => Math.abs(one.chainage_m - spot.chainage_m));
    const round = this.#ends(spot).map(([node, metres]) => this.toNode(node) + metres);
    return Math.min(...same, ...round, Infinity);
  }

  toNode(node: string): number {
    return this.#nodes.get(node) ?? Infinity;
  }

  /** The ends of the roadway a place is on; one that is blocked is left by neither. */
  #ends({ roadway, chainage_m }: Spot): [string, number][] {
    const road = this.#roads.get(roadway);
    if (!road || this.#shut.has(roadway)) return [];
    return [[road.start, chainage_m], [road.end, Math.max(0, road.length_m - chainage_m)]];
  }
}
