import { cached, hashOf } from "./cache.ts";
import type { LlvmPool } from "./llvm.ts";
import { COMPILE_FLAGS, RUNTIME_UNITS, runtimeSources } from "./sources.ts";

export type Objects = Record<string, Uint8Array>;

/** Object files of QuickJS, by name. `compilerVersion` is part of their cache key. */
export async function compileRuntime(pool: LlvmPool, compilerVersion: string): Promise<Objects> {
  const sources = runtimeSources();
  const headers = Object.entries(sources).filter(([name]) => name.endsWith(".h"));
  const compile = async (unit: string): Promise<[string, Uint8Array]> => {
    // quickjs-near.c includes quickjs.c
    const text = `${sources[`${unit}.c`]}${unit === "quickjs-near" ? sources["quickjs.c"] : ""}`;
    const key = hashOf([compilerVersion, ...COMPILE_FLAGS, text, ...headers.flat()]);
    const object = await cached(`${unit}.o`, key, () => {
      const note = unit === "quickjs-near" ? " (once, about 1 minute)" : "";
      console.error(`contract: compiling ${unit}.c${note}`);
      return pool.run({ args: [...COMPILE_FLAGS, "-c", `${unit}.c`], files: sources, output: `${unit}.o` });
    });
    return [`${unit}.o`, object];
  };
  return Object.fromEntries(await Promise.all(RUNTIME_UNITS.map(compile)));
}
