import { expect, test } from "vitest";
import { alarm, order, snapshot } from "../../testing";
import { fold } from "../live/picture";
import type { Snapshot } from "../wire";
import { Silence, SILENCE_MS, toneOf } from "./silence";

const picture = (more: Partial<Snapshot>) =>
  fold(null, { kind: "snapshot", n: 1, snapshot: snapshot(more) });

test("it sounds for the worst that waits, until that is acknowledged", () => {
  const waiting = [alarm("a#1", "III"), alarm("b#1", "I")];
  expect(toneOf(picture({ alarms: waiting }))).toBe("I");
  const seen = { ...alarm("b#1", "I"), state: "acked" as const };
  expect(toneOf(picture({ alarms: [alarm("a#1", "III"), seen] }))).toBe("III");
  expect(toneOf(picture({ alarms: [alarm("c#1", "IV")] }))).toBeNull();
});

test("an alarm that went back by itself still sounds", () => {
  const returned = alarm("a#1", "II", { active: false, state: "returned_unacked" });
  expect(toneOf(picture({ alarms: [returned] }))).toBe("II");
});

test("an order nobody has acknowledged sounds as its level", () => {
  expect(toneOf(picture({ orders: [order("o")] }))).toBe("I");
  expect(toneOf(picture({ orders: [order("o", { acknowledged_by: "P01" })] }))).toBeNull();
  expect(toneOf(picture({ orders: [order("o", { closed: 5 })] }))).toBeNull();
});

test("silence ends by itself after two minutes", () => {
  const silence = new Silence();
  const now = picture({ alarms: [alarm("a#1", "I")] });
  silence.begin(now, 1000);
  expect(silence.left(now, 1000)).toBe(SILENCE_MS);
  expect(silence.left(now, 1000 + SILENCE_MS)).toBe(0);
});

test("a new level I ends a silence, another level does not", () => {
  const silence = new Silence();
  const one = alarm("a#1", "I");
  silence.begin(picture({ alarms: [one] }), 0);
  expect(silence.left(picture({ alarms: [one, alarm("c#1", "II")] }), 1)).toBeGreaterThan(0);
  expect(silence.left(picture({ alarms: [one, alarm("b#1", "I")] }), 2)).toBe(0);
  expect(silence.left(picture({ alarms: [one] }), 3)).toBe(0);
});

test("a stop-work order that becomes an evacuation ends a silence", () => {
  const silence = new Silence();
  silence.begin(picture({ orders: [order("o", { order_kind: "stop_work", severity: "II" })] }), 0);
  expect(silence.left(picture({ orders: [order("o")] }), 1)).toBe(0);
});
