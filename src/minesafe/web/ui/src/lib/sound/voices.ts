/** Which of a browser's voices speaks. Pure. */

import type { Lang } from "../i18n/speech.svelte";

const TAGS: Record<Lang, readonly string[]> = { zh: ["zh", "cmn"], en: ["en"] };

/**
 * A voice of this machine for the language, mainland Chinese first. One that needs the internet is
 * none: a mine has no internet, and what is said of it is nobody else's business.
 */
export function voiceFor(
  lang: Lang,
  voices: readonly Pick<SpeechSynthesisVoice, "lang" | "localService">[],
): number {
  const tags = voices.map((v) => v.lang.replace("_", "-").toLowerCase());
  const fits = (i: number): boolean =>
    voices[i]!.localService && TAGS[lang].some((tag) => tags[i]!.split("-")[0] === tag);
  const all = tags.map((_, i) => i).filter(fits);
  return all.find((i) => tags[i] === "zh-cn") ?? all[0] ?? -1;
}
