import { defineConfig } from "vite";

const assets = {
  entryFileNames: "assets/[name]-[hash].js",
  chunkFileNames: "assets/[name]-[hash].js",
  assetFileNames: "assets/[name]-[hash][extname]",
};

export default defineConfig({
  build: {
    target: "es2023",
    // No inline data: URLs, so that the Content-Security-Policy can name 'self' alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: assets },
  },
  worker: { format: "es", rolldownOptions: { output: assets } },
  server: { host: "127.0.0.1" },
});
