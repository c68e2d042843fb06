/** Long fuzzing: `node test/fuzz.ts --seconds 600 [--seed 1]`. Random valid modules against the reference; mutated ones against validation. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { inspect, SealError, seal } from "../src/index.ts";
import { differences, randomNumbers } from "./differential.ts";

const FEATURES = [
  "simd",
  "multivalue",
  "reference-types",
  "bulk-memory",
  "sign-ext",
  "nontrapping-float-to-int",
];
const MORE_FEATURES = [...FEATURES, "tail-call", "mutable-globals"];
const WASM_OPT = join(dirname(createRequire(import.meta.url).resolve("binaryen")), "bin", "wasm-opt");

/** A random valid module of binaryen's, for a seed. */
export function randomModule(seed: number, bytesMax: number): Uint8Array {
  const random = randomNumbers(seed * 7919 + 1);
  const folder = mkdtempSync(join(tmpdir(), "sealer-"));
  try {
    const input = Uint8Array.from({ length: 200 + random(bytesMax) }, () => random(256));
    writeFileSync(join(folder, "seed"), input);
    const flags = ["-ttf", "-mvp", ...MORE_FEATURES.map((feature) => `--enable-${feature}`)];
    if (random(2) === 0) flags.push("--no-fuzz-oob");
    if (random(3) === 0) flags.push("-O2");
    const output = join(folder, "out.wasm");
    execFileSync(process.execPath, [WASM_OPT, join(folder, "seed"), ...flags, "-o", output], {
      stdio: "ignore",
    });
    return new Uint8Array(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Seals mutations of a module: a SealError or a valid module, and never invalid input accepted. */
export function mutate(bytes: Uint8Array, random: (below: number) => number, times: number): string[] {
  const found: string[] = [];
  for (let i = 0; i < times; i++) {
    const mutated = Uint8Array.from(bytes);
    for (let count = 1 + random(3); count > 0; count--) mutated[random(mutated.length)] = random(256);
    const input = random(8) === 0 ? mutated.subarray(0, random(mutated.length)) : mutated;
    const text = () => Buffer.from(input).toString("base64");
    try {
      const sealed = seal(input, { form: random(2) === 0 ? "fast" : "exact", memoryPagesMax: 65536 });
      if (!WebAssembly.validate(input as BufferSource)) found.push(`invalid module accepted: ${text()}`);
      else if (!WebAssembly.validate(sealed.bytes)) found.push(`sealed module is invalid: ${text()}`);
    } catch (error) {
      if (!(error instanceof SealError)) found.push(`${error}: ${text()}`);
      else if (
        error.code !== "unsupported" &&
        error.code !== "limit" &&
        WebAssembly.validate(input as BufferSource)
      ) {
        found.push(`valid module refused, ${error.message}: ${text()}`);
      }
    }
  }
  return found;
}

/** Whether the rules refuse a module that is valid: binaryen now and then uses a feature of its own accord. */
function isUnsupported(bytes: Uint8Array): boolean {
  try {
    inspect(bytes);
    return false;
  } catch (error) {
    return error instanceof SealError && error.code === "unsupported";
  }
}

function main(): void {
  const { values } = parseArgs({ options: { seconds: { type: "string" }, seed: { type: "string" } } });
  const end_ms = Date.now() + Number(values.seconds ?? 60) * 1000;
  const first = Number(values.seed ?? 1);
  let refused = 0;
  let failures = 0;
  let seed = first;
  for (; Date.now() < end_ms; seed++) {
    const bytes = randomModule(seed, 20_000);
    const random = randomNumbers(seed + 1);
    const texts = mutate(bytes, random, 300);
    if (isUnsupported(bytes)) refused++;
    else texts.push(...differences(bytes, random));
    for (const text of texts) console.log(`seed ${seed}: ${text.slice(0, 2000)}`);
    failures += texts.length;
  }
  console.log(`${seed - first} modules, ${refused} refused, ${failures} failures`);
  process.exitCode = failures === 0 ? 0 : 1;
}

if (import.meta.main) main();
