/** What a browser fetches before it paints the overview, measured on a build of these sources. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { beforeAll, expect, test, vi } from "vitest";

type Chunk = Rolldown.OutputChunk;

/** Of the whole first load, as it goes over the wire, without charts. */
const MOST_BYTES = 60_000;

const files = new Map<string, Rolldown.OutputChunk | Rolldown.OutputAsset>();

beforeAll(async () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  vi.stubEnv("NODE_ENV", "production"); // as it is shipped: a test's own would keep Svelte's warnings
  const built = await build({ root, logLevel: "silent", build: { write: false } });
  for (const file of (built as Rolldown.RolldownOutput).output) files.set(file.fileName, file);
  vi.unstubAllEnvs();
}, 60_000);

const chunks = (): Chunk[] => [...files.values()].filter((f) => f.type === "chunk");

/** A chunk and everything it cannot run without. */
function whole(chunk: Chunk, known = new Set<string>()): Set<string> {
  if (known.has(chunk.fileName)) return known;
  known.add(chunk.fileName);
  for (const css of chunk.viteMetadata?.importedCss ?? []) known.add(css);
  for (const name of chunk.imports) whole(files.get(name) as Chunk, known);
  return known;
}

/** The page, its script and styles, and the words of one language. */
function firstLoad(lang: string): Set<string> {
  const entry = chunks().find((c) => c.isEntry)!;
  const words = chunks().find((c) => c.facadeModuleId?.endsWith(`/i18n/${lang}.ts`))!;
  return new Set(["index.html", ...whole(entry), ...whole(words)]);
}

function bytes(name: string): number {
  const file = files.get(name)!;
  return gzipSync(file.type === "chunk" ? file.code : file.source, { level: 9 }).length;
}

test.each(["zh", "en"])("the first load in %s is under 60 kB", (lang) => {
  const parts = Object.fromEntries([...firstLoad(lang)].map((name) => [name, bytes(name)]));
  const sum = Object.values(parts).reduce((a, b) => a + b, 0);
  expect(sum, JSON.stringify(parts)).toBeLessThan(MOST_BYTES);
  expect(sum, "everything was weighed").toBeGreaterThan(MOST_BYTES / 2);
});

test("the map, which is fetched beside the first load, is under 20 kB more", () => {
  const map = chunks().find((c) => c.facadeModuleId?.endsWith("/MapView.svelte"))!;
  const own = [...whole(map)].filter((name) => !firstLoad("zh").has(name));
  expect(own.map(bytes).reduce((a, b) => a + b, 0)).toBeLessThan(20_000);
});

test("who reads one language fetches no other", () => {
  for (const [own, other] of [["zh", "en"], ["en", "zh"]] as const) {
    const modules = [...firstLoad(own)].flatMap((name) => {
      const file = files.get(name)!;
      return file.type === "chunk" ? Object.keys(file.modules) : [];
    });
    expect(modules.filter((id) => id.endsWith(`.${own}.ts`)).length).toBeGreaterThan(0);
    expect(modules.filter((id) => id.endsWith(`.${other}.ts`))).toEqual([]);
  }
});

test("nothing on the first screen speaks the words that are fetched later", () => {
  const ours = [...firstLoad("zh")]
    .flatMap((name) => Object.keys((files.get(name) as Chunk).modules ?? {}))
    .filter((id) => /\/src\/.*\.(svelte|ts)$/.test(id) && !id.includes("node_modules"))
    .filter((id) => !/\/(speech|refusal)\.svelte\.ts$/.test(id));
  expect(ours.length).toBeGreaterThan(30);
  expect(ours.filter((id) => readFileSync(id, "utf8").includes("speech.later"))).toEqual([]);
});
