import { mkdir } from "node:fs/promises";
import { isCommit, OffshoreError, type Source } from "@near-offshore/protocol";
import type { Backend } from "./backends/backend.ts";
import { expectRunnable, stripCustomSections } from "./check.ts";
import type { SourcePolicy } from "./config.ts";
import { detectProgram } from "./languages.ts";
import { LIMITS } from "./limits.ts";
import type { CacheKey, ModuleCache } from "./module-cache.ts";
import { downloadModule } from "./sources/download.ts";
import { type FetchOptions, fetchCommit, resolveRef } from "./sources/git.ts";
import { Steps, withinMs } from "./steps.ts";

/** What building needs of the world. */
export interface Workshop {
  backend: Backend;
  cache: ModuleCache;
  policy: SourcePolicy;
  /** For temporary folders. */
  work_dir: string;
}

export interface BuiltModule {
  module: Uint8Array;
  /** What was compiled: the source's commit, or the one that its branch or tag named. Null for a module that was downloaded. */
  commit: string | null;
  /** Name and version of what compiled it; for a module that was downloaded, that. */
  toolchain: string;
  /** Duration of each step that was taken. */
  timings_ms: Record<string, number>;
}

type GitSource = Extract<Source, { GitHub: unknown }>["GitHub"];
type Log = (text: string) => void;

/**
 * Makes a module of a source: fetches, compiles, checks. The same source gives the same bytes.
 * @throws OffshoreError with one of the protocol's failure codes; the signal's reason when aborted.
 */
export async function buildModule(
  source: Source,
  workshop: Workshop,
  log: Log,
  signal: AbortSignal,
): Promise<BuiltModule> {
  if ("GitHub" in source) return buildRepository(source.GitHub, workshop, log, signal);
  if ("WasmUrl" in source) return fetchModule(source.WasmUrl, workshop, log, signal);
  throw new OffshoreError(
    "module_unavailable",
    `module ${source.Module.sha256} has to be uploaded; there is nothing to build`,
  );
}

async function buildRepository(
  source: GitSource,
  workshop: Workshop,
  log: Log,
  signal: AbortSignal,
): Promise<BuiltModule> {
  const { backend, cache, policy, work_dir } = workshop;
  const steps = new Steps();
  await mkdir(work_dir, { recursive: true });
  const fetching = <T>(step: string, fetch: (options: FetchOptions) => Promise<T>) =>
    steps.take(step, () =>
      withinMs(LIMITS.fetch_ms, "fetching the repository", signal, (bounded) =>
        fetch({ policy, work_dir, log, signal: bounded }),
      ),
    );
  const commit = isCommit(source.commit)
    ? source.commit
    : await fetching("resolve", (options) => resolveRef(source.repo, source.commit, options));
  const key: CacheKey = {
    repo: source.repo,
    commit,
    build_target: source.build_target,
    toolchains: [...backend.toolchains.values()],
  };
  const cached = await steps.take("cache", () => cache.get(key));
  if (cached !== null) {
    log("Built before: the module is taken from the cache\n");
    return { ...cached, commit, timings_ms: steps.timings_ms };
  }
  const tree = await fetching("fetch", (options) => fetchCommit(source.repo, commit, options));
  const program = detectProgram(tree);
  const toolchain = backend.toolchains.get(program.language);
  if (toolchain === undefined)
    throw new OffshoreError(
      "toolchain_unavailable",
      `this is a ${program.language} program; the ${backend.name} backend builds ${[...backend.toolchains.keys()].join(", ")}`,
    );
  log(`Language: ${program.language}; toolchain: ${toolchain}\n`);
  const compiled = await steps.take("compile", () => backend.compile({ program, tree, log, signal }));
  const module = await steps.take("check", async () => checked(compiled));
  await cache.put(key, { module, toolchain });
  return { module, commit, toolchain, timings_ms: steps.timings_ms };
}

async function fetchModule(
  { url, hash }: Extract<Source, { WasmUrl: unknown }>["WasmUrl"],
  { policy }: Workshop,
  log: Log,
  signal: AbortSignal,
): Promise<BuiltModule> {
  const steps = new Steps();
  log(`Downloading ${url}\n`);
  const module = await steps.take("fetch", () =>
    withinMs(LIMITS.fetch_ms, "downloading the module", signal, (bounded) =>
      downloadModule(url, hash, { policy, signal: bounded }),
    ),
  );
  // As it is: its hash is pinned.
  await steps.take("check", async () => expectRunnable(module));
  return { module, commit: null, toolchain: "none: downloaded", timings_ms: steps.timings_ms };
}

function checked(compiled: Uint8Array): Uint8Array {
  expectRunnable(compiled);
  return stripCustomSections(compiled);
}
