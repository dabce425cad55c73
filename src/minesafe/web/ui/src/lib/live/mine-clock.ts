/**
 * The mine's time between messages. A demo's clock may run N times as fast as ours, so the pace is
 * measured from the server's own times; ages go on growing when nothing comes any more.
 */

import { SECOND, type Micros } from "../wire";

/** Two server times closer together than this, milliseconds, say nothing about the pace. */
const SHORTEST_MS = 400;

export class MineClock {
  #server: Micros = 0;
  #local = 0;
  #pace = 1;

  /**
   * The server said it is `now` at our `localMs` (a monotonic clock).
   *
   * @param first on this connection: what lies before it may have been an hour's sleep of this PC,
   *   in which its monotonic clock stood still, and says nothing about the pace.
   */
  hear(now: Micros, localMs: number, first = false): void {
    const passed = localMs - this.#local;
    if (this.#server && now === this.#server) return;
    if (this.#server && !first && passed >= SHORTEST_MS) {
      const pace = (now - this.#server) / (passed * (SECOND / 1000));
      if (pace > 0) this.#pace = this.#pace + 0.3 * (pace - this.#pace);
    }
    this.#server = now;
    this.#local = localMs;
  }

  /** Whether the mine's clock runs as fast as clocks do: a demo's may not. */
  get realTime(): boolean {
    return Math.abs(this.#pace - 1) < 0.1;
  }

  /** The mine's time at our `localMs`; 0 before the server ever said one. */
  at(localMs: number): Micros {
    if (!this.#server) return 0;
    return Math.round(this.#server + (localMs - this.#local) * this.#pace * (SECOND / 1000));
  }
}
