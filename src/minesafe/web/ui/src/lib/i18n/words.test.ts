import { expect, test } from "vitest";
import schema from "../../../openapi.json";
import { en } from "./en";
import { laterEn } from "./later.en";
import { laterZh } from "./later.zh";
import { zh } from "./zh";

const FAMILIES = [
  ["AlarmState", "alarmState"],
  ["Decision", "decision"],
  ["Duty", "post"],
  ["Origin", "origin"],
  ["OrderKind", "orderKind"],
  ["Role", "role"],
  ["Severity", "severity"],
  ["System", "system"],
  ["SystemState", "systemState"],
  ["Standing", "standingOf"],
  ["What", "deviceKind"],
  ["Told", "toldOf"],
  ["Whereabouts", "whereaboutsOf"],
] as const;

test.each(FAMILIES)("every %s the server can say has a word", (type, family) => {
  const codes = (schema.components.schemas[type] as { enum: string[] }).enum;
  expect(Object.keys({ ...zh, ...laterZh }[family]).sort()).toEqual([...codes].sort());
});

test("no word is empty, and English holds no Chinese", () => {
  const said = (words: object): string[] =>
    Object.values(words).flatMap((w) =>
      typeof w === "string" ? [w] : typeof w === "object" ? said(w as object) : [],
    );
  expect(said({ zh, laterZh }).filter((w) => !w.trim())).toEqual([]);
  expect(said({ ...en, other: "", laterEn }).filter((w) => /\p{Script=Han}/u.test(w))).toEqual([]);
});
