/** What of the map changes only with the mine: tunnels, their names, ways out, directions of air. */

import type { Lookup } from "../lookup";
import type { Palette } from "./palette";
import { along, trace, widthOf, type Brush, type Screen } from "./brush";
import {
  apply, northOf, scaleBar, scaleOf, type Box, type Matrix, type XY, type XYZ,
} from "./matrix";

export interface Plan {
  readonly roads: readonly Road[];
  readonly exits: readonly { at: XYZ; level: string }[];
  /** Half way between the highest and the lowest roadway, metres: what a turn goes round. */
  readonly height: number;
  /** So many roadways that they are not filled anew in each frame of a move. */
  readonly large: boolean;
}

interface Road {
  readonly path: readonly XYZ[];
  readonly level: string;
  readonly name: string;
  readonly air: number;
  readonly fresh: boolean;
}

/** Air that comes from a face carries its gas: such roadways get another arrow. */
const USED_AIR = new Set(["return", "face"]);

/** So many are filled within a third of a frame by a processor of ten years ago. */
const LARGE = 250;

export function planOf(look: Lookup, name: (words: { zh: string; en: string }) => string): Plan {
  const roads = look.mine.roadways.map((r) => ({
    path: r.path,
    level: r.level,
    name: name(r.name),
    air: r.air,
    fresh: !USED_AIR.has(r.kind),
  }));
  const exits = look.mine.nodes
    .filter((n) => n.kind === "portal")
    .map((n) => ({ at: [n.x, n.y, n.z] as const, level: n.level }));
  const heights = roads.flatMap((r) => r.path.map(([, , z]) => z));
  const [low, high] = [heights.reduce((p, q) => Math.min(p, q), Infinity), heights.reduce((p, q) => Math.max(p, q), -Infinity)];
  return { roads, exits, height: low <= high ? (low + high) / 2 : 0, large: roads.length > LARGE };
}

/** A tunnel is about 5 m wide; on the screen it is never thinner than can be seen. */
export const tunnelWidth = (m: Matrix): number => Math.min(20, Math.max(8, 5 * scaleOf(m)));

/** All rims first, then all floors over them: joints open into each other by themselves. */
function drawTunnels(ctx: Screen, m: Matrix, roads: readonly Road[], palette: Palette): void {
  const width = tunnelWidth(m);
  ctx.lineJoin = ctx.lineCap = "round";
  for (const [w, colour] of [
    [width, palette.rim],
    [width - 3, palette.floor],
  ] as const) {
    trace(ctx, m, roads.map((road) => road.path));
    ctx.lineWidth = w;
    ctx.strokeStyle = colour;
    ctx.stroke();
  }
}

/** While a hand moves the view of a large mine: lines of a pixel, which cost next to nothing. */
export function drawLines({ ctx, m, palette }: Brush, screen: Box, plan: Plan): void {
  ctx.fillStyle = palette.ground;
  ctx.fillRect(0, 0, screen.w, screen.h);
  trace(ctx, m, plan.roads.map((road) => road.path));
  ctx.lineCap = "butt";
  ctx.lineWidth = 1;
  ctx.strokeStyle = palette.rim;
  ctx.stroke();
}

const ARROW_EVERY = 70;

/** Solid heads for fresh air, open ones for used air. */
function drawAir(ctx: Screen, m: Matrix, roads: readonly Road[], palette: Palette): void {
  ctx.strokeStyle = ctx.fillStyle = palette.text;
  ctx.lineWidth = 1.4;
  for (const road of roads.filter((r) => r.air)) {
    const path = road.air > 0 ? road.path : [...road.path].reverse();
    for (const { at, angle } of along(m, path, ARROW_EVERY)) {
      ctx.save();
      ctx.translate(at[0], at[1]);
      ctx.rotate(angle);
      ctx.beginPath();
      ctx.moveTo(-5, -4);
      ctx.lineTo(5, 0);
      ctx.lineTo(-5, 4);
      if (road.fresh) ctx.fill();
      else ctx.stroke();
      ctx.restore();
    }
  }
}

/** The longest straight of a path on the screen, read from left to right. */
function longest(m: Matrix, path: readonly XYZ[]): { from: XY; to: XY; length: number } | null {
  let best: { from: XY; to: XY; length: number } | null = null;
  for (let i = 1; i < path.length; i++) {
    const [p, q] = [apply(m, ...path[i - 1]!), apply(m, ...path[i]!)];
    const length = Math.hypot(q[0] - p[0], q[1] - p[1]);
    if (best && length <= best.length) continue;
    const forward = Math.abs(q[0] - p[0]) > 1 ? q[0] > p[0] : q[1] < p[1];
    best = forward ? { from: p, to: q, length } : { from: q, to: p, length };
  }
  return best;
}

