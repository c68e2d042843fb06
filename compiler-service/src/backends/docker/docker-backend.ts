import { existsSync, readFileSync } from "node:fs";
import { OffshoreError } from "@near-offshore/protocol";
import { moduleTooLarge } from "../../check.ts";
import type { Language } from "../../languages.ts";
import { LIMITS } from "../../limits.ts";
import type { Backend, CompileJob, FetchJob, Job, Toolchain } from "../backend.ts";
import { packTree } from "./archive.ts";
import { compileCommand } from "./commands.ts";
import { type ContainerRun, runContainer, sweepContainers } from "./container.ts";
import type { Engine } from "./engine.ts";
import { findImage, IMAGES } from "./images.ts";

/** Bounds on time; `LIMITS` but in tests. */
export interface DockerBounds {
  dependencies_ms: number;
  compile_ms: number;
}

const DEPENDENCIES_MIB = LIMITS.dependencies_bytes_max / 2 ** 20;

/** Each step in a container of its own, made from the language's image: see `images/`. */
export class DockerBackend implements Backend {
  readonly name = "docker";
  readonly toolchains: ReadonlyMap<Language, Toolchain & { image: string }>;
  private readonly engine: Engine;
  private readonly bounds: DockerBounds;

  private constructor(engine: Engine, toolchains: DockerBackend["toolchains"], bounds: DockerBounds) {
    this.engine = engine;
    this.toolchains = toolchains;
    this.bounds = bounds;
  }

  /** A backend of the images that have been made. */
  static async open(engine: Engine, bounds: DockerBounds = LIMITS): Promise<DockerBackend> {
    await sweepContainers(engine);
    const toolchains = new Map<Language, Toolchain & { image: string }>();
    for (const [name, languages] of Object.entries(IMAGES)) {
      const image = await findImage(engine, name);
      if (image === null) continue;
      const toolchain = { name: image.toolchain, image: image.id };
      for (const language of languages) toolchains.set(language, toolchain);
    }
    return new DockerBackend(engine, toolchains, bounds);
  }

  async fetchDependencies({ manifests, ...job }: FetchJob): Promise<Uint8Array> {
    const files = new Map([...manifests].map(([path, bytes]) => [`src/${path}`, bytes]));
    const authorities = machineAuthorities();
    if (authorities !== null) files.set("ca.crt", authorities);
    return this.run(job, {
      command: ["fetch.sh"],
      input: [await packTree(files)],
      network: this.engine.network,
      time_ms: this.bounds.dependencies_ms,
      output_bytes_max: LIMITS.dependencies_bytes_max,
      too_much_output: new OffshoreError(
        "build_failed",
        `the dependencies are larger than ${DEPENDENCIES_MIB} MiB`,
      ),
      what: "fetching dependencies",
    });
  }

  async compile(job: CompileJob): Promise<Uint8Array> {
    return this.run(job, await compileRun(job, this.bounds.compile_ms));
  }

  /** Containers end with their steps. */
  async close(): Promise<void> {}

  private async run(
    { program, log, signal }: Job,
    run: Omit<ContainerRun, "image" | "log" | "signal">,
  ): Promise<Uint8Array> {
    const toolchain = this.toolchains.get(program.language);
    if (toolchain === undefined)
      throw new OffshoreError("toolchain_unavailable", `cannot build ${program.language} here`);
    return runContainer(this.engine, { ...run, image: toolchain.image, log, signal });
  }
}

/** What compiles a program in a container of its language's image. */
export async function compileRun(
  { program, tree, dependencies }: Omit<CompileJob, "log" | "signal">,
  time_ms: number = LIMITS.compile_ms,
): Promise<Omit<ContainerRun, "image" | "log" | "signal">> {
  const sources = new Map([...tree].map(([path, bytes]) => [`src/${path}`, bytes]));
  return {
    ...compileCommand(program),
    input: [await packTree(sources), ...(dependencies ? [dependencies] : [])],
    network: "none",
    time_ms,
    output_bytes_max: LIMITS.module_bytes_max,
    too_much_output: moduleTooLarge(),
    what: "the compiler",
  };
}

/** The certificate authorities that this machine trusts, which may be behind a proxy that has one of its own. */
function machineAuthorities(): Uint8Array | null {
  const file = process.env.SSL_CERT_FILE ?? "/etc/ssl/certs/ca-certificates.crt";
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : null;
}
