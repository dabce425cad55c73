import { expect, test } from "vitest";
import { accuracy, gapAt, linesOf, placeAt } from "./tracks";
import { SECOND, type TrackPlace } from "./wire";

const seen = (s: number, x: number, error_m = 3): TrackPlace => ({
  sampled: s * SECOND, roadway: "G02", chainage_m: x, x, y: 0, z: -200, error_m, reader: "R1",
});
const way = [seen(0, 0), seen(4, 5), seen(8, 10), seen(600, 90, 30), seen(604, 95)];

test("where he was seen by nobody no line leads", () => {
  expect(linesOf(way).map((line) => line.map(([x]) => x))).toEqual([[0, 0, 5, 10], [90, 90, 95]]);
});

test("nobody flies: from one end of the mine to the other in a second is no line", () => {
  expect(linesOf([seen(0, 0), seen(1, 700)])).toHaveLength(2);
});

test("at any moment he is where he was seen last, and it is said how long ago", () => {
  expect([-1, 0, 7, 300, 700].map((s) => placeAt(way, s * SECOND)?.x)).toEqual([undefined, 0, 5, 10, 95]);
  const gap = [8 * SECOND, 600 * SECOND] as const;
  expect(gapAt([gap], 300 * SECOND)).toBe(gap);
  expect(gapAt([gap], 601 * SECOND)).toBeNull();
});

test("how sure the places are is told of all of them", () => {
  expect(accuracy(way)).toEqual({ half: 3, most: 30 });
  expect(accuracy([])).toBeNull();
});
