/** The reader's language: a typed dictionary, and what turns codes and parameters into words. */

import { age } from "../format";
import type { Micros, Words } from "../wire";
import type { laterZh } from "./later.zh";
import type { zh } from "./zh";

export type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Widened<T[K]> };

export type Dictionary = Widened<typeof zh>;
export type LaterDictionary = Widened<typeof laterZh>;
export type Lang = "zh" | "en";

/** Nobody reads two languages at once: each is fetched when it is spoken. */
const FIRST: Record<Lang, () => Promise<Dictionary>> = {
  zh: async () => (await import("./zh")).zh,
  en: async () => (await import("./en")).en,
};
const LATER: Record<Lang, () => Promise<LaterDictionary>> = {
  zh: async () => (await import("./later.zh")).laterZh,
  en: async () => (await import("./later.en")).laterEn,
};
const KEPT = "minesafe.lang";

interface Spoken {
  readonly lang: Lang;
  readonly w: Dictionary;
  readonly later: LaterDictionary | null;
}

class Speech {
  #spoken = $state.raw<Spoken | null>(null);
  #wanted: Lang = localStorage.getItem(KEPT) === "en" ? "en" : "zh";
  #further = false;

  get lang(): Lang {
    return this.#spoken?.lang ?? this.#wanted;
  }

  /** The words of the language chosen; nothing is painted before they are there. */
  get w(): Dictionary {
    if (!this.#spoken) throw new Error("a word is asked for before the words were learnt");
    return this.#spoken.w;
  }

  /** The words of what is fetched later (`Later.svelte`), which are fetched with it. */
  get later(): LaterDictionary {
    if (!this.#spoken?.later) throw new Error("a later word is asked for on the first screen");
    return this.#spoken.later;
  }

  /** Whether the words of later pages are there. */
  get knowsLater(): boolean {
    return Boolean(this.#spoken?.later);
  }

  /** Fetch the words of the first screen. Throws what the fetch threw. */
  async learn(): Promise<void> {
    const lang = this.#wanted;
    const w = await FIRST[lang]();
    const later = this.#further ? await LATER[lang]() : null;
    if (lang === this.#wanted) this.#spoken = { lang, w, later };
    else await this.learn();
  }

  /** Fetch the words of later pages too. Throws what the fetch threw. */
  async learnLater(): Promise<void> {
    this.#further = true;
    if (!this.#spoken?.later) await this.learn();
  }

  /** Fetch the other language, for an hour in which the server is away. Throws as the fetch does. */
  async learnOther(): Promise<void> {
    const other = this.#other();
    await Promise.all([FIRST[other](), LATER[other]()]);
  }

  /** Speak the other language; where it cannot be fetched, go on with this one. */
  async toggle(): Promise<void> {
    this.#wanted = this.#other();
    try {
      await this.learn();
      localStorage.setItem(KEPT, this.lang);
    } catch (trouble) {
      console.warn("words not fetched:", trouble);
      this.#wanted = this.lang;
    }
  }

  #other(): Lang {
    return this.#wanted === "zh" ? "en" : "zh";
  }

  /** A name that came in both languages. */
  name(words: Words): string {
    return words[this.lang];
  }

  /** The word for a code; a code nobody knows is shown as it is rather than hidden. */
  code(family: Record<string, string>, code: string): string {
    return family[code] ?? code;
  }

  /** What went wrong, of either kind: a `Condition` or a `FindingKind`. */
  condition(code: string): string {
    return this.code({ ...this.w.finding, ...this.w.condition }, code);
  }

  /** 12 秒前 / 12 s ago. */
  ago(span: Micros): string {
    const { amount, unit } = age(span);
    return this.w.ago[unit](amount);
  }

  /** 12 秒 / 12 s. */
  span(span: Micros): string {
    const { amount, unit } = age(span);
    return this.w.span[unit](amount);
  }
}

export const speech = new Speech();
