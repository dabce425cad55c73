/** When the console must sound, and how: decided here, played by `siren`. Pure. */

import { isOpen, unacknowledged, type Picture } from "../live/picture";
import type { Severity } from "../wire";

/** Silence ends by itself after this long. */
export const SILENCE_MS = 120_000;

/** What the siren plays: the worst thing nobody has acknowledged; null is quiet. */
export type Tone = "I" | "II" | "III" | null;

const TONE: Record<Severity, Tone> = { I: "I", II: "II", III: "III", IV: null };

/** The tone the picture asks for. */
export function toneOf(picture: Picture): Tone {
  const waiting = [
    ...picture.alarms.filter(unacknowledged).map((a) => TONE[a.severity]),
    ...picture.orders
      .filter((o) => isOpen(o) && o.acknowledged_by === null)
      .map((o): Tone => (o.order_kind === "evacuate" ? "I" : "II")),
  ];
  return (["I", "II", "III"] as const).find((tone) => waiting.includes(tone)) ?? null;
}

/** Everything of level I there is: a new one of these ends a silence. */
export function levelOne(picture: Picture): Set<string> {
  return new Set([
    ...picture.alarms.filter((a) => a.severity === "I").map((a) => a.episode),
    ...picture.orders
      .filter((o) => isOpen(o) && o.order_kind === "evacuate")
      .map((o) => `order ${o.order}`),
  ]);
}

/** Silence of one console: begun by its dispatcher, ended by time or by a new level I. */
export class Silence {
  #until = 0;
  #known = new Set<string>();

  begin(picture: Picture, nowMs: number): void {
    this.#until = nowMs + SILENCE_MS;
    this.#known = levelOne(picture);
  }

  /** Milliseconds left, 0 when not silenced. */
  left(picture: Picture, nowMs: number): number {
    if (nowMs >= this.#until) return 0;
    const grown = [...levelOne(picture)].some((one) => !this.#known.has(one));
    if (grown) this.#until = 0;
    return Math.max(0, this.#until - nowMs);
  }
}
