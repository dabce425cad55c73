import { expect, test } from "vitest";
import { mine } from "../testing";
import { limitLines, pathOf, rangeOf, stepOf } from "./trend";

const frame = { start: 0, end: 100, low: 0, high: 1, step: 0.2, w: 100, h: 100 };
const sample = (sampled: number, value: number | null, quality = "good") => ({
  sampled, value, quality,
});

test("a line joins what was measured one after the other", () => {
  expect(pathOf([sample(0, 0), sample(10, 1)], frame, 10)).toBe("M0.0 100.0h0L10.0 0.0");
});

test.each([
  ["a pause", [sample(0, 0), sample(50, 1)]],
  ["a sample without a value", [sample(0, 0), sample(5, null), sample(10, 1)]],
  ["a sample of a broken sensor", [sample(0, 0), sample(5, 0.5, "fault"), sample(10, 1)]],
])("%s is a gap", (_, samples) => {
  expect(pathOf(samples, frame, 10).match(/M/g)).toHaveLength(2);
});

test("the range shows the limits too and ends on lines of the grid", () => {
  const { low, high, step } = rangeOf([sample(0, 0.3)], mine.points[0]!.limits);
  expect(low).toBe(0);
  expect(high).toBeGreaterThan(1.5);
  expect(high / step).toBeCloseTo(Math.round(high / step));
});

test("limits of one value are one line", () => {
  const limits = { ...mine.points[0]!.limits, alarm_high: 1, cut_high: 1 };
  expect(limitLines(limits)).toEqual([{ value: 1, names: ["alarm", "cut"] }]);
});

test("steps are round", () => {
  expect([1, 2.3, 7, 40].map((span) => stepOf(span, 5))).toEqual([0.2, 0.5, 2, 10]);
});
