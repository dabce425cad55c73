/** What of the map changes with the picture: tints, points, refuges, people and all labels. */

import { crowds, type Crowd } from "./crowd";
import { placeLabels, type LabelRequest, type Obstacles, type PlacedLabel } from "./labels";
import { apply, scaleOf, type Box, type Matrix, type XY, type XYZ } from "./matrix";
import type { Palette } from "./palette";
import { tunnelWidth } from "./plan";
import { sameTarget, type PersonMark, type Scene, type SensorMark, type Target } from "./scene";
import type { Severity } from "../wire";

type Screen = CanvasRenderingContext2D;

/** Where a target was drawn, for the pointer. */
export interface Spot {
  readonly target: Target;
  readonly at: XY;
}

export interface LiveOptions {
  /** What the pointer is over, and what the drawer shows. */
  readonly over: Target | null;
  readonly chosen: Target | null;
  readonly names: boolean;
  /** Where the person chosen may have walked to. */
  readonly reach: readonly (readonly XYZ[])[];
  /** On in the first half of each second: what waits for an acknowledgement shows its ring then. */
  readonly beat: boolean;
  /** Which side each label took last. */
  readonly sides: Map<string, number>;
}

/** What a label says, besides where. */
interface Label {
  readonly text: string;
  readonly severity: Severity | null;
  readonly struck: boolean;
  readonly strong: boolean;
}

const FONT_PX = 12;
const PAD = 5;
const NAMES_FROM = 3;
const CROWD_PX = 13;

/** The tools lie over the top of the map. */
export const TOOLS_PX = 52;

interface Brush {
  readonly ctx: Screen;
  readonly m: Matrix;
  readonly palette: Palette;
  readonly options: LiveOptions;
}

function trace(ctx: Screen, m: Matrix, lines: readonly (readonly XYZ[])[]): void {
  ctx.beginPath();
  for (const line of lines)
    line.forEach((at, i) => {
      const [px, py] = apply(m, ...at);
      if (i) ctx.lineTo(px, py);
      else ctx.moveTo(px, py);
    });
}

