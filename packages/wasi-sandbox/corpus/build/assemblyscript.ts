// AssemblyScript, with its WASI shim in place of the Web's globals.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Recipe } from "../types.ts";
import { cached, FIXTURES } from "./cache.ts";
import { installedFolder, installedVersion } from "./installed.ts";

const SHIM_PACKAGE = "@assemblyscript/wasi-shim";
const SHIM = ".wasi-shim"; // where the program's file system has it
const FOLDER = join(FIXTURES, "assemblyscript");

export async function compileAssemblyScript(
  recipe: Extract<Recipe, { tool: "assemblyscript" }>,
): Promise<Uint8Array> {
  const sources = readdirSync(FOLDER).sort();
  const parts = sources.flatMap((source) => [source, readFileSync(join(FOLDER, source))]);
  const key = [
    installedVersion("assemblyscript"),
    installedVersion(SHIM_PACKAGE),
    JSON.stringify(recipe),
    ...parts,
  ];
  return cached(key, () => compile(recipe));
}

async function compile({
  source,
  flags = [],
}: Extract<Recipe, { tool: "assemblyscript" }>): Promise<Uint8Array> {
  const { main } = await import("assemblyscript/asc");
  const shim_folder = installedFolder(SHIM_PACKAGE);
  const { options } = JSON.parse(readFileSync(join(shim_folder, "asconfig.json"), "utf8")) as {
    options: { use: string[]; exportStart: string };
  };
  const shim = join(shim_folder, "assembly");
  const shim_files = readdirSync(shim)
    .filter((file) => file.endsWith(".ts"))
    .sort();
  const args = [
    source,
    "-O3",
    "--outFile=module.wasm",
    `--lib=${SHIM}`,
    `--exportStart=${options.exportStart}`,
    ...options.use.flatMap((alias) => ["--use", alias]),
    ...flags,
  ];
  let module: Uint8Array | undefined;
  const { error, stderr } = await main(args, {
    readFile: (file, folder) => {
      if (basename(file) === "asconfig.json") return null;
      const place = join(folder, file);
      const path = place.startsWith(SHIM) ? join(shim, place.slice(SHIM.length)) : join(FOLDER, place);
      try {
        return readFileSync(path, "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (_file, contents) => {
      module = contents as Uint8Array;
    },
    listFiles: (folder) => (folder === SHIM ? shim_files : null),
  });
  if (error || !module) throw new Error(`asc ${source}: ${error?.message}\n${stderr}`);
  return module;
}
