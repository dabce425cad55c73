import { expect, test } from "vitest";
import { alarm, mine, order, place, snapshot } from "../../testing";
import { fold } from "../live/picture";
import { Lookup } from "../lookup";
import type { Snapshot } from "../wire";
import { crowds } from "./crowd";
import { placeAt, stretch } from "./roads";
import { levelOf, sceneOf, type Wording } from "./scene";

const look = new Lookup(mine);
const wording: Wording = {
  sensor: (point) => ({ text: point.id, detail: point.id, stale: false }),
  refuge: (count, capacity) => `${count}/${capacity}`,
};
const sceneWith = (more: Partial<Snapshot>, shown = more.orders?.[0] ?? null) =>
  sceneOf(look, fold(null, { kind: "snapshot", n: 1, snapshot: snapshot(more) }), wording, shown);

test("a calm mine has no colour", () => {
  const scene = sceneWith({});
  expect(scene.tints).toEqual([]);
  expect(scene.sensors.every((s) => s.severity === null)).toBe(true);
});

test("an alarm colours its point and its face, not the whole mine", () => {
  const scene = sceneWith({ alarms: [alarm("a#1", "I", { zones: ["ALL", "FACE"] })] });
  expect(scene.sensors.find((s) => s.target.id === "CH4-T2")).toMatchObject({
    severity: "I",
    waiting: true,
  });
  expect(scene.tints).toHaveLength(1);
  expect(scene.tints[0]!.lines[0]![0]).toEqual([25, 0, 0]);
});

test("an alarm that has returned keeps its point's mark but not the zone's", () => {
  const returned = alarm("a#1", "I", { active: false, state: "returned_unacked" });
  const scene = sceneWith({ alarms: [returned] });
  expect(scene.tints).toEqual([]);
  expect(scene.sensors.find((s) => s.severity === "I")).toMatchObject({ returned: true });
});

test("while an order is looked at people come before points", () => {
  const muster = [{
    person: "P01", told: "failed" as const, whereabouts: "unknown" as const, roadway: null,
    chainage_m: null, seen: null, destination: "B", distance_m: 90, toward: "", walk_s: null, doubt: "", known_by: "", other: "", ticked_by: null,
  }];
  const scene = sceneWith({ orders: [order("o", { muster })], alarms: [alarm("a#1", "I")] });
  expect(scene.people[0]).toMatchObject({ state: "unknown", to: [50, 50, 0] });
  expect(scene.sensors.map((s) => s.text)).toEqual(["", "CH4-T2"]);
});

test("a switch that is well is quiet from afar, one in alarm never", () => {
  const switches = new Lookup({ ...mine, points: mine.points.map((p) => ({ ...p, kind: "fan" })) });
  const minor = (alarms: Snapshot["alarms"]) =>
    sceneOf(
      switches, fold(null, { kind: "snapshot", n: 1, snapshot: snapshot({ alarms }) }), wording,
    ).sensors.map((s) => s.minor);
  expect(minor([])).toEqual([true, true]);
  expect(minor([alarm("a#1", "III")])).toEqual([true, false]);
  expect(sceneWith({}).sensors.some((s) => s.minor)).toBe(false);
});

test("a person nobody hears any more is hollow, one who calls for help is loud", () => {
  const states = (more: object) => sceneWith({ places: [place("P01", more)] }).people[0]!.state;
  expect(states({ lost: true })).toBe("lost");
  expect(states({ lost: true, sos: true })).toBe("sos");
});

test("a refuge whose reader is dead holds an unknown number, never none", () => {
  const text = (low: number, high: number | null) =>
    sceneWith({ counts: [{ zone: "REFUGE", count: low, unknown: true, low, high, limit: 20 }] }).refuges[0]!.text;
  expect([text(0, null), text(2, null), text(2, 5)]).toEqual(["?/20", "≥2/20", "2–5/20"]);
});

test("chainage follows the surveyed length, round the bend", () => {
  const road = mine.roadways[0]!;
  expect(placeAt(road, 100)).toEqual([50, 0, 0]);
  expect(placeAt(road, 150)).toEqual([50, 25, 0]);
  expect(placeAt(road, 999)).toEqual([50, 50, 0]);
  expect(stretch(road, 150, 50)).toEqual([[25, 0, 0], [50, 0, 0], [50, 25, 0]]);
});

test("a level shows its own, and whatever is urgent of the others", () => {
  const scene = sceneWith({
    alarms: [alarm("a#1", "II")],
    places: [place("P01", { level: "L" }), place("P02", { level: "M" }), place("P03", { level: "M", sos: true })],
  });
  expect(levelOf(scene, "")).toBe(scene);
  const level = levelOf(scene, "L");
  expect(level.people.map((p) => p.target.id)).toEqual(["P01", "P03"]);
  const deeper = levelOf(scene, "M");
  expect(deeper.people.map((p) => p.target.id)).toEqual(["P02", "P03"]);
  expect(deeper.sensors.map((s) => s.target.id), "in alarm on another level").toEqual(["CH4-T2"]);
});

test("people close together are one mark with their number", () => {
  const at = (x: number) => ({ item: x, at: [x, 0] as const });
  const groups = crowds([at(0), at(5), at(9), at(60)], 13);
  expect(groups.map((g) => g.members.length)).toEqual([3, 1]);
});
