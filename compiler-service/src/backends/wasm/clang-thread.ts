// Worker thread: C and C++ by clang and wasm-ld that are WebAssembly themselves, over a file system in memory.
import { commands, Exit, type Tree } from "@yowasp/clang";
import type { SourceTree } from "../../sources/tree.ts";
import { C_COMPILE_FLAGS, C_LINK_FLAGS } from "../c-flags.ts";
import type { CompileRequest } from "./messages.ts";
import { ProgramRefused, serveCompiler } from "./serve.ts";

// The compiler's own folders, mounted over the program's.
const RESERVED = ["usr", "tmp"];

serveCompiler(async ({ program, tree }: CompileRequest, log) => {
  let files = folders(tree);
  const reserved = RESERVED.find((name) => name in files);
  if (reserved !== undefined)
    throw new ProgramRefused(`a top-level folder named ${reserved} is the compiler's own`);
  const driver = program.language === "c++" ? "clang++" : "clang";
  const decoder = new TextDecoder();
  const print = (bytes: Uint8Array | null) =>
    log(decoder.decode(bytes ?? new Uint8Array(), { stream: bytes !== null }));

  const run = async (compiler: "clang" | "clang++", args: string[]) => {
    log(`${compiler} ${args.join(" ")}\n`);
    try {
      const options = {
        stdin: null,
        stdout: print,
        stderr: print,
        decodeASCII: false,
        fetchProgress: () => {},
      };
      files = (await commands[compiler](args, files, options)) as Tree;
    } catch (error) {
      if (error instanceof Exit) throw new ProgramRefused(`${compiler} ended with ${error.code}`);
      // clang's own crash or exhausted memory, by a program made for that
      if (error instanceof WebAssembly.RuntimeError)
        throw new ProgramRefused(`${compiler} crashed: ${error.message}`);
      throw error;
    }
  };

  const objects: string[] = [];
  for (const [index, unit] of program.files.entries()) {
    const object = `.object-${index}.o`;
    await run(unit.endsWith(".c") ? "clang" : "clang++", [...C_COMPILE_FLAGS, "-c", unit, "-o", object]);
    objects.push(object);
  }
  await run(driver, [...C_LINK_FLAGS, ...objects, "-o", ".module.wasm"]);
  return files[".module.wasm"] as Uint8Array;
});

function folders(tree: SourceTree): Tree {
  // Without a prototype: a folder of a program may be called `constructor`.
  const root: Tree = Object.create(null);
  for (const [path, bytes] of tree) {
    const names = path.split("/");
    let folder = root;
    for (const name of names.slice(0, -1)) {
      folder[name] ??= Object.create(null);
      folder = folder[name] as Tree;
    }
    folder[names.at(-1)!] = bytes;
  }
  return root;
}
