// Worker thread: AssemblyScript, with WASI in place of the Web's globals (wasi-shim).
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { main } from "assemblyscript/asc";
import { assemblyScriptFlags, SHIM_DIR } from "../assemblyscript-flags.ts";
import type { CompileRequest } from "./messages.ts";
import { ProgramRefused, serveCompiler } from "./serve.ts";

const SHIM = ".wasi-shim"; // where the program's file system has it
const shim = readShim();

const FLAGS = ["--outFile=module.wasm", ...assemblyScriptFlags(SHIM)];

serveCompiler(async ({ program, tree }: CompileRequest, log) => {
  const decoder = new TextDecoder();
  const read = (file: string): string | null => {
    const bytes = tree.get(file);
    return shim.files.get(file) ?? (bytes ? decoder.decode(bytes) : null);
  };
  const output: Uint8Array[] = [];
  const args = [...program.files, ...FLAGS];
  log(`asc ${args.join(" ")}\n`);
  const stream = {
    write: (chunk: string | Uint8Array) => log(typeof chunk === "string" ? chunk : decoder.decode(chunk)),
  };
  const { error } = await main(args, {
    stdout: stream,
    stderr: stream,
    // The repository's asconfig.json is not read: our flags are fixed, and it can name transforms, which are JavaScript
    // that the compiler would run.
    readFile: (file, folder) =>
      path.basename(file) === "asconfig.json" ? null : read(path.posix.join(folder, file)),
    writeFile: (_file, contents) => void output.push(contents as Uint8Array),
    listFiles: (folder) => (folder === SHIM ? shim.names : null),
  });
  if (error) throw new ProgramRefused(error.message);
  return output[0]!;
});

interface Shim {
  /** Top-level names, which become globals. */
  names: string[];
  files: Map<string, string>;
}

function readShim(): Shim {
  const files = new Map<string, string>();
  for (const name of readdirSync(SHIM_DIR, { recursive: true, encoding: "utf8" }).sort())
    if (name.endsWith(".ts"))
      files.set(path.posix.join(SHIM, name), readFileSync(path.join(SHIM_DIR, name), "utf8"));
  const names = readdirSync(SHIM_DIR)
    .filter((name) => name.endsWith(".ts"))
    .sort();
  return { names, files };
}
