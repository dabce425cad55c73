import { describe, expect, test } from "vitest";
import {
  apply, around, axonometric, fit, northOf, overlaps, panned, PLAN, planTurned, scaleBar,
  scaleOf, unapply, viewedAs, zoomed, type XYZ,
} from "./matrix";

const WORLD: readonly XYZ[] = [[100, 200, -300], [500, 300, -300], [100, 300, -200]];
const screen = { x: 10, y: 20, w: 800, h: 600 };
const m = fit(PLAN, WORLD, screen);

test("the whole mine fits, in the middle, north up", () => {
  expect(scaleOf(m)).toBe(2);
  expect(apply(m, 300, 250, 0)).toEqual([410, 320]);
  expect(apply(m, 300, 300, 0)[1]).toBeLessThan(apply(m, 300, 200, 0)[1]);
  expect(northOf(m)).toBeCloseTo(0);
});

test("from above heights do not show", () => {
  expect(apply(m, 300, 250, -300)).toEqual(apply(m, 300, 250, 0));
});

test("zooming keeps what is under the pointer", () => {
  const [px, py] = apply(m, 321, 234, -200);
  const near = zoomed(m, 3, px, py);
  expect(apply(near, 321, 234, -200)).toEqual([expect.closeTo(px), expect.closeTo(py)]);
  expect(scaleOf(near)).toBeCloseTo(6);
});

test("panning moves everything by the same pixels", () => {
  expect(apply(panned(m, 5, -7), 300, 250, 0)).toEqual([415, 313]);
});

describe("axonometric", () => {
  const kind = axonometric(30, 35, 2);
  const shown = fit(kind, WORLD, screen);

  test("every place of the mine is on the screen", () => {
    for (const at of WORLD) {
      const [x, y] = apply(shown, ...at);
      expect(x).toBeGreaterThanOrEqual(screen.x - 1e-6);
      expect(x).toBeLessThanOrEqual(screen.x + screen.w + 1e-6);
      expect(y).toBeGreaterThanOrEqual(screen.y - 1e-6);
      expect(y).toBeLessThanOrEqual(screen.y + screen.h + 1e-6);
    }
  });

  test("what is deeper is lower, right below", () => {
    const [x0, y0] = apply(shown, 300, 250, -200);
    const [x1, y1] = apply(shown, 300, 250, -300);
    expect(x1).toBeCloseTo(x0);
    expect(y1).toBeGreaterThan(y0);
  });

  test("equal lengths in one direction are equal everywhere", () => {
    const step = (x: number, y: number, z: number) =>
      apply(shown, x + 10, y, z).map((v, i) => v - apply(shown, x, y, z)[i]!);
    expect(step(0, 0, 0)).toEqual(step(400, 300, -300).map((v) => expect.closeTo(v)));
  });

  test("straight down it is the plan", () => {
    const down = axonometric(0, 90, 2);
    for (const at of WORLD)
      expect(apply(down, ...at)).toEqual(apply(PLAN, ...at).map((v) => expect.closeTo(v)));
  });

  test("north turns with the mine", () => {
    expect(northOf(axonometric(90, 90, 1))).toBeCloseTo(-Math.PI / 2);
  });
});

test.each([["plan", m], ["axonometric", fit(axonometric(40, 34, 3), WORLD, screen)]] as const)(
  "of a pixel of the %s the place at a height is known",
  (_, view) => {
    const [x, y, z] = unapply(view, apply(view, 321, 234, -250), -250);
    expect([x, y, z]).toEqual([expect.closeTo(321), expect.closeTo(234), -250]);
  },
);

test("a turned plan shows no heights, and north has turned with it", () => {
  const turned = planTurned(30);
  expect(apply(turned, 300, 250, -300)).toEqual(apply(turned, 300, 250, 0));
  expect(northOf(turned)).toBeCloseTo(-Math.PI / 6);
});

test("turned or tilted the middle of the screen stays, and so does the scale", () => {
  const middle = [400, 300] as const;
  const place = unapply(m, middle, -250);
  for (const kind of [planTurned(70), axonometric(28, 34, 3)]) {
    const seen = viewedAs(m, kind, middle, -250);
    expect(apply(seen, ...place)).toEqual(middle.map((v) => expect.closeTo(v)));
    expect(scaleOf(seen)).toBeCloseTo(scaleOf(m));
  }
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
