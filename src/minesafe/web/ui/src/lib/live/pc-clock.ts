/**
 * How far this PC's own clock is from the mine's. Nothing on the screen is told by it; but whoever
 * looks at the clock in the corner of Windows, or writes a time down from it, must know. Pure.
 */

import { SECOND, type Micros } from "../wire";

/** A smaller difference is not worth a word. */
export const WORTH: Micros = 2 * SECOND;

/** Of so many messages the one that came quickest tells: others waited on their way. */
const OF = 5;

export class PcClock {
  #ahead: Micros[] = [];

  /** The server said it is `now` while this PC's wall clock showed `wallMs`. */
  hear(now: Micros, wallMs: number): void {
    this.#ahead = [...this.#ahead, wallMs * 1000 - now].slice(-OF);
  }

  /** How far the PC is ahead, negative where it is behind; 0 where that is not worth a word. */
  get ahead(): Micros {
    if (this.#ahead.length < OF) return 0;
    const least = Math.min(...this.#ahead);
    return Math.abs(least) > WORTH ? least : 0;
  }
}
