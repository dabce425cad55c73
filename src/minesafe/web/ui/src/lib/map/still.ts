/**
 * The ground as it was painted last, to be shown moved or enlarged while a hand moves the view: the
 * tunnels of a large mine take longer to fill than a frame of thirty a second lasts, a copy does not.
 */

import type { Screen } from "./brush";
import { scaleOf, type Box, type Matrix } from "./matrix";

/** How much larger and how far moved one view is of another; null where it is turned or tilted. */
export function moved(from: Matrix, to: Matrix): { k: number; x: number; y: number } | null {
  const k = scaleOf(to) / scaleOf(from);
  const turned = (["a", "b", "c", "d", "g", "h"] as const).some(
    (part) => Math.abs(to[part] - k * from[part]) > 1e-6 * scaleOf(to),
  );
  return turned ? null : { k, x: to.e - k * from.e, y: to.f - k * from.f };
}

export class Still {
  #canvas: HTMLCanvasElement | null = null;
  #matrix: Matrix | null = null;

  keep(painted: HTMLCanvasElement, matrix: Matrix): void {
    this.#canvas ??= document.createElement("canvas");
    // To be given a size empties it, too.
    [this.#canvas.width, this.#canvas.height] = [painted.width, painted.height];
    this.#canvas.getContext("2d", { alpha: false })!.drawImage(painted, 0, 0);
    this.#matrix = matrix;
  }

  draw(ctx: Screen, matrix: Matrix, screen: Box): void {
    const how = this.#matrix && moved(this.#matrix, matrix);
    if (!this.#canvas || !how) return;
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(this.#canvas, how.x, how.y, how.k * screen.w, how.k * screen.h);
  }
}
