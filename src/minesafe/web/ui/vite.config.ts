import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/**
 * Beside each asset lies its packed form, so that a server of ten years ago packs nothing itself.
 * Packed is what was written: while the bundle is made, its chunks still change.
 */
const packed: Plugin = {
  name: "packed",
  writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle).filter((one) => /\.(js|css)$/.test(one))) {
      const path = join(dir!, name);
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    }
  },
};

export default defineConfig({
  plugins: [svelte({ compilerOptions: { runes: true } }), packed],
  build: {
    outDir: "../static",
    emptyOutDir: true,
    // Inline data would need a wider content security policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
});
