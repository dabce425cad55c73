import { expect, test } from "vitest";
import { alarm, value } from "../testing";
import { readingOf } from "./reading";

const gas = alarm("high:CH4-T2#1", "I", { value: 1.62, valued: 50 });

test("while it holds, an alarm shows what its point reads now, with the sample's own time", () => {
  const newest = { ...value("CH4-T2", 1.7), sampled: 90 };
  expect(readingOf(gas, newest)).toEqual({ value: 1.7, at: 90, live: true, quality: "" });
});

test("a point that fell silent is not passed off as live: the alarm's number has its own time", () => {
  const silent = { ...value("CH4-T2", 1.7, "silent"), sampled: 90 };
  expect(readingOf(gas, silent)).toEqual({ value: 1.62, at: 50, live: false, quality: "silent" });
  expect(readingOf(gas, undefined).quality).toBe("silent");
});

test("what has returned shows the number it was about, and when", () => {
  const gone = { ...gas, active: false };
  expect(readingOf(gone, value("CH4-T2", 0.3))).toMatchObject({ value: 1.62, at: 50, live: false });
});

test("an alarm of no point has no quality", () => {
  expect(readingOf({ ...gas, value: 31 }, null)).toMatchObject({ value: 31, quality: "" });
});
