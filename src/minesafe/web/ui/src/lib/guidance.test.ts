import { expect, test } from "vitest";
import { alarm, mine } from "../testing";
import { ruleOf, told } from "./guidance";
import { Lookup } from "./lookup";

const look = new Lookup(mine);
const point = alarm("high:CH4-T1#1", "II", { subject: "CH4-T1", rule: "CH4-T2" });
const fire = alarm("logic:CH4-T1:FIRE.CH4-T1#1", "I", { subject: "CH4-T1", rule: "FIRE.CH4-T1" });
const both = (zh: string) => ({ zh, en: zh });

test("a rule about several points says what to do before the point does", () => {
  expect(told(look, point)).toEqual(both("撤人"));
  expect(told(look, fire)).toEqual(both("按火灾处置"));
});

test("its alarm goes by the rule's name, any other by its condition", () => {
  expect(ruleOf(look, fire)?.name).toEqual(both("火灾"));
  expect(ruleOf(look, point)).toBeNull();
});
