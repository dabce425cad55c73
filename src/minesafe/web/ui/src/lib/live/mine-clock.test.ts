import { expect, test } from "vitest";
import { MineClock } from "./mine-clock";

test("time goes on when the server says nothing more", () => {
  const clock = new MineClock();
  clock.hear(1_000_000, 0);
  expect(clock.at(2500)).toBe(3_500_000);
});

test("a mine that lives four times as fast is followed", () => {
  const clock = new MineClock();
  for (let s = 0; s <= 30; s++) clock.hear(1_000_000 + s * 4_000_000, s * 1000);
  expect(clock.at(31_000) / 1e6).toBeCloseTo(125, 1);
});

test("an hour's sleep of the PC, in which its own clock stood still, makes nothing fast", () => {
  const clock = new MineClock();
  for (let s = 0; s <= 5; s++) clock.hear(1_000_000 + s * 1_000_000, s * 1000);
  clock.hear(3_606_000_000, 6500, true);
  expect(clock.at(7500)).toBe(3_607_000_000);
  expect(clock.realTime).toBe(true);
});

test("a mine that lives four times as fast has no PC's clock to be held against", () => {
  const clock = new MineClock();
  for (let s = 0; s <= 30; s++) clock.hear(1_000_000 + s * 4_000_000, s * 1000);
  expect(clock.realTime).toBe(false);
});

test("before the server said a time there is none", () => {
  expect(new MineClock().at(5000)).toBe(0);
});