function drawTints({ ctx, m, palette }: Brush, scene: Scene): void {
  const width = tunnelWidth(m);
  ctx.lineJoin = ctx.lineCap = "round";
  for (const tint of scene.tints) {
    trace(ctx, m, tint.lines);
    const colour = tint.severity === "IV" ? palette.text : palette.fill[tint.severity];
    ctx.strokeStyle = colour;
    for (const [w, alpha] of [
      [width + 14, 0.16],
      [width - 2, 0.4],
    ] as const) {
      ctx.lineWidth = w;
      ctx.globalAlpha = alpha;
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
  }
}

/** A broad pale band along the roadways: somewhere on it. */
function drawReach({ ctx, m, palette, options }: Brush): void {
  trace(ctx, m, options.reach);
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.lineWidth = tunnelWidth(m) + 8;
  ctx.strokeStyle = palette.bright;
  ctx.globalAlpha = 0.28;
  ctx.stroke();
  ctx.globalAlpha = 1;
}

const SHAPES: Record<SensorMark["shape"], (ctx: Screen, r: number) => void> = {
  triangle: (ctx, r) => polygon(ctx, [[0, -r], [r, r * 0.8], [-r, r * 0.8]]),
  down: (ctx, r) => polygon(ctx, [[0, r], [r, -r * 0.8], [-r, -r * 0.8]]),
  diamond: (ctx, r) => polygon(ctx, [[0, -r], [r, 0], [0, r], [-r, 0]]),
  square: (ctx, r) => ctx.rect(-r, -r, 2 * r, 2 * r),
  circle: (ctx, r) => ctx.arc(0, 0, r * 0.9, 0, 2 * Math.PI),
  speaker: (ctx, r) =>
    polygon(ctx, [[-r, -r / 2], [-r / 4, -r / 2], [r, -r], [r, r], [-r / 4, r / 2], [-r, r / 2]]),
};

function polygon(ctx: Screen, points: readonly XY[]): void {
  points.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  ctx.closePath();
}

function drawSensor({ ctx, palette, options }: Brush, mark: SensorMark, [x, y]: XY): void {
  const colour = mark.severity && mark.severity !== "IV" ? palette.fill[mark.severity] : null;
  ctx.save();
  ctx.translate(x, y);
  ctx.beginPath();
  SHAPES[mark.shape](ctx, colour ? 7.5 : 6);
  ctx.fillStyle = mark.returned ? palette.ground : (colour ?? palette.ground);
  ctx.fill();
  ctx.lineWidth = mark.returned ? 2.2 : 1.5;
  ctx.strokeStyle = colour ?? (mark.stale ? palette.dim : palette.text);
  if (mark.stale) ctx.setLineDash([2.5, 2]);
  ctx.stroke();
  ctx.setLineDash([]);
  if (mark.severity === "I" && mark.waiting && options.beat) ring(ctx, palette.fill.I, 14, 2.5);
  if (sameTarget(options.chosen, mark.target)) ring(ctx, palette.bright, 11, 1.5);
  ctx.restore();
}

function ring(ctx: Screen, colour: string, radius: number, width: number): void {
  ctx.beginPath();
  ctx.arc(0, 0, radius, 0, 2 * Math.PI);
  ctx.lineWidth = width;
  ctx.strokeStyle = colour;
  ctx.stroke();
}

function drawRefuge({ ctx, palette }: Brush, severity: Severity | null, [x, y]: XY): void {
  ctx.beginPath();
  ctx.rect(x - 7, y - 7, 14, 14);
  ctx.fillStyle = severity ? palette.fill[severity] : palette.ground;
  ctx.fill();
  ctx.lineWidth = 2;
  ctx.strokeStyle = palette.text;
  ctx.stroke();
}

/** Level of a person's state, which decides its colour. */
const URGENT: Partial<Record<PersonMark["state"], Severity>> = { sos: "I", unknown: "I", wrong: "II" };
const HOLLOW = new Set<PersonMark["state"]>(["lost", "unknown"]);

function drawPerson({ ctx, palette, options }: Brush, mark: PersonMark, [x, y]: XY): void {
  const level = URGENT[mark.state];
  const colour = level ? palette.fill[level] : mark.state === "safe" ? palette.dim : palette.bright;
  ctx.save();
  ctx.translate(x, y);
  ctx.beginPath();
  ctx.arc(0, 0, level ? 5.5 : 4.2, 0, 2 * Math.PI);
  ctx.fillStyle = HOLLOW.has(mark.state) ? palette.ground : colour;
  ctx.fill();
  ctx.lineWidth = level ? 2 : 1.4;
  ctx.strokeStyle = HOLLOW.has(mark.state) ? colour : palette.ground;
  ctx.stroke();
  if (level === "I") ring(ctx, colour, 9, 1.6);
  if (sameTarget(options.chosen, mark.target)) ring(ctx, palette.bright, 9, 1.5);
  ctx.restore();
}

function drawCrowd({ ctx, palette }: Brush, crowd: Crowd<PersonMark>): void {
  const [x, y] = crowd.at;
  ctx.beginPath();
  ctx.arc(x, y, 9, 0, 2 * Math.PI);
  ctx.fillStyle = palette.bright;
  ctx.fill();
  ctx.fillStyle = palette.ground;
  ctx.font = `bold 11px ${palette.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(String(crowd.members.length), x, y + 0.5);
}

/** From a person asked about to where they are to go: the place, not the way through the rock. */
function drawWays(brush: Brush, people: readonly PersonMark[]): void {
  const { ctx, m, palette, options } = brush;
  for (const person of people) {
    const asked = sameTarget(options.over, person.target) || sameTarget(options.chosen, person.target);
    if (!person.to || !asked) continue;
    ctx.beginPath();
    ctx.moveTo(...apply(m, ...person.at));
    ctx.lineTo(...apply(m, ...person.to));
    ctx.setLineDash([3, 5]);
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = palette.text;
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

/** Pixels a metre from which switches that are well say so: a whole mine is full of them. */
const WORDS_FROM = 0.9;

/** Of calm values, those of gases choose their place first. */
const CALM: Record<SensorMark["shape"], number> = {
  triangle: 40, circle: 42, square: 44, down: 44, diamond: 46, speaker: 48,
};

const PRIORITY: Record<Severity, number> = { I: 0, II: 10, III: 20, IV: 30 };

class Labels {
  readonly requests: LabelRequest[] = [];
  readonly labels = new Map<string, Label>();

  constructor(private readonly brush: Brush) {}

  ask(key: string, at: XY, gap: number, priority: number, must: boolean, label: Label): void {
    const { ctx, palette } = this.brush;
    ctx.font = fontOf(label, palette);
    const w = ctx.measureText(label.text).width + 2 * PAD;
    this.requests.push({ key, at, w, h: FONT_PX + 2 * 3, gap, priority, must });
    this.labels.set(key, label);
  }
}

const fontOf = (label: Label, palette: Palette): string =>
  `${label.strong ? "bold " : ""}${FONT_PX}px ${palette.font}`;

function drawLabel({ ctx, palette }: Brush, box: PlacedLabel, label: Label): void {
  const filled = label.severity && label.severity !== "IV";
  if (box.far) {
    ctx.beginPath();
    ctx.moveTo(...box.at);
    ctx.lineTo(box.x + box.w / 2, box.y + box.h / 2);
    ctx.lineWidth = 1;
    ctx.strokeStyle = palette.dim;
    ctx.stroke();
  }
  ctx.beginPath();
  ctx.roundRect(box.x, box.y, box.w, box.h, 3);
  ctx.fillStyle = filled ? palette.fill[label.severity!] : palette.ground;
  ctx.globalAlpha = filled ? 1 : 0.82;
  ctx.fill();
  ctx.globalAlpha = 1;
  if (label.severity === "IV") {
    ctx.lineWidth = 1;
    ctx.strokeStyle = palette.text;
    ctx.stroke();
  }
  ctx.font = fontOf(label, palette);
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const ink = label.struck ? palette.dim : palette.text;
  ctx.fillStyle = label.severity ? palette.ink[label.severity] : ink;
  ctx.fillText(label.text, box.x + PAD, box.y + box.h / 2 + 0.5);
  if (label.struck) ctx.fillRect(box.x + PAD, box.y + box.h / 2, box.w - 2 * PAD, 1.2);
}

function askForPeople(labels: Labels, brush: Brush, groups: readonly Crowd<PersonMark>[]): void {
  const { m, options } = brush;
  const near = options.names || scaleOf(m) >= NAMES_FROM;
  for (const group of groups)
    for (const { item, at } of group.members) {
      const level = URGENT[item.state] ?? null;
      const asked = sameTarget(options.over, item.target) || sameTarget(options.chosen, item.target);
      if (!(level || asked || near)) continue;
      const label = { text: item.name, severity: level, struck: false, strong: level === "I" };
      const key = `person ${item.target.id}`;
      labels.ask(key, at, 9, level ? PRIORITY[level] + 2 : asked ? 5 : 60, asked, label);
    }
}

/** Draw everything that is alive. Returns where, for the pointer. */
export function drawLive(
  ctx: Screen,
  m: Matrix,
  screen: Box,
  scene: Scene,
  roads: readonly XY[],
  palette: Palette,
  options: LiveOptions,
): Spot[] {
  const brush: Brush = { ctx, m, palette, options };
  const labels = new Labels(brush);
  const spots: Spot[] = [];
  const marks: Box[] = [];
  const noted = (target: Target, [x, y]: XY, r: number): void => {
    spots.push({ target, at: [x, y] });
    if (target.type !== "person") marks.push({ x: x - r, y: y - r, w: 2 * r, h: 2 * r });
  };

  ctx.clearRect(0, 0, screen.w, screen.h);
  drawTints(brush, scene);
  drawReach(brush);
  drawWays(brush, scene.people);
  for (const refuge of scene.refuges) {
    const at = apply(m, ...refuge.at);
    drawRefuge(brush, refuge.severity, at);
    noted(refuge.target, at, 8);
    const label = { text: refuge.text, severity: null, struck: false, strong: false };
    labels.ask(`zone ${refuge.target.id}`, at, 12, 32, true, label);
  }
  for (const mark of [...scene.sensors].sort(bySeverity)) {
    const at = apply(m, ...mark.at);
    drawSensor(brush, mark, at);
    noted(mark.target, at, 7);
    const asked = sameTarget(options.over, mark.target) || sameTarget(options.chosen, mark.target);
    const { severity, stale: struck } = mark;
    const text = asked ? mark.detail : mark.text;
    const quiet = mark.minor || (mark.returned && severity !== "I");
    if (!text || (quiet && !asked && scaleOf(m) < WORDS_FROM)) continue;
    const priority = severity ? PRIORITY[severity] : asked ? 4 : CALM[mark.shape];
    const must = asked || severity === "I" || severity === "II";
    labels.ask(`point ${mark.target.id}`, at, 11, priority, must, {
      text, severity: mark.returned ? null : severity, struck, strong: severity === "I",
    });
  }
  const placed = scene.people.map((item) => ({ item, at: apply(m, ...item.at) }));
  const groups = crowds(placed.filter((p) => !URGENT[p.item.state]), CROWD_PX);
  for (const group of groups) {
    if (group.members.length > 2) drawCrowd(brush, group);
    else for (const { item, at } of group.members) drawPerson(brush, item, at);
  }
  const urgent = placed.filter((p) => URGENT[p.item.state]);
  for (const { item, at } of urgent) drawPerson(brush, item, at);
  for (const { item, at } of placed) noted(item.target, at, 5);
  askForPeople(labels, brush, [...groups, { at: [0, 0], members: urgent }]);

  const obstacles: Obstacles = { marks, roads };
  const inner = { x: 2, y: TOOLS_PX, w: screen.w - 4, h: screen.h - TOOLS_PX - 2 };
  const boxes = placeLabels(labels.requests, obstacles, inner, options.sides);
  // The most important are drawn last, on top.
  for (const box of boxes.reverse()) drawLabel(brush, box, labels.labels.get(box.key)!);
  return spots;
}

const bySeverity = (a: SensorMark, b: SensorMark): number =>
  (b.severity ? PRIORITY[b.severity] : 99) - (a.severity ? PRIORITY[a.severity] : 99);
