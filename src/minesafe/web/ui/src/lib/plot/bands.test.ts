import { expect, test } from "vitest";
import { alarm } from "../../testing";
import type { Journalled } from "../wire";
import { alarmBands } from "./bands";

let position = 0;
const moved = (valid: number, move: string, active: Record<string, string>, severity = "III"): Journalled => ({
  position: ++position, valid, recorded: valid, frame: null, cause: null, epoch: 1, previous: "", hash: "",
  body: { kind: "alarm_moved", episode: "gas:CH4#1", move, severity, condition: "alarm_high", active },
});
const HOLDS = { alarm_high: "III" };
const spans = (found: ReturnType<typeof alarmBands>) => found.map((b) => [b.start, b.end, b.severity]);

test("a band goes from the rise to the return, and is as grave as the worst of it", () => {
  const records = [
    moved(10, "raise", HOLDS), moved(20, "rise", HOLDS, "I"), moved(30, "ease", HOLDS, "I"),
    moved(40, "return", {}, "I"), moved(50, "acknowledge", {}, "I"),
  ];
  expect(spans(alarmBands(records, [], 0, 100))).toEqual([[10, 40, "I"]]);
});

test("coming back before anybody looked is a second band", () => {
  const records = [
    moved(10, "raise", HOLDS), moved(20, "return", {}), moved(30, "hold", HOLDS), moved(40, "clear", {}),
  ];
  expect(spans(alarmBands(records.reverse(), [], 0, 100))).toEqual([[10, 20, "III"], [30, 40, "III"]]);
});

test("what began before the window is drawn from its edge", () => {
  expect(spans(alarmBands([moved(10, "return", {})], [], 5, 100))).toEqual([[5, 10, "III"]]);
});

test("what holds now goes on to now, though no record of the window tells it", () => {
  const standing = [alarm("gas:CH4#7", "II", { began: 3 })];
  expect(spans(alarmBands([], standing, 50, 100))).toEqual([[3, 100, "II"]]);
});
