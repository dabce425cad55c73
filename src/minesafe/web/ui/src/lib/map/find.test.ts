import { expect, test } from "vitest";
import { mine } from "../../testing";
import { Lookup } from "../lookup";
import { find } from "./find";

const look = new Lookup({
  ...mine,
  points: Array.from({ length: 9 }, (_, i) => ({ ...mine.points[0]!, id: `CH4-T${i}`, name: { zh: `甲烷${i}`, en: `methane ${i}` } })),
});
const names = (typed: string) => find(look, typed, (w) => w.zh).map((hit) => `${hit.target.type} ${hit.target.id}`);

test.each([
  ["wjg", "person P01"],
  ["10001", "person P01"],
  ["工作面", "zone FACE"],
  ["s1", "device S1"],
  ["methane 3", "point CH4-T3"],
])("%s is found", (typed, hit) => {
  expect(names(typed)[0]).toBe(hit);
});

test("an exact id comes first, and a long list hides no other sort", () => {
  expect(names("ch4-t7")[0]).toBe("point CH4-T7");
  expect(names("t").length).toBeLessThanOrEqual(8);
});

test("nothing typed finds nothing; what is nowhere is not found", () => {
  expect(names("  ")).toEqual([]);
  expect(names("zzz")).toEqual([]);
});
