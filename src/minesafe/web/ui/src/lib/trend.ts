/** A curve's lines: stored steps to screen, with what is missing left out. Pure. */

import { clock, day } from "./format";
import { SECOND, type Curve, type Limits, type LimitsThen, type Micros, type Sample } from "./wire";

export interface Frame extends Range {
  readonly start: Micros;
  readonly end: Micros;
  readonly w: number;
  readonly h: number;
}

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

export const xOf = (f: Frame, at: Micros): number => ((at - f.start) / (f.end - f.start)) * f.w;
export const yOf = (f: Frame, value: number): number =>
  f.h - ((value - f.low) / (f.high - f.low)) * f.h;

/**
 * SVG path data of the dots, through the lowest and highest of each, so no peak is lost. A dot
 * without a value, or a pause longer than `gap`, breaks the line: what was not measured is not
 * drawn.
 */
export function pathOf(dots: readonly Dot[], f: Frame, gap: Micros): string {
  let path = "";
  let last: Micros | null = null;
  for (const dot of dots) {
    if (dot.lowest === null) {
      last = null;
      continue;
    }
    const joined = last !== null && dot.at - last <= gap;
    const points = pointsOf(dot, f);
    // A lone sample is a dot, which round line ends show.
    path += joined ? `L${points.join("L")}` : `M${points.join("L")}${points.length > 1 ? "" : "h0"}`;
    last = dot.at + dot.long;
  }
  return path;
}

/** The first value of a step at its begin, the outermost in its middle, the last at its end. */
function pointsOf(dot: Dot, f: Frame): string[] {
  const [middle, end] = [dot.at + dot.long / 2, dot.at + dot.long];
  const course: [Micros, number | null][] = [
    [dot.at, dot.opening], [middle, dot.lowest], [middle, dot.highest], [end, dot.closing],
  ];
  const points = course.flatMap(([at, value]) =>
    value === null ? [] : [`${xOf(f, at).toFixed(1)} ${yOf(f, value).toFixed(1)}`],
  );
  return points.filter((point, i) => point !== points[i - 1]);
}

export type Span = "hour" | "day" | "week" | "year";

const HOUR: Micros = 3600 * SECOND;

/** How long each choice is, how often there may be a mark, and how often it is read again. */
export const SPANS: Readonly<Record<Span, { long: Micros; marks: Micros; again: number }>> = {
  hour: { long: HOUR, marks: HOUR / 6, again: 15_000 },
  day: { long: 24 * HOUR, marks: HOUR, again: 60_000 },
  week: { long: 7 * 24 * HOUR, marks: HOUR, again: 300_000 },
  year: { long: 365 * 24 * HOUR, marks: HOUR, again: 600_000 },
};

export interface Mark {
  readonly at: Micros;
  readonly text: string;
}

/** Times under the axis: round ones of the mine's clock, about `most` of them at most. */
export function marksOf(span: Span, start: Micros, end: Micros, timezone: string, most: number): Mark[] {
  const every = SPANS[span].marks;
  const marks: Mark[] = [];
  for (let at = Math.ceil(start / every) * every; at <= end; at += every) {
    const text = markAt(span, at, timezone);
    if (text) marks.push({ at, text });
    if (text && span === "year") at += 27 * 24 * HOUR;
  }
  const skip = Math.ceil(marks.length / Math.max(1, most));
  return marks.filter((_, i) => i % skip === 0);
}

function markAt(span: Span, at: Micros, timezone: string): string | null {
  const time = clock(at, timezone, false);
  if (span === "hour") return time;
  if (span === "day") return Number(time.slice(0, 2)) % 2 === 0 && time.endsWith(":00") ? time : null;
  if (time !== "00:00") return null;
  const date = day(at, timezone);
  if (span === "week") return date.slice(5);
  return date.endsWith("-01") ? date.slice(0, 7) : null;
}
