/**
 * What the map is to show now, in metres and words, before a single pixel is drawn. Pure: the same
 * picture gives the same scene, so that what a dispatcher sees can be tested without a canvas.
 */

import { headsText } from "../format";
import type { Lookup } from "../lookup";
import type { Picture } from "../live/picture";
import type {
  Blocked, Count, Finding, Node, PlacedDevice, Point, Refuge, Severity, Value, Zone,
} from "../wire";
import { troubles, type Trouble } from "./crew";
import type { Carried, Ground } from "./ground";
import type { XYZ } from "./matrix";
import { middleOf, placeAt } from "./roads";
import { pointsIn } from "../zones";

export interface Target {
  readonly type: "point" | "person" | "zone" | "device";
  readonly id: string;
}

export const sameTarget = (a: Target | null, b: Target | null): boolean =>
  a?.type === b?.type && a?.id === b?.id;

export type Shape =
  | "triangle" | "circle" | "diamond" | "down" | "speaker"
  | "refuge" | "box" | "mast" | "phone" | "cross" | "none";

/** Something with a place and words, that is no person. */
export interface Mark {
  /** Null of what has no drawer of its own. */
  readonly target: Target | null;
  readonly key: string;
  readonly at: XYZ;
  readonly level: string;
  readonly shape: Shape;
  readonly severity: Severity | null;
  /** Nobody has acknowledged it: it asks for attention. */
  readonly waiting: boolean;
  /** It was, and is not any more: somebody is still to look, and the value is well. */
  readonly returned: boolean;
  readonly stale: boolean;
  /** A line through it: nobody can live there, or nothing comes from it. */
  readonly struck: boolean;
  /** Among those with which all is well, who chooses a place for its words first; smaller first. */
  readonly order: number;
  /** Pixels a metre from which it says something while all is well; 0: always. */
  readonly from: number;
  /** Likewise, from which it is drawn. */
  readonly shown: number;
  /** Empty while people come before points: a normal value then says nothing. */
  readonly text: string;
  /** What stands dim behind it: an age, what else is known. */
  readonly note: string;
  /** What it says when asked. */
  readonly detail: string;
}

/** Drawn but for its words. */
const QUIET = {
  severity: null, waiting: false, returned: false, stale: false, struck: false, shown: 0, note: "",
} as const;

/** What a mark says. */
export interface Said {
  readonly text: string;
  readonly note?: string;
  readonly detail: string;
  readonly stale?: boolean;
}

