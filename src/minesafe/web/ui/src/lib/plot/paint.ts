/**
 * What lies behind a curve, painted onto the plot's own canvas. Each leaves the canvas as it was:
 * the plot hands its own settings on to whoever paints.
 */

import type uPlot from "uplot";
import { SECOND, type Micros } from "../wire";
import { apart } from "./marks";

/** A colour of the pages by its name, in the theme that is shown. */
export const ink = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const FONT = 'system-ui, "Noto Sans SC", "Noto Sans CJK SC", sans-serif';

/** Height of the strip above a stretch in alarm, and of a line of words, CSS pixels. */
const STRIP = 5;
const LINE = 15;
/** Least width of a stretch: one of a second stands out of a year. */
const LEAST = 3;
/** Between two strokes of a hatch. */
const HATCH = 7;

interface Part {
  readonly left: number;
  readonly wide: number;
}

const px = (css: number): number => css * devicePixelRatio;

export const xOf = (plot: uPlot, at: Micros): number => plot.valToPos(at / SECOND, "x", true);

/** The part of the canvas from a time to a time; null where it lies outside. */
function partOf(plot: uPlot, start: Micros, end: Micros): Part | null {
  const { left: edge, width } = plot.bbox;
  const left = Math.max(xOf(plot, start), edge);
  const right = Math.min(Math.max(xOf(plot, end), left + px(LEAST)), edge + width);
  return right > left ? { left, wide: right - left } : null;
}

function within(plot: uPlot, paint: (ctx: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint(ctx);
  ctx.restore();
}

/** A stretch that is not believed: hatched, with its edges. */
export function hatch(plot: uPlot, start: Micros, end: Micros): void {
  const part = partOf(plot, start, end);
  if (!part) return;
  const { top, height } = plot.bbox;
  within(plot, (ctx) => {
    ctx.beginPath();
    ctx.rect(part.left, top, part.wide, height);
    ctx.clip();
    ctx.strokeStyle = ink("--dim");
    ctx.lineWidth = px(1);
    for (let x = part.left - height; x < part.left + part.wide; x += px(HATCH)) {
      ctx.moveTo(x, top + height);
      ctx.lineTo(x + height, top);
    }
    ctx.globalAlpha = 0.75;
    ctx.stroke();
  });
}

/** A stretch in alarm: a wash, and a strip of the level's colour above it. */
export function alarmed(plot: uPlot, start: Micros, end: Micros, colour: string): void {
  const part = partOf(plot, start, end);
  if (!part) return;
  const { top, height } = plot.bbox;
  within(plot, (ctx) => {
    ctx.fillStyle = ink(colour);
    ctx.fillRect(part.left, top, part.wide, px(STRIP));
    ctx.globalAlpha = 0.14;
    ctx.fillRect(part.left, top, part.wide, height);
  });
}

/** A line at a height, from a time to a time. */
export function level(
  plot: uPlot,
  value: number,
  start: Micros,
  end: Micros,
  colour: string,
  dash: readonly number[],
): void {
  const y = plot.valToPos(value, "y", true);
  within(plot, (ctx) => {
    ctx.strokeStyle = ink(colour);
    ctx.lineWidth = px(1.5);
    ctx.setLineDash(dash.map(px));
    ctx.beginPath();
    ctx.moveTo(xOf(plot, start), y);
    ctx.lineTo(xOf(plot, end), y);
    ctx.stroke();
  });
}

export interface Label {
  readonly value: number;
  readonly text: string;
}

/** Names of heights: beside the plot, or over their lines where it is as wide as the screen. */
export function labels(plot: uPlot, named: readonly Label[], beside: boolean): void {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  const heights = named.map(({ value }) => plot.valToPos(value, "y", true) - (beside ? 0 : px(8)));
  const placed = apart(heights, px(LINE), bbox.top + bbox.height);
  ctx.save();
  ctx.font = `${px(12)}px ${FONT}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = beside ? "left" : "right";
  ctx.lineJoin = "round";
  ctx.lineWidth = px(3);
  ctx.strokeStyle = ink("--ground");
  ctx.fillStyle = ink("--text");
  // A long name is squeezed rather than cut off: its number comes last.
  const room = beside ? ctx.canvas.width - right - px(12) : bbox.width;
  named.forEach(({ text }, i) => {
    const x = beside ? right + px(8) : right - px(4);
    ctx.strokeText(text, x, placed[i]!, room);
    ctx.fillText(text, x, placed[i]!, room);
  });
  ctx.restore();
}
