/**
 * The map: two canvases and one matrix. The plan below is drawn when the view changes, the living
 * layer above whenever a new scene is handed in; nothing waits for an animation frame but the hand
 * that drags, so a hidden or busy page never shows an old picture as new.
 */

import { listen } from "./gestures";
import { drawLive, TOOLS_PX, type Spot } from "./live-layer";
import {
  apply, axonometric, fit, panned, PLAN, scaleOf, zoomed, type Box, type Matrix, type XY, type XYZ,
} from "./matrix";
import type { Palette } from "./palette";
import { drawPlan, type Plan } from "./plan";
import { levelOf, type Scene, type Target } from "./scene";

/** A pointer this near, pixels, means the mark. */
const PICK_PX = 12;
const SCALE_MIN = 0.02;
const SCALE_MAX = 40;

export type View = "plan" | "axonometric";

/** Turned and tilted so that a mine of a few levels stands apart; heights three times as large. */
const VIEWS: Record<View, Matrix> = { plan: PLAN, axonometric: axonometric(28, 34, 3) };

export interface MapListener {
  hover(target: Target | null, at: XY): void;
  pick(target: Target | null): void;
}

const EMPTY: Scene = { tints: [], sensors: [], refuges: [], people: [] };

export class MineMap {
  #matrix: Matrix = PLAN;
  #kind: View = "plan";
  #level = "";
  #screen: Box = { x: 0, y: 0, w: 0, h: 0 };
  #plan: Plan | null = null;
  #palette: Palette;
  #scene = EMPTY;
  #roads: readonly XY[] = [];
  #spots: readonly Spot[] = [];
  #over: Target | null = null;
  #chosen: Target | null = null;
  #sides = new Map<string, number>();
  /** The reader has moved the view: a change of size no longer fits it anew. */
  #moved = false;
  #air = false;
  #names = false;
  #reach: readonly (readonly XYZ[])[] = [];
  #pending = 0;
  readonly #ends: (() => void)[] = [];
  readonly #base: CanvasRenderingContext2D;
  readonly #live: CanvasRenderingContext2D;
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(
    base: HTMLCanvasElement,
    live: HTMLCanvasElement,
    palette: Palette,
    private readonly listener: MapListener,
  ) {
    this.#palette = palette;
    this.#base = base.getContext("2d", { alpha: false })!;
    this.#live = live.getContext("2d")!;
    const watch = new ResizeObserver(() => this.#resize());
    watch.observe(live);
    this.#ends.push(() => watch.disconnect());
    this.#ends.push(
      listen(live, {
        pan: (dx, dy) => this.#move(panned(this.#matrix, dx, dy)),
        zoom: (factor, x, y) => this.zoom(factor, x, y),
        fit: () => this.fit(),
        hover: (at) => this.#hover(at),
        pick: (at) => this.#pick(at),
      }),
    );
  }

