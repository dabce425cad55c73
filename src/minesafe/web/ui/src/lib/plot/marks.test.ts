import { expect, test } from "vitest";
import { apart, markTexts } from "./marks";

/** 2025-11-23 16:00 UTC: midnight at the mine. */
const MIDNIGHT = Date.UTC(2025, 10, 23, 16) / 1000;
const HOUR = 3600;

test.each([
  ["seconds", 30, [0, 30], ["11-24", "00:00:30"]],
  ["hours", 6 * HOUR, [-6 * HOUR, 0, 6 * HOUR], ["18:00", "11-24", "06:00"]],
  ["days", 24 * HOUR, [0, 24 * HOUR], ["11-24", "11-25"]],
  ["months", 30 * 24 * HOUR, [0], ["2025-11"]],
])("%s are told by the mine's own clock, 24 hours of it", (_, every, marks, texts) => {
  expect(markTexts(marks.map((m) => MIDNIGHT + m), every, "Asia/Shanghai")).toEqual(texts);
});

test("names of limits that lie close are put apart, in their order, and within the plot", () => {
  expect(apart([100, 104, 300], 15, 310)).toEqual([100, 115, 300]);
  expect(apart([300, 305], 15, 310)).toEqual([295, 310]);
});
