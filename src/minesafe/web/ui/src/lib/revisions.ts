/** What differs between two revisions, as an engineer reads it: tables, names, fields and units. */

import { clock, day } from "./format";
import { speech } from "./i18n/speech.svelte";
import type { Lookup } from "./lookup";
import { call, id } from "./rest";
import type { Change, Difference, Revisions, Stood } from "./wire";

export const revisions = (): Promise<Revisions> => call("GET", "/revisions");

/** Two revisions are read whole for it. */
const READ_MS = 60_000;

export const difference = (revision: string): Promise<Difference> =>
  call("GET", `/revisions/${id(revision)}/difference`, undefined, READ_MS);

export const approve = (revision: string, password: string): Promise<Stood> =>
  call("POST", `/revisions/${id(revision)}/approve`, { password }, READ_MS);

export const drop = (revision: string, password: string): Promise<void> =>
  call("POST", `/revisions/${id(revision)}/drop`, { password });

export const bringBack = (revision: string, reason: string, password: string): Promise<void> =>
  call("POST", `/revisions/${id(revision)}/back`, { reason, password });

// --- in words --------------------------------------------------------------------------------

/** What most changes are about stands first; tables nobody has named come last. */
const FIRST = ["points", "zones", "people", "shifts", "policy", "rules", "windows", "logic", "users"];

export interface Table {
  readonly name: string;
  readonly rows: readonly Change[];
}

/** Changes by table, the tables an engineer looks at first at the head. */
export function tables(changes: readonly Change[]): Table[] {
  const by = new Map<string, Change[]>();
  for (const change of changes) by.set(change.table, [...(by.get(change.table) ?? []), change]);
  const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return [...by].map(([name, rows]) => ({ name, rows })).sort((a, b) => rank(a.name) - rank(b.name));
}

/** Numbers in a field's way are places in a list: 第 2 项. */
const PLACE = /^\d+$/;

/** What says nothing that the rest does not say. */
const UNSAID = ["limits", "posts"];

/** What a field is called, by its way there. */
export function fieldText(way: string): string {
  const { field, nth } = speech.later.revisions;
  const posts: Record<string, string> = speech.later.post;
  const words: Record<string, string> = field;
  return way
    .split(".")
    .filter((part) => !UNSAID.includes(part))
    .map((part) => (PLACE.test(part) ? nth(part) : (words[part] ?? posts[part] ?? part)))
    .join(" ");
}

const UNITS: readonly [suffix: string, unit: string][] = [
  ["_m_s", "m/s"], ["_s", "s"], ["_m", "m"], ["_h", "h"], ["_mb", "MB"],
];

/** The unit of a field: of a point's limit that of its kind, else by the last letters of its name. */
export function unitOf(look: Lookup, change: Change, way: string): string {
  const [head, last] = [way.split(".")[0], way.split(".").at(-1) ?? ""];
  const timed = UNITS.find(([suffix]) => last.endsWith(suffix));
  if (timed) return timed[1];
  const point = change.table === "points" && head === "limits" ? look.point.get(change.row) : null;
  return point ? look.kindOf(point).unit.replace(/^%.*/, "%") : "";
}

/** Ids of people become names where the field holds people. */
export function valueText(look: Lookup, change: Change, way: string, value: string): string {
  const people = change.table === "shifts" || way === "person";
  const told = people ? value.split(" ").map((one) => look.personName(one)).join(" ") : value;
  const unit = value === "–" ? "" : unitOf(look, change, way);
  return unit ? `${told} ${unit}` : told;
}

/** What a row is called; a shift by when it begins. */
export function rowText(look: Lookup, change: Change): string {
  if (change.table === "shifts" && PLACE.test(change.row)) {
    const [start, zone] = [Number(change.row), look.mine.timezone];
    return `${day(start, zone)} ${clock(start, zone, false)} ${change.zh}`;
  }
  const name = speech.lang === "zh" ? change.zh : change.en;
  return name && name !== change.row ? `${name} (${change.row})` : change.row;
}

export const tableText = (name: string): string =>
  (speech.later.revisions.table as Record<string, string>)[name] ?? name;
