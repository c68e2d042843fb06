import path from "node:path";
import { type Source, sha256Hex } from "@near-offshore/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../src/backends/backend.ts";
import { buildModule } from "../src/build.ts";
import { openCaches } from "../src/caches.ts";
import { openBackends } from "./backends.ts";
import { findExamples, runSample } from "./examples.ts";
import { exampleRepository, removeTemporaryFolders, temporaryFolder } from "./repositories.ts";

// Every example builds from a repository of its own, in every backend that has its language, to the same bytes each time, and gives its
// samples' outcomes.

/** Only ends what hangs: Rust takes its time on a machine that is busy. */
const BUILD_MS = 600_000;
// Two services that share nothing.
const [backends, others] = await Promise.all([openBackends(), openBackends()]);
afterAll(async () => {
  for (const backend of [...backends, ...others]) await backend.close();
  removeTemporaryFolders();
});

async function build(example: string, backend: Backend): Promise<Uint8Array> {
  const { url, commit } = exampleRepository(example);
  const folder = temporaryFolder();
  const policy = { allowed_hosts: [], allow_local: true };
  const workshop = { backend, caches: openCaches(folder), policy, work_dir: path.join(folder, "work") };
  const source: Source = {
    GitHub: { repo: url, commit, build_target: "wasm32-wasip1", module_sha256: null },
  };
  return (await buildModule(source, workshop, () => {}, new AbortController().signal)).module;
}

const cases = findExamples().flatMap((example) =>
  backends.flatMap((backend, index) =>
    backend.toolchains.has(example.language) ? [{ ...example, backend, other: others[index]! }] : [],
  ),
);

describe.each(cases)("$name by the $backend.name backend", ({ name, language, samples, backend, other }) => {
  let module: Uint8Array;
  beforeAll(async () => {
    module = await build(name, backend);
  }, BUILD_MS);

  it(
    "is the same module when another service builds it elsewhere",
    async () => {
      expect(sha256Hex(await build(name, other))).toBe(sha256Hex(module));
    },
    BUILD_MS,
  );

  it.each(samples)("%s", (_name, sample) => {
    const { status, output, stderr: said } = runSample(module, sample);
    const stderr = new TextDecoder().decode(said);
    expect({ status, stderr }).toEqual({ status: sample.status, stderr: sample.stderr ?? stderr });
    if (sample.output_sha256 !== undefined) expect(sha256Hex(output)).toBe(sample.output_sha256);
    else expect(new TextDecoder().decode(output)).toBe(sample.output_in?.[language] ?? sample.output);
  });
});

it.each(backends)("broken does not build in the $name backend", async (backend) => {
  await expect(build("broken", backend)).rejects.toMatchObject({
    code: "build_failed",
    message: expect.stringMatching(/^main.c:5:18: error: use of undeclared identifier/),
  });
});

describe.skipIf(backends.length < 2)("one compiler in two backends", () => {
  it("gives one module", async () => {
    const modules = await Promise.all(backends.map((backend) => build("get-random/assemblyscript", backend)));
    expect(sha256Hex(modules[0]!)).toBe(sha256Hex(modules[1]!));
  });
});
