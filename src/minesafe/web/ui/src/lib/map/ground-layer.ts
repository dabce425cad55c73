/** Draws what is said of the ground, over the tunnels and under everything that moves. */

import { along, trace, type Brush } from "./brush";
import type { Carried, Ground, Route, Tint } from "./ground";
import { apply, type XY, type XYZ } from "./matrix";
import { tunnelWidth } from "./plan";
import type { Palette } from "./palette";
import type { Severity } from "../wire";

/** Level IV has no colour of its own. */
const colourOf = (palette: Palette, severity: Severity): string =>
  severity === "IV" ? palette.text : palette.fill[severity];

/** A zone in alarm or under an order: filled, with a rim of its colour. */
function drawTint({ ctx, m, palette }: Brush, tint: Tint): void {
  const width = tunnelWidth(m);
  trace(ctx, m, tint.lines);
  ctx.strokeStyle = colourOf(palette, tint.severity);
  for (const [w, alpha] of [
    [width + 14, 0.18],
    [width - 2, 0.45],
  ] as const) {
    ctx.lineWidth = w;
    ctx.globalAlpha = alpha;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

const CHEVRON_PX = 13;

/** Down-wind: chevrons across the roadway, as the air goes, between two rims. No fill: no zone. */
function drawCarried({ ctx, m, palette }: Brush, one: Carried): void {
  const half = tunnelWidth(m) / 2 + 3;
  ctx.strokeStyle = colourOf(palette, one.severity);
  ctx.lineWidth = 1.6;
  ctx.beginPath();
  for (const line of one.lines)
    for (const { at, angle } of along(m, line, CHEVRON_PX)) {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const put = (x: number, y: number): XY => [at[0] + x * c - y * s, at[1] + x * s + y * c];
      ctx.moveTo(...put(-half * 0.5, -half));
      ctx.lineTo(...put(half * 0.5, 0));
      ctx.lineTo(...put(-half * 0.5, half));
    }
  ctx.stroke();
}

const ARROW_PX = 46;

/** The more walk a roadway, the broader its line: 1 to 5 pixels. */
const routeWidth = (people: number): number => Math.min(5, 1.6 + Math.log2(1 + people) * 0.5);

/** A roadway people flee on: a bright line in its middle, with heads as they walk. */
function drawRoutes({ ctx, m, palette }: Brush, routes: readonly Route[]): void {
  ctx.strokeStyle = ctx.fillStyle = palette.bright;
  for (const route of routes) {
    trace(ctx, m, [route.line]);
    ctx.lineWidth = routeWidth(route.people);
    ctx.stroke();
    for (const { at, angle } of along(m, route.line, ARROW_PX)) {
      ctx.save();
      ctx.translate(at[0], at[1]);
      ctx.rotate(angle);
      ctx.beginPath();
      ctx.moveTo(8, 0);
      ctx.lineTo(-5, -6.5);
      ctx.lineTo(-5, 6.5);
      ctx.closePath();
      ctx.lineWidth = 3;
      ctx.strokeStyle = palette.ground;
      ctx.stroke();
      ctx.fill();
      ctx.restore();
    }
  }
}

/** Nobody gets through: crossed out along its whole length. */
function drawBlocked({ ctx, m, palette }: Brush, lines: Ground["blocked"]): void {
  trace(ctx, m, lines);
  ctx.lineWidth = 2;
  ctx.strokeStyle = palette.bright;
  ctx.setLineDash([2, 5]);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** A broad pale band along the roadways: somewhere on it. */
function drawReach({ ctx, m, palette }: Brush, reach: readonly (readonly XYZ[])[]): void {
  trace(ctx, m, reach);
  ctx.lineWidth = tunnelWidth(m) + 8;
  ctx.strokeStyle = palette.bright;
  ctx.globalAlpha = 0.28;
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/** @param reach where the person chosen may have walked to. */
export function drawGround(
  brush: Brush,
  ground: Ground,
  reach: readonly (readonly XYZ[])[],
): void {
  const { ctx } = brush;
  ctx.lineJoin = ctx.lineCap = "round";
  for (const tint of ground.tints) drawTint(brush, tint);
  drawReach(brush, reach);
  ctx.lineCap = "butt";
  for (const one of ground.impacts) drawCarried(brush, one);
  drawRoutes(brush, ground.routes);
  drawBlocked(brush, ground.blocked);
}

/** From somebody asked about to where an order sends him: the place, not the way to it. */
export function drawSent({ ctx, m, palette }: Brush, from: XYZ, to: XYZ): void {
  ctx.beginPath();
  ctx.moveTo(...apply(m, ...from));
  ctx.lineTo(...apply(m, ...to));
  ctx.setLineDash([3, 5]);
  ctx.lineWidth = 1.2;
  ctx.strokeStyle = palette.text;
  ctx.stroke();
  ctx.setLineDash([]);
}
