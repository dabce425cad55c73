import { expect, test } from "vitest";
import { alarm } from "../testing";
import { TABS, tabOf, together, under } from "./alarm-tabs";

const ALARMS = [
  alarm("gas", "I"),
  alarm("wind", "II", { state: "acked" }),
  alarm("dust", "III", { state: "returned_unacked", active: false }),
  alarm("pump", "III", { state: "shelved" }),
  alarm("fan", "III"),
];
const named = (alarms: readonly { episode: string }[]) => alarms.map((a) => a.episode);

test("every alarm stands under exactly one tab", () => {
  const all = TABS.flatMap((tab) => named(under(tab, ALARMS)));
  expect(all.sort()).toEqual(named(ALARMS).sort());
  expect(named(under("returned", ALARMS))).toEqual(["dust"]);
  expect(named(under("aside", ALARMS))).toEqual(["pump"]);
});

test("level I is acknowledged by itself, with a word on what is done", () => {
  expect(named(together(ALARMS))).toEqual(["dust", "fan"]);
});

test("an address nobody knows shows what stands", () => {
  expect([tabOf(null), tabOf("history"), tabOf("all")]).toEqual(["active", "history", "active"]);
});
