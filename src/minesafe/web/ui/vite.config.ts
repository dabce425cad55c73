import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [svelte({ compilerOptions: { runes: true } })],
  build: {
    outDir: "../static",
    emptyOutDir: true,
    // Inline data would need a wider content security policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
});
