import { expect, test } from "vitest";
import { age, clock, day, elapsed, fixed, short, stateOf } from "./format";
import { mine } from "../testing";

test.each([
  [0, "0:00"],
  [7_900_000, "0:07"],
  [254_000_000, "4:14"],
  [3_753_000_000, "1:02:33"],
  [-5_000_000, "0:00"],
])("%d µs have passed: %s", (span, words) => {
  expect(elapsed(span)).toBe(words);
});

test.each([
  [119_000_000, { amount: 119, unit: "s" }],
  [120_000_000, { amount: 2, unit: "min" }],
  [7_200_000_000, { amount: 2, unit: "h" }],
  [200_000_000_000, { amount: 2, unit: "d" }],
])("an age of %d µs is told in its largest unit", (span, told) => {
  expect(age(span)).toEqual(told);
});

test("a clock is the mine's, 24 hours, whatever the reader's machine thinks", () => {
  const at = Date.UTC(2026, 10, 23, 16, 5, 9) * 1000;
  expect(clock(at, "Asia/Shanghai")).toBe("00:05:09");
  expect(clock(at, "Asia/Shanghai", false)).toBe("00:05");
  expect(day(at, "Asia/Shanghai")).toBe("2026-11-24");
});

test("a number keeps the decimals of its kind, a limit those it needs", () => {
  expect(fixed(1.6, 2)).toBe("1.60");
  expect(fixed(-0.5, 1)).toBe("−0.5");
  expect(short(1)).toBe("1");
  expect(short(0.75)).toBe("0.75");
});

test("a switch says its state's word, an unknown state its number", () => {
  const fan = mine.kinds[1]!;
  expect(stateOf(fan, 1, "zh")).toBe("开");
  expect(stateOf(fan, 0, "en")).toBe("stopped");
  expect(stateOf(fan, 7, "zh")).toBeNull();
});
