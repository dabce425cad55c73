/** What is near for whoever must get away: refuges, telephones, loudspeakers, air and water. Pure. */

import type { Picture } from "./live/picture";
import type { Lookup } from "./lookup";
import { Walk, type Spot } from "./walk";
import type { PlacedDevice, Point, Refuge } from "./wire";

export interface Near<T> {
  readonly what: T;
  readonly metres: number;
}

const MOST_M = 1500;

function nearest<T>(all: readonly Near<T>[], most: number): Near<T>[] {
  return all
    .filter((one) => one.metres <= MOST_M)
    .sort((a, b) => a.metres - b.metres)
    .slice(0, most);
}

export interface Help {
  readonly refuges: readonly Near<Refuge>[];
  readonly telephones: readonly Near<PlacedDevice>[];
  /** Loudspeakers, those first that are heard in one of the zones. */
  readonly speakers: readonly Near<PlacedDevice>[];
  /** 压风自救 and 供水施救: what a place can draw on. */
  readonly supplies: readonly Near<Point>[];
}

/** What is near some places, on foot and round what is blocked. */
export function helpNear(
  look: Lookup,
  picture: Pick<Picture, "refuges" | "blocked">,
  from: readonly Spot[],
  zones: readonly string[],
): Help {
  const walk = new Walk(look.mine, from, picture.blocked);
  const at = <T extends Spot>(what: T): Near<T> => ({ what, metres: walk.to(what) });
  const devices = (kind: PlacedDevice["what"]) => look.mine.devices.filter((d) => d.what === kind).map(at);
  const hears = ({ what }: Near<PlacedDevice>) => what.zones.some((zone) => zones.includes(zone));
  const supplies = look.mine.points.filter((p) => ["air", "water"].includes(look.kindOf(p).system));
  return {
    refuges: nearest(picture.refuges.map((what) => ({ what, metres: walk.toNode(what.node) })), 2),
    telephones: nearest(devices("telephone"), 3),
    speakers: nearest(devices("broadcaster"), 3).sort((a, b) => Number(hears(b)) - Number(hears(a))),
    supplies: nearest(supplies.map(at), 6),
  };
}
