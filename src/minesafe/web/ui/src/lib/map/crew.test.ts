import { describe, expect, test } from "vitest";
import { alarm, order, place } from "../../testing";
import type { Order, Place } from "../wire";
import { crewOf } from "./crew";
import { CELL_PX, FEW, grouped } from "./crowd";
import { endsFollowing, followed } from "./follow";
import { panned, PLAN } from "./matrix";

const there = (...people: Place[]) => new Map(people.map((p) => [p.person, p]));
const at = (x: number, y = 0, more: Partial<Place> = {}): Place =>
  place(`P${x}-${y}`, { x, y: -y, z: -300, ...more });
const screen = { x: 0, y: 0, w: 800, h: 600 };

const inOrder = (person: string, whereabouts: Order["muster"][number]["whereabouts"]) =>
  order("o", {
    muster: [{
      person, whereabouts, told: "delivered", roadway: null, chainage_m: null, seen: null,
      destination: "", distance_m: null, toward: "", walk_s: null, doubt: "", other: "",
      known_by: "", ticked_by: null,
    }],
  });

describe("what is the matter with somebody", () => {
  test("not heard: hollow; a call for help: level I, and hollow when it is old as well", () => {
    const crew = crewOf(
      there(at(1), at(2, 0, { lost: true }), at(3, 0, { sos: true }), at(4, 0, { sos: true, lost: true })),
      [], null,
    );
    const rows = [0, 1, 2, 3];
    expect(rows.map(crew.hollow)).toEqual([false, true, false, true]);
    expect(rows.map(crew.severity)).toEqual([null, null, "I", "I"]);
  });

  test("an alarm about him gives its level, one that has returned none", () => {
    const about = (more: object) =>
      crewOf(there(at(1)), [alarm("a#1", "II", { source: "person", subject: "P1-0", ...more })], null);
    expect(about({}).severity(0)).toBe("II");
    expect(about({}).waits(0)).toBe(true);
    expect(about({ active: false, state: "returned_unacked" }).severity(0)).toBeNull();
  });

  test("in an evacuation who stands or walks the wrong way is level II, who is out is gone", () => {
    const seen = (whereabouts: Order["muster"][number]["whereabouts"]) =>
      crewOf(there(at(1)), [], inOrder("P1-0", whereabouts));
    expect(seen("standing").severity(0)).toBe("II");
    expect(seen("unknown").severity(0)).toBe("I");
    expect(seen("unknown").hollow(0)).toBe(true);
    expect(seen("at_refuge").state(0)).toBe("safe");
    expect(seen("out").size).toBe(0);
  });
});

describe("people as numbers", () => {
  const few = Array.from({ length: FEW }, (_, i) => at(100 + i));
  const many = [...few, at(105), at(106)];

  test("a few in a cell are marks, more are one number", () => {
    expect(grouped(crewOf(there(...few), [], null), PLAN, screen)).toMatchObject({
      crowds: [], single: { length: FEW },
    });
    const { crowds, single } = grouped(crewOf(there(...many), [], null), PLAN, screen);
    expect(crowds.map((c) => c.rows.length)).toEqual([FEW + 2]);
    expect(single).toEqual([]);
  });

  test("a number stands where one of them is, never beside the roadway", () => {
    const [crowd] = grouped(crewOf(there(...many), [], null), PLAN, screen).crowds;
    expect(many.map((p) => p.x)).toContain(crowd!.at[0]);
  });

  test("who is in alarm is in no number, who is not heard is counted apart", () => {
    const crew = crewOf(
      there(...many, at(107, 0, { sos: true }), ...[0, 1, 2, 3].map((i) => at(110 + i, 0, { lost: true }))),
      [], null,
    );
    const { crowds, single } = grouped(crew, PLAN, screen);
    expect(crowds.map((c) => [c.rows.length, c.hollow])).toEqual([[FEW + 2, false], [4, true]]);
    expect(single.map((row) => crew.ids[row])).toEqual(["P107-0"]);
  });

  test("nobody is lost and nobody counted twice; a pan changes no number", () => {
    const all = Array.from({ length: 2000 }, (_, i) => at((i * 37) % 790, (i * 91) % 590));
    const crew = crewOf(there(...all), [], null);
    const sizes = (dx: number) => {
      const { crowds, single } = grouped(crew, panned(PLAN, dx, 0), screen);
      const rows = [...single, ...crowds.flatMap((c) => c.rows)];
      expect(new Set(rows).size).toBe(crew.size);
      return crowds.map((c) => c.rows.length).sort();
    };
    expect(sizes(7)).toEqual(sizes(0));
  });

  test("who is off the screen or of another level is not counted, but for who is in alarm", () => {
    const crew = crewOf(there(at(-CELL_PX * 3), at(5), at(6, 0, { sos: true })), [], null);
    const seen = grouped(crew, PLAN, screen, () => false);
    expect(seen.single.map((row) => crew.ids[row])).toEqual(["P6-0"]);
  });
});

describe("following somebody", () => {
  const places = there(at(1, 0, { seen: 70 }), at(2, 0, { seen: 20, lost: true }));

  test("the place is where he was seen; a silent reader is said, not hidden", () => {
    expect(followed("P1-0", places)).toEqual({ how: "seen", at: [1, -0, -300], seen: 70 });
    expect(followed("P2-0", places)).toMatchObject({ how: "lost", seen: 20 });
    expect(followed("P9", places)).toEqual({ how: "gone" });
  });

  test("a pan or the whole mine ends it, a zoom or a turn does not", () => {
    expect((["pan", "fit", "zoom", "turn"] as const).map(endsFollowing)).toEqual([true, true, false, false]);
  });
});
