import { expect, test } from "vitest";
import type { Occupancy } from "../wire";
import { headCourse, headsAt, since } from "./heads";

const S = 1_000_000;
const stay = (person: string, entered: number, left: number, elsewhere: boolean) => ({ person, entered, left, elsewhere });
const found: Occupancy = {
  zone: "FACE", most: 3, most_at: 20 * S, over: [],
  course: [[5 * S, 2], [20 * S, 3], [40 * S, 1]],
  stays: [stay("P1", 5 * S, 40 * S, true), stay("P1", 60 * S, 98 * S, false), stay("P2", 20 * S, 30 * S, false)],
};

test("the count holds until it changes, and ends with what is counted now", () => {
  const { at, value } = headCourse(found, 10 * S, 100 * S, 4);
  expect(at).toEqual([10, 20, 40, 100]);
  expect(value).toEqual([2, 3, 1, 4]);
  expect([0, 19, 20, 99].map((s) => headsAt(found, s * S))).toEqual([0, 2, 3, 1]);
});

test("who left, or was lost sight of long ago, is in it since never", () => {
  expect([...since(found, 100 * S, 10 * S)]).toEqual([["P1", 60 * S]]);
});
