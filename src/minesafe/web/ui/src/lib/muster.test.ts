import { expect, test } from "vitest";
import { countersOf, worstFirst } from "./muster";
import type { MusterRow, Whereabouts } from "./wire";

const row = (person: string, whereabouts: Whereabouts, seen = 5): MusterRow => ({
  person, whereabouts, told: "notified", roadway: null, chainage_m: null, seen, destination: "",
  distance_m: null, toward: "", walk_s: null, doubt: "", known_by: "", other: "", ticked_by: null,
});

test("whoever nobody can account for is on top, the longest unseen first", () => {
  const muster = [row("a", "out"), row("b", "moving"), row("c", "unknown", 9), row("d", "unknown", 2)];
  expect(worstFirst(muster).map((r) => r.person)).toEqual(["d", "c", "b", "a"]);
});

test("people who walk keep their rows while they are seen anew", () => {
  const muster = [row("b", "moving", 1), row("a", "moving", 9)];
  expect(worstFirst(muster).map((r) => r.person)).toEqual(["a", "b"]);
});

test("at a refuge or out is accounted for, moving is not", () => {
  const muster = [row("a", "out"), row("b", "at_refuge"), row("c", "moving"), row("d", "wrong_way")];
  expect(countersOf(muster)).toMatchObject({ accounted: 2, all: 4, stuck: 1, moving: 1, unknown: 0 });
});
