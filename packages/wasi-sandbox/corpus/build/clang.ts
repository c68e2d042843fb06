// C and C++ by npm's clang, which is WebAssembly itself.
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import type { Tree } from "@yowasp/clang";
import type { Recipe } from "../types.ts";
import { cached, FIXTURES } from "./cache.ts";
import { installedVersion } from "./installed.ts";
import { folderOf } from "./origin.ts";

type ClangRecipe = Extract<Recipe, { tool: "clang" }>;
type Files = Map<string, Uint8Array>;

const FLAGS = ["--target=wasm32-wasip1", "-O2", "-w"];
/** The stack below the data: an overflow is a trap, not somebody's overwritten variable. */
const LINK_FLAGS = [
  "--target=wasm32-wasip1",
  "-Wl,--stack-first",
  "-Wl,-z,stack-size=1048576",
  "-Wl,--strip-debug",
];
const LIBRARY = "library";

export async function compileClang(recipe: ClangRecipe): Promise<Uint8Array> {
  const { sources, flags = [], library } = recipe;
  const files: Files = new Map(sources.map((path) => [path, readFileSync(join(FIXTURES, path))]));
  const folder = library && join(await folderOf(library.origin), library.folder);
  if (folder) addSources(files, folder);
  const key = [
    installedVersion("@yowasp/clang"),
    ...FLAGS,
    ...LINK_FLAGS,
    JSON.stringify(recipe),
    ...[...files].flat(),
  ];
  return cached(key, () => compile(files, { ...recipe, flags }));
}

/** All C sources and headers of a folder. */
function addSources(files: Files, folder: string): void {
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if ([".c", ".h"].includes(extname(path)))
      files.set(join(LIBRARY, relative("", path)), readFileSync(join(folder, path)));
  }
}

async function compile(files: Files, recipe: ClangRecipe): Promise<Uint8Array> {
  const { sources, flags = [], library } = recipe;
  const { commands } = await import("@yowasp/clang");
  // Without arguments it only loads, and says nothing of it.
  await commands.clang(undefined, {}, { fetchProgress: () => {} });
  const tree = treeOf(files);
  let said = "";
  const say = (bytes: Uint8Array | null) => {
    if (bytes) said += new TextDecoder().decode(bytes);
  };
  const run = async (tool: "clang" | "clang++", args: string[], output: string) => {
    try {
      const made = await commands[tool]([...args, "-o", output], tree, { stdout: say, stderr: say });
      tree[output] = (made as Record<string, Uint8Array>)[output]!;
    } catch (error) {
      // The error itself carries the whole file tree.
      throw new Error(`${tool} ${args.join(" ")}: ${(error as Error).message}\n${said}`);
    }
  };
  const includes = (library?.include ?? [""]).map((path) => `-I${join(LIBRARY, path)}`);
  const units = [
    ...(library?.sources ?? []).map((path) => ({ path: join(LIBRARY, path), flags: library?.flags ?? [] })),
    ...sources.filter((path) => extname(path) !== ".h").map((path) => ({ path, flags })),
  ];
  const objects: string[] = [];
  for (const unit of units) {
    const object = `${objects.length}.o`;
    const tool = extname(unit.path) === ".cpp" ? "clang++" : "clang";
    const language_flags = tool === "clang++" ? ["-std=c++20", "-fno-exceptions"] : [];
    const include_flags = library ? includes : [];
    await run(tool, [...FLAGS, ...language_flags, ...include_flags, ...unit.flags, "-c", unit.path], object);
    objects.push(object);
  }
  const driver = sources.some((path) => path.endsWith(".cpp")) ? "clang++" : "clang";
  await run(driver, [...LINK_FLAGS, ...flags, ...objects], "module.wasm");
  return tree["module.wasm"] as Uint8Array;
}

function treeOf(files: Files): Record<string, Tree | Uint8Array> {
  const root: Record<string, Tree | Uint8Array> = {};
  for (const [path, bytes] of files) {
    const names = path.split("/");
    let folder = root;
    for (const name of names.slice(0, -1)) {
      folder[name] ??= {};
      folder = folder[name] as typeof root;
    }
    folder[names.at(-1)!] = bytes;
  }
  return root;
}
