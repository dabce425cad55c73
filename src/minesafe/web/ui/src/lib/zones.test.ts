import { expect, test } from "vitest";
import type { Picture } from "./live/picture";
import type { Mine, Zone } from "./wire";
import { peopleIn, pointsIn } from "./zones";

const ZONE = { intervals: [{ roadway: "W01", from_m: 100, to_m: 200 }] } as Zone;

const at = (id: string, roadway: string, chainage_m: number) => ({ id, roadway, chainage_m });

test("a point is in a zone by its roadway and its metres, the ends with it", () => {
  const points = [at("a", "W01", 100), at("b", "W01", 200.4), at("c", "W01", 201), at("d", "G01", 150)];
  expect(pointsIn({ points } as unknown as Mine, ZONE).map((p) => p.id)).toEqual(["a", "b"]);
});

test("who is missed stands first, then who was seen longest ago", () => {
  const place = (person: string, seen: number, lost: boolean, zones = ["Z"]) => [
    person, { person, seen, lost, zones },
  ];
  const places = new Map([
    place("fresh", 30, false), place("missed", 10, true), place("older", 20, false),
    place("elsewhere", 1, true, ["Y"]),
  ] as [string, never][]);
  const found = peopleIn({ places } as unknown as Picture, "Z");
  expect(found.map((one) => one.person)).toEqual(["missed", "older", "fresh"]);
});
