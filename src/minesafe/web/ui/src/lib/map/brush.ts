/** What every layer draws with. */

import { apply, type Matrix, type XY, type XYZ } from "./matrix";
import type { Palette } from "./palette";
import type { Severity } from "../wire";

export type Screen = CanvasRenderingContext2D;

export interface Brush {
  readonly ctx: Screen;
  readonly m: Matrix;
  readonly palette: Palette;
}

/** Begin a path along some lines. */
export function trace(ctx: Screen, m: Matrix, lines: readonly (readonly XYZ[])[]): void {
  ctx.beginPath();
  for (const line of lines)
    line.forEach((at, i) => {
      const [px, py] = apply(m, ...at);
      if (i) ctx.lineTo(px, py);
      else ctx.moveTo(px, py);
    });
}

export function polygon(ctx: Screen, points: readonly XY[]): void {
  points.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  ctx.closePath();
}

export function ring(ctx: Screen, [x, y]: XY, colour: string, radius: number, width: number): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.lineWidth = width;
  ctx.strokeStyle = colour;
  ctx.stroke();
}

/** The outlines of `Level.svelte`, within a radius: never colour alone. */
const LEVELS: Record<Severity, (ctx: Screen, x: number, y: number, r: number) => void> = {
  I: (ctx, x, y, r) => ctx.rect(x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r),
  II: (ctx, x, y, r) => polygon(ctx, [[x, y - r * 1.15], [x + r * 1.15, y], [x, y + r * 1.15], [x - r * 1.15, y]]),
  III: (ctx, x, y, r) => ctx.arc(x, y, r, 0, 2 * Math.PI),
  IV: (ctx, x, y, r) => ctx.rect(x - r * 0.85, y - r * 0.85, 1.7 * r, 1.7 * r),
};

/** A level's shape and number, in one ink. */
export function drawLevel(ctx: Screen, severity: Severity, [x, y]: XY, ink: string): void {
  ctx.beginPath();
  LEVELS[severity](ctx, x, y, 7);
  ctx.lineWidth = 1.2;
  ctx.strokeStyle = ink;
  ctx.stroke();
  ctx.font = `bold 9px Georgia, "Times New Roman", serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = ink;
  ctx.fillText(severity, x, y + 0.5);
}

const widths = new Map<string, number>();

/** Pixels of a text; most of them are asked for again and again. */
export function widthOf(ctx: Screen, font: string, text: string): number {
  const key = `${font}\n${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 5000) widths.clear();
    ctx.font = font;
    width = ctx.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** Places on the screen along a path, `every` pixels, with its direction there. */
export function along(
  m: Matrix,
  path: readonly XYZ[],
  every: number,
): { at: XY; angle: number }[] {
  const places: { at: XY; angle: number }[] = [];
  let next = every / 2;
  for (let i = 1; i < path.length; i++) {
    const [p, q] = [apply(m, ...path[i - 1]!), apply(m, ...path[i]!)];
    const [dx, dy] = [q[0] - p[0], q[1] - p[1]];
    const length = Math.hypot(dx, dy);
    for (; next < length; next += every) {
      const t = next / length;
      places.push({ at: [p[0] + t * dx, p[1] + t * dy], angle: Math.atan2(dy, dx) });
    }
    next -= length;
  }
  return places;
}
