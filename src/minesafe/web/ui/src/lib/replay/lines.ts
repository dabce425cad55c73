/** What is played, line by line, as it comes. */

import type { ReplayLine } from "../wire";

/** The JSON objects of a stream, one a line; what is cut off at its end is none. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ReplayLine> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line) as ReplayLine;
    }
  } finally {
    await reader.cancel();
  }
}
