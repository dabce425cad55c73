import { expect, test } from "vitest";
import { mine } from "../testing";
import { tripOf } from "./trip";
import { SECOND, type Mine } from "./wire";

const H = 3600 * SECOND;
const place: Mine = { ...mine, zones: [...mine.zones, { ...mine.zones[1]!, id: "GATE", kind: "portal" }] };
const visit = (zone: string, entered: number, left: number, elsewhere = false) => ({
  zone, entered: entered * H, left: left * H, elsewhere,
});
const trip = (...zones: ReturnType<typeof visit>[]) =>
  tripOf(place, { zones: zones.sort((a, b) => a.entered - b.entered), readers: [], unseen: [] });

test("out of sight for half an hour he is still on the same trip", () => {
  const { down, zones } = trip(visit("ALL", 6, 8), visit("FACE", 7, 8), visit("ALL", 8.5, 12));
  expect(down).toBe(6 * H);
  expect(zones.map((z) => z.zone)).toEqual(["FACE"]);
});

test("whoever was seen last at the portal came up, and goes down anew", () => {
  const { down, zones } = trip(
    visit("ALL", 1, 5), visit("GATE", 4.9, 5), visit("ALL", 8, 9), visit("FACE", 8.5, 9),
  );
  expect(down).toBe(8 * H);
  expect(zones.map((z) => z.zone)).toEqual(["FACE"]);
});

test("of whom nothing is known nothing is said", () => {
  expect(trip()).toEqual({ down: null, zones: [] });
});
