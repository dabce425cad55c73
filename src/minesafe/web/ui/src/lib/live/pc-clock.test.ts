import { describe, expect, test } from "vitest";
import { SECOND } from "../wire";
import { PcClock } from "./pc-clock";

const HOUR = 3600 * SECOND;

function heard(aheadS: readonly number[]): PcClock {
  const clock = new PcClock();
  aheadS.forEach((ahead, s) => clock.hear(s * SECOND, (s + ahead) * 1000));
  return clock;
}

describe("the PC's own clock", () => {
  test("an hour fast is told, and an hour slow", () => {
    expect(heard(Array(5).fill(3600)).ahead).toBe(HOUR);
    expect(heard(Array(5).fill(-3600)).ahead).toBe(-HOUR);
  });

  test("two seconds are not worth a word", () => {
    expect(heard(Array(5).fill(1.9)).ahead).toBe(0);
  });

  test("messages that waited in a hidden tab do not make a clock fast", () => {
    expect(heard([0.1, 40, 30, 20, 10]).ahead).toBe(0);
  });

  test("a few messages say nothing yet, and a clock set right is right five messages later", () => {
    expect(heard([3600, 3600]).ahead).toBe(0);
    expect(heard([...Array(9).fill(3600), 0, 0, 0, 0, 0]).ahead).toBe(0);
  });
});
