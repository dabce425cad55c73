/** Sentences of the mine from codes and parameters: what an alarm is, what an order is about. */

import { elapsed, fixed, short, stateOf } from "./format";
import * as guidance from "./guidance";
import { speech } from "./i18n/speech.svelte";
import type { Picture } from "./live/picture";
import type { Lookup } from "./lookup";
import { isShaky, readingOf, type Reading } from "./reading";
import type { Alarm, Kind, Order, Point, Value } from "./wire";

/** A value with its unit, or its state's word; a dash where no number may be shown. */
export function valueText(kind: Kind, value: number | null): string {
  if (value === null) return "—";
  return stateOf(kind, value, speech.lang) ?? withUnit(fixed(value, kind.decimals), kind.unit);
}

/** "%CH4" is a percentage of what the kind's name beside it says. */
export const withUnit = (number: string, unit: string): string =>
  unit ? `${number} ${unit.startsWith("%") ? "%" : unit}` : number;

const LOW = new Set(["warn_low", "alarm_low", "cut_low"]);
const HIGH = new Set(["warn_high", "alarm_high", "cut_high"]);
/** Conditions whose value is a count or an amount, and not what the point reads. */
const AMOUNTS = new Set(["repeated", "over_too_long", "drifting", "rising"]);
const HEADS = new Set(["overcrowded", "grossly_overcrowded", "leader_absent", "post_absent"]);

/** A reading in words. */
export type ReadingText = Omit<Reading, "value"> & { readonly text: string };

interface About {
  readonly subject: string;
  readonly condition: string;
  readonly value: number | null;
  readonly limit: number | null;
}

/** Where it is: the name of the point, zone, person, device, channel or part of the server. */
export function subjectName(look: Lookup, subject: string): string {
  const named =
    look.point.get(subject) ??
    look.zone.get(subject) ??
    look.device.get(subject) ??
    look.mine.readers.find((r) => r.id === subject);
  if (named) return speech.name(named.name);
  if (subject in speech.w.system) return speech.code(speech.w.system, subject);
  const parts: Record<string, string> = { ...speech.w.part, ...speech.w.channel };
  return parts[subject] ?? look.personName(subject);
}

/** Feeders by name. */
export const feederNames = (look: Lookup, ids: readonly string[]): string =>
  ids
    .map((id) => look.mine.feeders.find((f) => f.id === id))
    .map((feeder, i) => (feeder ? speech.name(feeder.name) : ids[i]))
    .join(speech.lang === "zh" ? "、" : ", ");

/** Whom or what an alarm is about; of two cards that move as one, both. */
export const aboutName = (
  look: Lookup,
  about: { readonly subject: string; readonly other?: string },
): string =>
  about.other
    ? `${look.personCard(about.subject)} + ${look.personCard(about.other)}`
    : subjectName(look, about.subject);

/** What it is: 甲烷 超断电值, the kind's name first; of several points that rule's own name. */
export function conditionText(look: Lookup, about: About & { rule?: string | null }): string {
  const rule = look.logic.get(about.rule ?? "");
  if (rule) return speech.name(rule.name);
  const kind = kindOf(look, about.subject);
  const what = conditionWord(about);
  return kind ? `${speech.name(kind.name)} ${what}` : what;
}

/** What it is, for where the subject's name says already of what. */
export const conditionWord = (about: About): string =>
  speech.condition(about.condition || "operator");

/** The value that decided, with its unit, or null. */
export function decidingValue(look: Lookup, about: About): string | null {
  if (about.value === null || about.condition === "bad" || about.condition === "silent") return null;
  if (HEADS.has(about.condition)) return speech.w.people(about.value);
  if (AMOUNTS.has(about.condition)) return short(about.value);
  const kind = kindOf(look, about.subject);
  return kind ? valueText(kind, about.value) : short(about.value);
}

/** What an alarm's point reads now while it holds and can be believed, else what raised it. */
export function alarmReading(look: Lookup, picture: Picture, alarm: Alarm): ReadingText | null {
  const kind = kindOf(look, alarm.subject);
  const { value, ...told } = readingOf(alarm, kind ? picture.values.get(alarm.subject) : null);
  const text = told.live && kind ? valueText(kind, value) : decidingValue(look, alarm);
  return text === null ? null : { ...told, text };
}

