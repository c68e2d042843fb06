import { mkdir } from "node:fs/promises";
import { isCommit, OffshoreError, type Source } from "@near-offshore/protocol";
import type { Backend, Toolchain } from "./backends/backend.ts";
import { type Caches, commitOfEntry, entryOfCommit, type Provenance } from "./caches.ts";
import { expectRunnable, stripCustomSections } from "./check.ts";
import type { SourcePolicy } from "./config.ts";
import { dependencyManifests } from "./dependencies/manifests.ts";
import { detectProgram, type Language, type Program } from "./languages.ts";
import { LIMITS } from "./limits.ts";
import { sha256Hex } from "./sha256.ts";
import { allowedUrl } from "./sources/address.ts";
import { downloadModule } from "./sources/download.ts";
import { type FetchedCommit, type FetchOptions, fetchCommit, resolveRef } from "./sources/git.ts";
import type { SourceTree } from "./sources/tree.ts";
import { sweepWork } from "./sources/work-folder.ts";
import { Steps, withinMs } from "./steps.ts";

/** What building needs of the world. */
export interface Workshop {
  backend: Backend;
  caches: Caches;
  policy: SourcePolicy;
  /** For temporary folders. */
  work_dir: string;
}

export interface BuiltModule extends Provenance {
  module: Uint8Array;
  /** What was compiled: the source's commit, or the one that its branch or tag named. Null for a module that was downloaded. */
  commit: string | null;
  /** Duration of each step that was taken. */
  timings_ms: Record<string, number>;
}

/** The source is in a language that no backend here has: a compiler that has it is to build it. */
export class NoToolchain extends OffshoreError {
  readonly language: Language;

  constructor(language: Language, { name, toolchains }: Backend) {
    const others = [...toolchains.keys()].join(", ");
    super(
      "toolchain_unavailable",
      `the source is written in ${language}; the ${name} backend builds ${others}`,
    );
    this.language = language;
  }
}

type GitSource = Extract<Source, { GitHub: unknown }>["GitHub"];

/** One build under way. */
interface Work {
  workshop: Workshop;
  steps: Steps;
  log: (text: string) => void;
  signal: AbortSignal;
}

/**
 * Makes a module of a source: fetches, compiles, checks. The same source gives the same bytes.
 * @throws OffshoreError with one of the protocol's failure codes (`NoToolchain` for `toolchain_unavailable`); the signal's reason when aborted.
 */
export async function buildModule(
  source: Source,
  workshop: Workshop,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<BuiltModule> {
  const work = { workshop, steps: new Steps(), log, signal };
  if ("GitHub" in source) return buildRepository(source.GitHub, work);
  if ("WasmUrl" in source) return fetchModule(source.WasmUrl, work);
  throw new OffshoreError(
    "module_unavailable",
    `module ${source.Module.sha256} has to be uploaded; there is nothing to build`,
  );
}

async function buildRepository(source: GitSource, work: Work): Promise<BuiltModule> {
  const { steps, log, signal } = work;
  const { backend, caches } = work.workshop;
  const { repo } = source;
  allowedUrl(repo, work.workshop.policy); // whatever was fetched when the rules were others
  const commit = isCommit(source.commit)
    ? source.commit
    : await steps.take("resolve", () =>
        fetching(work, (options) => resolveRef(repo, source.commit, options)),
      );
  const key = [repo, commit, source.build_target, JSON.stringify([...backend.toolchains])];
  const cached = await steps.take("cache", () => caches.modules.get(key));
  if (cached !== null) {
    log("Built before: the module is taken from the cache\n");
    return { module: cached.bytes, commit, ...cached.about, timings_ms: steps.timings_ms };
  }
  const { tree_id, tree } = await steps.take("fetch", () => fetchFiles(repo, commit, work));
  const program = detectProgram(tree);
  const toolchain = backend.toolchains.get(program.language);
  if (toolchain === undefined) throw new NoToolchain(program.language, backend);
  const { name, image } = toolchain;
  log(`Language: ${program.language}; toolchain: ${name}${image === null ? "" : `, image ${image}`}\n`);
  const dependencies = await fetchDependencies(program, tree, toolchain, work);
  const compiled = await steps.take("compile", () =>
    backend.compile({ program, tree, dependencies, log, signal }),
  );
  const module = await steps.take("check", async () => checked(compiled));
  const about: Provenance = { toolchain: name, image, tree: tree_id };
  await caches.modules.put(key, { about, bytes: module });
  return { module, commit, ...about, timings_ms: steps.timings_ms };
}

async function fetchFiles(repo: string, commit: string, work: Work): Promise<FetchedCommit> {
  const { repositories } = work.workshop.caches;
  const cached = await repositories.get([repo, commit]);
  if (cached !== null) {
    work.log("Fetched before: the files are taken from the cache\n");
    return commitOfEntry(cached);
  }
  const fetched = await fetching(work, (options) => fetchCommit(repo, commit, options));
  await repositories.put([repo, commit], entryOfCommit(fetched));
  return fetched;
}

async function fetching<T>(
  { workshop: { policy, work_dir }, log, signal }: Work,
  fetch: (options: FetchOptions) => Promise<T>,
): Promise<T> {
  await mkdir(work_dir, { recursive: true });
  await sweepWork(work_dir);
  return withinMs(LIMITS.fetch_ms, "fetching the repository", signal, (bounded) =>
    fetch({ policy, work_dir, log, signal: bounded }),
  );
}

async function fetchDependencies(
  program: Program,
  tree: SourceTree,
  toolchain: Toolchain,
  { workshop, steps, log, signal }: Work,
): Promise<Uint8Array | null> {
  const manifests = dependencyManifests(program, tree);
  if (manifests === null) return null;
  const { backend, caches } = workshop;
  return steps.take("dependencies", async () => {
    const key = [
      JSON.stringify(toolchain),
      ...[...manifests].flatMap(([path, bytes]) => [path, sha256Hex(bytes)]),
    ];
    const cached = await caches.dependencies.get(key);
    if (cached !== null) return cached.bytes;
    const bytes = await backend.fetchDependencies({ program, manifests, log, signal });
    if (bytes !== null) await caches.dependencies.put(key, { about: null, bytes });
    return bytes;
  });
}

async function fetchModule(
  { url, hash }: Extract<Source, { WasmUrl: unknown }>["WasmUrl"],
  { workshop, steps, log, signal }: Work,
): Promise<BuiltModule> {
  log(`Downloading ${url}\n`);
  const module = await steps.take("fetch", () =>
    withinMs(LIMITS.fetch_ms, "downloading the module", signal, (bounded) =>
      downloadModule(url, hash, { policy: workshop.policy, signal: bounded }),
    ),
  );
  // As it is: its hash is pinned.
  await steps.take("check", async () => expectRunnable(module));
  const about: Provenance = { toolchain: "none: downloaded", image: null, tree: null };
  return { module, commit: null, ...about, timings_ms: steps.timings_ms };
}

function checked(compiled: Uint8Array): Uint8Array {
  expectRunnable(compiled);
  return stripCustomSections(compiled);
}
