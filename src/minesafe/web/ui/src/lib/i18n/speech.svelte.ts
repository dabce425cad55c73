/** The reader's language: a typed dictionary, and what turns codes and parameters into words. */

import { age } from "../format";
import type { Micros, Words } from "../wire";
import { en } from "./en";
import { zh } from "./zh";

export type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Widened<T[K]> };

export type Dictionary = Widened<typeof zh>;
export type Lang = "zh" | "en";

const DICTIONARIES: Record<Lang, Dictionary> = { zh, en };
const KEPT = "minesafe.lang";

class Speech {
  lang = $state<Lang>(localStorage.getItem(KEPT) === "en" ? "en" : "zh");

  /** The words of the language chosen. */
  get w(): Dictionary {
    return DICTIONARIES[this.lang];
  }

  toggle(): void {
    this.lang = this.lang === "zh" ? "en" : "zh";
    localStorage.setItem(KEPT, this.lang);
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
