import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/** Beside each asset lies its packed form, so that a server of ten years ago packs nothing itself. */
const packed: Plugin = {
  name: "packed",
  enforce: "post",
  generateBundle(_, bundle) {
    for (const [fileName, file] of Object.entries(bundle)) {
      if (!/\.(js|css)$/.test(fileName)) continue;
      const source = gzipSync(file.type === "chunk" ? file.code : file.source, { level: 9 });
      this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source });
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
