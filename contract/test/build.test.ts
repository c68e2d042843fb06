// What the chain takes: WebAssembly 1.0, host functions of the chain and nothing else, the same bytes in any folder.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import binaryen from "binaryen";
import { describe, expect, test } from "vitest";
import { bundleContract } from "../build/bundle.ts";
import { loadedMemory } from "../build/snapshot.ts";

const ROOT = resolve(import.meta.dirname, "../..");

function read(name: string): Buffer {
  return readFileSync(join(ROOT, "contract/dist", `${name}.wasm`));
}

describe.each(["offshore", "coin-flip"])("%s.wasm", (name) => {
  test("is WebAssembly 1.0", () => {
    const module = binaryen.readBinary(read(name));
    module.setFeatures(binaryen.Features.MVP);
    expect(module.validate()).toBe(1);
    module.dispose();
  });

  test("imports the chain's functions only", () => {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(Uint8Array.from(read(name))));
    expect(new Set(imports.map(({ module }) => module))).toEqual(new Set(["env"]));
    expect(imports.map((imported) => imported.name)).toContain("storage_read");
  });
});

test("the contract exports its memory and its methods", () => {
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(Uint8Array.from(read("offshore"))));
  const functions = exports.filter(({ kind }) => kind === "function").map(({ name }) => name);
  expect(functions).toContain("new");
  expect(functions).toContain("request_execution");
  expect(functions).not.toContain("prepare");
  expect(exports.filter(({ kind }) => kind !== "function")).toEqual([{ name: "memory", kind: "memory" }]);
});

test("the same source in another folder is bundled to the same text", async () => {
  const folder = mkdtempSync(join(tmpdir(), "contract-"));
  try {
    mkdirSync(join(folder, "contract"));
    cpSync(join(ROOT, "contract/src"), join(folder, "contract/src"), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const here = await bundleContract(join(ROOT, "contract/src/contract.ts"));
    expect(await bundleContract(join(folder, "contract/src/contract.ts"))).toEqual(here);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a contract that uses the chain while it loads is not built", () => {
  const text = `(module (import "env" "log_utf8" (func $log (param i64 i64))) (memory (export "memory") 1)
    (func (export "prepare") (call $log (i64.const 0) (i64.const 0))))`;
  const module = binaryen.parseText(text);
  expect(() => loadedMemory(module.emitBinary())).toThrow("the contract, while it loads, calls log_utf8");
  module.dispose();
});
