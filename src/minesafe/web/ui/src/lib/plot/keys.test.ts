import { expect, test } from "vitest";
import { SECOND } from "../wire";
import { keyed, type Look } from "./keys";

const HOUR = 3600 * SECOND;
const look = (more: Partial<Look> = {}): Look => ({
  window: { from: 0, to: HOUR }, at: null, newest: HOUR, ...more,
});

test("the cursor begins at the newest and walks a hundredth of the window, with Shift a tenth", () => {
  expect(keyed("ArrowLeft", false, look())).toEqual({ at: 0.99 * HOUR });
  expect(keyed("ArrowLeft", true, look({ at: HOUR / 2 }))).toEqual({ at: 0.4 * HOUR });
  expect(keyed("ArrowRight", true, look({ at: HOUR }))).toEqual({ at: HOUR });
  expect(keyed("Home", false, look())).toEqual({ at: 0 });
});

test("plus narrows about the cursor, which stays where it is on the screen", () => {
  const near = keyed("+", false, look({ at: HOUR / 4 }));
  expect(near).toEqual({ window: { from: HOUR / 8, to: (5 * HOUR) / 8 } });
});

test("no window goes beyond what there is, nor below ten seconds", () => {
  expect(keyed("PageUp", false, look())).toEqual({ window: { from: 0, to: HOUR } });
  expect(keyed("-", false, look())).toEqual({ window: { from: -HOUR, to: HOUR } });
  const least = keyed("+", false, look({ window: { from: 0, to: 10 * SECOND } }));
  expect(least).toEqual({ window: { from: 0, to: 10 * SECOND } });
});

test("one leafs back through the history, and comes back by one key", () => {
  expect(keyed("PageDown", false, look())).toEqual({ window: { from: -HOUR / 2, to: HOUR / 2 } });
  expect(keyed("0", false, look())).toEqual({ window: null });
  expect(keyed("x", false, look())).toBeNull();
});
