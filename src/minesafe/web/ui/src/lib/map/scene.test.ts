import { expect, test } from "vitest";
import { alarm, mine, place, snapshot, value } from "../../testing";
import { fold } from "../live/picture";
import { Lookup } from "../lookup";
import type { Snapshot } from "../wire";
import { groundOf } from "./ground";
import { middleOf, placeAt, stretch } from "./roads";
import { levelOf, marksOf, type Looking, type Wording } from "./scene";

const look = new Lookup(mine);
const wording: Wording = {
  sensor: (point) => ({ text: point.id, detail: point.id, stale: false }),
  refuge: (zone, heads, refuge) => ({ text: `${heads}/${zone.limit}`, note: refuge?.air_h ? `${refuge.air_h} h` : "", detail: "" }),
  zone: (zone, heads, limit, worst) => ({ text: `${zone.id} ${heads}/${limit}`, note: worst?.id ?? "", detail: "" }),
  device: (device, found) => ({ text: device.id, note: found.map((f) => f.finding).join(), detail: "" }),
  impact: (carried) => ({ text: carried.danger, detail: "" }),
  exit: (node) => ({ text: node.name.zh, detail: "" }),
  blocked: (one) => ({ text: one.reason, detail: "" }),
};
const CALM: Looking = { peopleFirst: false, devices: false };
const marksWith = (more: Partial<Snapshot>, looking = CALM, of = look) => {
  const picture = fold(null, { kind: "snapshot", n: 1, snapshot: snapshot(more) });
  return marksOf(of, picture, groundOf(of, picture), wording, looking);
};
const mark = (marks: ReturnType<typeof marksWith>, key: string) => marks.find((m) => m.key === key);

test("a calm mine has no colour, and its devices are not shown unless asked for", () => {
  const marks = marksWith({});
  expect(marks.every((m) => m.severity === null)).toBe(true);
  expect(mark(marks, "device S1")).toBeUndefined();
  expect(mark(marksWith({}, { ...CALM, devices: true }), "device S1")).toMatchObject({
    shape: "box", struck: false,
  });
});

test("an alarm marks its point; one that has returned is told apart", () => {
  expect(mark(marksWith({ alarms: [alarm("a#1", "I")] }), "point CH4-T2")).toMatchObject({
    severity: "I", waiting: true, returned: false,
  });
  const returned = alarm("a#1", "I", { active: false, state: "returned_unacked" });
  expect(mark(marksWith({ alarms: [returned] }), "point CH4-T2")).toMatchObject({ returned: true });
});

test("while an order is looked at people come before points", () => {
  const marks = marksWith({ alarms: [alarm("a#1", "I")] }, { ...CALM, peopleFirst: true });
  expect(["point CH4-T1", "point CH4-T2"].map((key) => mark(marks, key)!.text)).toEqual(["", "CH4-T2"]);
});

test("a switch that is well is quiet from farther away than a gas", () => {
  const switches = new Lookup({ ...mine, points: mine.points.map((p) => ({ ...p, kind: "fan" })) });
  const from = (of: Lookup) => mark(marksWith({}, CALM, of), "point CH4-T1")!.from;
  expect(from(switches)).toBeGreaterThan(from(look));
});

test("a device nothing is heard of is struck, also when only its reader is dead", () => {
  const readers = [{ id: "R1", name: mine.name, station: "S1", x: 0, y: 0, z: 0 }];
  const of = new Lookup({ ...mine, readers });
  const found = (finding: string, subject: string) =>
    mark(marksWith({ findings: [{ finding, subject, detail: "", began: 1 }] }, CALM, of), "device S1");
  expect(found("link_down", "S1")).toMatchObject({ struck: true, note: "link_down" });
  expect(found("device_silent", "R1")).toMatchObject({ struck: true });
  expect(found("clock_off", "S1")).toMatchObject({ struck: false });
  expect(found("link_down", "elsewhere")).toBeUndefined();
});

test("a refuge whose reader is dead holds an unknown number, never none", () => {
  const text = (low: number, high: number | null) =>
    mark(
      marksWith({ counts: [{ zone: "REFUGE", count: low, unknown: true, low, high, limit: 20 }] }),
      "refuge B",
    )!.text;
  expect([text(0, null), text(2, null), text(2, 5)]).toEqual(["?/20", "≥2/20", "2–5/20"]);
});

test("a refuge says how long its air lasts, and is crossed out when nobody can live in it", () => {
  const refuge = (verdict: "habitable" | "uninhabitable") =>
    mark(marksWith({
      refuges: [{ node: "B", zone: "REFUGE", inside: 3, coming: 2, capacity: 20, air_h: 96, verdict, why: [] }],
    }), "refuge B");
  expect(refuge("habitable")).toMatchObject({ note: "96 h", struck: false });
  expect(refuge("uninhabitable")).toMatchObject({ struck: true });
});

test("a zone says how many are in it of how many, and its gas nearest to the limit", () => {
  const face = mark(marksWith({ values: [value("CH4-T1", 0.4), value("CH4-T2", 0.7)] }), "zone FACE");
  expect(face).toMatchObject({ text: "FACE 1/20", note: "CH4-T2" });
  const fault = { ...value("CH4-T2", 0.7), quality: "fault" };
  expect(mark(marksWith({ values: [fault] }), "zone FACE")!.note).toBe("");
});

test("what is down-wind and what is blocked is said in words at its place", () => {
  const marks = marksWith({
    impacts: [{ cause: "CH4-T2", danger: "gas", stretches: [{ roadway: "G02", from_m: 100, to_m: 200 }] }],
    blocked: [{ roadway: "G02", by: "P01", reason: "fall of roof" }],
  });
  expect(mark(marks, "impact gas")).toMatchObject({ text: "gas", at: [50, 25, 0] });
  expect(mark(marks, "blocked G02")).toMatchObject({ text: "fall of roof", shape: "cross", at: [50, 0, 0] });
});

test("a way out says its name", () => {
  expect(mark(marksWith({}), "exit A")).toMatchObject({ text: "井口", target: null });
});

test("chainage follows the surveyed length, round the bend", () => {
  const road = mine.roadways[0]!;
  expect(placeAt(road, 100)).toEqual([50, 0, 0]);
  expect(placeAt(road, 150)).toEqual([50, 25, 0]);
  expect(placeAt(road, 999)).toEqual([50, 50, 0]);
  expect(stretch(road, 150, 50)).toEqual([[25, 0, 0], [50, 0, 0], [50, 25, 0]]);
});

test("a zone's name stands amid its longest stretch, of its own kind where it has one", () => {
  const zone = mine.zones.find((z) => z.id === "FACE")!;
  expect(middleOf(mine, zone)).toEqual([50, 0, 0]);
  const face = { ...mine.roadways[0]!, id: "W01", kind: "face", length_m: 100 };
  const both = { ...zone, intervals: [...zone.intervals, { roadway: "W01", from_m: 0, to_m: 20 }] };
  expect(middleOf({ ...mine, roadways: [...mine.roadways, face] }, both)).toEqual([10, 0, 0]);
});

test("a level shows its own, and whatever is urgent of the others", () => {
  const marks = marksWith({ alarms: [alarm("a#1", "II")], places: [place("P01")] });
  expect(levelOf(marks, "")).toBe(marks);
  expect(levelOf(marks, "L")).toEqual(marks);
  expect(levelOf(marks, "M").map((m) => m.key)).toEqual(["point CH4-T2"]);
});
