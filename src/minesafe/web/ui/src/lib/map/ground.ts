/**
 * What is said of the ground itself: zones in alarm or under an order, where the air carries a
 * danger, the roadways people flee on, those nobody gets through. It changes seldom, so it is drawn
 * with the tunnels.
 */

import type { Lookup } from "../lookup";
import { isOpen, type Picture } from "../live/picture";
import { RANK, type Impact, type Interval, type Severity } from "../wire";
import type { XYZ } from "./matrix";
import { placeAt, stretch, stretches } from "./roads";

export interface Tint {
  readonly severity: Severity;
  readonly lines: readonly (readonly XYZ[])[];
}

/** Down-wind of all causes of one danger. */
export interface Carried {
  readonly danger: Impact["danger"];
  /** Points and orders that tell of it, the gravest first. */
  readonly causes: readonly string[];
  readonly severity: Severity;
  /** Each as the air goes. */
  readonly lines: readonly (readonly XYZ[])[];
  /** The middle of the longest stretch: where it says what it is. */
  readonly longest: XYZ;
}

/** A roadway people flee on, as they walk. */
export interface Route {
  readonly line: readonly XYZ[];
  readonly people: number;
}

export interface Ground {
  readonly tints: readonly Tint[];
  readonly impacts: readonly Carried[];
  readonly routes: readonly Route[];
  readonly blocked: readonly (readonly XYZ[])[];
  /** Changes when anything above does. */
  readonly key: string;
}

export const BARE: Ground = { tints: [], impacts: [], routes: [], blocked: [], key: "" };

type Seen = Pick<Picture, "alarms" | "orders" | "impacts" | "legs" | "blocked">;

const worse = (a: Severity | null, b: Severity): Severity =>
  a === null || RANK[b] < RANK[a] ? b : a;

/** Zones wide enough to hold most of the mine say nothing about where an alarm is. */
const WIDE = new Set(["mine", "district", "portal"]);

/** The worst of what each zone is tinted for, the worst last: drawn over the others. */
function tinted(look: Lookup, seen: Seen): [zone: string, severity: Severity][] {
  const severity = new Map<string, Severity>();
  const mark = (zone: string, s: Severity) =>
    severity.set(zone, worse(severity.get(zone) ?? null, s));
  for (const alarm of seen.alarms.filter((a) => a.active))
    for (const zone of alarm.source === "zone" ? [alarm.subject] : alarm.zones)
      if (!WIDE.has(look.zone.get(zone)?.kind ?? "mine")) mark(zone, alarm.severity);
  for (const order of seen.orders.filter(isOpen))
    for (const zone of order.zones) mark(zone, order.severity);
  return [...severity].sort(([, a], [, b]) => RANK[b] - RANK[a]);
}

/** How grave the cause of an impact is: the alarm of its point, or the order that names it. */
function gravity(seen: Seen, cause: string): Severity {
  const order = seen.orders.find((o) => o.order === cause);
  if (order) return order.severity;
  return seen.alarms
    .filter((a) => a.subject === cause && a.active)
    .reduce<Severity | null>((found, a) => worse(found, a.severity), null) ?? "III";
}

/** Of an interval as the air goes through it. */
function asTheAirGoes(look: Lookup, { roadway, from_m, to_m }: Interval): XYZ[] {
  const road = look.roadway.get(roadway);
  const line = road ? stretch(road, from_m, to_m) : [];
  return road && road.air < 0 ? line.reverse() : line;
}

/** Of stretches that lie on one roadway only what covers them all: two causes are drawn once. */
function united(stretches: readonly Interval[]): Interval[] {
  const found = new Map<string, Interval>();
  for (const one of stretches) {
    const known = found.get(one.roadway);
    const from_m = Math.min(one.from_m, known?.from_m ?? Infinity);
    found.set(one.roadway, { ...one, from_m, to_m: Math.max(one.to_m, known?.to_m ?? 0) });
  }
  return [...found.values()];
}

function carried(look: Lookup, seen: Seen, danger: Impact["danger"]): Carried[] {
  const own = seen.impacts
    .filter((i) => i.danger === danger)
    .map((impact) => ({ impact, severity: gravity(seen, impact.cause) }))
    .sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  const grounds = united(own.flatMap(({ impact }) => impact.stretches));
  const [longest] = [...grounds].sort((p, q) => q.to_m - q.from_m - (p.to_m - p.from_m));
  const road = longest && look.roadway.get(longest.roadway);
  if (!road) return [];
  return [{
    danger,
    causes: own.map(({ impact }) => impact.cause),
    severity: own[0]!.severity,
    lines: grounds.map((i) => asTheAirGoes(look, i)).filter((l) => l.length > 1),
    longest: placeAt(road, (longest.from_m + longest.to_m) / 2),
  }];
}

export function groundOf(look: Lookup, seen: Seen): Ground {
  const zones = tinted(look, seen);
  const dangers = new Set(seen.impacts.map((impact) => impact.danger));
  const impacts = [...dangers].flatMap((danger) => carried(look, seen, danger));
  const gravities = impacts.map((i) => i.severity);
  return {
    tints: zones.flatMap(([id, severity]) => {
      const zone = look.zone.get(id);
      return zone ? [{ severity, lines: stretches(look.mine, zone) }] : [];
    }),
    impacts,
    routes: seen.legs.flatMap((leg) => {
      const road = look.roadway.get(leg.roadway);
      const line = road ? stretch(road, leg.from_m, leg.to_m) : [];
      return line.length > 1
        ? [{ line: leg.from_m > leg.to_m ? line.reverse() : line, people: leg.people }]
        : [];
    }),
    blocked: seen.blocked.flatMap((one) => {
      const road = look.roadway.get(one.roadway);
      return road ? [road.path] : [];
    }),
    key: JSON.stringify([zones, seen.impacts, gravities, seen.legs, seen.blocked]),
  };
}

/** What an evacuation is about, to be brought into view: its ground, and the ways off it. */
export const groundIn = (ground: Ground): readonly XYZ[] => [
  ...ground.tints.flatMap((t) => t.lines.flat()),
  ...ground.impacts.flatMap((i) => i.lines.flat()),
  ...ground.routes.flatMap((r) => r.line),
];
