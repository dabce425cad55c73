/** Words about outputs by hand. */

import type { outputsZh } from "./outputs.zh";
import type { Widened } from "./speech.svelte";

export const outputsEn: Widened<typeof outputsZh> = {
  note: "Nothing is written but these. One person asks, another confirms; what nobody confirms lapses after five minutes.",
  none: "The configuration lists no output.",
  kindOf: { cut: "power cut", horn: "horn" },
  on: { cut: "Cut the power", horn: "Sound" },
  off: { cut: "Give power back", horn: "Stop" },
  zones: "Zones",
  feeds: "Feeds",
  power: "power",
  noPower: "no power",
  unknown: "not known",
  noFeeds: "no feed points: nothing can show that it is cut",
  cutSince: (at: string) => `cut asked for and confirmed at ${at}`,
  proven: "the feeds show no power",
  notProven: "not shown by the feeds",
  reason: "Why",
  look: "Show what would be written",
  would: (device: string, what: string, value: number) => `${value} would be written to ${what} of ${device}. Nothing has been written.`,
  coil: (address: number) => `coil ${address}`,
  register: (address: number) => `register ${address}`,
  ask: "Ask for it",
  askNote: "Another person has to confirm it, with the password, before it is written.",
  waits: "waits for a second person",
  askedBy: (who: string) => `asked for by ${who}`,
  lapsesIn: (left: string) => `lapses in ${left}`,
  confirm: "Confirm and write",
  confirmNote: "Whoever confirms must not be who asked.",
  drop: "Take it back",
};
