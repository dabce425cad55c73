/**
 * Acknowledging, the same by mouse, by key and from the banner: level I asks for a word on what is
 * being done about it, the others ask for nothing.
 */

import * as rest from "./rest";
import type { Alarm } from "./wire";

class Acknowledging {
  /** The alarm of level I whose note is being asked for. */
  asking = $state.raw<Alarm | null>(null);

  /** Whether somebody is asked for a note first. */
  asks = (alarm: Alarm): boolean => alarm.severity === "I";

  async acknowledge(alarm: Alarm): Promise<void> {
    if (this.asks(alarm)) this.asking = alarm;
    else await rest.acknowledgeAlarm(alarm.episode);
  }

  /** This page, what can be seen: one after the other, and the first that is refused says so. */
  async batch(shown: readonly Alarm[]): Promise<void> {
    for (const alarm of shown) await rest.acknowledgeAlarm(alarm.episode);
  }
}

export const acknowledging = new Acknowledging();