/** The limit it broke, with its direction and unit, or null. */
export function brokenLimit(look: Lookup, about: About): string | null {
  if (about.limit === null) return null;
  if (HEADS.has(about.condition)) return `> ${about.limit}`;
  const kind = kindOf(look, about.subject);
  if (kind?.states.length) return null;
  const number = withUnit(short(about.limit), kind?.unit ?? "");
  if (LOW.has(about.condition)) return speech.w.limitLow(number);
  return HIGH.has(about.condition) ? speech.w.limitHigh(number) : number;
}

/** Its kind's name without the condition, for headlines; null where it is no point. */
export function kindOf(look: Lookup, subject: string): Kind | null {
  const point: Point | undefined = look.point.get(subject);
  return point ? look.kindOf(point) : null;
}

export const zoneNames = (look: Lookup, zones: readonly string[]): string =>
  zones.map((z) => subjectName(look, z)).join(speech.lang === "zh" ? "、" : ", ");

/** The name of the rule about several points whose alarm it is; empty of any other alarm. */
export function ruleName(look: Lookup, alarm: Alarm): string {
  const rule = guidance.ruleOf(look, alarm);
  return rule ? speech.name(rule.name) : "";
}

/** What to do about an alarm; empty where the mine gives none. */
export function guidanceOf(look: Lookup, alarm: Alarm): string {
  const told = guidance.told(look, alarm);
  return told ? speech.name(told) : "";
}

/** Who, from where and when, of an alarm that somebody has; or who put it aside and until when. */
export function stateText(look: Lookup, alarm: Alarm, at: (micros: number) => string): string {
  const { w } = speech;
  const a = w.alarming;
  const parts = [w.alarmState[alarm.state]];
  if (alarm.shelved_by) parts.push(a.shelvedBy(look.personName(alarm.shelved_by)));
  if (alarm.until) parts.push(a.until(at(alarm.until)));
  if (alarm.state === "acked" && alarm.acknowledged_by) {
    parts.push(look.personName(alarm.acknowledged_by));
    if (alarm.acknowledged_from) parts.push(a.from(w.origin[alarm.acknowledged_from]));
    if (alarm.acknowledged_at) parts.push(at(alarm.acknowledged_at));
    if (alarm.acknowledged_note) parts.push(alarm.acknowledged_note);
  }
  return parts.join(" · ");
}

/** Three digits, as the SMS says it. */
export const orderNumber = (order: Order): string => String(order.number).padStart(3, "0");

/** Where a person is to walk to, as a sign there says it; an older revision's node by its id. */
export function placeName(look: Lookup, node: string): string {
  if (!node) return speech.w.noDestination;
  const found = look.node.get(node);
  return found ? speech.name(found.name) : node;
}

/** 3 号联络巷 120 m. */
export function roadwayPlace(look: Lookup, roadway: string, chainage: number): string {
  const r = look.roadway.get(roadway);
  return speech.w.roadwayAt(r ? speech.name(r.name) : roadway, chainage.toFixed(0));
}

/** What a point shows: now, or what it showed when it was heard last; null before it ever was. */
export function pointReading(look: Lookup, value: Value | undefined): ReadingText | null {
  const kind = value && kindOf(look, value.point);
  if (!value?.sampled || !kind) return null;
  const live = !isShaky(value);
  const text = valueText(kind, value.value);
  return { text, at: value.sampled, live, quality: live ? "" : value.quality };
}

/** How long something has been so, never negative. */
export const since = (now: number, began: number): string => elapsed(now - began);

/** Before a name that was given at a console without a log-in. */
const UNPROVEN = "console:";

/** Who ordered: a person of the mine, or the name somebody gave without a log-in. */
export function issuerName(look: Lookup, by: string): string {
  if (!by.startsWith(UNPROVEN)) return look.personName(by);
  return `${by.slice(UNPROVEN.length) || "—"} (${speech.w.notProven})`;
}
