/**
 * A 2×3 affine matrix from local metres (x east, y north) to screen pixels (y down).
 *
 *     px = a·x + c·y + e
 *     py = b·x + d·y + f
 */

export interface Matrix {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export type XY = readonly [number, number];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Screen pixels of a place in metres. */
export const apply = (m: Matrix, x: number, y: number): XY => [
  m.a * x + m.c * y + m.e,
  m.b * x + m.d * y + m.f,
];

/** Metres of a place on the screen. */
export function invert(m: Matrix, px: number, py: number): XY {
  const det = m.a * m.d - m.b * m.c;
  const [x, y] = [px - m.e, py - m.f];
  return [(m.d * x - m.c * y) / det, (m.a * y - m.b * x) / det];
}

/** Pixels per metre. */
export const scaleOf = (m: Matrix): number => Math.sqrt(Math.abs(m.a * m.d - m.b * m.c));

/** The matrix that shows `world` (metres, y north) in the middle of `screen`, y up. */
export function fit(world: Box, screen: Box): Matrix {
  const scale = Math.min(screen.w / Math.max(world.w, 1), screen.h / Math.max(world.h, 1));
  const [cx, cy] = [world.x + world.w / 2, world.y + world.h / 2];
  return {
    a: scale,
    b: 0,
    c: 0,
    d: -scale,
    e: screen.x + screen.w / 2 - scale * cx,
    f: screen.y + screen.h / 2 + scale * cy,
  };
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
