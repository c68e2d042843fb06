/** Makes an entry ready for a Web Worker of a browser, as a site's own build would. */

import { fileURLToPath } from "node:url";

/** A file the page can ask for. */
export interface ServedFile {
  type: string;
  body: string | Uint8Array;
}

/** Files of one bundle by name. */
export type Bundle = Map<string, ServedFile>;

/** The name of a bundle's first file. */
export const BUNDLE_ENTRY = "thread.js";

const VIRTUAL = "virtual:thread";

/** Bundles `entry` (a module that exports `run`), workers it starts of its own included. */
export async function bundle(entry: URL): Promise<Bundle> {
  const { build } = await import("vite");
  const serve_path = fileURLToPath(new URL("./web-thread.ts", import.meta.url));
  const source = `import { run } from ${JSON.stringify(fileURLToPath(entry))};
import { serveRun } from ${JSON.stringify(serve_path)};
await serveRun(run, new URL(import.meta.url).search.slice(1));`;
  const thread = {
    name: "thread",
    resolveId: (id: string) => (id === VIRTUAL ? `\0${VIRTUAL}` : null),
    load: (id: string) => (id === `\0${VIRTUAL}` ? source : null),
  };
  const result = await build({
    configFile: false,
    root: fileURLToPath(new URL("..", import.meta.url)),
    // The bundle's own folder, wherever it is served from.
    base: "./",
    logLevel: "error",
    publicDir: false,
    plugins: [thread],
    worker: { format: "es" },
    build: {
      write: false,
      minify: false,
      target: "esnext",
      modulePreload: false,
      rolldownOptions: { input: VIRTUAL, output: { entryFileNames: BUNDLE_ENTRY } },
    },
  });
  if (Array.isArray(result) || !("output" in result)) throw new Error(`cannot bundle ${entry}`);
  return new Map(
    result.output.map((file) => [
      file.fileName,
      { type: typeOf(file.fileName), body: file.type === "chunk" ? file.code : file.source },
    ]),
  );
}

function typeOf(file: string): string {
  if (file.endsWith(".js")) return "text/javascript";
  return file.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
}
