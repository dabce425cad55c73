/** A point's curve: stored steps to columns of a plot, with what is missing left out. Pure. */

import { SECOND, type Curve, type Limits, type LimitsThen, type Micros, type Sample } from "../wire";

/** What was measured in one step of time; null where nothing of it is believed. */
export interface Dot {
  readonly at: Micros;
  /** Of the step; 0: one sample. */
  readonly long: Micros;
  readonly opening: number | null;
  readonly lowest: number | null;
  readonly highest: number | null;
  readonly closing: number | null;
}

/** Qualities whose number is no measurement, or none to be taken for one. */
const NO_VALUE = new Set(["comms_lost", "fault", "out_of_range", "calibrating", "warming_up"]);

/** The steps of a curve, where there is one, and behind them what the live wire has told since. */
export function dotsOf(curve: Curve | null, heard: readonly Sample[]): Dot[] {
  if (!curve) return heard.map(dotOf);
  const dots: Dot[] = curve.start.map((at, i) => ({
    at,
    long: curve.step_us,
    opening: curve.opening[i]!,
    lowest: curve.lowest[i]!,
    highest: curve.highest[i]!,
    closing: curve.closing[i]!,
  }));
  const last = dots.at(-1);
  const known = last ? last.at + curve.step_us : 0;
  return [...dots, ...heard.filter((s) => s.sampled >= known).map(dotOf)];
}

function dotOf(sample: Sample): Dot {
  const value = NO_VALUE.has(sample.quality) ? null : sample.value;
  return { at: sample.sampled, long: 0, opening: value, lowest: value, highest: value, closing: value };
}

export type LimitName = "warn" | "alarm" | "cut" | "restore";

export interface LimitLine {
  readonly value: number;
  readonly names: LimitName[];
}

/** Limits as the trend draws them; those of the same value are one line. */
export function limitLines(l: Limits): LimitLine[] {
  const lines: LimitLine[] = [];
  for (const [name, value] of [
    ["warn", l.warn_high],
    ["alarm", l.alarm_high],
    ["cut", l.cut_high],
    ["restore", l.restore_high],
    ["warn", l.warn_low],
    ["alarm", l.alarm_low],
    ["cut", l.cut_low],
    ["restore", l.restore_low],
  ] as const) {
    const same = lines.find((line) => line.value === value);
    if (same) same.names.push(name);
    else if (value !== null) lines.push({ value, names: [name] });
  }
  return lines;
}

export interface Stretch {
  readonly start: Micros;
  readonly end: Micros;
  readonly lines: readonly LimitLine[];
}

/** From when to when which limits were in force; those of now where nothing else is known. */
export function limitStretches(
  then: readonly LimitsThen[],
  now: Limits,
  start: Micros,
  end: Micros,
): Stretch[] {
  if (!then.length) return [{ start, end, lines: limitLines(now) }];
  return then
    .filter((t) => t.limits !== null && t.since < end)
    .map((t) => ({
      start: Math.max(t.since, start),
      end: Math.min(t.until ?? end, end),
      lines: limitLines(t.limits!),
    }))
    .filter((s) => s.end > s.start);
}

export interface Range {
  readonly low: number;
  readonly high: number;
  /** Between two lines of the grid; `low` and `high` are multiples of it. */
  readonly step: number;
}

