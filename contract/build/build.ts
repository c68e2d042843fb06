// Builds the contracts from TypeScript to WebAssembly with tools from npm alone: `node contract/build/build.ts`.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { type Bundle, bundleContract } from "./bundle.ts";
import { makeBytecodeWriter } from "./bytecode.ts";
import { hashOf, writeWhole } from "./cache.ts";
import { LlvmPool } from "./llvm.ts";
import { optimize } from "./optimize.ts";
import { compileRuntime, type Objects } from "./runtime.ts";
import { loadedMemory } from "./snapshot.ts";
import { builderSources, COMPILE_FLAGS, LINK_FLAGS } from "./sources.ts";

const CONTRACT_FOLDER = resolve(import.meta.dirname, "..");
const DIST_FOLDER = join(CONTRACT_FOLDER, "dist");

const CONTRACTS = [
  { name: "offshore", entry: join(CONTRACT_FOLDER, "src/contract.ts") },
  { name: "coin-flip", entry: join(CONTRACT_FOLDER, "examples/coin-flip/contract.ts") },
];

interface Contract {
  name: string;
  bundle: Bundle;
  /** Hash of all that the WebAssembly depends on. */
  key: string;
}

/** Brings `dist/*.wasm` up to date. Returns their paths by contract name. */
export async function buildContracts(): Promise<Record<string, string>> {
  const toolchain = toolchainKey();
  const contracts = await Promise.all(
    CONTRACTS.map(async ({ name, entry }): Promise<Contract> => {
      const bundle = await bundleContract(entry);
      return { name, bundle, key: hashOf([toolchain, bundle.code]) };
    }),
  );
  const outdated = contracts.filter(({ name, key }) => !isBuilt(name, key));
  if (outdated.length > 0) await build(outdated);
  return Object.fromEntries(contracts.map(({ name }) => [name, wasmPath(name)]));
}

async function build(contracts: Contract[]): Promise<void> {
  const pool = new LlvmPool();
  try {
    const runtime = await compileRuntime(pool, packageVersion("@yowasp/clang"));
    const writeBytecode = await makeBytecodeWriter(pool, runtime);
    await Promise.all(
      contracts.map(async ({ name, bundle, key }) => {
        console.error(`contract: building ${name}.wasm`);
        const linked = await link(pool, runtime, bundle.methods, writeBytecode(bundle.code));
        const wasm = optimize(linked, loadedMemory(linked));
        writeWhole(wasmPath(name), wasm);
        writeWhole(keyPath(name), key);
        console.error(`contract: ${name}.wasm, ${wasm.length} bytes`);
      }),
    );
  } finally {
    await pool.close();
  }
}

/** Links QuickJS, the sdk's builder.c and a contract's bytecode to one module. */
async function link(
  pool: LlvmPool,
  runtime: Objects,
  methods: string[],
  bytecode: Uint8Array,
): Promise<Uint8Array> {
  const files = {
    ...builderSources(),
    "code.h": `const uint32_t code_size = ${bytecode.length};\nuint8_t code[] = {${bytecode.join()}};\n`,
    "methods.h": ['#include "near-host.h"', ...methods.map((name) => `DEFINE_NEAR_METHOD(${name})`), ""].join(
      "\n",
    ),
  };
  const args = [...COMPILE_FLAGS, "-c", "builder.c"];
  const objects = { ...runtime, "builder.o": await pool.run({ args, files, output: "builder.o" }) };
  return pool.run({
    args: [...LINK_FLAGS, ...Object.keys(objects)],
    files: objects,
    output: "contract.wasm",
  });
}

/** Hash of the tools: this folder, the C sources and the versions of the packages that do the work. */
function toolchainKey(): string {
  const own = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".ts"));
  return hashOf([
    ...own.sort().map((name) => readFileSync(join(import.meta.dirname, name), "utf8")),
    ...Object.entries(builderSources()).flat(),
    ...["@yowasp/clang", "binaryen", "esbuild"].map(packageVersion),
  ]);
}

function packageVersion(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    const path = join(folder, name, "package.json");
    if (existsSync(path)) return `${name}@${JSON.parse(readFileSync(path, "utf8")).version}`;
  }
  throw new Error(`${name} is not installed: run npm install`);
}

function isBuilt(name: string, key: string): boolean {
  return (
    existsSync(wasmPath(name)) && existsSync(keyPath(name)) && readFileSync(keyPath(name), "utf8") === key
  );
}

function wasmPath(name: string): string {
  return join(DIST_FOLDER, `${name}.wasm`);
}

function keyPath(name: string): string {
  return join(DIST_FOLDER, `${name}.key`);
}

if (import.meta.main) {
  for (const path of Object.values(await buildContracts())) console.log(path);
}
