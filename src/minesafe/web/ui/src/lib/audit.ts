/** The audit: who did what, and where to look at what it is about. */

import { speech } from "./i18n/speech.svelte";
import type { Lookup } from "./lookup";
import { call } from "./rest";
import type { Audit, AuditAct, Chain } from "./wire";

export interface Asked {
  readonly start: number | null;
  readonly end: number | null;
  readonly who: string;
  readonly kind: string;
  readonly about: string;
}

function query(asked: Asked): URLSearchParams {
  const given = Object.entries(asked).filter(([, value]) => value !== null && value !== "");
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
}

export function audit(asked: Asked, before = 0): Promise<Audit> {
  const wanted = query(asked);
  if (before) wanted.set("before", String(before));
  return call("GET", `/audit?${wanted}`);
}

/** A journal of years takes its seconds. */
const WALK_MS = 130_000;

export const chain = (): Promise<Chain> => call("GET", "/audit/chain", undefined, WALK_MS);

/** Where the same records are taken away as a workbook. */
export function exportPath(asked: Asked, kinds: readonly string[], now: number): string {
  const wanted = new URLSearchParams({
    start: String(asked.start ?? 0), end: String(asked.end ?? now), format: "xlsx", language: speech.lang,
  });
  for (const kind of asked.kind ? [asked.kind] : kinds) wanted.append("kind", kind);
  if (asked.who) wanted.set("who", asked.who);
  return `/api/v1/export/events?${wanted}`;
}

/** What was done, in words; a code nobody named stays itself. */
export function actText(act: string): string {
  const [kind = "", move = ""] = act.split(".");
  const { act: acts, move: moves, moved } = speech.later.audit;
  if (move) return (moves as Record<string, string>)[move] ?? `${moved}: ${move}`;
  return (acts as Record<string, string>)[kind] ?? kind;
}

export function byText(look: Lookup, act: AuditAct): string {
  const { nobody, server, terminal } = speech.later.audit;
  if (!act.by) return nobody;
  return { server, terminal }[act.by] ?? look.personName(act.by);
}

export interface Thing {
  readonly id: string;
  readonly name: string;
  /** The page that shows it; empty where none does. */
  readonly page: string;
}

/** What an act is about, with the page of each that has one. */
export const thingsOf = (look: Lookup, act: AuditAct): Thing[] =>
  act.about.slice(0, 6).map((id) => ({ id, ...thing(look, id) }));

function thing(look: Lookup, id: string): Omit<Thing, "id"> {
  const point = look.point.get(id);
  if (point) return { name: speech.name(point.name), page: `/sensor/${encodeURIComponent(id)}` };
  const zone = look.zone.get(id);
  if (zone) return { name: speech.name(zone.name), page: `/zone/${encodeURIComponent(id)}` };
  const person = look.personName(id);
  if (person !== id) return { name: person, page: `/people?q=${encodeURIComponent(person)}` };
  if (/^o\d|^order|^drill|^\d+-\d+/.test(id)) return { name: id, page: `/evac/${encodeURIComponent(id)}` };
  return { name: id, page: id.includes("#") ? "/alarms" : "" };
}
