import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { runModule } from "@near-offshore/wasi-sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WasmBackend } from "../src/backends/wasm/wasm-backend.ts";
import { buildModule } from "../src/build.ts";
import { openCaches } from "../src/caches.ts";
import { EXAMPLES, exampleRepository, removeTemporaryFolders, temporaryFolder } from "./repositories.ts";

// Every example builds from a repository of its own and gives its samples' outputs.

interface Sample {
  input: string;
  seed?: string;
  max_instructions?: number;
  status: string;
  output: string;
  stderr?: string;
}

const CONTEXT = {
  contract_id: "offshore.test.near",
  request_id: 1,
  block_height: 1,
  block_timestamp: "1700000000000000000",
  sender_id: "alice.test.near",
  predecessor_id: "alice.test.near",
  signer_public_key: "ed25519:11111111111111111111111111111111",
  payment_yocto: "0",
};
const backend = new WasmBackend();
afterAll(async () => {
  await backend.close();
  removeTemporaryFolders();
});

async function build(example: string): Promise<Uint8Array> {
  const { url, commit } = exampleRepository(example);
  const folder = temporaryFolder();
  const workshop = {
    backend,
    caches: openCaches(folder),
    policy: { allowed_hosts: [], allow_local: true },
    work_dir: path.join(folder, "work"),
  };
  const source = {
    GitHub: { repo: url, commit, build_target: "wasm32-wasip1" as const, module_sha256: null },
  };
  return (await buildModule(source, workshop, () => {}, new AbortController().signal)).module;
}

function samplesOf(folder: string): [string, Sample][] {
  const samples = path.join(EXAMPLES, folder, "samples");
  return readdirSync(samples).map((name) => [
    name,
    JSON.parse(readFileSync(path.join(samples, name), "utf8")) as Sample,
  ]);
}

describe.each([
  ["get-random/c", "get-random"],
  ["get-random/assemblyscript", "get-random"],
  ["primes", "primes"],
  ["endless-loop", "endless-loop"],
])("%s", (example, samples) => {
  let module: Uint8Array;
  beforeAll(async () => {
    module = await build(example);
  });

  it("is the same module when it is built again", async () => {
    expect(Buffer.compare(await build(example), module)).toBe(0);
  });

  it.each(samplesOf(samples))("%s", (_name, sample) => {
    const { input, seed = "00".repeat(32), max_instructions = 1_000_000_000, status, output } = sample;
    const outcome = runModule({
      module,
      input: new TextEncoder().encode(input),
      limits: { max_instructions, max_memory_mb: 128 },
      context: { ...CONTEXT, seed },
    });
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    expect({ status: outcome.status, output: text(outcome.output) }).toEqual({ status, output });
    if (sample.stderr !== undefined) expect(text(outcome.stderr)).toBe(sample.stderr);
  });
});

it("broken does not build", async () => {
  await expect(build("broken")).rejects.toMatchObject({ code: "build_failed" });
});
