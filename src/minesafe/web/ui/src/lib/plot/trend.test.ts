import { expect, test } from "vitest";
import { mine } from "../../testing";
import { courseOf, dotAt, dotsOf, limitLines, limitStretches, rangeOf, rowsOf, stepOf } from "./trend";
import type { Curve } from "../wire";

/** Seconds as microseconds. */
const S = 1_000_000;
const dot = (at: number, lowest: number | null, highest = lowest) => ({
  at, long: 0, opening: lowest, lowest, highest, closing: lowest,
});
const curve = (values: (number | null)[]): Curve => ({
  step_us: 10, kept_s: 0, start: values.map((_, i) => 10 * i), samples: [], believed: [], bands: [],
  opening: values, lowest: values, mean: values, highest: values, closing: values,
});

test("a line joins what was measured one after the other", () => {
  expect(courseOf([dot(0, 0), dot(10 * S, 1)], 10 * S)).toEqual({ at: [0, 10], value: [0, 1], lone: [] });
});

test("a long step is as long as it is: first value, outermost values, last value", () => {
  const step = { at: 20 * S, long: 40 * S, opening: 0.5, lowest: 0, highest: 1, closing: 0.2 };
  expect(courseOf([step], 10 * S)).toEqual({ at: [20, 40, 40, 60], value: [0.5, 0, 1, 0.2], lone: [] });
});

test("a peak of one second stands out of a year", () => {
  const hours = Array.from({ length: 1000 }, (_, i) => dot(i * 8.76 * 3600 * S, 0.3, i === 400 ? 2.1 : 0.3));
  expect(Math.max(...courseOf(hours, 9 * 3600 * S).value.map((v) => v ?? 0))).toBe(2.1);
});

test.each([
  ["a pause", [dot(0, 0), dot(50 * S, 1)], [0, null, 1]],
  ["a step of which nothing is believed", [dot(0, 0), dot(5 * S, null), dot(10 * S, 1)], [0, null, 1]],
])("%s is a gap, and what stands alone is a dot", (_, dots, value) => {
  expect(courseOf(dots, 10 * S)).toMatchObject({ value, lone: [0, 2] });
});

test("times only ever rise, whatever is missing", () => {
  const dots = [dot(0, null), dot(1 * S, 1), dot(2 * S, 1), dot(90 * S, 1), dot(91 * S, null), dot(92 * S, null)];
  const { at } = courseOf(dots, 10 * S);
  expect(at).toEqual([...at].sort((a, b) => a - b));
});

test("the dot under the cursor is the nearest", () => {
  const dots = [dot(0, 0), dot(10, 1), { ...dot(20, 2), long: 40 }];
  expect([-5, 4, 6, 15, 59, 90].map((at) => dotAt(dots, at)?.lowest)).toEqual([0, 0, 1, 1, 2, 2]);
  expect(dotAt([], 3)).toBeNull();
});

test("a table says the same as the curve, and where nothing was measured", () => {
  const dots = [dot(0, 0.2, 0.9), dot(10, 0.1), dot(60, null), dot(70, 0.4)];
  expect(rowsOf(dots, 0, 100, 4).map((r) => [r.lowest, r.highest, r.closing])).toEqual([
    [0.1, 0.9, 0.1], [null, null, null], [0.4, 0.4, 0.4], [null, null, null],
  ]);
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
  expect(limitLines({ ...limits, restore_high: 1 })[0]!.names).toEqual(["alarm", "cut", "restore"]);
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
