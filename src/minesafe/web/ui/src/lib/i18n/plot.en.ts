/** Words of a curve. */

import type { Widened } from "./speech.svelte";
import type { plotZh } from "./plot.zh";

export const plotEn: Widened<typeof plotZh> = {
  curve: "curve",
  keys: "Drag to look closer, double-click for all; ←→ move the cursor (Shift: faster), + − zoom, PageUp/PageDown move in time, 0 for all",
  earlier: "Earlier",
  later: "Later",
  narrower: "Look closer",
  wider: "Look wider",
  whole: "All",
  spans: { hour: "1 h", shift: "8 h", day: "24 h", week: "7 d", month: "30 d", year: "1 y" },
  course: (low, high, last) => `lowest ${low}, highest ${high}, last ${last}`,
  notBelieved: (quality) => `${quality}: not believed`,
  nothing: "no data",
  asTable: "As a table",
  from: "From",
  to: "To",
  low: "Lowest",
  high: "Highest",
  last: "Last",
  doubted: "Not believed",
  stillSo: "now",
};
