import { expect, test } from "vitest";
import { mine } from "../testing";
import type { Mine, Roadway } from "./wire";
import { Walk } from "./walk";

const road = (id: string, start: string, end: string, length_m: number): Roadway => ({
  ...mine.roadways[0]!, id, start, end, length_m,
});
/** A ring of three and a dead end: A-B 100, B-C 50, C-A 300, C-D 10. */
const ring: Mine = {
  ...mine,
  roadways: [road("AB", "A", "B", 100), road("BC", "B", "C", 50), road("CA", "C", "A", 300), road("CD", "C", "D", 10)],
};
const from = [{ roadway: "AB", chainage_m: 20 }];

test("the shortest way counts, in both directions", () => {
  const walk = new Walk(ring, from);
  expect(walk.toNode("D")).toBe(80 + 50 + 10);
  expect(walk.to({ roadway: "CA", chainage_m: 290 })).toBe(20 + 10);
  expect(walk.to({ roadway: "AB", chainage_m: 70 })).toBe(50);
});

test("nobody goes through a blocked roadway", () => {
  const shut = { roadway: "BC", by: "P1", reason: "冒顶" };
  expect(new Walk(ring, from, [shut]).toNode("D")).toBe(20 + 300 + 10);
  expect(new Walk(ring, from, [shut, { ...shut, roadway: "CA" }]).toNode("D")).toBe(Infinity);
});

test("of several places the nearest counts", () => {
  const walk = new Walk(ring, [...from, { roadway: "CD", chainage_m: 4 }]);
  expect(walk.toNode("D")).toBe(6);
});
