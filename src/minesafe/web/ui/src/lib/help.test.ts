import { expect, test } from "vitest";
import { mine } from "../testing";
import { helpNear } from "./help";
import { Lookup } from "./lookup";
import type { PlacedDevice, Refuge } from "./wire";

const device = (id: string, what: PlacedDevice["what"], chainage_m: number, zones: string[] = []): PlacedDevice => ({
  ...mine.devices[0]!, id, what, roadway: "G02", chainage_m, zones, number: what === "telephone" ? "8001" : "",
});
const refuge: Refuge = {
  node: "B", zone: "REFUGE", inside: 3, coming: 0, capacity: 20, air_h: 96, verdict: "habitable", why: [],
};
const look = new Lookup({
  ...mine,
  kinds: [...mine.kinds, { ...mine.kinds[1]!, id: "air_valve", system: "air" }],
  points: [...mine.points, { ...mine.points[0]!, id: "VALVE", kind: "air_valve", chainage_m: 130 }],
  devices: [
    device("TEL-FAR", "telephone", 190), device("TEL-NEAR", "telephone", 90),
    device("BC-NEAR", "broadcaster", 101), device("BC-HEARD", "broadcaster", 60, ["FACE"]),
  ],
});
const here = [{ roadway: "G02", chainage_m: 100 }];

test("help is told by how far it is on foot", () => {
  const help = helpNear(look, { refuges: [refuge], blocked: [] }, here, ["FACE"]);
  expect(help.telephones.map((n) => [n.what.id, n.metres])).toEqual([["TEL-NEAR", 10], ["TEL-FAR", 90]]);
  expect(help.refuges[0]!.metres).toBe(100);
  expect(help.supplies.map((n) => [n.what.id, n.metres])).toEqual([["VALVE", 30]]);
});

test("the loudspeaker that is heard there comes before a nearer one that is not", () => {
  const help = helpNear(look, { refuges: [], blocked: [] }, here, ["FACE"]);
  expect(help.speakers.map((n) => n.what.id)).toEqual(["BC-HEARD", "BC-NEAR"]);
});

test("no refuge is near behind a blocked roadway", () => {
  const blocked = [{ roadway: "G02", by: "P1", reason: "冒顶" }];
  expect(helpNear(look, { refuges: [refuge], blocked }, here, []).refuges).toEqual([]);
});