  destroy(): void {
    cancelAnimationFrame(this.#pending);
    for (const end of this.#ends) end();
  }

  set plan(plan: Plan) {
    const first = !this.#plan;
    this.#plan = plan;
    if (first) this.fit();
    else this.#draw();
  }

  set scene(scene: Scene) {
    this.#scene = scene;
    this.#drawLive();
  }

  set palette(palette: Palette) {
    this.#palette = palette;
    this.#draw();
  }

  set chosen(target: Target | null) {
    this.#chosen = target;
    this.#drawLive();
  }

  set view(kind: View) {
    if (kind === this.#kind) return;
    this.#kind = kind;
    this.fit();
  }

  /** The level that is looked at, empty for all. */
  set level(level: string) {
    if (level === this.#level) return;
    this.#level = level;
    this.#sides.clear();
    this.#draw();
  }

  set air(on: boolean) {
    this.#air = on;
    this.#draw();
  }

  set names(on: boolean) {
    this.#names = on;
    this.#drawLive();
  }

  set reach(lines: readonly (readonly XYZ[])[]) {
    this.#reach = lines;
    this.#drawLive();
  }

  /** Show the whole mine. */
  fit(): void {
    this.#moved = false;
    if (!this.#plan || !this.#screen.w) return;
    const side = Math.min(90, this.#screen.w * 0.1);
    const [top, bottom] = [TOOLS_PX + 14, 60];
    const everywhere = this.#plan.roads.flatMap((road) => road.path);
    this.#sides.clear();
    this.#matrix = fit(VIEWS[this.#kind], everywhere, {
      x: side,
      y: top,
      w: this.#screen.w - 2 * side,
      h: this.#screen.h - top - bottom,
    });
    this.#draw();
  }

  zoom(factor: number, x = this.#screen.w / 2, y = this.#screen.h / 2): void {
    const now = scaleOf(this.#matrix);
    const bounded = Math.min(SCALE_MAX, Math.max(SCALE_MIN, now * factor)) / now;
    this.#move(zoomed(this.#matrix, bounded, x, y));
  }

  /** Bring a place, metres, into the middle, near enough to read. */
  centre(x: number, y: number, z: number): void {
    const near = Math.max(1, 1.2 / scaleOf(this.#matrix));
    const m = zoomed(this.#matrix, near, 0, 0);
    const [px, py] = apply(m, x, y, z);
    this.#move(panned(m, this.#screen.w / 2 - px, this.#screen.h / 2 - py));
  }

  #move(matrix: Matrix): void {
    this.#matrix = matrix;
    this.#moved = true;
    this.#sides.clear();
    cancelAnimationFrame(this.#pending);
    this.#pending = requestAnimationFrame(() => this.#draw());
  }

  #resize(): void {
    const { canvas } = this.#live;
    const [w, h, dpr] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio];
    if (!w || !h) return;
    for (const ctx of [this.#base, this.#live]) {
      ctx.canvas.width = Math.round(w * dpr);
      ctx.canvas.height = Math.round(h * dpr);
      ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    }
    const before = this.#screen;
    this.#screen = { x: 0, y: 0, w, h };
    if (!this.#moved) return this.fit();
    this.#matrix = panned(this.#matrix, (w - before.w) / 2, (h - before.h) / 2);
    this.#draw();
  }

  #draw(): void {
    if (!this.#plan || !this.#screen.w) return;
    const { w, h } = this.#screen;
    const screen = { x: 0, y: 0, w, h };
    this.#roads = drawPlan(this.#base, this.#matrix, screen, this.#plan, this.#palette, this.#air, this.#level);
    this.#drawLive();
  }

  #drawLive(): void {
    if (!this.#plan || !this.#screen.w) return;
    const even = Math.floor(performance.now() / 500) % 2 === 0;
    this.#spots = drawLive(
      this.#live,
      this.#matrix,
      this.#screen,
      levelOf(this.#scene, this.#level),
      this.#roads,
      this.#palette,
      {
        over: this.#over,
        chosen: this.#chosen,
        names: this.#names,
        reach: this.#reach,
        beat: even || this.#calm.matches,
        sides: this.#sides,
      },
    );
  }

  #nearest([x, y]: XY): Spot | null {
    let best: Spot | null = null;
    let reach = PICK_PX;
    for (const spot of this.#spots) {
      const distance = Math.hypot(spot.at[0] - x, spot.at[1] - y);
      if (distance <= reach) [best, reach] = [spot, distance];
    }
    return best;
  }

  #hover(at: XY | null): void {
    const spot = at && this.#nearest(at);
    const target = spot?.target ?? null;
    this.#live.canvas.classList.toggle("over", target !== null);
    if (target?.id !== this.#over?.id) {
      this.#over = target;
      this.#drawLive();
    }
    this.listener.hover(target, spot?.at ?? [0, 0]);
  }

  #pick(at: XY): void {
    this.listener.pick(this.#nearest(at)?.target ?? null);
  }
}
