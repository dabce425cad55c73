import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const file = (path: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../public/${path}`, import.meta.url)));
const manifest = JSON.parse(file("manifest.json").toString()) as {
  start_url: string;
  icons: { src: string; sizes: string; type: string }[];
};

describe("what makes the page installable", () => {
  test("every icon is there, and as large as it says", () => {
    for (const { src, sizes, type } of manifest.icons) {
      const bytes = file(src.slice(1));
      if (type === "image/png") expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes);
      else expect(bytes.toString()).toContain("<svg");
    }
    expect(manifest.icons.map((icon) => icon.sizes)).toEqual(["any", "192x192", "512x512"]);
  });
});

describe("what the service worker keeps", () => {
  const worker = file("sw.js").toString();
  const [, source] = /const isElsewhere = \(path\) => \/(.+)\/\.test/.exec(worker)!;
  const isElsewhere = (path: string) => new RegExp(source!).test(path);

  test.each(["/api/v1/mine", "/api/v1/live", "/a/token", "/docs", "/page/phone.css", "/metrics", "/readyz"])(
    "%s goes past it: no number comes from a store",
    (path) => expect(isElsewhere(path)).toBe(true),
  );

  test.each(["/", "/evac/o1", "/alarms", "/account"])("%s is the shell", (path) =>
    expect(isElsewhere(path)).toBe(false),
  );
});
