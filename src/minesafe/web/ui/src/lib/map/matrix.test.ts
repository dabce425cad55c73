import { expect, test } from "vitest";
import { apply, around, fit, invert, overlaps, panned, scaleBar, scaleOf, zoomed } from "./matrix";

const world = { x: 100, y: 200, w: 400, h: 100 };
const screen = { x: 10, y: 20, w: 800, h: 600 };
const m = fit(world, screen);

test("the whole mine fits, in the middle, north up", () => {
  expect(scaleOf(m)).toBe(2);
  expect(apply(m, 300, 250)).toEqual([410, 320]);
  expect(apply(m, 300, 300)[1]).toBeLessThan(apply(m, 300, 200)[1]);
});

test("a place on the screen leads back to its metres", () => {
  const [x, y] = invert(m, ...apply(m, 123, 234));
  expect([x, y]).toEqual([expect.closeTo(123), expect.closeTo(234)]);
});

test("zooming keeps what is under the pointer", () => {
  const under = invert(m, 333, 222);
  const near = zoomed(m, 3, 333, 222);
  expect(apply(near, ...under)).toEqual([expect.closeTo(333), expect.closeTo(222)]);
  expect(scaleOf(near)).toBeCloseTo(6);
});

test("panning moves everything by the same pixels", () => {
  expect(apply(panned(m, 5, -7), 300, 250)).toEqual([415, 313]);
});

test.each([
  [1, 140, 100],
  [0.3, 140, 200],
  [13, 140, 10],
  [0.02, 140, 5000],
])("at %d px/m a bar of at most %d px is %d m", (scale, pixels, metres) => {
  const bar = scaleBar(scale, pixels);
  expect(bar.metres).toBe(metres);
  expect(bar.pixels).toBeLessThanOrEqual(pixels);
});

test("boxes", () => {
  expect(around([[1, 5], [3, 2]])).toEqual({ x: 1, y: 2, w: 2, h: 3 });
  expect(around([])).toBeNull();
  expect(overlaps({ x: 0, y: 0, w: 2, h: 2 }, { x: 2, y: 0, w: 2, h: 2 })).toBe(false);
});
