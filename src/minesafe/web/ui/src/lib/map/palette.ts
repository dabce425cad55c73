/** The map's colours: the style sheet's own, read once per theme. Colour is for the abnormal. */

import type { Severity } from "../wire";

export interface Palette {
  readonly ground: string;
  readonly rim: string;
  readonly floor: string;
  readonly dim: string;
  readonly text: string;
  readonly bright: string;
  readonly fill: Record<Severity, string>;
  readonly ink: Record<Severity, string>;
  readonly font: string;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const v = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: v("--ground"),
    rim: v("--rim"),
    floor: v("--floor"),
    dim: v("--dim"),
    text: v("--text"),
    bright: v("--bright"),
    fill: { I: v("--one"), II: v("--two"), III: v("--three"), IV: v("--ground") },
    ink: { I: v("--one-ink"), II: v("--two-ink"), III: v("--three-ink"), IV: v("--bright") },
    font: getComputedStyle(document.body).fontFamily,
  };
}