/** Names lie along their roadways where there is room. Returns points that they cover. */
function drawNames(ctx: Screen, m: Matrix, roads: readonly Road[], palette: Palette): XY[] {
  const font = `11px ${palette.font}`;
  const widths = roads.map((road) => widthOf(ctx, font, road.name));
  ctx.font = font;
  ctx.fillStyle = palette.dim;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const covered: XY[] = [];
  for (const [i, road] of roads.entries()) {
    const line = longest(m, road.path);
    const width = widths[i]!;
    if (!line || line.length < width + 24) continue;
    const angle = Math.atan2(line.to[1] - line.from[1], line.to[0] - line.from[0]);
    const off = -(tunnelWidth(m) / 2 + 9);
    const x = (line.from[0] + line.to[0]) / 2 - Math.sin(angle) * off;
    const y = (line.from[1] + line.to[1]) / 2 + Math.cos(angle) * off;
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(angle);
    ctx.fillText(road.name, 0, 0);
    ctx.restore();
    for (let s = -width / 2; s <= width / 2; s += 8)
      covered.push([x + s * Math.cos(angle), y + s * Math.sin(angle)]);
  }
  return covered;
}

function drawExits(ctx: Screen, m: Matrix, plan: Plan, palette: Palette): void {
  for (const exit of plan.exits) {
    const [x, y] = apply(m, ...exit.at);
    ctx.fillStyle = palette.ground;
    ctx.strokeStyle = palette.text;
    ctx.lineWidth = 1.6;
    ctx.beginPath();
    ctx.roundRect(x - 9, y - 9, 18, 18, 3);
    ctx.fill();
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(x, y + 5);
    ctx.lineTo(x, y - 5);
    ctx.moveTo(x - 4, y - 1);
    ctx.lineTo(x, y - 5);
    ctx.lineTo(x + 4, y - 1);
    ctx.stroke();
  }
}

/** A bar of round length, and which way is north. */
function drawScale(ctx: Screen, m: Matrix, screen: Box, palette: Palette): void {
  const bar = scaleBar(scaleOf(m), 140);
  const [x, y] = [18, screen.h - 18];
  ctx.fillStyle = palette.ground;
  ctx.globalAlpha = 0.75;
  ctx.fillRect(x - 8, y - 26, bar.pixels + 66, 36);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = ctx.fillStyle = palette.dim;
  ctx.lineWidth = 1.5;
  ctx.lineCap = "butt";
  ctx.beginPath();
  ctx.moveTo(x, y - 5);
  ctx.lineTo(x, y);
  ctx.lineTo(x + bar.pixels, y);
  ctx.lineTo(x + bar.pixels, y - 5);
  ctx.stroke();
  ctx.font = `12px ${palette.font}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(`${bar.metres} m`, x + 6, y - 6);
  ctx.save();
  ctx.translate(x + bar.pixels + 38, y - 14);
  ctx.rotate(northOf(m));
  ctx.beginPath();
  ctx.moveTo(0, -9);
  ctx.lineTo(5, 7);
  ctx.lineTo(0, 3);
  ctx.lineTo(-5, 7);
  ctx.closePath();
  ctx.fill();
  ctx.textAlign = "center";
  ctx.fillText("N", 0, 19);
  ctx.restore();
}

/** How much of the other levels is seen while one is looked at. */
const ASIDE = 0.22;

/**
 * Draw the plan, and between its tunnels and its words what is said of the ground.
 *
 * @returns what finds, when it is asked for, the points that labels had better not cover.
 */
export function drawPlan(
  { ctx, m, palette }: Brush,
  screen: Box,
  plan: Plan,
  { air, level }: { readonly air: boolean; readonly level: string },
  between: (brush: Brush) => void,
): () => XY[] {
  const here = plan.roads.filter((road) => !level || road.level === level);
  ctx.fillStyle = palette.ground;
  ctx.fillRect(0, 0, screen.w, screen.h);
  if (here.length < plan.roads.length) {
    ctx.globalAlpha = ASIDE;
    drawTunnels(ctx, m, plan.roads.filter((road) => road.level !== level), palette);
    ctx.globalAlpha = 1;
  }
  drawTunnels(ctx, m, here, palette);
  between({ ctx, m, palette });
  if (air) drawAir(ctx, m, here, palette);
  const names = drawNames(ctx, m, here, palette);
  drawExits(ctx, m, plan, palette);
  drawScale(ctx, m, screen, palette);
  return () => [...here.flatMap((r) => along(m, r.path, 7).map((p) => p.at)), ...names];
}
