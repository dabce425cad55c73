import { describe, expect, test } from "vitest";
import { alarm, order, snapshot } from "../../testing";
import { fold } from "../live/picture";
import type { Alarm, Order, Severity } from "../wire";
import { AGAIN_MS, Announcer, PAUSE_MS, SPOKEN, waiting, type Announcement } from "./saying";

const picture = (alarms: Alarm[] = [], orders: Order[] = []) =>
  fold(null, { kind: "snapshot", n: 1, snapshot: snapshot({ alarms, orders }) });

const items = (alarms: Alarm[] = [], orders: Order[] = []) => waiting(picture(alarms, orders), null);
const many = (n: number, severity: Severity): Alarm[] =>
  Array.from({ length: n }, (_, i) => alarm(`a${i}#1`, severity, { began: i }));
const keys = (said: Announcement | null) => said?.items.map((item) => item.key);

describe("what waits", () => {
  test("an order is said first, the graver alarm before the newer", () => {
    const alarms = [alarm("c#1", "III", { began: 9 }), alarm("a#1", "I", { began: 1 }), alarm("b#1", "I", { began: 5 })];
    const stop = order("s", { order_kind: "stop_work", issued: 9 });
    expect(keys({ items: items(alarms, [stop, order("o", { issued: 1 })]), more: 0, breaksOff: false })).toEqual([
      "o evacuate", "s stop_work", "b#1 I", "a#1 I", "c#1 III",
    ]);
  });

  test("what somebody has, what is only to be noted and what is closed is not said", () => {
    const had = { ...alarm("a#1", "I"), state: "acked" as const };
    const known = order("o", { acknowledged_by: "P01" });
    expect(items([had, alarm("n#1", "IV")], [known, order("p", { closed: 5 })])).toEqual([]);
  });

  test("trouble of the system itself goes before everything", () => {
    expect(waiting(picture([alarm("a#1", "I")], [order("o")]), "lost")[0]).toMatchObject({ trouble: "lost" });
  });
});

describe("the announcer, by a clock in the hand", () => {
  test("three alarms are spoken and the others are a number", () => {
    const said = new Announcer().next(items(many(8, "II")), 0, false);
    expect(keys(said)).toEqual(["a7#1 II", "a6#1 II", "a5#1 II"]);
    expect(said?.more).toBe(8 - SPOKEN);
  });

  test("an order is spoken besides the three, and always", () => {
    const said = new Announcer().next(items(many(8, "III"), [order("o"), order("p")]), 0, false);
    expect(said?.items).toHaveLength(2 + SPOKEN);
  });

  test("what nobody acknowledges is said again and again, after the last word", () => {
    const announcer = new Announcer();
    const wait = items([alarm("a#1", "II")]);
    expect(announcer.next(wait, 0, false)).not.toBeNull();
    expect(announcer.next(wait, 3_000, true)).toBeNull();
    expect(announcer.next(wait, 3_000 + AGAIN_MS - 1, false)).toBeNull();
    expect(keys(announcer.next(wait, 3_000 + AGAIN_MS, false))).toEqual(["a#1 II"]);
    expect(announcer.next(wait, 3_000 + AGAIN_MS + 1, false)).toBeNull();
  });

  test("acknowledged, it is said no more", () => {
    const announcer = new Announcer();
    announcer.next(items([alarm("a#1", "II")]), 0, false);
    expect(announcer.next(items(), AGAIN_MS * 9, false)).toBeNull();
  });

  test("only what is new is said of it, and all that waits is counted", () => {
    const announcer = new Announcer();
    const first = many(4, "III");
    announcer.next(items(first), 0, false);
    const said = announcer.next(items([...first, alarm("new#1", "III", { began: 99 })]), PAUSE_MS, false);
    expect(keys(said)).toEqual(["new#1 III"]);
    expect(said?.more).toBe(4);
  });

  test("level I and an order break off what is being said; a lesser alarm waits for its end", () => {
    const announcer = new Announcer();
    const first = many(1, "III");
    announcer.next(items(first), 0, false);
    expect(announcer.next(items([...first, alarm("b#1", "II")]), 1_000, true)).toBeNull();
    expect(announcer.next(items([...first, alarm("c#1", "I")]), 1_500, true)?.breaksOff).toBe(true);
    expect(announcer.next(items(first, [order("o")]), 2_000, true)?.breaksOff).toBe(true);
  });

  test("in a flood it draws breath between two announcements", () => {
    const announcer = new Announcer();
    announcer.next(items(many(3, "II")), 0, false);
    expect(announcer.next(items(many(9, "II")), PAUSE_MS - 1, false)).toBeNull();
    expect(announcer.next(items(many(9, "II")), PAUSE_MS, false)?.more).toBe(9 - SPOKEN);
  });

  test("an alarm that got worse, and one that came back, are news", () => {
    const announcer = new Announcer();
    announcer.next(items([alarm("a#1", "III")]), 0, false);
    expect(keys(announcer.next(items([alarm("a#1", "I")]), 100, false))).toEqual(["a#1 I"]);
    announcer.next(items(), 200, false);
    expect(keys(announcer.next(items([alarm("a#1", "I")]), 300, false))).toEqual(["a#1 I"]);
  });

  test("a stop-work order that becomes an evacuation is said at once", () => {
    const announcer = new Announcer();
    announcer.next(items([], [order("o", { order_kind: "stop_work" })]), 0, false);
    expect(keys(announcer.next(items([], [order("o")]), 10, true))).toEqual(["o evacuate"]);
  });
});
