import { describe, expect, test } from "vitest";
import type { LiveMessage } from "../wire";
import { alarm, order, place, snapshot, value } from "../../testing";
import { fold, Gap, type Picture } from "./picture";

const start = (): Picture => fold(null, { kind: "snapshot", n: 1, snapshot: snapshot() });
const after = (...messages: LiveMessage[]): Picture =>
  messages.reduce<Picture>((picture, message) => fold(picture, message), start());

describe("the picture follows the live wire", () => {
  test("readings replace what they name and leave the rest", () => {
    const picture = fold(start(), {
      kind: "readings", n: 2, now: 50, underground: 3,
      values: [value("CH4-T2", 1.62)], places: [], counts: [],
    });
    expect(picture.values.get("CH4-T2")?.value).toBe(1.62);
    expect(picture.values.get("CO-01")?.value).toBe(3.2);
    expect(picture.now).toBe(50);
  });

  test("each beat says whether an alarm can be raised, and the next one that it can again", () => {
    const beat = { kind: "beat", n: 2, now: 50, position: 7 } as const;
    const cannot = fold(start(), { ...beat, cannot: ["frame", "nobody"] });
    expect(cannot.cannot).toEqual(["frame", "nobody"]);
    expect(fold(cannot, { ...beat, n: 3, cannot: [] }).cannot).toEqual([]);
  });

  test("a picture already shown never changes", () => {
    const before = start();
    fold(before, {
      kind: "readings", n: 2, now: 50, underground: 3,
      values: [value("CH4-T2", 1.62)], places: [], counts: [],
    });
    expect(before.values.get("CH4-T2")?.value).toBe(0.3);
  });

  test("who has gone out leaves the map", () => {
    const picture = fold(start(), {
      kind: "readings", n: 2, now: 50, underground: 0,
      values: [], places: [place("P01", { out: true })], counts: [],
    });
    expect(picture.places.has("P01")).toBe(false);
  });

  test("what no message names is the same object still: nothing made of it is made anew", () => {
    const before = start();
    const picture = fold(before, {
      kind: "readings", n: 2, now: 50, underground: 1,
      values: [value("CH4-T2", 1.62)], places: [], counts: [],
    });
    expect(picture.places).toBe(before.places);
    expect(picture.counts).toBe(before.counts);
    expect(picture.alarms).toBe(before.alarms);
  });

  test("where the air carries a danger and who flees where is told whole with the state", () => {
    const { findings, duty, systems, permits, flood, groups, refuges, blocked, reckoned, nightly } =
      snapshot();
    const impacts = [{ cause: "CH4-T2", danger: "gas" as const, stretches: [{ roadway: "G02", from_m: 100, to_m: 200 }] }];
    const legs = [{ roadway: "G02", from_m: 100, to_m: 0, people: 3 }];
    const state = {
      kind: "state" as const, n: 2, position: 8, findings, duty, systems, permits, flood, groups,
      refuges, blocked, reckoned, nightly, impacts, legs,
    };
    expect(after(state)).toMatchObject({ impacts, legs });
    expect(after(state, { ...state, n: 3, impacts: [], legs: [] })).toMatchObject({ impacts: [], legs: [] });
  });

  test("an alarm that is normal again leaves the list, a worse one leads it", () => {
    const picture = after(
      { kind: "alarms", n: 2, position: 8, alarms: [alarm("a#1", "III"), alarm("b#1", "I")] },
      { kind: "alarms", n: 3, position: 9, alarms: [{ ...alarm("a#1", "III"), state: "normal" }] },
    );
    expect(picture.alarms.map((a) => a.episode)).toEqual(["b#1"]);
  });

  test("open orders come before closed ones", () => {
    const picture = after({
      kind: "orders", n: 2, position: 8,
      orders: [order("o1", { issued: 5 }), order("o2", { issued: 9, closed: 11 })],
    });
    expect(picture.orders.map((o) => o.order)).toEqual(["o1", "o2"]);
  });

  test.each([
    ["a message is missing", 3],
    ["a message comes twice", 1],
  ])("%s: the connection is not believed", (_, n) => {
    const beat = { kind: "beat" as const, n, now: 1, position: 1, cannot: [] };
    expect(() => fold(start(), beat)).toThrow(Gap);
  });

  test("nothing is believed before a snapshot", () => {
    expect(() => fold(null, { kind: "beat", n: 1, now: 1, position: 1, cannot: [] })).toThrow(Gap);
  });
});
