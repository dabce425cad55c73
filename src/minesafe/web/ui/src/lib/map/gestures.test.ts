import { expect, test } from "vitest";
import { turnOf } from "./gestures";

test.each([
  ["a quarter to the right", [10, 0], [0, 10], 90],
  ["a quarter to the left", [10, 0], [0, -10], -90],
  ["apart without a turn", [10, 0], [30, 0], 0],
  ["past the back", [-10, 1], [-10, -1], 11.42],
] as const)("two fingers: %s", (_, before, now, degrees) => {
  expect(turnOf(before, now, [0, 0])).toBeCloseTo(degrees, 1);
});
