/**
 * A 2×4 affine matrix from local metres (x east, y north, z up) to screen pixels (y down): the plan
 * and the axonometric view are two of its kind, and everything on the map goes through it.
 *
 *     px = a·x + c·y + g·z + e
 *     py = b·x + d·y + h·z + f
 */

export interface Matrix {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly g: number;
  readonly h: number;
  readonly e: number;
  readonly f: number;
}

/** Pixels of the screen. */
export type XY = readonly [number, number];

/** Metres of the mine. */
export type XYZ = readonly [x: number, y: number, z: number];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** From straight above: north is up, heights do not show. */
export const PLAN: Matrix = { a: 1, b: 0, c: 0, d: -1, g: 0, h: 0, e: 0, f: 0 };

/** Likewise, with the mine turned to the left by so many degrees. */
export const planTurned = (turn: number): Matrix =>
  turn ? { ...axonometric(turn, 90, 0), g: 0, h: 0 } : PLAN;

/**
 * From above and from the side, without perspective: lengths along one direction are everywhere
 * the same, so a view can be measured.
 *
 * @param turn how far the mine is turned to the left, degrees
 * @param tilt how high the eye stands above the horizon, degrees
 * @param lift how many times heights are drawn larger, so that levels stand apart
 */
export function axonometric(turn: number, tilt: number, lift: number): Matrix {
  const [t, s] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180];
  const [up, flat] = [Math.cos(s), Math.sin(s)];
  return {
    a: Math.cos(t), b: -Math.sin(t) * flat,
    c: -Math.sin(t), d: -Math.cos(t) * flat,
    g: 0, h: -lift * up,
    e: 0, f: 0,
  };
}

/** Screen pixels of a place in metres. */
export const apply = (m: Matrix, x: number, y: number, z: number): XY => [
  m.a * x + m.c * y + m.g * z + m.e,
  m.b * x + m.d * y + m.h * z + m.f,
];

/** The place at a height of which this is the pixel. */
export function unapply(m: Matrix, [px, py]: XY, z: number): XYZ {
  const [u, v] = [px - m.e - m.g * z, py - m.f - m.h * z];
  const det = m.a * m.d - m.b * m.c;
  return [(u * m.d - v * m.c) / det, (v * m.a - u * m.b) / det, z];
}

/** As another kind of view at the same scale, with what lies under `at` at height `z` staying. */
export function viewedAs(m: Matrix, kind: Matrix, at: XY, z: number): Matrix {
  const scaled = zoomed(kind, scaleOf(m) / scaleOf(kind), 0, 0);
  const [px, py] = apply(scaled, ...unapply(m, at, z));
  return panned(scaled, at[0] - px, at[1] - py);
}

/** Pixels per metre across the screen. */
export const scaleOf = (m: Matrix): number => Math.hypot(m.a, m.c);

/** Which way north is on the screen, radians clockwise from up. */
export const northOf = (m: Matrix): number => Math.atan2(m.c, -m.d);

/** The matrix of a kind that shows all of some places in the middle of `screen`. */
export function fit(kind: Matrix, places: Iterable<XYZ>, screen: Box): Matrix {
  const flat = [...places].map((at) => apply(kind, ...at));
  const seen = around(flat) ?? { x: 0, y: 0, w: 100, h: 100 };
  const scale = Math.min(screen.w / Math.max(seen.w, 1), screen.h / Math.max(seen.h, 1));
  const m = zoomed(kind, scale, 0, 0);
  return panned(
    m,
    screen.x + screen.w / 2 - scale * (seen.x + seen.w / 2),
    screen.y + screen.h / 2 - scale * (seen.y + seen.h / 2),
  );
}

/** Moved on the screen by (dx, dy) pixels. */
export const panned = (m: Matrix, dx: number, dy: number): Matrix => ({
  ...m,
  e: m.e + dx,
  f: m.f + dy,
});

/** Larger by `factor`, with what lies under (px, py) staying there. */
export const zoomed = (m: Matrix, factor: number, px: number, py: number): Matrix => ({
  a: m.a * factor,
  b: m.b * factor,
  c: m.c * factor,
  d: m.d * factor,
  g: m.g * factor,
  h: m.h * factor,
  e: px - (px - m.e) * factor,
  f: py - (py - m.f) * factor,
});

/** The box around some places; null for none. */
export function around(places: Iterable<XY>): Box | null {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of places) {
    [x0, y0] = [Math.min(x0, x), Math.min(y0, y)];
    [x1, y1] = [Math.max(x1, x), Math.max(y1, y)];
  }
  return x0 <= x1 ? { x: x0, y: y0, w: x1 - x0, h: y1 - y0 } : null;
}

export const overlaps = (p: Box, q: Box): boolean =>
  p.x < q.x + q.w && q.x < p.x + p.w && p.y < q.y + q.h && q.y < p.y + p.h;

/** The round length (1, 2 or 5 × 10ⁿ metres) whose bar is at most `pixels` long. */
export function scaleBar(scale: number, pixels: number): { metres: number; pixels: number } {
  const most = pixels / scale;
  const ten = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((k) => k * ten).find((length) => length <= most) ?? ten;
  return { metres, pixels: metres * scale };
}
