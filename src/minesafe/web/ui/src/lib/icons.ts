/** The sign of a kind of point: told apart by its shape, in the text's own colour. */

import type { Icon } from "./wire";

export const SIGN = {
  air: "⇶",
  clock: "◷",
  counter: "Σ",
  damp: "≋",
  door: "▯",
  dust: "░",
  fan: "✢",
  fire: "▲",
  gas: "△",
  gauge: "◔",
  heat: "♨",
  power: "↯",
  test: "✓",
  voice: "◁",
  water: "≈",
  wind: "➢",
} satisfies Record<Icon, string>;
