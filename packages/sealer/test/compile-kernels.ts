/** Compiles kernels.as, for tests. */

import { readFileSync } from "node:fs";
import asc from "assemblyscript/asc";

/** The module whose exports are the kernels. */
export async function compileKernels(): Promise<Uint8Array<ArrayBuffer>> {
  const source = readFileSync(new URL("./kernels.as", import.meta.url), "utf8");
  const flags = ["kernels.ts", "-O3", "--noAssert", "--runtime", "stub", "--outFile", "out.wasm"];
  let binary: Uint8Array = new Uint8Array(0);
  const { error, stderr } = await asc.main(flags, {
    readFile: (name: string) => (name === "kernels.ts" ? source : null),
    writeFile: (_: string, contents: Uint8Array | string) => {
      if (typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(stderr.toString());
  return Uint8Array.from(binary);
}
