/**
 * What the map is to show now, in metres and words, before a single pixel is drawn. Pure: the same
 * picture gives the same scene, so that what a dispatcher sees can be tested without a canvas.
 */

import { headsText } from "../format";
import type { Lookup } from "../lookup";
import { isOpen, unacknowledged, type Picture } from "../live/picture";
import { RANK, type Alarm, type MusterRow, type Order, type Point, type Severity } from "../wire";
import type { XYZ } from "./matrix";
import { stretches } from "./roads";

export interface Target {
  readonly type: "point" | "person" | "zone";
  readonly id: string;
}

export const sameTarget = (a: Target | null, b: Target | null): boolean =>
  a?.type === b?.type && a?.id === b?.id;

export type Shape = "triangle" | "circle" | "diamond" | "down" | "square" | "speaker";

/** Why a person's mark does not look like everybody's. */
export type PersonState = "well" | "lost" | "sos" | "unknown" | "wrong" | "safe";

export interface Tint {
  readonly severity: Severity;
  readonly lines: readonly XYZ[][];
}

export interface SensorMark {
  readonly target: Target;
  readonly at: XYZ;
  readonly level: string;
  readonly shape: Shape;
  readonly severity: Severity | null;
  /** Nobody has acknowledged it: it asks for attention. */
  readonly waiting: boolean;
  /** It was, and is not any more: somebody is still to look, and the value is well. */
  readonly returned: boolean;
  readonly stale: boolean;
  /** A switch that says that all is well: worth a mark, and words only from near by. */
  readonly minor: boolean;
  /** Empty while people come before points: a normal value then says nothing. */
  readonly text: string;
  /** What it says when asked. */
  readonly detail: string;
}

export interface RefugeMark {
  readonly target: Target;
  readonly at: XYZ;
  readonly level: string;
  readonly severity: Severity | null;
  readonly text: string;
}

export interface PersonMark {
  readonly target: Target;
  readonly at: XYZ;
  readonly level: string;
  readonly state: PersonState;
  readonly name: string;
  /** Where the person is to walk to, while an order says so. */
  readonly to: XYZ | null;
}

export interface Scene {
  readonly tints: readonly Tint[];
  readonly sensors: readonly SensorMark[];
  readonly refuges: readonly RefugeMark[];
  readonly people: readonly PersonMark[];
}

/** What a scene is made with besides the picture: the words, and the order being looked at. */
export interface Wording {
  sensor(point: Point): { text: string; detail: string; stale: boolean };
  refuge(count: string, capacity: number | null): string;
}

const GAS_UNIT = /^(%|ppm|mg)/;

/** The shape of a point's mark: gas, movement of air, supply, switch, voice. */
export function shapeOf(look: Lookup, point: Point): Shape {
  const kind = look.kindOf(point);
  if (kind.system === "communication") return "speaker";
  if (kind.states.length) return "diamond";
  if (kind.system === "air" || kind.system === "water") return "down";
  return GAS_UNIT.test(kind.unit) ? "triangle" : "circle";
}

const worse = (a: Severity | null, b: Severity): Severity =>
  a === null || RANK[b] < RANK[a] ? b : a;

interface Trouble {
  severity: Severity;
  waiting: boolean;
  active: boolean;
}

/** The worst of each subject's alarms. */
function troubles(alarms: readonly Alarm[]): Map<string, Trouble> {
  const bySubject = new Map<string, Trouble>();
  for (const alarm of alarms) {
    const known = bySubject.get(alarm.subject);
    bySubject.set(alarm.subject, {
      severity: worse(known?.severity ?? null, alarm.severity),
      waiting: (known?.waiting ?? false) || unacknowledged(alarm),
      active: (known?.active ?? false) || alarm.active,
    });
  }
  return bySubject;
}

/** Zones wide enough to hold most of the mine say nothing about where an alarm is. */
const WIDE = new Set(["mine", "district", "portal"]);

