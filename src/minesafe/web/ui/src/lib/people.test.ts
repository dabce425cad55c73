import { describe, expect, test } from "vitest";
import { found } from "./people";
import type { Person } from "./wire";

const person = (id: string, name: string, initials: string[], tag: string, crew: string): Person => ({
  id, name, initials, tag, crew, trade: "采煤工",
});

const PEOPLE = [
  person("P1", "张伟", ["z", "w"], "20260003", "综采一队"),
  person("P2", "曾伟强", ["cz", "w", "jq"], "20260013", "掘进队"),
  person("P3", "王建国", ["w", "j", "g"], "20260031", "综采一队"),
  person("P4", "Li Zw", ["l", "i", "z", "w"], "20261000", "机电队"),
];

const ids = (typed: string): string[] => found(PEOPLE, typed).map((p) => p.id);

describe("people are found", () => {
  test("by nothing typed: everybody, as the mine lists them", () => {
    expect(ids(" ")).toEqual(["P1", "P2", "P3", "P4"]);
  });

  test("by a name or a part of it, whoever begins with it first", () => {
    expect(ids("张")).toEqual(["P1"]);
    expect(ids("伟")).toEqual(["P1", "P2"]);
  });

  test("by initials, also of a surname that is read in two ways", () => {
    expect(ids("zw")).toEqual(["P4", "P1", "P2"]);
    expect(ids("CWQ")).toEqual(["P2"]);
    expect(ids("wjg")).toEqual(["P3"]);
  });

  test("by a card, and by its last digits", () => {
    expect(ids("20260031")).toEqual(["P3"]);
    expect(ids("003")[0]).toBe("P1");
  });

  test("by the crew", () => {
    expect(ids("综采")).toEqual(["P1", "P3"]);
  });

  test("nobody by what fits nobody", () => {
    expect(ids("赵")).toEqual([]);
  });
});
