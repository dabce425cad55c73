import { expect, test } from "vitest";
import { alarm, mine, order, snapshot } from "../../testing";
import { fold } from "../live/picture";
import { Lookup } from "../lookup";
import type { Impact, Snapshot } from "../wire";
import { groundIn, groundOf } from "./ground";

const look = new Lookup(mine);
const groundWith = (more: Partial<Snapshot>, of = look) =>
  groundOf(of, fold(null, { kind: "snapshot", n: 1, snapshot: snapshot(more) }));

const gas = (cause: string, from_m: number): Impact => ({
  cause, danger: "gas", stretches: [{ roadway: "G02", from_m, to_m: 200 }],
});

test("a calm mine has nothing to say of its ground", () => {
  const ground = groundWith({});
  expect(groundIn(ground)).toEqual([]);
  expect(ground.blocked).toEqual([]);
});

test("an alarm tints its face, not the whole mine; one that has returned tints nothing", () => {
  const zones = ["ALL", "FACE"];
  const ground = groundWith({ alarms: [alarm("a#1", "I", { zones })] });
  expect(ground.tints).toHaveLength(1);
  expect(ground.tints[0]!.lines[0]![0]).toEqual([25, 0, 0]);
  const returned = alarm("a#1", "I", { zones, active: false, state: "returned_unacked" });
  expect(groundWith({ alarms: [returned] }).tints).toEqual([]);
});

test("an open order tints its zones, a closed one does not", () => {
  const zones = ["FACE"];
  expect(groundWith({ orders: [order("o", { zones })] }).tints).toHaveLength(1);
  expect(groundWith({ orders: [order("o", { zones, closed: 5 })] }).tints).toEqual([]);
});

test("down-wind begins at the point and follows the air round the bend", () => {
  const [carried] = groundWith({ alarms: [alarm("a#1", "I")], impacts: [gas("CH4-T2", 80)] }).impacts;
  expect(carried).toMatchObject({ danger: "gas", severity: "I", causes: ["CH4-T2"] });
  expect(carried!.lines).toEqual([[[40, 0, 0], [50, 0, 0], [50, 50, 0]]]);
});

test("where the air goes towards the roadway's start, so do its chevrons", () => {
  const against = new Lookup({ ...mine, roadways: mine.roadways.map((r) => ({ ...r, air: -1 })) });
  const [carried] = groundWith({ impacts: [gas("CH4-T2", 100)] }, against).impacts;
  expect(carried!.lines[0]![0]).toEqual([50, 50, 0]);
});

test("two points that tell of one danger are one band, as grave as the graver", () => {
  const alarms = [
    alarm("a#1", "III", { subject: "CH4-T1" }), alarm("b#1", "I", { subject: "CH4-T2" }),
  ];
  const { impacts } = groundWith({ alarms, impacts: [gas("CH4-T1", 40), gas("CH4-T2", 100)] });
  expect(impacts).toHaveLength(1);
  expect(impacts[0]).toMatchObject({ severity: "I", causes: ["CH4-T2", "CH4-T1"] });
  expect(impacts[0]!.lines[0]![0]).toEqual([20, 0, 0]);
});

test("a route goes as people walk, also towards the start", () => {
  const { routes } = groundWith({ legs: [{ roadway: "G02", from_m: 80, to_m: 0, people: 7 }] });
  expect(routes).toEqual([{ line: [[40, 0, 0], [0, 0, 0]], people: 7 }]);
});

test("the key changes with what is seen and with nothing else", () => {
  const calm = groundWith({}).key;
  expect(groundWith({ underground: 9 }).key).toBe(calm);
  expect(groundWith({ blocked: [{ roadway: "G02", by: "P01", reason: "fall" }] }).key).not.toBe(calm);
  const one = groundWith({ alarms: [alarm("a#1", "III")], impacts: [gas("CH4-T2", 100)] }).key;
  expect(groundWith({ alarms: [alarm("a#1", "I")], impacts: [gas("CH4-T2", 100)] }).key).not.toBe(one);
});
