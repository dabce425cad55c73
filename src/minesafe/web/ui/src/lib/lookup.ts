/** The mine with its ids looked up once. */

import { Path } from "./map/path";
import { placeAt, zoneOfNode } from "./map/roads";
import type { XYZ } from "./map/matrix";
import type { Kind, Logic, Mine, Node, Person, PlacedDevice, Point, Roadway, Zone } from "./wire";

const byId = <T extends { id: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.id, item]));

export class Lookup {
  readonly point: ReadonlyMap<string, Point>;
  readonly logic: ReadonlyMap<string, Logic>;
  readonly kind: ReadonlyMap<string, Kind>;
  readonly zone: ReadonlyMap<string, Zone>;
  readonly person: ReadonlyMap<string, Person>;
  readonly roadway: ReadonlyMap<string, Roadway>;
  readonly node: ReadonlyMap<string, Node>;
  readonly device: ReadonlyMap<string, PlacedDevice>;
  readonly #stationOf: ReadonlyMap<string, string>;
  /** The revision's first eight digits: enough to tell that a message is of another. */
  readonly revisionNumber: number;
  readonly #paths = new Map<string, Path>();

  constructor(readonly mine: Mine) {
    this.point = byId(mine.points);
    this.logic = byId(mine.logic);
    this.kind = byId(mine.kinds);
    this.zone = byId(mine.zones);
    this.person = byId(mine.people);
    this.roadway = byId(mine.roadways);
    this.node = byId(mine.nodes);
    this.device = byId(mine.devices);
    this.#stationOf = new Map(mine.readers.map((r) => [r.id, r.station]));
    this.revisionNumber = parseInt(mine.revision.slice(0, 8), 16);
  }

  kindOf(point: Point): Kind {
    const kind = this.kind.get(point.kind);
    if (!kind) throw new Error(`point ${point.id} is of unknown kind ${point.kind}`);
    return kind;
  }

  /** A person's name; the id where the mine knows no such person. */
  personName(id: string): string {
    return this.person.get(id)?.name ?? id;
  }

  /** Name and card number, where two people are to be told apart by their cards. */
  personCard(id: string): string {
    const tag = this.person.get(id)?.tag;
    return tag ? `${this.personName(id)} (${tag})` : this.personName(id);
  }

  /** The refuge or portal zone a node lies in, whose name the node goes by. */
  zoneOfNode(node: string): Zone | null {
    return zoneOfNode(this.mine, node, ["refuge", "portal"]);
  }

  /** The placed device an id is, or hangs on: a reader on its station; null of anything else. */
  deviceOf(id: string): string | null {
    if (this.device.has(id)) return id;
    return this.#stationOf.get(id) ?? null;
  }

  /** A roadway's path, measured when it is first asked for. */
  path(id: string): Path | null {
    const roadway = this.roadway.get(id);
    if (!roadway) return null;
    const known = this.#paths.get(id) ?? new Path(roadway);
    this.#paths.set(id, known);
    return known;
  }

  at(roadway: string, chainage: number): XYZ | null {
    const r = this.roadway.get(roadway);
    return r ? placeAt(r, chainage) : null;
  }
}
