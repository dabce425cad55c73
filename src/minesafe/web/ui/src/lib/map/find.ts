/** What a dispatcher looks for on the map: people, points, zones and devices, by name or number. */

import { found } from "../people";
import type { Lookup } from "../lookup";
import type { Words } from "../wire";
import type { Target } from "./scene";

export interface Hit {
  readonly target: Target;
  readonly name: string;
  /** What tells it from others of the same name: a card, an id. */
  readonly mark: string;
}

const MOST = 8;
/** So many of one sort, that none hides the others. */
const EACH = 4;

interface Named {
  readonly id: string;
  readonly name: Words;
}

/** How well a name or id fits; smaller is better, null not at all. */
function fit(one: Named, asked: string): number | null {
  const id = one.id.toLowerCase();
  if (id === asked) return 0;
  const names = [one.name.zh.toLowerCase(), one.name.en.toLowerCase()];
  if (names.some((name) => name.startsWith(asked))) return 1;
  if (names.some((name) => name.includes(asked))) return 2;
  return id.includes(asked) ? 3 : null;
}

function among(all: readonly Named[], asked: string): Named[] {
  return all
    .map((one, i) => ({ one, i, fit: fit(one, asked) }))
    .filter((hit) => hit.fit !== null)
    .sort((a, b) => a.fit! - b.fit! || a.i - b.i)
    .map((hit) => hit.one);
}

/** People first, then the ground they are on, then what hangs there. */
export function find(look: Lookup, typed: string, nameOf: (words: Words) => string): Hit[] {
  const asked = typed.trim().toLowerCase();
  if (!asked) return [];
  const { people, zones, points, devices } = look.mine;
  const named = (type: "zone" | "point" | "device", all: readonly Named[]) =>
    among(all, asked).map((one) => ({
      target: { type, id: one.id } as Target, name: nameOf(one.name), mark: one.id,
    }));
  const who = found(people, asked).map((p) => ({
    target: { type: "person" as const, id: p.id }, name: p.name, mark: p.tag || p.crew,
  }));
  const sorts: Hit[][] = [
    who, named("zone", zones.filter((z) => z.kind !== "mine")), named("point", points),
    named("device", devices),
  ];
  const first = sorts.flatMap((hits) => hits.slice(0, EACH));
  const rest = sorts.flatMap((hits) => hits.slice(EACH));
  const chosen = new Set([...first, ...rest].slice(0, MOST));
  return sorts.flat().filter((hit) => chosen.has(hit));
}
