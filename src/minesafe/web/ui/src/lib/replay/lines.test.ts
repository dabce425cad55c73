import { expect, test } from "vitest";
import { linesOf } from "./lines";

function stream(...pieces: string[]): ReadableStream<Uint8Array> {
  const bytes = pieces.map((piece) => new TextEncoder().encode(piece));
  return new ReadableStream({
    start(to) {
      for (const piece of bytes) to.enqueue(piece);
      to.close();
    },
  });
}

test("lines are whole however the network cuts them, and a last one that was cut off is none", async () => {
  const lines = [];
  for await (const line of linesOf(stream('{"kind":"be', 'at","n":1}\n{"kind":"end"', ',"n":2}\n{"ki')))
    lines.push(line);
  expect(lines).toEqual([{ kind: "beat", n: 1 }, { kind: "end", n: 2 }]);
});
