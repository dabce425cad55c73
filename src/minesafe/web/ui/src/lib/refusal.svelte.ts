/** What the server refused, in words. */

import { SECOND } from "./wire";
import { speech } from "./i18n/speech.svelte";
import { Refused } from "./rest";

/** The sentence for a refusal; any other error is a fault of this page and goes on. */
export async function refusalText(trouble: unknown): Promise<string> {
  if (!(trouble instanceof Refused)) throw trouble;
  const { code, params } = trouble;
  if (code === "no_server") return speech.w.noServer;
  const words = speech.code(await sentences(), code);
  const wait = params["wait_s"];
  return typeof wait === "number" ? `${words} (${speech.span(wait * SECOND)})` : words;
}

/** A refusal that came while its words do not is told by its code. */
async function sentences(): Promise<Record<string, string>> {
  try {
    await speech.learnLater();
  } catch (failed) {
    console.warn("words not fetched:", failed);
    return {};
  }
  return speech.later.refusal;
}
