/** The console's voice: the browser's own, of this machine; speaks what it is given, or says that it cannot. */

import type { Lang } from "../i18n/speech.svelte";
import { siren } from "./siren.svelte";
import { voiceFor } from "./voices";

/** A sentence nobody has heard the end of by then was never spoken, milliseconds. */
const LONGEST_MS = 30_000;

/** Names may be 80 characters; a spoken sentence is no longer than this. */
const LONGEST_TEXT = 140;

class Voice {
  speaking = $state(false);
  #voices = $state.raw<SpeechSynthesisVoice[]>([]);
  /** Held, for a browser may forget a sentence nobody holds, and never tell its end. */
  #saying: SpeechSynthesisUtterance[] = [];
  #since = 0;
  #engine = "speechSynthesis" in globalThis ? speechSynthesis : null;

  constructor() {
    const learn = (): void => void (this.#voices = this.#engine?.getVoices() ?? []);
    this.#engine?.addEventListener("voiceschanged", learn);
    learn();
  }

  /** Whether this browser can speak the language by itself. */
  can(lang: Lang): boolean {
    return voiceFor(lang, this.#voices) >= 0;
  }

  /** Say sentences one after the other; what is being said is broken off for them. */
  say(sentences: readonly string[], lang: Lang): void {
    const voice = this.#voices[voiceFor(lang, this.#voices)];
    this.stop();
    if (!voice || !this.#engine) return;
    this.#saying = sentences.map((sentence) => this.#sentence(sentence, voice));
    this.#since = performance.now();
    this.#turn(this.#saying.length > 0);
    for (const one of this.#saying) this.#engine.speak(one);
  }

  stop(): void {
    this.#saying = [];
    this.#engine?.cancel();
    this.#turn(false);
  }

  /** Give up what a browser began and never ended; asked now and then. */
  look(): void {
    if (this.speaking && performance.now() - this.#since > LONGEST_MS) this.stop();
  }

  #sentence(sentence: string, voice: SpeechSynthesisVoice): SpeechSynthesisUtterance {
    const one = new SpeechSynthesisUtterance(sentence.slice(0, LONGEST_TEXT));
    one.voice = voice;
    one.lang = voice.lang;
    one.onend = one.onerror = () => this.#ended(one);
    return one;
  }

  #ended(one: SpeechSynthesisUtterance): void {
    if (!this.#saying.includes(one)) return;
    this.#since = performance.now();
    this.#saying = this.#saying.filter((other) => other !== one);
    this.#turn(this.#saying.length > 0);
  }

  /** The tone goes on under the voice, so that nobody misses it, and lets it be understood. */
  #turn(speaking: boolean): void {
    this.speaking = siren.under = speaking;
  }
}

export const voice = new Voice();
