import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const SERVER = process.env.PASTURE_URL ?? "http://127.0.0.1:8080";
const PACKED = /\.(js|css|svg|json)$/;

/** Writes each file compressed beside itself: the server picks one, and compresses nothing. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    async writeBundle({ dir = "." }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => PACKED.test(file))) {
        const source = await readFile(join(dir, name));
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
        await writeFile(join(dir, `${name}.gz`), gzipSync(source, { level: 9 }));
        await writeFile(join(dir, `${name}.br`), brotliCompressSync(source, quality));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), packed()],
  html: { cspNonce: "__NONCE__" },
  build: {
    outDir: "../src/pasture/ui/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      "^/(v1|v2-beta|join)(/|$)": { target: SERVER, ws: true, changeOrigin: false },
    },
  },
  test: { environment: "happy-dom", maxWorkers: 2, include: ["src/**/*.test.{ts,tsx}"] },
});
