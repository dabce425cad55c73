/**
 * The map: three canvases and one matrix. The ground below is drawn when the view or what is said of
 * the ground changes, people and marks above whenever they are handed in. Data comes by timers and
 * the wire; a frame of the screen only paints what is known by then, once however much came.
 */

import type { Screen } from "./brush";
import { NOBODY, type Crew } from "./crew";
import { drawCrew, Sprites } from "./crew-layer";
import { grouped, type Grouped } from "./crowd";
import type { Moved } from "./follow";
import { listen } from "./gestures";
import { BARE, type Ground } from "./ground";
import { drawGround, drawSent } from "./ground-layer";
import { askForMarks, askForPeople, Labels, marksAsBoxes, type NameOf } from "./label-layer";
import { Covered } from "./labels";
import { drawMark, isBelow, visible, type Drawn } from "./mark-layer";
import {
  apply, fit, panned, PLAN, scaleOf, viewedAs, zoomed, type Box, type Matrix, type XY, type XYZ,
} from "./matrix";
import type { Palette } from "./palette";
import { drawLines, drawPlan, type Plan } from "./plan";
import { NOTHING, sameUnder, underPointer, type Under } from "./pointer";
import { levelOf, sameTarget, type Mark, type Target } from "./scene";
import { Still } from "./still";
import { VIEWS, type View } from "./views";

const SCALE_MIN = 0.02;
const SCALE_MAX = 40;
/** Nothing is fitted larger than this, pixels a metre: the ground around it says where it is. */
const FIT_MOST = 2;
/** After so long without a move labels are placed anew, milliseconds. */
const SETTLE_MS = 140;
/** A number that is clicked opens by so much. */
const OPEN = 2.2;

export interface MapListener {
  pick(target: Target | null): void;
  /** A hand has moved the view. */
  moved(how: Moved): void;
}

/** How the map is looked at, besides its matrix. */
export interface Looks {
  /** The level that is looked at, empty for all. */
  readonly level: string;
  readonly air: boolean;
  readonly names: boolean;
  readonly chosen: Target | null;
  /** Where the person chosen may have walked to. */
  readonly reach: readonly (readonly XYZ[])[];
  /** Where an order sends the person chosen. */
  readonly sent: XYZ | null;
}

const PLAIN: Looks = { level: "", air: false, names: false, chosen: null, reach: [], sent: null };

const GROUND = 1;
const CREW = 2;
const MARKS = 4;
const ALL = GROUND | CREW | MARKS;