/** A range of values that shows all dots and limits, with round edges. */
export function rangeOf(dots: readonly Dot[], stretches: readonly Stretch[]): Range {
  const all = stretches.flatMap((s) => s.lines.map((l) => l.value));
  for (const { lowest, highest } of dots) if (lowest !== null) all.push(lowest, highest ?? lowest);
  if (!all.length) return { low: 0, high: 1, step: 0.2 };
  const least = all.reduce((a, b) => Math.min(a, b));
  const most = all.reduce((a, b) => Math.max(a, b));
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

/** Columns of a plot: times in seconds, values, and which of them stand alone. */
export interface Course {
  readonly at: readonly number[];
  readonly value: readonly (number | null)[];
  /** Rows that no line reaches: they are drawn as dots. */
  readonly lone: readonly number[];
}

/**
 * The dots as one line, through the lowest and highest of each, so no peak is lost. A dot without a
 * value, or a pause longer than `gap`, is a null: what was not measured is not drawn.
 */
export function courseOf(dots: readonly Dot[], gap: Micros): Course {
  const [at, value, lone]: [number[], (number | null)[], number[]] = [[], [], []];
  let until: Micros | null = null;
  let begun = 0;
  const parted = (when: Micros): void => {
    if (at.length - begun === 1) lone.push(begun);
    if (at.length > begun) (at.push(when / SECOND), value.push(null));
    begun = at.length;
  };
  for (const dot of dots) {
    if (dot.lowest === null) parted(dot.at);
    else {
      if (until !== null && dot.at - until > gap) parted((until + dot.at) / 2);
      for (const [when, reads] of pointsOf(dot)) (at.push(when / SECOND), value.push(reads));
      until = dot.at + dot.long;
    }
  }
  if (at.length - begun === 1) lone.push(begun);
  return { at, value, lone };
}

/** The first value of a step at its begin, the outermost in its middle, the last at its end. */
function pointsOf(dot: Dot): [Micros, number][] {
  const [middle, end] = [dot.at + dot.long / 2, dot.at + dot.long];
  const points: [Micros, number | null][] = [
    [dot.at, dot.opening], [middle, dot.lowest], [middle, dot.highest], [end, dot.closing],
  ];
  return points
    .filter((one): one is [Micros, number] => one[1] !== null)
    .filter(([when, reads], i, all) => when !== all[i - 1]?.[0] || reads !== all[i - 1]?.[1]);
}

/** The dot that was measured at a time, or next to it; null where there is none. */
export function dotAt(dots: readonly Dot[], at: Micros): Dot | null {
  let [low, high] = [0, dots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (dots[middle]!.at <= at) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [dots[low - 1], dots[low]];
  if (!before || !after) return before ?? after ?? null;
  return at - (before.at + before.long) <= after.at - at ? before : after;
}

export type Span = "hour" | "shift" | "day" | "week" | "month" | "year";

const HOUR: Micros = 3600 * SECOND;

/** How long each choice is, and how often it is read again, milliseconds. */
export const SPANS: Readonly<Record<Span, { long: Micros; again: number }>> = {
  hour: { long: HOUR, again: 15_000 },
  shift: { long: 8 * HOUR, again: 30_000 },
  day: { long: 24 * HOUR, again: 60_000 },
  week: { long: 7 * 24 * HOUR, again: 300_000 },
  month: { long: 30 * 24 * HOUR, again: 600_000 },
  year: { long: 365 * 24 * HOUR, again: 600_000 },
};

/** How far the window moves on at a time: what is finer than a dot of the screen need not be drawn. */
export const stride = (long: Micros): Micros => Math.max(SECOND, Math.round(long / 1000));

/** A part of the window, for whoever reads it as a table. */
export interface Row {
  readonly start: Micros;
  readonly end: Micros;
  readonly lowest: number | null;
  readonly highest: number | null;
  readonly closing: number | null;
}

/** The window in so many equal parts; a part in which nothing was measured says so. */
export function rowsOf(dots: readonly Dot[], from: Micros, to: Micros, parts: number): Row[] {
  const long = (to - from) / parts;
  return Array.from({ length: parts }, (_, i) => {
    const [start, end] = [from + i * long, from + (i + 1) * long];
    const own = dots.filter((d) => d.lowest !== null && d.at >= start && d.at < end);
    const lows = own.map((d) => d.lowest!);
    const highs = own.map((d) => d.highest ?? d.lowest!);
    return {
      start, end,
      lowest: lows.length ? Math.min(...lows) : null,
      highest: highs.length ? Math.max(...highs) : null,
      closing: own.at(-1)?.closing ?? null,
    };
  });
}
