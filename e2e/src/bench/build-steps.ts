// Builds as the service does them, step by step: nothing there, then all but the module, then the module too.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { OffshoreError } from "@near-offshore/protocol";
import type { Backend } from "../../../compiler-service/src/backends/backend.ts";
import { packTree } from "../../../compiler-service/src/backends/docker/archive.ts";
import { runContainer } from "../../../compiler-service/src/backends/docker/container.ts";
import { DockerBackend } from "../../../compiler-service/src/backends/docker/docker-backend.ts";
import type { Engine } from "../../../compiler-service/src/backends/docker/engine.ts";
import { findImage } from "../../../compiler-service/src/backends/docker/images.ts";
import { WasmBackend } from "../../../compiler-service/src/backends/wasm/wasm-backend.ts";
import { type BuiltModule, buildModule } from "../../../compiler-service/src/build.ts";
import { openCaches } from "../../../compiler-service/src/caches.ts";
import type { OwnEngine } from "../../../compiler-service/src/setup/own-engine.ts";
import { type Example, findExamples, runSample } from "../../../compiler-service/test/examples.ts";
import { openEngine } from "../engine.ts";
import { type ExampleRepository, exampleRepository } from "../example-repository.ts";
import { say } from "../log.ts";

/** One example by one backend. */
export interface Measured {
  example: Example;
  backend: string;
  module_bytes: number;
  /** Of running the first sample that ends well. */
  instructions: number | null;
  /** With empty caches, and for compilers that stay loaded, in a new backend. */
  cold: Record<string, number>;
  /** The same source once more, its module forgotten. */
  warm: Record<string, number>;
  /** The slower of two warm builds over the faster, which is `warm`. */
  noise: number;
  /** Of a container that does nothing, in that backend; 0 where it has none. */
  container_ms: number;
  /** And with its module there. */
  hit: Record<string, number>;
}

/** Builds every example whose name starts with one of `names` (all, where there is none) in every backend that has its language. */
export async function measureBuilds(names: string[]): Promise<Measured[]> {
  const engine = await openEngine(say, "containers are not measured");
  const parent = mkdtempSync(path.join(tmpdir(), "bench-build-"));
  try {
    const measured: Measured[] = [];
    for (const example of findExamples()) {
      if (names.length > 0 && !names.some((name) => example.name.startsWith(name))) continue;
      const repository = await exampleRepository(example.name, parent);
      for (const open of openers(engine)) {
        const backend = await open();
        if (backend.toolchains.has(example.language))
          measured.push(await measureBuild(example, repository, backend, parent, engine));
        await backend.close();
      }
    }
    return measured;
  } finally {
    rmSync(parent, { recursive: true, force: true });
    await engine?.stop();
  }
}

function openers(own: OwnEngine | null): (() => Promise<Backend>)[] {
  const wasm = async () => new WasmBackend();
  return own === null ? [wasm] : [wasm, () => DockerBackend.open(own.engine)];
}

async function measureBuild(
  example: Example,
  { repo, commit }: ExampleRepository,
  backend: Backend,
  parent: string,
  engine: OwnEngine | null,
): Promise<Measured> {
  const cache_dir = mkdtempSync(path.join(parent, "cache-"));
  const policy = { allowed_hosts: [], allow_local: true };
  const workshop = { backend, caches: openCaches(cache_dir), policy, work_dir: path.join(cache_dir, "work") };
  const source = { repo, commit, build_target: "wasm32-wasip1" as const, module_sha256: null };
  const build = () => buildModule({ GitHub: source }, workshop, () => {}, new AbortController().signal);
  const cold = await build();
  const warmTimings = async () => {
    rmSync(path.join(cache_dir, "modules"), { recursive: true });
    return (await build()).timings_ms;
  };
  const [warm, slower] = [await warmTimings(), await warmTimings()].sort((a, b) => sum(a) - sum(b));
  const hit = await build();
  const container_ms =
    engine === null || backend.name !== "docker" ? 0 : await idleContainerMs(engine.engine);
  say(`  ${example.name}, ${backend.name}: cold ${sum(cold.timings_ms)} ms, warm ${sum(warm!)} ms`);
  return {
    example,
    backend: backend.name,
    module_bytes: cold.module.length,
    instructions: instructionsOf(example, cold),
    cold: cold.timings_ms,
    warm: warm!,
    noise: sum(slower!) / sum(warm!),
    hit: hit.timings_ms,
    container_ms,
  };
}

async function idleContainerMs(engine: Engine): Promise<number> {
  const image = await findImage(engine, "rust");
  const start_ms = performance.now();
  await runContainer(engine, {
    image: image!.id,
    command: ["true"],
    input: [await packTree(new Map())],
    network: "none",
    time_ms: 60_000,
    output_bytes_max: 1,
    too_much_output: new OffshoreError("build_failed", "it said something"),
    what: "nothing",
    log: () => {},
    signal: new AbortController().signal,
  });
  return performance.now() - start_ms;
}

export const sum = (timings_ms: Record<string, number>): number =>
  Object.values(timings_ms).reduce((all, one) => all + one, 0);

function instructionsOf({ samples }: Example, { module }: BuiltModule): number | null {
  const sample = samples.find(([, { status }]) => status === "ok")?.[1];
  if (sample === undefined) return null;
  return Number(runSample(module, sample).instructions);
}
