import binaryen from "binaryen";
import type { LoadedMemory } from "./snapshot.ts";

/** What libc, as it comes with the compiler, uses of newer WebAssembly than the chain accepts; each has a pass below. */
const LIBC_FEATURES =
  binaryen.Features.SignExt |
  binaryen.Features.BulkMemory |
  binaryen.Features.BulkMemoryOpt |
  binaryen.Features.NontrappingFPToInt;

/** The chain gives every contract this much memory. */
const CHAIN_PAGES_MAX = 2048;

const LOWERING_PASSES = [
  "signext-lowering",
  "llvm-memory-copy-fill-lowering",
  "llvm-nontrapping-fptoint-lowering",
];

/** Makes a linked module one that the chain accepts: no WASI imports, nothing newer than WebAssembly 1.0, small. */
export function optimize(linked: Uint8Array, memory: LoadedMemory): Uint8Array {
  const module = binaryen.readBinary(linked);
  try {
    module.setFeatures(LIBC_FEATURES);
    setMemory(module, memory);
    stubWasi(module);
    module.runPasses(LOWERING_PASSES);
    module.setFeatures(binaryen.Features.MVP);
    binaryen.setOptimizeLevel(2);
    binaryen.setShrinkLevel(2);
    module.optimize();
    module.runPasses(["strip-debug", "strip-producers", "strip-target-features"]);
    if (module.validate() === 0)
      throw new Error("the contract uses WebAssembly that the chain does not accept");
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

/** Puts the loaded memory in the place of the linked one, and drops what loaded it. */
function setMemory(module: binaryen.Module, { pages, segments }: LoadedMemory): void {
  module.removeExport("prepare");
  module.removeExport("memory");
  module.setMemory(
    pages,
    CHAIN_PAGES_MAX,
    "memory",
    segments.map(({ offset, data }) => ({ offset: module.i32.const(offset), data, passive: false })),
  );
}

/** NEAR has no WASI: what libc imports becomes a function that answers 0, which is success. */
function stubWasi(module: binaryen.Module): void {
  const functions = Array.from({ length: module.getNumFunctions() }, (_, i) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(i)),
  );
  for (const { name, params, results } of functions.filter(isWasiImport)) {
    module.removeFunction(name);
    const body = results === binaryen.none ? module.unreachable() : module.i32.const(0);
    module.addFunction(name, params, results, [], body);
  }
}

function isWasiImport(info: binaryen.FunctionInfo): boolean {
  return info.module === "wasi_snapshot_preview1";
}
