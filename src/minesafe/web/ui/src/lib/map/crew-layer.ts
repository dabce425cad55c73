/**
 * Draws people: marks and numbers are made once and copied, for ten thousand paths a frame are more
 * than a processor without a graphics card can fill.
 */

import { ring, type Brush, type Screen } from "./brush";
import type { Crew } from "./crew";
import type { Crowd, Grouped } from "./crowd";
import type { XY } from "./matrix";
import type { Palette } from "./palette";

const MARK_PX = 4.2;
const URGENT_PX = 5.5;
/** From the middle of a mark that is in alarm to its ring. */
export const RING_PX = 9.5;

/** A number's disc is as broad as its digits need. */
export const discRadius = (people: number): number => 7 + 2.6 * String(people).length;

/** Pictures of marks in one palette, at one density of pixels. */
export class Sprites {
  readonly #made = new Map<string, HTMLCanvasElement>();

  constructor(private readonly density: number) {}

  put(ctx: Screen, key: string, half: number, [x, y]: XY, draw: (ctx: Screen) => void): void {
    let sprite = this.#made.get(key);
    if (!sprite) {
      sprite = document.createElement("canvas");
      sprite.width = sprite.height = Math.ceil(2 * half * this.density);
      const own = sprite.getContext("2d")!;
      own.scale(this.density, this.density);
      own.translate(half, half);
      draw(own);
      this.#made.set(key, sprite);
    }
    // On whole pixels a copy is a copy; between them each would be filtered.
    const snap = (v: number) => Math.round((v - half) * this.density) / this.density;
    ctx.drawImage(sprite, snap(x), snap(y), 2 * half, 2 * half);
  }
}

function disc(ctx: Screen, fill: string, rim: string, radius: number, width: number): void {
  ctx.beginPath();
  ctx.arc(0, 0, radius, 0, 2 * Math.PI);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.lineWidth = width;
  ctx.strokeStyle = rim;
  ctx.stroke();
}

function drawMark({ ctx, palette }: Brush, sprites: Sprites, crew: Crew, row: number, at: XY): void {
  const level = crew.severity(row);
  const hollow = crew.hollow(row);
  const colour = level && level !== "IV"
    ? palette.fill[level]
    : crew.state(row) === "safe" ? palette.dim : palette.bright;
  const radius = level ? URGENT_PX : MARK_PX;
  sprites.put(ctx, `${colour} ${hollow} ${radius}`, 8, at, (own) =>
    hollow
      ? disc(own, palette.ground, colour, radius - 0.4, 1.8)
      : disc(own, colour, palette.ground, radius, 1.4),
  );
}

function drawCrowd({ ctx, palette }: Brush, sprites: Sprites, crowd: Crowd): void {
  const people = crowd.rows.length;
  const radius = discRadius(people);
  sprites.put(ctx, `${people} ${crowd.hollow}`, radius + 2, crowd.at, (own) => {
    if (crowd.hollow) own.setLineDash([3, 2]);
    const [fill, rim] = crowd.hollow
      ? [palette.ground, palette.bright]
      : [palette.bright, palette.ground];
    disc(own, fill, rim, radius, 1.5);
    own.fillStyle = rim;
    own.font = `bold 11px ${palette.font}`;
    own.textAlign = "center";
    own.textBaseline = "middle";
    own.fillText(String(people), 0, 0.5);
  });
}

/** Whoever an alarm is about wears a ring; while nobody has acknowledged it, one that beats. */
function drawRing({ ctx, palette }: Brush, crew: Crew, row: number, at: XY, beat: boolean): void {
  const level = crew.severity(row);
  if (!level) return;
  const colour = level === "IV" ? palette.text : palette.fill[level];
  ring(ctx, at, colour, RING_PX, 1.8);
  if (level === "I" && crew.waits(row) && beat) ring(ctx, at, colour, 15, 2.5);
}

/** @param beat on in the first half of each second. */
export function drawCrew(
  brush: Brush,
  sprites: Sprites,
  crew: Crew,
  groups: Grouped,
  palette: Palette,
  chosen: number,
  beat: boolean,
): void {
  for (const row of groups.single)
    if (!crew.rank[row]) drawMark(brush, sprites, crew, row, groups.at.get(row)!);
  for (const crowd of groups.crowds) drawCrowd(brush, sprites, crowd);
  for (const row of groups.single)
    if (crew.rank[row]) {
      const at = groups.at.get(row)!;
      drawRing(brush, crew, row, at, beat);
      drawMark(brush, sprites, crew, row, at);
    }
  const at = groups.at.get(chosen);
  if (at) ring(brush.ctx, at, palette.bright, RING_PX + 3, 1.5);
}
