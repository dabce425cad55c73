/** Labels of marks and people: asked for, placed by priority, drawn; while a hand moves, carried along. */

import { drawLevel, widthOf, type Brush } from "./brush";
import type { Crew } from "./crew";
import { discRadius } from "./crew-layer";
import type { Crowd, Grouped } from "./crowd";
import { placeLabels, type LabelRequest, type Obstacles, type PlacedLabel } from "./labels";
import type { Drawn } from "./mark-layer";
import { scaleOf, type Box, type XY } from "./matrix";
import type { Palette } from "./palette";
import { sameTarget, type Target } from "./scene";
import type { Severity } from "../wire";

const FONT_PX = 12;
const PAD = 5;
const LEVEL_PX = 19;
/** Pixels a metre from which everybody who is no crowd has a name. */
const NAMES_FROM = 3;
/** So many labels are looked at; the least important of more are left out. */
const MOST = 300;
/** So many alarms may cover something with their words; the rest only where there is room. */
const MOST_MUST = 60;
/** From here on what is said stands beside its mark or not at all: zones and refuges may move out. */
const CALM_FROM = 40;
/** Names a number shows when asked. */
const NAMES_OF_CROWD = 6;

const PRIORITY: Record<Severity, number> = { I: 0, II: 10, III: 20, IV: 30 };

export interface Asked {
  /** What the pointer is over, and what the drawer shows. */
  readonly over: Target | null;
  readonly chosen: Target | null;
  /** The number the pointer is over. */
  readonly crowd: Crowd | null;
  readonly names: boolean;
}

/** Name of a person, and what is the matter with whom an alarm is about. */
export type NameOf = (person: string) => { readonly name: string; readonly note: string };

interface Label {
  readonly target: Target | null;
  readonly text: string;
  readonly note: string;
  readonly severity: Severity | null;
  readonly struck: boolean;
}

const fontOf = (label: Label, palette: Palette): string =>
  `${label.severity === "I" ? "bold " : ""}${FONT_PX}px ${palette.font}`;

export class Labels {
  #requests: LabelRequest[] = [];
  #labels = new Map<string, Label>();
  /** Which side each took last, and where from its mark it lies now. */
  readonly #sides = new Map<string, number>();
  #placed: readonly PlacedLabel[] = [];
  #must = 0;

  /** Nothing is asked for; what was placed stays until it is placed anew. */
  begin(): void {
    this.#requests = [];
    this.#labels = new Map();
    this.#must = 0;
  }

  forget(): void {
    this.#sides.clear();
  }

