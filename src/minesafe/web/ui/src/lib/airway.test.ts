import { expect, test } from "vitest";
import { mine } from "../testing";
import { neighbours } from "./airway";
import type { Mine, Point, Roadway } from "./wire";

const road = (id: string, start: string, end: string, air: number): Roadway => ({
  ...mine.roadways[0]!, id, start, end, air, length_m: 100, path: [[0, 0, 0], [100, 0, 0]],
});
const point = (id: string, roadway: string, chainage_m: number, kind = "ch4"): Point => ({
  ...mine.points[0]!, id, roadway, chainage_m, kind,
});
/** Air comes by IN, goes along FACE (drawn against it), and out by OUT; DEAD has none. */
const ventilated: Mine = {
  ...mine,
  kinds: [...mine.kinds, { ...mine.kinds[0]!, id: "water", system: "water" }],
  roadways: [road("IN", "A", "B", 1), road("FACE", "C", "B", -1), road("OUT", "C", "D", 1), road("DEAD", "D", "E", 0)],
  points: [
    point("IN-50", "IN", 50), point("FACE-90", "FACE", 90), point("FACE-30", "FACE", 30),
    point("OUT-20", "OUT", 20), point("WATER", "FACE", 60, "water"), point("DEAD-1", "DEAD", 1),
  ],
};
const seen = (id: string, each = 9) =>
  neighbours(ventilated, ventilated.points.find((p) => p.id === id)!, each).map((n) => [n.point.id, n.metres]);

test("what the air has passed is up-wind, what it goes to is down-wind, in metres along it", () => {
  expect(seen("FACE-30")).toEqual([["IN-50", -120], ["FACE-90", -60], ["OUT-20", 50]]);
});

test("the nearest of each side are named", () => {
  expect(seen("FACE-30", 1)).toEqual([["FACE-90", -60], ["OUT-20", 50]]);
});

test("where no air goes only the roadway itself is near", () => {
  expect(seen("DEAD-1")).toEqual([]);
});
