/** The demo mine as the server would tell it, with a plausible value for each kind of point. */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Mine, Roadway } from "../src/lib/wire";

const SOURCES = fileURLToPath(new URL("../../../..", import.meta.url));
const EMIT = `from minesafe.config import load, shipped
from minesafe.web.mine_view import mine_out
print(mine_out(load(shipped("demo"))).model_dump_json())`;

/** PYTHON names an interpreter that has the server's dependencies. */
export const mine = JSON.parse(
  execFileSync(process.env["PYTHON"] ?? "python3", ["-c", EMIT], {
    env: { ...process.env, PYTHONPATH: SOURCES },
    encoding: "utf8",
  }),
) as Mine;

export const roadway = (id: string): Roadway => mine.roadways.find((r) => r.id === id)!;

const OF_KIND: Record<string, number> = {
  methane: 0.34, co: 3.2, co2: 0.06, o2: 20.8, temperature: 24.3, wind: 1.42,
  negative_pressure: 1850, smoke: 0, fan_main: 1, fan_local: 1, feed: 1, air_pressure: 0.62,
  water_pressure: 1.1, terminal: 1,
};

export const NORMAL = new Map(mine.points.map((p) => [p.id, OF_KIND[p.kind] ?? 1]));

/** Where each person with a tag starts: roadway, share of it. */
export const HOMES: readonly [string, number][] = [
  ["A03", 0.4], ["W01", 0.3], ["W01", 0.5], ["W01", 0.34], ["G02", 0.2], ["W01", 0.75],
  ["G01", 0.6], ["B01", 0.6], ["H01", 0.9], ["H01", 0.93], ["H01", 0.95], ["H01", 0.5],
  ["S01", 0.7], ["G01", 0.3], ["A01", 0.5],
];
