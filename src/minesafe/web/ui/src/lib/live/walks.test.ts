import { expect, test } from "vitest";
import { Lookup } from "../lookup";
import { mine } from "../../testing";
import type { Mine, Place } from "../wire";
import type { Picture } from "./picture";
import fixture from "./walks.fixture.json";
import { walk } from "./walks";

const bytes = Uint8Array.from(fixture.bytes.match(/../g)!, (byte) => parseInt(byte, 16));
const WAYS = [120, 6400, 33.3].map((length_m, i) => ({
  ...mine.roadways[0]!, id: `R${i}`, length_m, path: [[0, 0, -200], [10, 0, -200], [10, 10, -190]],
}));
const PEOPLE = [0, 1, 2, 3].map((i) => ({ ...mine.people[0]!, id: `P${i}` }));
const look = new Lookup({
  ...mine, revision: fixture.revision, people: PEOPLE, roadways: WAYS,
} as unknown as Mine);

const place = (person: string, roadway: string): Place =>
  ({ person, roadway, chainage_m: 0, x: 0, y: 0, z: 0, seen: 0, zones: ["Z"], lost: false }) as unknown as Place;

const before = {
  n: 6, now: 0, underground: 1,
  places: new Map(
    (["P0 R0", "P1 R1", "P2 R2", "P3 R0"].map((s) => s.split(" ")) as [string, string][])
      .map(([p, r]) => [p, place(p, r)] as const),
  ),
} as unknown as Picture;

test("a page reads what the server wrote, and moves the marks", () => {
  const after = walk(before, look, bytes.buffer);
  expect([after.n, after.now, after.underground]).toEqual([7, fixture.now, 4]);
  for (const [row, metres, age] of fixture.told as [number, number, number][]) {
    const told = after.places.get(`P${row}`)!;
    expect(told.chainage_m).toBeCloseTo(metres, 0.5);
    expect(fixture.now - told.seen).toBe(age);
    expect(told.zones).toEqual(["Z"]);
  }
  expect(after.places.get("P2")).toBe(before.places.get("P2"));
  const half = after.places.get("P0")!; // 60 of 120 m: half of the drawn path of 10 + 14.1 m
  expect([half.x, half.y, half.z].map((v) => Math.round(v * 10) / 10)).toEqual([10, 1.5, -198.5]);
  expect(before.places.get("P0")!.seen, "the old picture is as it was").toBe(0);
});

test("a number that is missing, and another revision, start the wire anew", () => {
  expect(() => walk({ ...before, n: 5 }, look, bytes.buffer)).toThrow("walks 7 after 5");
  expect(() => walk(null, look, bytes.buffer)).toThrow("walks 7");
  const other = new Lookup({ ...mine, revision: "0000000000000000" });
  expect(() => walk(before, other, bytes.buffer)).toThrow("another revision");
});
