/** What the server refused, in words. */

import { SECOND } from "./wire";
import { speech } from "./i18n/speech.svelte";
import { Refused } from "./rest";

/** The sentence for a refusal; any other error is a fault of this page and goes on. */
export function refusalText(trouble: unknown): string {
  if (!(trouble instanceof Refused)) throw trouble;
  const { code, params } = trouble;
  if (code === "no_server") return speech.w.noServer;
  const words = speech.code(speech.w.refusal, code);
  const wait = params["wait_s"];
  return typeof wait === "number" ? `${words} (${speech.span(wait * SECOND)})` : words;
}
