import { OffshoreError } from "@near-offshore/protocol";
import type { Language } from "../languages.ts";
import type { Backend, CompileJob, FetchJob, Toolchain } from "./backend.ts";

/** Several backends as one: each language is built by the first that can. */
export class FirstOf implements Backend {
  readonly name: string;
  readonly toolchains: ReadonlyMap<Language, Toolchain>;
  private readonly backends: readonly Backend[];

  constructor(backends: readonly Backend[]) {
    this.backends = backends;
    this.name = backends.map(({ name }) => name).join("+");
    this.toolchains = new Map(backends.toReversed().flatMap(({ toolchains }) => [...toolchains]));
  }

  async fetchDependencies(job: FetchJob): Promise<Uint8Array | null> {
    return this.backendOf(job.program.language).fetchDependencies(job);
  }

  async compile(job: CompileJob): Promise<Uint8Array> {
    return this.backendOf(job.program.language).compile(job);
  }

  async close(): Promise<void> {
    await Promise.all(this.backends.map((backend) => backend.close()));
  }

  private backendOf(language: Language): Backend {
    const backend = this.backends.find(({ toolchains }) => toolchains.has(language));
    if (backend === undefined)
      throw new OffshoreError("toolchain_unavailable", `cannot build ${language} here`);
    return backend;
  }
}
