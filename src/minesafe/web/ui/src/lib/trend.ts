/** A trend's lines: stored samples to screen, with what is missing left out. Pure. */

import type { Limits, Micros, Sample } from "./wire";

export interface Frame extends Range {
  readonly start: Micros;
  readonly end: Micros;
  readonly w: number;
  readonly h: number;
}

/** Qualities whose number is no measurement. */
const NO_VALUE = new Set(["comms_lost", "fault", "out_of_range"]);

export interface LimitLine {
  readonly value: number;
  readonly names: ("warn" | "alarm" | "cut")[];
}

/** Limits as the trend draws them; those of the same value are one line. */
export function limitLines(l: Limits): LimitLine[] {
  const lines: LimitLine[] = [];
  for (const [name, value] of [
    ["warn", l.warn_high],
    ["alarm", l.alarm_high],
    ["cut", l.cut_high],
    ["warn", l.warn_low],
    ["alarm", l.alarm_low],
    ["cut", l.cut_low],
  ] as const) {
    const same = lines.find((line) => line.value === value);
    if (same) same.names.push(name);
    else if (value !== null) lines.push({ value, names: [name] });
  }
  return lines;
}

export interface Range {
  readonly low: number;
  readonly high: number;
  /** Between two lines of the grid; `low` and `high` are multiples of it. */
  readonly step: number;
}

/** A range of values that shows all samples and limits, with round edges. */
export function rangeOf(samples: readonly Sample[], limits: Limits): Range {
  const values = samples.flatMap((s) => (s.value === null ? [] : [s.value]));
  const all = [...values, ...limitLines(limits).map((l) => l.value)];
  if (!all.length) return { low: 0, high: 1, step: 0.2 };
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const step = stepOf(most - least || Math.abs(most) || 1, 5);
  const low = Math.floor((least - step * 0.2) / step) * step;
  const high = Math.ceil((most + step * 0.2) / step) * step;
  return { low: least >= 0 ? Math.max(0, low) : low, high, step };
}

/** The round step (1, 2 or 5 × 10ⁿ) that cuts `span` into about `parts`. */
export function stepOf(span: number, parts: number): number {
  const rough = span / parts;
  const ten = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((k) => k * ten >= rough * 0.999) ?? 10) * ten;
}

export const xOf = (f: Frame, at: Micros): number => ((at - f.start) / (f.end - f.start)) * f.w;
export const yOf = (f: Frame, value: number): number =>
  f.h - ((value - f.low) / (f.high - f.low)) * f.h;

/**
 * SVG path data of the samples. A sample without a value, or a pause longer than `gap`, breaks the
 * line: what was not measured is not drawn.
 */
export function pathOf(samples: readonly Sample[], f: Frame, gap: Micros): string {
  let path = "";
  let last: Micros | null = null;
  for (const s of samples) {
    if (s.value === null || NO_VALUE.has(s.quality)) {
      last = null;
      continue;
    }
    const joined = last !== null && s.sampled - last <= gap;
    path += `${joined ? "L" : "M"}${xOf(f, s.sampled).toFixed(1)} ${yOf(f, s.value).toFixed(1)}`;
    // A lone sample is a dot, which round line ends show.
    if (!joined) path += "h0";
    last = s.sampled;
  }
  return path;
}
