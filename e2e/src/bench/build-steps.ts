// Builds as the service does them, step by step: nothing there, then all but the module, then the module too.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Backend, CompileJob, FetchJob } from "../../../compiler-service/src/backends/backend.ts";
import { runContainer } from "../../../compiler-service/src/backends/docker/container.ts";
import { compileRun, DockerBackend } from "../../../compiler-service/src/backends/docker/docker-backend.ts";
import type { Engine } from "../../../compiler-service/src/backends/docker/engine.ts";
import { WasmBackend } from "../../../compiler-service/src/backends/wasm/wasm-backend.ts";
import { type BuiltModule, buildModule } from "../../../compiler-service/src/build.ts";
import { openCaches } from "../../../compiler-service/src/caches.ts";
import type { OwnEngine } from "../../../compiler-service/src/setup/own-engine.ts";
import { type Example, findExamples, runSample } from "../../../compiler-service/test/examples.ts";
import { openEngine } from "../engine.ts";
import { type ExampleRepository, exampleRepository } from "../example-repository.ts";
import { say } from "../log.ts";

const WARM_ROUNDS = 3;
/** What compiles a language whose goal is about what the service adds to that. */
const COMPILERS: Record<string, string> = { rust: "cargo", go: "go" };

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
  /** The slowest of the warm builds over the quickest, which is `warm`. */
  noise: number;
  /** Of cargo or go, in that warm build; null where it is not timed. */
  compiler_ms: number | null;
  /** And with its module there. */
  hit: Record<string, number>;
}

/** Builds every example whose name starts with one of `names` (all, where there is none) in every backend that has its language. */
export async function measureBuilds(names: string[]): Promise<Measured[]> {
  const all = findExamples();
  const chosen = all.filter(
    ({ name }) => names.length === 0 || names.some((start) => name.startsWith(start)),
  );
  if (chosen.length === 0)
    throw new Error(`no example starts so; there are ${all.map(({ name }) => name).join(", ")}`);
  const engine = await openEngine(say, "containers are not measured");
  const parent = mkdtempSync(path.join(tmpdir(), "bench-build-"));
  try {
    const measured: Measured[] = [];
    for (const example of chosen) {
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
  const caches = openCaches(cache_dir);
  const timed = new TimedBackend(backend, engine?.engine ?? null);
  const workshop = { backend: timed, caches, policy, work_dir: path.join(cache_dir, "work") };
  const source = { repo, commit, build_target: "wasm32-wasip1" as const, module_sha256: null };
  const build = () => buildModule({ GitHub: source }, workshop, () => {}, new AbortController().signal);
  const cold = await build();
  const warms: { timings_ms: Record<string, number>; compiler_ms: number | null }[] = [];
  for (let round = 0; round < WARM_ROUNDS; round++) {
    rmSync(path.join(cache_dir, "modules"), { recursive: true });
    warms.push({ timings_ms: (await build()).timings_ms, compiler_ms: timed.compiler_ms });
  }
  const hit = await build();
  warms.sort((a, b) => sum(a.timings_ms) - sum(b.timings_ms));
  const { timings_ms: warm, compiler_ms } = warms[0]!;
  say(`  ${example.name}, ${backend.name}: cold ${sum(cold.timings_ms)} ms, warm ${sum(warm)} ms`);
  return {
    example,
    backend: backend.name,
    module_bytes: cold.module.length,
    instructions: instructionsOf(example, cold),
    cold: cold.timings_ms,
    warm,
    noise: sum(warms.at(-1)!.timings_ms) / sum(warm),
    hit: hit.timings_ms,
    compiler_ms,
  };
}

/** A backend that says how long cargo or go took of what it compiled last. */
class TimedBackend implements Backend {
  readonly name: string;
  readonly toolchains: Backend["toolchains"];
  /** Null for languages whose builds have a goal of their own. */
  compiler_ms: number | null = null;
  private readonly backend: Backend;
  private readonly engine: Engine | null;

  /** @param engine where the backend is that of containers */
  constructor(backend: Backend, engine: Engine | null) {
    this.backend = backend;
    this.engine = engine;
    this.name = backend.name;
    this.toolchains = backend.toolchains;
  }

  fetchDependencies(job: FetchJob) {
    return this.backend.fetchDependencies(job);
  }

  async compile(job: CompileJob): Promise<Uint8Array> {
    const compiler = COMPILERS[job.program.language];
    if (compiler === undefined || this.engine === null || this.name !== "docker")
      return this.backend.compile(job);
    const run = await compileRun(job);
    // Shell functions win over programs, in the scripts that it starts too.
    const timed = `${compiler}() {
      local start=$EPOCHREALTIME; command ${compiler} "$@"; echo "compiled: $start $EPOCHREALTIME" >&2
    }; export -f ${compiler}; exec "$@"`;
    const { image } = this.toolchains.get(job.program.language)!;
    let said = "";
    const log = (text: string) => {
      said += text;
    };
    const command = ["bash", "-c", timed, "timed", ...run.command];
    const module = await runContainer(this.engine, {
      ...run,
      command,
      image: image!,
      log,
      signal: job.signal,
    });
    const [start, end] = /^compiled: (\S+) (\S+)$/m.exec(said)!.slice(1).map(Number);
    this.compiler_ms = Math.round((end! - start!) * 1_000);
    return module;
  }

  close() {
    return this.backend.close();
  }
}

export const sum = (timings_ms: Record<string, number>): number =>
  Object.values(timings_ms).reduce((all, one) => all + one, 0);

function instructionsOf({ samples }: Example, { module }: BuiltModule): number | null {
  const sample = samples.find(([, { status }]) => status === "ok")?.[1];
  if (sample === undefined) return null;
  return Number(runSample(module, sample).instructions);
}
