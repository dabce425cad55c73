/** The console's sound: oscillators, no file; repeats until told to stop; says when it cannot. */

import type { Tone } from "./silence";

interface Beep {
  readonly hertz: number;
  readonly from: number;
  readonly for: number;
}

/** One round of each tone, seconds; levels differ in rhythm, not in pitch alone. */
const ROUND: Record<"I" | "II" | "III", { every: number; beeps: readonly Beep[] }> = {
  I: {
    every: 1.2,
    beeps: [
      { hertz: 960, from: 0, for: 0.3 },
      { hertz: 720, from: 0.3, for: 0.3 },
      { hertz: 960, from: 0.6, for: 0.3 },
      { hertz: 720, from: 0.9, for: 0.25 },
    ],
  },
  II: {
    every: 2,
    beeps: [
      { hertz: 820, from: 0, for: 0.25 },
      { hertz: 820, from: 0.4, for: 0.25 },
    ],
  },
  III: { every: 6, beeps: [{ hertz: 620, from: 0, for: 0.3 }] },
};

const LOUDNESS = 0.25;
/** While the voice speaks. */
const UNDER_VOICE = 0.06;

class Siren {
  /** The browser lets no sound out until somebody touches the page. */
  blocked = $state(false);
  tone = $state<Tone>(null);
  /** Something is being said: the tone goes on under it. */
  under = false;
  #context = new AudioContext();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    this.#context.onstatechange = () => this.#look();
    for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => this.unblock());
    this.#look();
  }

  unblock(): void {
    if (this.#context.state !== "running") void this.#context.resume();
  }

  /** Play `tone` until told otherwise; the same tone again changes nothing. */
  play(tone: Tone): void {
    if (tone === this.tone) return;
    this.tone = tone;
    clearInterval(this.#timer);
    if (!tone) return;
    this.#round(tone);
    this.#timer = setInterval(() => this.#round(tone), ROUND[tone].every * 1000);
  }

  /** One short round, so that somebody can hear that it works. */
  test(): void {
    this.unblock();
    this.#round("II");
  }

  #look(): void {
    this.blocked = this.#context.state !== "running";
  }

  #round(tone: "I" | "II" | "III"): void {
    // A suspended context would save all rounds up and play them at once.
    if (this.#context.state !== "running") return;
    for (const beep of ROUND[tone].beeps) this.#beep(beep);
  }

  #beep(beep: Beep): void {
    const start = this.#context.currentTime + beep.from;
    const loudness = this.under ? UNDER_VOICE : LOUDNESS;
    const [source, gain] = [this.#context.createOscillator(), this.#context.createGain()];
    source.type = "square";
    source.frequency.value = beep.hertz;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loudness, start + 0.02);
    gain.gain.setValueAtTime(loudness, start + beep.for - 0.03);
    gain.gain.linearRampToValueAtTime(0, start + beep.for);
    source.connect(gain).connect(this.#context.destination);
    source.start(start);
    source.stop(start + beep.for);
  }
}

export const siren = new Siren();
