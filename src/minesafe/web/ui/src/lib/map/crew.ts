/** The people of a picture as columns: ten thousand of them are drawn in a few milliseconds. */

import { RANK, type Alarm, type MusterRow, type Order, type Place, type Severity } from "../wire";
import type { Lookup } from "../lookup";
import { isOpen, unacknowledged } from "../live/picture";
import type { XYZ } from "./matrix";

/** Why a person's mark does not look like everybody's. */
export const STATES = ["well", "lost", "safe", "wrong", "unknown", "sos"] as const;
export type PersonState = (typeof STATES)[number];
const CODE = Object.fromEntries(STATES.map((s, i) => [s, i])) as Record<PersonState, number>;

/** Level of a state, which decides its colour; that of an alarm about the person may be graver. */
const URGENT: Partial<Record<PersonState, Severity>> = { sos: "I", unknown: "I", wrong: "II" };
const LEVELS: readonly (Severity | null)[] = [null, "I", "II", "III", "IV"];

const IN_ORDER: Partial<Record<MusterRow["whereabouts"], PersonState>> = {
  unknown: "unknown",
  standing: "wrong",
  wrong_way: "wrong",
  at_refuge: "safe",
};

/** Rows are people, in no order that means anything. */
export class Crew {
  readonly ids: string[] = [];
  /** x, y, z of each row, metres. */
  readonly xyz: Float64Array;
  readonly #state: Uint8Array;
  /** 1 for level I … 4 for level IV, 0 where nothing is the matter. */
  readonly rank: Uint8Array;
  readonly #lost: Uint8Array;
  readonly #waiting: Uint8Array;
  readonly #levels: string[] = [];

  constructor(capacity: number) {
    this.xyz = new Float64Array(3 * capacity);
    this.#state = new Uint8Array(capacity);
    this.rank = new Uint8Array(capacity);
    this.#lost = new Uint8Array(capacity);
    this.#waiting = new Uint8Array(capacity);
  }

  add(place: Place, state: PersonState, alarm: Trouble | undefined): void {
    const row = this.ids.length;
    this.ids.push(place.person);
    this.#levels.push(place.level);
    this.xyz.set([place.x, place.y, place.z], 3 * row);
    this.#state[row] = CODE[state];
    this.#lost[row] = Number(place.lost);
    const own = URGENT[state];
    const ranks = [own ? RANK[own] : 9, alarm ? RANK[alarm.severity] : 9];
    const rank = Math.min(...ranks);
    this.rank[row] = rank < 9 ? rank : 0;
    this.#waiting[row] = Number(alarm?.waiting ?? false);
  }

  get size(): number {
    return this.ids.length;
  }

  state = (row: number): PersonState => STATES[this.#state[row]!]!;
  level = (row: number): string => this.#levels[row]!;
  severity = (row: number): Severity | null => LEVELS[this.rank[row]!]!;
  /** Nobody has acknowledged the alarm about the person. */
  waits = (row: number): boolean => this.#waiting[row] === 1;
  /** Not heard for longer than allowed, whatever else is the matter: shown hollow. */
  hollow = (row: number): boolean => this.#lost[row] === 1 || this.#state[row] === CODE.unknown;

  at(row: number): XYZ {
    return [this.xyz[3 * row]!, this.xyz[3 * row + 1]!, this.xyz[3 * row + 2]!];
  }

  row(id: string): number {
    return this.ids.indexOf(id);
  }
}

export const NOBODY = new Crew(0);

export interface Trouble {
  readonly severity: Severity;
  /** Nobody has acknowledged it. */
  readonly waiting: boolean;
  readonly active: boolean;
  /** The worst of them. */
  readonly worst: Alarm;
}

/** The worst of each subject's alarms. */
export function troubles(alarms: readonly Alarm[]): Map<string, Trouble> {
  const bySubject = new Map<string, Trouble>();
  for (const alarm of alarms) {
    const known = bySubject.get(alarm.subject);
    const worse = !known || RANK[alarm.severity] < RANK[known.severity];
    bySubject.set(alarm.subject, {
      severity: worse ? alarm.severity : known.severity,
      worst: worse ? alarm : known.worst,
      waiting: (known?.waiting ?? false) || unacknowledged(alarm),
      active: (known?.active ?? false) || alarm.active,
    });
  }
  return bySubject;
}

/** Everybody with a place; those an order counts as out are not shown. */
export function crewOf(
  places: ReadonlyMap<string, Place>,
  alarms: readonly Alarm[],
  order: Order | null,
): Crew {
  const muster = new Map(
    (order && isOpen(order) ? order.muster : []).map((row) => [row.person, row]),
  );
  const about = troubles(alarms.filter((a) => a.active));
  const crew = new Crew(places.size);
  for (const place of places.values()) {
    const row = muster.get(place.person);
    if (row?.whereabouts === "out") continue;
    crew.add(place, stateOf(place, row), about.get(place.person));
  }
  return crew;
}

function stateOf(place: Place, row: MusterRow | undefined): PersonState {
  if (place.sos) return "sos";
  return (row && IN_ORDER[row.whereabouts]) ?? (place.lost ? "lost" : "well");
}

/** Where an order sends somebody: the node, not the way to it. */
export function destinationOf(look: Lookup, order: Order | null, person: string): XYZ | null {
  const row = order && isOpen(order) ? order.muster.find((r) => r.person === person) : undefined;
  const node = row && look.node.get(row.destination);
  return node ? [node.x, node.y, node.z] : null;
}
