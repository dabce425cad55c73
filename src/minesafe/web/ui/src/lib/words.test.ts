import { expect, test } from "vitest";
import { alarm, mine } from "../testing";
import { Lookup } from "./lookup";
import { guidanceOf, ruleName } from "./words.svelte";

const look = new Lookup(mine);
const point = alarm("high:CH4-T1#1", "II", { subject: "CH4-T1", rule: "CH4-T2" });
const fire = alarm("logic:CH4-T1:FIRE.CH4-T1#1", "I", { subject: "CH4-T1", rule: "FIRE.CH4-T1" });

test("a rule about several points says what to do before the point does", () => {
  expect(guidanceOf(look, point)).toBe("撤人");
  expect(guidanceOf(look, fire)).toBe("按火灾处置");
});

test("its alarm goes by the rule's name, any other by its condition", () => {
  expect(ruleName(look, fire)).toBe("火灾");
  expect(ruleName(look, point)).toBe("");
});
