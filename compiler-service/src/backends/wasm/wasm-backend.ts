import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { OffshoreError } from "@near-offshore/protocol";
import type { Language } from "../../languages.ts";
import { LIMITS } from "../../limits.ts";
import type { Backend, CompileJob, Toolchain } from "../backend.ts";
import { type CompileBounds, CompilerThread } from "./compiler-thread.ts";

/**
 * Compilers that are WebAssembly or JavaScript themselves: no engine to install, and nothing a program could break out to.
 * clang for C and C++, asc for AssemblyScript.
 */
export class WasmBackend implements Backend {
  readonly name = "wasm";
  readonly toolchains: ReadonlyMap<Language, Toolchain>;
  private readonly threads: ReadonlyMap<Language, CompilerThread>;

  constructor(
    bounds: CompileBounds = { time_ms: LIMITS.compile_ms, memory_bytes: LIMITS.compile_memory_bytes_max },
  ) {
    const clang = new CompilerThread(new URL("./clang-thread.ts", import.meta.url), bounds);
    const asc = new CompilerThread(new URL("./assemblyscript-thread.ts", import.meta.url), bounds);
    this.threads = new Map([
      ["c", clang],
      ["c++", clang],
      ["assemblyscript", asc],
    ]);
    const { resolve } = createRequire(import.meta.url);
    // Its package.json is not among its exports.
    const clang_manifest = path.join(path.dirname(resolve("@yowasp/clang")), "..", "package.json");
    const yowasp = { name: `@yowasp/clang ${versionOf(clang_manifest)}`, image: null };
    const name = `assemblyscript ${versionOf(resolve("assemblyscript/package.json"))}`;
    this.toolchains = new Map([
      ["c", yowasp],
      ["c++", yowasp],
      ["assemblyscript", { name, image: null }],
    ]);
  }

  async fetchDependencies(): Promise<null> {
    return null;
  }

  async compile(job: CompileJob): Promise<Uint8Array> {
    const thread = this.threads.get(job.program.language);
    if (thread === undefined)
      throw new OffshoreError("toolchain_unavailable", `cannot build ${job.program.language} here`);
    return thread.compile(job);
  }

  async close(): Promise<void> {
    await Promise.all([...new Set(this.threads.values())].map((thread) => thread.close()));
  }
}

function versionOf(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
