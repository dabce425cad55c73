/** `npm run dev`: the pages against a made-up server, for looking at them without a mine. */

import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { fixture } from "./fixture";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  plugins: [svelte(), fixture()],
  server: { host: "127.0.0.1", port: 5174, strictPort: true, hmr: false },
});