  ask(
    brush: Brush, key: string, at: XY, gap: number, priority: number, must: boolean, label: Label,
  ): void {
    const font = fontOf(label, brush.palette);
    const note = label.note ? widthOf(brush.ctx, font, ` ${label.note}`) : 0;
    const level = label.severity ? LEVEL_PX : 0;
    const w = widthOf(brush.ctx, font, label.text) + note + level + 2 * PAD;
    const calm = !must && !label.severity && priority >= CALM_FROM;
    if (must) this.#must++;
    this.#requests.push({
      key, at, w, h: FONT_PX + 6, gap, priority, calm, must: must && this.#must <= MOST_MUST,
    });
    this.#labels.set(key, label);
  }

  place(obstacles: Obstacles, screen: Box): void {
    const first = this.#requests.sort((a, b) => a.priority - b.priority).slice(0, MOST);
    this.#placed = placeLabels(first, obstacles, screen, this.#sides);
  }

  /** As they were placed last, each moved with its mark. */
  carry(): void {
    const now = new Map(this.#requests.map((r) => [r.key, r]));
    this.#placed = this.#placed.flatMap((p) => {
      const at = now.get(p.key)?.at;
      return at ? [{ ...p, at, x: p.x + at[0] - p.at[0], y: p.y + at[1] - p.at[1] }] : [];
    });
  }

  /** The most important are drawn last, on top. */
  draw(brush: Brush): void {
    for (const box of [...this.#placed].reverse()) drawLabel(brush, box, this.#labels.get(box.key)!);
  }

  /** What the label under a place belongs to. */
  under([x, y]: XY): Target | null {
    const box = this.#placed.find(
      (p) => x >= p.x && x <= p.x + p.w && y >= p.y && y <= p.y + p.h,
    );
    return (box && this.#labels.get(box.key)?.target) ?? null;
  }
}

function drawLabel({ ctx, palette }: Brush, box: PlacedLabel, label: Label): void {
  const { severity } = label;
  const filled = severity && severity !== "IV";
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
  ctx.fillStyle = filled ? palette.fill[severity] : palette.ground;
  ctx.globalAlpha = filled ? 1 : 0.86;
  ctx.fill();
  ctx.globalAlpha = 1;
  if (severity === "IV") {
    ctx.lineWidth = 1;
    ctx.strokeStyle = palette.text;
    ctx.stroke();
  }
  const ink = severity ? palette.ink[severity] : label.struck ? palette.dim : palette.text;
  const middle = box.y + box.h / 2 + 0.5;
  if (severity) drawLevel(ctx, severity, [box.x + PAD + 7, box.y + box.h / 2], ink);
  const left = box.x + PAD + (severity ? LEVEL_PX : 0);
  ctx.font = fontOf(label, palette);
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillStyle = ink;
  ctx.fillText(label.text, left, middle);
  const text = widthOf(ctx, fontOf(label, palette), label.text);
  if (label.struck) ctx.fillRect(left, middle - 0.5, text, 1.2);
  if (!label.note) return;
  ctx.fillStyle = severity ? ink : palette.dim;
  ctx.fillText(` ${label.note}`, left + text, middle);
}

/** Ask for the words of marks: all of what is grave, of what is calm as the scale allows. */
export function askForMarks(labels: Labels, brush: Brush, drawn: readonly Drawn[], asked: Asked): void {
  const scale = scaleOf(brush.m);
  for (const { mark, at } of drawn) {
    const { target, severity } = mark;
    const own =
      target !== null && (sameTarget(asked.over, target) || sameTarget(asked.chosen, target));
    const quiet = severity === null || (mark.returned && severity !== "I");
    const text = own ? mark.detail : mark.text;
    if (!text || (!own && quiet && scale < (severity ? 0.9 : mark.from))) continue;
    const shown = mark.returned ? null : severity;
    const must = own || shown === "I" || shown === "II" || mark.order < 10;
    const priority = severity ? PRIORITY[severity] : own ? 4 : mark.order;
    labels.ask(brush, mark.key, at, mark.shape === "none" ? 11 : 12, priority, must, {
      target, text, note: own ? "" : mark.note, severity: shown, struck: mark.stale,
    });
  }
}

/** Ask for names: of whom an alarm is about, of who is asked about, of all where they are near. */
export function askForPeople(
  labels: Labels, brush: Brush, crew: Crew, groups: Grouped, asked: Asked, nameOf: NameOf,
): void {
  const near = asked.names || scaleOf(brush.m) >= NAMES_FROM;
  const isAsked = (id: string) =>
    [asked.over, asked.chosen].some((t) => t?.type === "person" && t.id === id);
  for (const row of groups.single) {
    const severity = crew.severity(row);
    const id = crew.ids[row]!;
    const own = isAsked(id);
    if (!(severity || own || near)) continue;
    const { name, note } = nameOf(id);
    const priority = severity ? PRIORITY[severity] + 2 : own ? 5 : 60;
    labels.ask(brush, `person ${id}`, groups.at.get(row)!, 12, priority, own || severity !== null, {
      target: { type: "person", id }, text: name, note, severity, struck: false,
    });
  }
  const { crowd } = asked;
  if (!crowd) return;
  const names = crowd.rows.slice(0, NAMES_OF_CROWD).map((row) => nameOf(crew.ids[row]!).name);
  const more = crowd.rows.length - names.length;
  labels.ask(brush, "crowd", crowd.at, discRadius(crowd.rows.length) + 3, 3, true, {
    target: null, text: names.join(" "), note: more > 0 ? `+${more}` : "", severity: null, struck: false,
  });
}

/** Boxes of what labels should leave visible. */
export function marksAsBoxes(drawn: readonly Drawn[], groups: Grouped): Box[] {
  const box = ([x, y]: XY, r: number): Box => ({ x: x - r, y: y - r, w: 2 * r, h: 2 * r });
  return [
    ...drawn.filter((d) => d.mark.shape !== "none").map((d) => box(d.at, 7)),
    ...groups.crowds.map((c) => box(c.at, discRadius(c.rows.length))),
  ];
}
