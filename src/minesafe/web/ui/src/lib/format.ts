/** Numbers, ages and times as a control room reads them. No words: those are in `i18n/`. */

import { SECOND, type Count, type Kind, type Micros } from "./wire";

/** A minus that is as wide as a plus, and never a hyphen. */
const minus = (text: string): string => text.replace("-", "−");

/** A number with the decimals of its kind. */
export function fixed(value: number, decimals: number): string {
  return minus(value.toFixed(decimals));
}

/** A number with the decimals it needs, at most three: for limits, as the rule writes them. */
export function short(value: number, decimals = 3): string {
  return minus(String(Number(value.toFixed(decimals))));
}

/** A head-count; between how many and how many where a dead reader hides some. */
export function headsText(count: Count): string {
  if (!count.unknown) return String(count.count);
  if (count.high === null) return count.low ? `≥${count.low}` : "?";
  return count.low === count.high ? String(count.low) : `${count.low}–${count.high}`;
}

/** Elapsed time: 0:07, 4:14, 1:02:33. */
export function elapsed(span: Micros): string {
  const s = Math.max(0, Math.floor(span / SECOND));
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** An age in its largest unit and the amount; the words are the reader's language's. */
export function age(span: Micros): { amount: number; unit: "s" | "min" | "h" | "d" } {
  const s = Math.max(0, Math.floor(span / SECOND));
  if (s < 120) return { amount: s, unit: "s" };
  if (s < 7200) return { amount: Math.floor(s / 60), unit: "min" };
  if (s < 172_800) return { amount: Math.floor(s / 3600), unit: "h" };
  return { amount: Math.floor(s / 86_400), unit: "d" };
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Wall time in the mine's time zone, always 24 hours. */
export function clock(at: Micros, timezone: string, seconds = true): string {
  const key = `${timezone}/${seconds}`;
  let format = clocks.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      hour: "2-digit",
      minute: "2-digit",
      ...(seconds && { second: "2-digit" }),
      hourCycle: "h23",
    });
    clocks.set(key, format);
  }
  return format.format(at / 1000);
}

/** The day in the mine's time zone, 2026-11-24. */
export function day(at: Micros, timezone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: timezone }).format(at / 1000);
}

/** A point's state word where its kind has states, else null. */
export function stateOf(kind: Kind, value: number, lang: "zh" | "en"): string | null {
  const state = kind.states.find(([number]) => number === value);
  return state ? state[lang === "zh" ? 1 : 2] : null;
}
