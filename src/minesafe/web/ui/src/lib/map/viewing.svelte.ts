/** How the map is looked at: kept from page to page, and by this browser. */

import type { View } from "./views";

const KEY = "minesafe.view";

class Viewing {
  view = $state<View>(localStorage.getItem(KEY) === "axonometric" ? "axonometric" : "plan");
  /** The level that is looked at, empty for all. */
  level = $state("");
  air = $state(false);
  names = $state(false);
  /** Devices that are well too. */
  devices = $state(false);

  show(view: View): void {
    this.view = view;
    localStorage.setItem(KEY, view);
  }
}

export const viewing = new Viewing();
