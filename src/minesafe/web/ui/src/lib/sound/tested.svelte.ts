/** Whether this screen's sound was tested this shift, as the server has it. */

import { call } from "../rest";
import type { Micros, SoundTest, SoundTests } from "../wire";

const KEPT = "minesafe.screen";
const LATER_MS = 1_800_000;

/** Four letters until somebody gives it a name; none that look like another. */
const fresh = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(4)), (n) => "ABCDEFGHJKLMNPQR"[n % 16]).join("");

class Tested {
  /** What this screen is called in the journal. */
  screen = $state(localStorage.getItem(KEPT) || fresh());
  /** The last test of every screen; null before the server said. */
  all = $state.raw<readonly SoundTest[] | null>(null);
  /** A test counts from here on. */
  since = $state<Micros>(0);
  /** The test is on the screen: somebody opened it, or it is due. */
  open = $state(false);
  #askAgain = $state(0);

  constructor() {
    localStorage.setItem(KEPT, this.screen);
  }

  get last(): SoundTest | null {
    return this.all?.find((test) => test.screen === this.screen) ?? null;
  }

  /** Heard, and in this shift. */
  get well(): boolean {
    return this.last !== null && this.last.heard && this.last.at >= this.since;
  }

  /** Whether to ask for it now; nobody is asked before the server said what it knows. */
  due(localMs: number): boolean {
    return this.all !== null && !this.well && localMs >= this.#askAgain;
  }

  notNow(localMs: number): void {
    this.open = false;
    this.#askAgain = localMs + LATER_MS;
  }

  name(screen: string): void {
    this.screen = screen.trim().slice(0, 40) || fresh();
    localStorage.setItem(KEPT, this.screen);
  }

  async learn(): Promise<void> {
    const told = await call<SoundTests>("GET", "/sound-tests");
    [this.all, this.since] = [told.tests, told.since];
  }

  /** Say whether it was heard; shown as done only when the server has it. */
  async say(heard: boolean): Promise<void> {
    await call("POST", "/sound-tests", { screen: this.screen, heard });
    await this.learn();
  }
}

export const tested = new Tested();
