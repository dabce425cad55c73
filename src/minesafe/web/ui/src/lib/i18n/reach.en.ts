/** Words of the header, the keyboard and installing. */

import type { Widened } from "./speech.svelte";
import type { reachZh } from "./reach.zh";

export const reachEn: Widened<typeof reachZh> = {
  pages: "Pages",
  morePages: "More",
  oldest: (age) => `oldest ${age}`,
  oldestNote: (what) => `The oldest value on the screen: ${what}`,
};