/** What a scene is made with besides the picture: the words. */
export interface Wording {
  sensor(point: Point, value: Value | undefined, alarm: Trouble | undefined): Said & { readonly stale: boolean };
  refuge(zone: Zone, heads: string, refuge: Refuge | undefined): Said;
  /** `worst`: of its gases the one nearest to its limit. */
  zone(zone: Zone, heads: string, limit: number | null, worst: Point | null): Said;
  device(device: PlacedDevice, found: readonly Finding[]): Said;
  impact(carried: Carried): Said;
  blocked(blocked: Blocked): Said;
  exit(node: Node): Said;
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

/** Of calm values those of gases choose their place first, and say something from farther away. */
const CALM: Partial<Record<Shape, { order: number; from: number; shown: number }>> = {
  triangle: { order: 40, from: 0.75, shown: 0.25 },
  circle: { order: 42, from: 1.2, shown: 0.3 },
  down: { order: 44, from: 1.6, shown: 0.6 },
  diamond: { order: 46, from: 1.6, shown: 0.6 },
  speaker: { order: 48, from: 2.2, shown: 0.9 },
};

const asTrouble = (trouble: Trouble | undefined) => ({
  severity: trouble?.severity ?? null,
  waiting: trouble?.waiting ?? false,
  returned: trouble !== undefined && !trouble.active,
});

type Told = ReadonlyMap<string, Trouble>;

function sensors(
  look: Lookup, picture: Picture, told: Told, wording: Wording, peopleFirst: boolean,
): Mark[] {
  return look.mine.points.map((point) => {
    const trouble = told.get(point.id);
    const said = wording.sensor(point, picture.values.get(point.id), trouble);
    const shape = shapeOf(look, point);
    return {
      ...QUIET,
      ...(CALM[shape] ?? CALM.circle!),
      ...(said.stale && { from: 0.5, shown: 0 }),
      ...said,
      target: { type: "point" as const, id: point.id },
      key: `point ${point.id}`,
      at: [point.x, point.y, point.z],
      level: look.roadway.get(point.roadway)?.level ?? "",
      shape,
      ...asTrouble(trouble),
      note: said.note ?? "",
      ...(peopleFirst && !trouble && { text: "", shown: 0.75 }),
    };
  });
}

function refuges(look: Lookup, picture: Picture, told: Told, wording: Wording): Mark[] {
  return look.mine.nodes
    .filter((n) => n.kind === "refuge")
    .flatMap((node) => {
      const zone = look.zoneOfNode(node.id);
      if (!zone) return [];
      const refuge = picture.refuges.find((r) => r.node === node.id);
      const count = picture.counts.get(zone.id);
      // Also who does not count towards a limit needs air; while a reader is dead nobody knows.
      const inside = refuge && !count?.unknown ? String(refuge.inside) : heads(count);
      const said = wording.refuge(zone, inside, refuge);
      return {
        ...QUIET,
        ...said,
        target: { type: "zone" as const, id: zone.id },
        key: `refuge ${node.id}`,
        at: [node.x, node.y, node.z] as const,
        level: node.level,
        shape: "refuge" as const,
        ...asTrouble(told.get(zone.id)),
        struck: refuge?.verdict === "uninhabitable",
        order: 30,
        from: 0.25,
        note: said.note ?? "",
        stale: false,
      };
    });
}

/** Ways out say their names; their marks are drawn with the roadways. */
function exits(look: Lookup, wording: Wording): Mark[] {
  return look.mine.nodes
    .filter((node) => node.kind === "portal")
    .map((node) => ({
      ...QUIET, ...wording.exit(node), target: null, key: `exit ${node.id}`, level: node.level,
      at: [node.x, node.y, node.z] as const, shape: "none" as const, order: 39, from: 0.25,
      stale: false, note: "",
    }));
}

const heads = (count: Count | undefined): string => (count ? headsText(count) : "?");

/** Zones people work in; whole districts, ways out and refuges say theirs elsewhere. */
const WORKED: Partial<Record<Zone["kind"], number>> = {
  face: 0.35, heading: 0.35, restricted: 1.2, key: 1.2,
};

function zones(look: Lookup, picture: Picture, told: Told, wording: Wording): Mark[] {
  return look.mine.zones.flatMap((zone) => {
    const from = WORKED[zone.kind];
    const trouble = told.get(zone.id);
    const at = middleOf(look.mine, zone);
    if (from === undefined || !at) return [];
    const count = picture.counts.get(zone.id);
    const limit = count?.limit ?? zone.limit;
    const said = wording.zone(zone, heads(count), limit, worstGas(look, picture, zone));
    return {
      ...QUIET,
      ...said,
      target: { type: "zone" as const, id: zone.id },
      key: `zone ${zone.id}`,
      at,
      level: look.roadway.get(zone.intervals[0]!.roadway)?.level ?? "",
      shape: "none" as const,
      ...asTrouble(trouble),
      order: zone.kind === "face" || zone.kind === "heading" ? 34 : 47,
      from,
      note: said.note ?? "",
      stale: false,
    };
  });
}

const inZone = new WeakMap<Zone, readonly Point[]>();

/** Of the gases in a zone the one nearest to its limit; null where none can be believed. */
function worstGas(look: Lookup, picture: Picture, zone: Zone): Point | null {
  const own = inZone.get(zone) ?? pointsIn(look.mine, zone).filter((p) => look.kindOf(p).icon === "gas");
  inZone.set(zone, own);
  let [worst, most]: [Point | null, number] = [null, -1];
  for (const point of own) {
    const value = picture.values.get(point.id);
    const limit = point.limits.alarm_high ?? point.limits.cut_high;
    if (!limit || value?.value == null || value.quality !== "good") continue;
    if (value.value / limit > most) [worst, most] = [point, value.value / limit];
  }
  return worst;
}

const DEVICE: Record<string, Shape> = {
  substation: "box", gateway: "box", station: "mast", broadcaster: "speaker", telephone: "phone",
};

/** Nothing is heard of it. */
const MUTE = new Set(["link_down", "device_silent"]);

/** Those with which something is the matter; all of them where that is asked for. */
function devices(
  look: Lookup, picture: Picture, told: Told, wording: Wording, all: boolean,
): Mark[] {
  return look.mine.devices.flatMap((device) => {
    const found = picture.findings.filter((f) => look.deviceOf(f.subject) === device.id);
    const trouble = told.get(device.id);
    if (!all && !found.length && !trouble) return [];
    const said = wording.device(device, found);
    return {
      ...QUIET,
      ...said,
      target: { type: "device" as const, id: device.id },
      key: `device ${device.id}`,
      at: [device.x, device.y, device.z] as const,
      level: device.level,
      shape: DEVICE[device.what] ?? "box",
      ...asTrouble(trouble),
      stale: found.some((f) => MUTE.has(f.finding)),
      struck: found.some((f) => MUTE.has(f.finding)),
      order: found.length ? 31 : 50,
      from: found.length ? 0 : 1.6,
      note: said.note ?? "",
    };
  });
}

/** What is said of the ground: where the air carries something, and what nobody gets through. */
function ground(look: Lookup, picture: Picture, at: Ground, wording: Wording): Mark[] {
  const notes = at.impacts.map((carried) => {
    const said = wording.impact(carried);
    return {
      ...QUIET, ...said, target: null, key: `impact ${carried.danger}`, at: carried.longest,
      level: "", shape: "none" as const, order: 9, from: 0, note: said.note ?? "", stale: false,
    };
  });
  const blocked = picture.blocked.flatMap((one) => {
    const roadway = look.roadway.get(one.roadway);
    if (!roadway) return [];
    const said = wording.blocked(one);
    return {
      ...QUIET, ...said, target: null, key: `blocked ${one.roadway}`,
      at: placeAt(roadway, roadway.length_m / 2), level: "", shape: "cross" as const,
      order: 6, from: 0, note: said.note ?? "", stale: false,
    };
  });
  return [...notes, ...blocked];
}

/** How a scene is looked at. */
export interface Looking {
  /** An order's muster is being looked at: people come before points. */
  readonly peopleFirst: boolean;
  readonly devices: boolean;
}

/** Everything of a picture that is no person and no tint of the ground. */
export function marksOf(
  look: Lookup, picture: Picture, at: Ground, wording: Wording, looking: Looking,
): readonly Mark[] {
  const told = troubles(picture.alarms);
  return [
    ...ground(look, picture, at, wording),
    ...sensors(look, picture, told, wording, looking.peopleFirst),
    ...exits(look, wording),
    ...refuges(look, picture, told, wording),
    ...zones(look, picture, told, wording),
    ...devices(look, picture, told, wording, looking.devices),
  ];
}

/** A mark that must be seen whichever level is looked at. */
const urgent = (mark: Mark): boolean =>
  !mark.level || mark.severity === "I" || mark.severity === "II";

/** One level of some marks; what is urgent stays from all of them, an empty level is the whole. */
export const levelOf = (marks: readonly Mark[], level: string): readonly Mark[] =>
  level ? marks.filter((mark) => mark.level === level || urgent(mark)) : marks;