export class MineMap {
  #matrix: Matrix = PLAN;
  #view: View = "plan";
  #turn = 0;
  #screen: Box = { x: 0, y: 0, w: 0, h: 0 };
  /** What tools cover at the top, pixels. */
  #top = 52;
  #plan: Plan | null = null;
  #palette: Palette;
  #sprites = new Sprites(devicePixelRatio);
  #ground = BARE;
  #crew = NOBODY;
  #marks: readonly Mark[] = [];
  #looks = PLAIN;
  #nameOf: NameOf = (name) => ({ name, note: "" });
  /** Where roadways lie on the screen, found once labels are placed on the view as it is. */
  #covered: Covered | null = null;
  #taken: () => readonly XY[] = () => [];
  #groups: Grouped = { single: [], at: new Map(), crowds: [] };
  #drawn: readonly Drawn[] = [];
  readonly #labels = new Labels();
  readonly #still = new Still();
  #over = NOTHING;
  /** The reader has moved the view: a change of size no longer fits it anew. */
  #moved = false;
  #focus: readonly XYZ[] = [];
  /** The whole mine was asked for. */
  #whole = false;
  /** A hand is moving it: labels go along and are placed when it rests. */
  #moving: ReturnType<typeof setTimeout> | null = null;
  #dirty = 0;
  #frame = 0;
  readonly #ends: (() => void)[] = [];
  readonly #layers: Record<"ground" | "crew" | "marks", Screen>;
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(
    canvases: Record<"ground" | "crew" | "marks", HTMLCanvasElement>,
    palette: Palette,
    private readonly listener: MapListener,
    /** How many times larger everything is drawn: for who reads it from three metres. */
    private readonly enlarged = 1,
  ) {
    this.#palette = palette;
    this.#layers = {
      ground: canvases.ground.getContext("2d", { alpha: false })!,
      crew: canvases.crew.getContext("2d")!,
      marks: canvases.marks.getContext("2d")!,
    };
    const watch = new ResizeObserver(() => this.#resize());
    watch.observe(canvases.marks);
    this.#ends.push(() => watch.disconnect());
    this.#ends.push(
      listen(canvases.marks, enlarged, {
        pan: (dx, dy) => this.#byHand("pan", panned(this.#matrix, dx, dy)),
        zoom: (factor, x, y) => this.zoom(factor, x, y),
        turn: (degrees) => this.turn(degrees),
        fit: () => this.fit(),
        hover: (at) => this.#hover(at),
        pick: (at) => this.#pick(at),
      }),
    );
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    if (this.#moving) clearTimeout(this.#moving);
    for (const end of this.#ends) end();
  }

  // --- what is shown ---------------------------------------------------------------------------

  set plan(plan: Plan) {
    const first = !this.#plan;
    this.#plan = plan;
    if (first) this.#fit();
    else this.#soon(ALL);
  }

  set palette(palette: Palette) {
    this.#palette = palette;
    this.#sprites = new Sprites(devicePixelRatio * this.enlarged);
    this.#soon(ALL);
  }

  set ground(ground: Ground) {
    if (ground.key === this.#ground.key) return;
    this.#ground = ground;
    this.#soon(GROUND);
  }

  set crew(crew: Crew) {
    this.#crew = crew;
    this.#soon(CREW | MARKS);
  }

  set marks(marks: readonly Mark[]) {
    this.#marks = marks;
    this.#soon(CREW | MARKS);
  }

  set nameOf(nameOf: NameOf) {
    this.#nameOf = nameOf;
  }

  set looks(looks: Looks) {
    if (looks.level !== this.#looks.level) this.#labels.forget();
    this.#looks = looks;
    this.#soon(ALL);
  }

  /** What is fitted into the view at first instead of the whole mine; empty: that. */
  set focus(places: readonly XYZ[]) {
    this.#focus = places;
    if (!this.#moved && !this.#whole) this.#fit();
  }

  /** How many pixels tools cover at the top. */
  set top(pixels: number) {
    if (Math.abs(pixels - this.#top) < 1) return;
    this.#top = pixels;
    if (this.#moved) this.#soon(MARKS);
    else this.#fit();
  }

  // --- how it is looked at -----------------------------------------------------------------------

  set view(view: View) {
    if (view === this.#view) return;
    this.#view = view;
    if (this.#moved) this.#see(this.#viewed());
    else this.#fit();
  }

  /** Turn the mine to the left. */
  turn(degrees: number): void {
    this.#turn = (this.#turn + degrees) % 360;
    this.#byHand("turn", this.#viewed());
  }

  /** Show the whole mine, as it was turned at first. */
  fit(): void {
    this.#turn = 0;
    this.#whole = true;
    this.#fit();
    this.listener.moved("fit");
  }

  zoom(factor: number, x = this.#screen.w / 2, y = this.#screen.h / 2): void {
    const now = scaleOf(this.#matrix);
    const bounded = Math.min(SCALE_MAX, Math.max(SCALE_MIN, now * factor)) / now;
    this.#byHand("zoom", zoomed(this.#matrix, bounded, x, y));
  }

  /** Bring a place, metres, into the middle, near enough to read. */
  centre(x: number, y: number, z: number): void {
    const near = Math.max(1, 1.2 / scaleOf(this.#matrix));
    const m = zoomed(this.#matrix, near, 0, 0);
    const [px, py] = apply(m, x, y, z);
    this.#see(panned(m, this.#screen.w / 2 - px, (this.#screen.h + this.#top) / 2 - py));
  }

  #fit(): void {
    this.#moved = false;
    if (!this.#plan || !this.#screen.w) return;
    const side = Math.min(90, this.#screen.w * 0.08);
    const focused = !this.#whole && this.#focus.length > 0;
    const places = focused ? this.#focus : this.#plan.roads.flatMap((road) => road.path);
    this.#labels.forget();
    const matrix = fit(VIEWS[this.#view](this.#turn), places, {
      x: side,
      y: this.#top + 14,
      w: this.#screen.w - 2 * side,
      h: Math.max(40, this.#screen.h - this.#top - 74),
    });
    const [x, y] = [this.#screen.w / 2, (this.#screen.h + this.#top) / 2];
    this.#matrix = zoomed(matrix, Math.min(1, FIT_MOST / scaleOf(matrix)), x, y);
    this.#soon(ALL);
  }

  /** The same middle by the kind of view and the turn there are now. */
  #viewed(): Matrix {
    const middle: XY = [this.#screen.w / 2, this.#screen.h / 2];
    return viewedAs(this.#matrix, VIEWS[this.#view](this.#turn), middle, this.#plan?.height ?? 0);
  }

  #byHand(how: Moved, matrix: Matrix): void {
    this.#see(matrix);
    this.listener.moved(how);
  }

  #see(matrix: Matrix): void {
    this.#matrix = matrix;
    this.#moved = true;
    this.#labels.forget();
    if (this.#moving) clearTimeout(this.#moving);
    this.#moving = setTimeout(() => {
      this.#moving = null;
      this.#soon(this.#plan?.large ? GROUND | MARKS : MARKS);
    }, SETTLE_MS);
    this.#soon(ALL);
  }

  #resize(): void {
    const { canvas } = this.#layers.marks;
    const density = devicePixelRatio * this.enlarged;
    const [w, h] = [canvas.clientWidth / this.enlarged, canvas.clientHeight / this.enlarged];
    if (!w || !h) return;
    for (const ctx of Object.values(this.#layers)) {
      ctx.canvas.width = Math.round(w * density);
      ctx.canvas.height = Math.round(h * density);
      ctx.setTransform(density, 0, 0, density, 0, 0);
    }
    this.#sprites = new Sprites(density);
    const before = this.#screen;
    this.#screen = { x: 0, y: 0, w, h };
    if (this.#moved) this.#matrix = panned(this.#matrix, (w - before.w) / 2, (h - before.h) / 2);
    else this.#fit();
    // A canvas of another size is empty: it is not left so until the next frame.
    this.#dirty = ALL;
    this.#paint();
  }

  // --- painting ------------------------------------------------------------------------------------

  #soon(what: number): void {
    this.#dirty |= what;
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (!this.#plan || !this.#screen.w) return;
    const what = this.#dirty;
    this.#dirty = 0;
    if (what & GROUND) this.#paintGround(this.#plan);
    if (what & CREW) this.#paintCrew();
    if (what & MARKS) this.#paintMarks();
  }

  #paintGround(plan: Plan): void {
    const { level, air, reach, sent, chosen } = this.#looks;
    const brush = { ctx: this.#layers.ground, m: this.#matrix, palette: this.#palette };
    if (this.#moving && plan.large) {
      drawLines(brush, this.#screen, plan);
      return this.#still.draw(brush.ctx, this.#matrix, this.#screen);
    }
    this.#taken = drawPlan(brush, this.#screen, plan, { air, level }, (under) => {
      drawGround(under, this.#ground, reach);
      const row = chosen?.type === "person" ? this.#crew.row(chosen.id) : -1;
      if (sent && row >= 0) drawSent(under, this.#crew.at(row), sent);
    });
    this.#covered = null;
    if (plan.large) this.#still.keep(brush.ctx.canvas, this.#matrix);
  }

  #paintCrew(): void {
    const { level, chosen } = this.#looks;
    const crew = this.#crew;
    const brush = { ctx: this.#layers.crew, m: this.#matrix, palette: this.#palette };
    const here = level ? (row: number) => crew.level(row) === level : null;
    this.#groups = grouped(crew, this.#matrix, this.#screen, here);
    brush.ctx.clearRect(0, 0, this.#screen.w, this.#screen.h);
    // What is calm lies under the people, what is not over them.
    this.#drawn = visible(brush, levelOf(this.#marks, level), this.#screen, this.#isAsked);
    for (const one of this.#drawn.filter((d) => isBelow(d.mark))) drawMark(brush, one, null, false);
    const row = chosen?.type === "person" ? crew.row(chosen.id) : -1;
    drawCrew(brush, this.#sprites, crew, this.#groups, this.#palette, row, this.#beat());
  }

  /** On in the first half of each second. */
  #beat(): boolean {
    return this.#calm.matches || Math.floor(performance.now() / 500) % 2 === 0;
  }

  #paintMarks(): void {
    const brush = { ctx: this.#layers.marks, m: this.#matrix, palette: this.#palette };
    const { chosen, names } = this.#looks;
    const { target: over, crowd } = this.#over;
    const asked = { over, chosen, crowd, names };
    brush.ctx.clearRect(0, 0, this.#screen.w, this.#screen.h);
    for (const one of this.#drawn)
      if (!isBelow(one.mark) || this.#isAsked(one.mark.target))
        drawMark(brush, one, chosen, this.#beat());
    this.#labels.begin();
    askForMarks(this.#labels, brush, this.#drawn, asked);
    askForPeople(this.#labels, brush, this.#crew, this.#groups, asked, this.#nameOf);
    if (this.#moving) this.#labels.carry();
    else this.#place();
    this.#labels.draw(brush);
  }

  #isAsked = (target: Target | null): boolean =>
    target !== null &&
    (sameTarget(target, this.#over.target) || sameTarget(target, this.#looks.chosen));

  #place(): void {
    const { w, h } = this.#screen;
    const inner = { x: 2, y: this.#top, w: w - 4, h: h - this.#top - 2 };
    const marks = marksAsBoxes(this.#drawn, this.#groups);
    this.#covered ??= new Covered(this.#screen, this.#taken());
    this.#labels.place({ marks, roads: this.#covered }, inner);
  }

  // --- the pointer -----------------------------------------------------------------------------------

  #at(at: XY): Under {
    return underPointer(at, this.#drawn, this.#crew, this.#groups, this.#labels);
  }

  #hover(at: XY | null): void {
    const under = at ? this.#at(at) : NOTHING;
    const something = under.target !== null || under.crowd !== null;
    this.#layers.marks.canvas.classList.toggle("over", something);
    if (sameUnder(under, this.#over)) return;
    this.#over = under;
    this.#soon(MARKS);
  }

  #pick(at: XY): void {
    const { target, crowd } = this.#at(at);
    if (crowd) this.zoom(OPEN, ...crowd.at);
    else this.listener.pick(target);
  }
}
