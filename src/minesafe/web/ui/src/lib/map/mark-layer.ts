/** Draws points, refuges, devices and crosses; those with which all is well give way to each other. */

import { polygon, ring, type Brush, type Screen } from "./brush";
import { apply, scaleOf, type Box, type XY } from "./matrix";
import { sameTarget, type Mark, type Shape, type Target } from "./scene";
import { RANK } from "../wire";

/** A mark that was drawn, and where. */
export interface Drawn {
  readonly mark: Mark;
  readonly at: XY;
}

const OUTLINES: Record<Exclude<Shape, "none">, (ctx: Screen, r: number) => void> = {
  triangle: (ctx, r) => polygon(ctx, [[0, -r], [r, r * 0.8], [-r, r * 0.8]]),
  down: (ctx, r) => polygon(ctx, [[0, r], [r, -r * 0.8], [-r, -r * 0.8]]),
  diamond: (ctx, r) => polygon(ctx, [[0, -r], [r, 0], [0, r], [-r, 0]]),
  circle: (ctx, r) => ctx.arc(0, 0, r * 0.9, 0, 2 * Math.PI),
  speaker: (ctx, r) =>
    polygon(ctx, [[-r, -r / 2], [-r / 4, -r / 2], [r, -r], [r, r], [-r / 4, r / 2], [-r, r / 2]]),
  /** A house. */
  refuge: (ctx, r) => polygon(ctx, [[0, -r * 1.3], [r * 1.2, -r * 0.3], [r * 1.2, r], [-r * 1.2, r], [-r * 1.2, -r * 0.3]]),
  /** A cabinet with a lid. */
  box: (ctx, r) => {
    ctx.rect(-r, -r * 0.8, 2 * r, 1.6 * r);
    ctx.moveTo(-r, -r * 0.2);
    ctx.lineTo(r, -r * 0.2);
  },
  /** An aerial. */
  mast: (ctx, r) => {
    polygon(ctx, [[0, -r * 0.2], [r * 0.7, r], [-r * 0.7, r]]);
    ctx.moveTo(r, -r);
    ctx.arc(0, -r * 0.2, r * 1.2, -0.7, -Math.PI + 0.7, true);
  },
  phone: (ctx, r) => {
    ctx.rect(-r * 0.6, -r, 1.2 * r, 2 * r);
    ctx.moveTo(-r * 0.2, r * 0.6);
    ctx.lineTo(r * 0.2, r * 0.6);
  },
  cross: (ctx, r) => {
    ctx.moveTo(-r, -r);
    ctx.lineTo(r, r);
    ctx.moveTo(r, -r);
    ctx.lineTo(-r, r);
  },
};

export const RADIUS: Partial<Record<Shape, number>> = { cross: 9, refuge: 7, none: 0 };
const radiusOf = (mark: Mark): number => RADIUS[mark.shape] ?? (mark.severity ? 7.5 : 6);

/** Marks with which all is well and that lie closer than this show the more important one, pixels. */
const CLOSE_PX = 11;

/** All is well with it, and it says so only where there is room. */
export const isCalm = (mark: Mark): boolean => !mark.severity && mark.order >= 40;

/** Drawn beneath the people: what is calm, and what has only to be looked at once more. */
export const isBelow = (mark: Mark): boolean =>
  isCalm(mark) || (mark.returned && mark.severity !== "I");

const weight = (mark: Mark): number => (mark.severity ? RANK[mark.severity] : mark.order);

/** What is to be drawn of some marks, the gravest last. */
export function visible(
  { m }: Pick<Brush, "m">,
  marks: readonly Mark[],
  screen: Box,
  asked: (target: Target | null) => boolean,
): Drawn[] {
  const scale = scaleOf(m);
  const cells = new Set<string>();
  const cell = (v: number) => Math.floor(v / CLOSE_PX);
  const drawn: Drawn[] = [];
  for (const mark of [...marks].sort((a, b) => weight(a) - weight(b))) {
    const at = apply(m, ...mark.at);
    const [x, y] = at;
    if (x < -20 || y < -20 || x > screen.w + 20 || y > screen.h + 20) continue;
    const calm = isCalm(mark) && !asked(mark.target);
    if (calm && scale < mark.shown) continue;
    const key = `${cell(x)},${cell(y)}`;
    if (calm && cells.has(key)) continue;
    if (mark.shape !== "none") cells.add(key);
    drawn.push({ mark, at });
  }
  return drawn.reverse();
}

export function drawMark(
  { ctx, palette }: Brush, { mark, at }: Drawn, chosen: Target | null, beat: boolean,
): void {
  if (mark.shape === "none") return;
  const colour = mark.severity && mark.severity !== "IV" ? palette.fill[mark.severity] : null;
  const r = radiusOf(mark);
  ctx.save();
  ctx.translate(...at);
  ctx.beginPath();
  OUTLINES[mark.shape](ctx, r);
  ctx.fillStyle = mark.returned ? palette.ground : (colour ?? palette.ground);
  if (mark.shape === "cross") {
    ctx.lineWidth = 7;
    ctx.strokeStyle = palette.ground;
    ctx.stroke();
  } else ctx.fill();
  ctx.lineWidth = mark.shape === "cross" ? 3.5 : mark.returned ? 2.2 : 1.5;
  ctx.strokeStyle = mark.shape === "cross" ? palette.bright : (colour ?? (mark.stale ? palette.dim : palette.text));
  if (mark.stale) ctx.setLineDash([2.5, 2]);
  ctx.stroke();
  ctx.setLineDash([]);
  if (mark.struck) strike(ctx, r + 2, mark.severity ? palette.bright : palette.text);
  ctx.restore();
  if (mark.severity === "I" && mark.waiting && beat) ring(ctx, at, palette.fill.I, 14, 2.5);
  if (mark.target && sameTarget(chosen, mark.target)) ring(ctx, at, palette.bright, 11, 1.5);
}

function strike(ctx: Screen, r: number, colour: string): void {
  ctx.beginPath();
  ctx.moveTo(-r, r);
  ctx.lineTo(r, -r);
  ctx.lineWidth = 2;
  ctx.strokeStyle = colour;
  ctx.stroke();
}
