import { beforeEach, expect, test, vi } from "vitest";
import { mine } from "../testing";
import { speech } from "./i18n/speech.svelte";
import { Lookup } from "./lookup";
import { fieldText, rowText, tables, valueText } from "./revisions";
import type { Change } from "./wire";

vi.hoisted(() => vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => undefined }));

const change = (table: string, row: string, more: Partial<Change> = {}): Change => ({
  table, row, sign: "~", zh: "", en: "", fields: [], ...more,
});

beforeEach(async () => {
  await speech.learn();
  await speech.learnLater();
});

test("limits come first, then places, people and the roster, and what nobody named last", () => {
  const told = [change("server", ""), change("shifts", "1"), change("points", "A"), change("points", "B")];
  expect(tables(told).map((t) => [t.name, t.rows.length])).toEqual([["points", 2], ["shifts", 1], ["server", 1]]);
});

test("a field goes by its name, a rung of the ladder by its number, a post by the post", () => {
  expect(fieldText("limits.alarm_high")).toBe("alarm limit, high");
  expect(fieldText("ladder.2.after_s")).toBe("ladder no. 2 after");
  expect(fieldText("posts.leader")).toBe(speech.later.post.leader);
  expect(fieldText("nobody_named_it")).toBe("nobody_named_it");
});

test("a value has its unit, and people their names", () => {
  const look = new Lookup(mine);
  const [point] = mine.points;
  const person = mine.people[0]!;
  expect(valueText(look, change("points", point!.id), "limits.alarm_high", "1")).toMatch(/^1 /);
  expect(valueText(look, change("points", point!.id), "limits.alarm_high", "–")).toBe("–");
  expect(valueText(look, change("policy", ""), "ladder.2.after_s", "45")).toBe("45 s");
  expect(valueText(look, change("shifts", "1"), "posts.leader", person.id)).toBe(person.name);
});

test("a shift goes by when it begins, anything else by its name and its id", () => {
  const look = new Lookup(mine);
  expect(rowText(look, change("shifts", "1764000000000000", { zh: "8点班" }))).toMatch(/^2025-11-2\d \d\d:\d\d 8点班$/);
  expect(rowText(look, change("points", "CH4-T2", { en: "Methane" }))).toBe("Methane (CH4-T2)");
});
