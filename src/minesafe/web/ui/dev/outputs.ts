/** The made-up server's outputs: a cut that is proven, one that waits, and a horn. */

import type { Output, OutputAsked } from "../src/lib/wire";
import { now, S, started } from "./scenes";

type Asked = { on: boolean; reason: string; write: boolean };

const none = { requests: [], cut_since: null, proven: false };
const cut = { output_kind: "cut", device: "S1", function: 5 };

export const outputs: Output[] = [
  {
    id: "CUT-1201", zh: "1201 工作面断电", en: "Cut of face 1201", ...cut, address: 12,
    zones: ["FACE-1201"], shows: [{ point: "FEED-1201", value: 0 }], requests: [],
    cut_since: started - 95 * S, proven: true,
  },
  {
    id: "CUT-1202", zh: "1202 掘进断电", en: "Cut of heading 1202", ...cut, address: 13,
    zones: ["HEAD-1202"], shows: [{ point: "FEED-1202", value: 1 }, { point: "FEED-1202B", value: null }],
    ...none,
    requests: [{ request: "output#3", on: true, reason: "局部通风机停转", by: "P01", asked: started - 40 * S }],
  },
  {
    id: "HORN-1", zh: "工作面喇叭", en: "Horn at the face", output_kind: "horn", device: "S1",
    function: 6, address: 40, zones: ["FACE-1201"], shows: [], ...none,
  },
];

export function ask(id: string, asked: Asked): OutputAsked {
  const output = outputs.find((one) => one.id === id)!;
  const request = `output#${Math.floor(now() / S) % 1000}`;
  const { on, reason } = asked;
  if (asked.write) output.requests = [...output.requests, { request, on, reason, by: "P20", asked: now() }];
  return {
    dry_run: !asked.write, request: asked.write ? request : null, output: id, device: output.device,
    function: output.function, address: output.address, value: Number(on), zones: output.zones,
    shows: output.shows,
  };
}

export function end(request: string): void {
  for (const output of outputs)
    output.requests = output.requests.filter((waiting) => waiting.request !== request);
}