function tints(look: Lookup, picture: Picture): Tint[] {
  const severity = new Map<string, Severity>();
  const mark = (zone: string, s: Severity) =>
    severity.set(zone, worse(severity.get(zone) ?? null, s));
  for (const alarm of picture.alarms.filter((a) => a.active))
    for (const zone of alarm.source === "zone" ? [alarm.subject] : alarm.zones)
      if (!WIDE.has(look.zone.get(zone)?.kind ?? "mine")) mark(zone, alarm.severity);
  for (const order of picture.orders.filter(isOpen))
    for (const zone of order.zones) mark(zone, order.severity);
  return [...severity]
    .sort(([, a], [, b]) => RANK[b] - RANK[a])
    .flatMap(([id, s]) => {
      const zone = look.zone.get(id);
      return zone ? [{ severity: s, lines: stretches(look.mine, zone) }] : [];
    });
}

function sensors(
  look: Lookup,
  alarms: Map<string, Trouble>,
  wording: Wording,
  peopleFirst: boolean,
): SensorMark[] {
  return look.mine.points.map((point) => {
    const trouble = alarms.get(point.id);
    const said = wording.sensor(point);
    return {
      target: { type: "point", id: point.id },
      at: [point.x, point.y, point.z],
      level: look.roadway.get(point.roadway)?.level ?? "",
      shape: shapeOf(look, point),
      severity: trouble?.severity ?? null,
      waiting: trouble?.waiting ?? false,
      returned: trouble !== undefined && !trouble.active,
      ...said,
      minor: !trouble && !said.stale && look.kindOf(point).states.length > 0,
      text: peopleFirst && !trouble ? "" : said.text,
    };
  });
}

function refuges(
  look: Lookup,
  picture: Picture,
  alarms: Map<string, Trouble>,
  wording: Wording,
): RefugeMark[] {
  return look.mine.nodes
    .filter((n) => n.kind === "refuge")
    .flatMap((node) => {
      const zone = look.zoneOfNode(node.id);
      if (!zone) return [];
      const count = picture.counts.get(zone.id);
      return [
        {
          target: { type: "zone" as const, id: zone.id },
          at: [node.x, node.y, node.z] as const,
          level: node.level,
          severity: alarms.get(zone.id)?.severity ?? null,
          text: wording.refuge(count ? headsText(count) : "?", zone.limit),
        },
      ];
    });
}

const IN_ORDER: Partial<Record<MusterRow["whereabouts"], PersonState>> = {
  unknown: "unknown",
  standing: "wrong",
  wrong_way: "wrong",
  at_refuge: "safe",
};

function people(look: Lookup, picture: Picture, order: Order | null): PersonMark[] {
  const muster = new Map(order?.muster.map((row) => [row.person, row]));
  return [...picture.places.values()].flatMap((place) => {
    const row = muster.get(place.person);
    if (row?.whereabouts === "out") return [];
    const known = row && IN_ORDER[row.whereabouts];
    const node = row && look.node.get(row.destination);
    return [
      {
        target: { type: "person" as const, id: place.person },
        at: [place.x, place.y, place.z] as const,
        level: place.level,
        state: place.sos ? "sos" : (known ?? (place.lost ? "lost" : "well")),
        name: look.personName(place.person),
        to: node ? ([node.x, node.y, node.z] as const) : null,
      },
    ];
  });
}

/** A mark that must be seen whichever level is looked at. */
const urgent = (mark: SensorMark | RefugeMark | PersonMark): boolean =>
  "state" in mark
    ? ["sos", "unknown", "wrong"].includes(mark.state)
    : mark.severity === "I" || mark.severity === "II";

/** One level of a scene; what is urgent stays from all of them, an empty level is the whole. */
export function levelOf(scene: Scene, level: string): Scene {
  if (!level) return scene;
  const here = <T extends SensorMark | RefugeMark | PersonMark>(marks: readonly T[]) =>
    marks.filter((mark) => mark.level === level || urgent(mark));
  return {
    tints: scene.tints,
    sensors: here(scene.sensors),
    refuges: here(scene.refuges),
    people: here(scene.people),
  };
}

/** The scene of a picture; `order` is the one whose muster is being looked at. */
export function sceneOf(
  look: Lookup,
  picture: Picture,
  wording: Wording,
  order: Order | null = null,
): Scene {
  const alarms = troubles(picture.alarms);
  return {
    tints: tints(look, picture),
    sensors: sensors(look, alarms, wording, order !== null),
    refuges: refuges(look, picture, alarms, wording),
    people: people(look, picture, order && isOpen(order) ? order : null),
  };
}
