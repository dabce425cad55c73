import { expect, test } from "vitest";
import { mine } from "../testing";
import { dotsOf, limitLines, limitStretches, marksOf, pathOf, rangeOf, stepOf } from "./trend";
import type { Curve } from "./wire";

const frame = { start: 0, end: 100, low: 0, high: 1, step: 0.2, w: 100, h: 100 };
const dot = (at: number, lowest: number | null, highest = lowest) => ({
  at, long: 0, opening: lowest, lowest, highest, closing: lowest,
});
const curve = (values: (number | null)[]): Curve => ({
  step_us: 10, kept_s: 0, start: values.map((_, i) => 10 * i), samples: [], believed: [], bands: [],
  opening: values, lowest: values, mean: values, highest: values, closing: values,
});

test("a line joins what was measured one after the other", () => {
  expect(pathOf([dot(0, 0), dot(10, 1)], frame, 10)).toBe("M0.0 100.0h0L10.0 0.0");
});

test("the peak of a step is drawn, however short it was", () => {
  expect(pathOf([dot(0, 0), dot(10, 0, 1)], frame, 10)).toBe("M0.0 100.0h0L10.0 100.0L10.0 0.0L10.0 100.0");
});

test("a long step is as long as it is: first value, outermost values, last value", () => {
  const step = { at: 20, long: 40, opening: 0.5, lowest: 0, highest: 1, closing: 0.2 };
  expect(pathOf([step], frame, 10)).toBe("M20.0 50.0L40.0 100.0L40.0 0.0L60.0 80.0");
});

test.each([
  ["a pause", [dot(0, 0), dot(50, 1)]],
  ["a step of which nothing is believed", [dot(0, 0), dot(5, null), dot(10, 1)]],
])("%s is a gap", (_, dots) => {
  expect(pathOf(dots, frame, 10).match(/M/g)).toHaveLength(2);
});

test("what the live wire has told goes on behind the stored steps, and a calibration is no value", () => {
  const heard = [
    { sampled: 15, value: 0.2, quality: "good" },
    { sampled: 20, value: 0.3, quality: "good" },
    { sampled: 30, value: 3, quality: "calibrating" },
  ];
  expect(dotsOf(curve([0, 0.1]), heard).map((d) => [d.at, d.highest])).toEqual([
    [0, 0], [10, 0.1], [20, 0.3], [30, null],
  ]);
});

test("the range shows the limits too and ends on lines of the grid", () => {
  const stretches = limitStretches([], mine.points[0]!.limits, 0, 100);
  const { low, high, step } = rangeOf([dot(0, 0.3)], stretches);
  expect(low).toBe(0);
  expect(high).toBeGreaterThan(1.5);
  expect(high / step).toBeCloseTo(Math.round(high / step));
});

test("limits of one value are one line", () => {
  const limits = { ...mine.points[0]!.limits, alarm_high: 1, cut_high: 1 };
  expect(limitLines(limits)).toEqual([{ value: 1, names: ["alarm", "cut"] }]);
});

test("limits are drawn from when to when they were in force", () => {
  const now = mine.points[0]!.limits;
  const then = [
    { since: 60, until: null, limits: { ...now, alarm_high: 1 }, lacking: "" },
    { since: -5, until: 60, limits: { ...now, alarm_high: 2 }, lacking: "" },
    { since: -9, until: -5, limits: now, lacking: "" },
  ];
  const drawn = limitStretches(then, now, 0, 100);
  expect(drawn.map((s) => [s.start, s.end])).toEqual([[60, 100], [0, 60]]);
  expect(drawn[1]!.lines.some((l) => l.value === 2)).toBe(true);
});

test("steps are round", () => {
  expect([1, 2.3, 7, 40].map((span) => stepOf(span, 5))).toEqual([0.2, 0.5, 2, 10]);
});

test.each([
  ["hour", 3600, "10:10"],
  ["day", 86_400, "12:00"],
  ["week", 7 * 86_400, "11-24"],
  ["year", 365 * 86_400, "2025-12"],
] as const)("marks of a %s are round on the mine's clock", (span, seconds, first) => {
  const start = Date.UTC(2025, 10, 23, 2, 5) * 1000;
  const marks = marksOf(span, start, start + seconds * 1_000_000, "Asia/Shanghai", 12);
  expect(marks[0]!.text).toBe(first);
  expect(marks.length).toBeGreaterThan(5);
  expect(marks.length).toBeLessThan(14);
});
