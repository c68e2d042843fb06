import { createHash } from "node:crypto";
import { type Engine, type EngineName, findEngines, openEngine } from "@near-offshore/engines";
import type { RunResult } from "../src/index.ts";
import { taskOf } from "../test/helpers.ts";
import { moduleOrReason } from "./build/module.ts";
import type { PlainTask, ReferenceResult } from "./run-reference.ts";
import type { CorpusProgram } from "./types.ts";

const SANDBOX = new URL("./entries/sandbox.ts", import.meta.url);
const REFERENCE = new URL("./entries/reference.ts", import.meta.url);
const RUN_MS = 600_000;

/** A result in few words, to be compared and printed. */
export interface Summary {
  status: string;
  instructions: number;
  output: string;
  stderr?: string;
}

export interface Measured {
  module_bytes: number;
  output: Uint8Array;
  by_engine: Record<string, Summary>;
  /** What is right: the manifest's status, the reference counter's count and output. Null if it cannot say. */
  expected: Summary | null;
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

function summaryOf({ status, instructions, output, stderr }: RunResult): Summary {
  if (!output) return { status, instructions: Number.NaN, output: "" };
  return { status, instructions, output: sha256(output), stderr: sha256(stderr) };
}

/** Engines that stay open over many measurements. */
export class Engines {
  readonly #open: Engine[];

  private constructor(open: Engine[]) {
    this.#open = open;
  }

  static async open(names: EngineName[] = findEngines()): Promise<Engines> {
    return new Engines(await Promise.all(names.map(openEngine)));
  }

  get names(): string[] {
    return this.#open.map(({ name }) => name);
  }

  get versions(): string[] {
    return this.#open.map(({ name, version }) => `${name} ${version}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((engine) => engine.close()));
  }

  /** Runs every program in every engine, and under the reference counter. A string is why a program cannot be had here. */
  async measure(programs: readonly CorpusProgram[]): Promise<Map<string, Measured | string>> {
    const measured = new Map<string, Measured | string>();
    const there: { program: CorpusProgram; task: PlainTask }[] = [];
    for (const program of programs) {
      const module = await moduleOrReason(program);
      if (typeof module === "string") measured.set(program.name, module);
      else there.push({ program, task: taskOf(module, program.options) });
    }
    const results = await this.#runAll(there.map(({ task }) => task));
    const references = await this.#runReferences(there);
    for (const [index, { program, task }] of there.entries()) {
      const by_engine = Object.fromEntries([...results].map(([name, all]) => [name, summaryOf(all[index]!)]));
      measured.set(program.name, {
        module_bytes: task.module.length,
        output: results.values().next().value![index]!.output,
        by_engine,
        expected: expectedOf(program, references.get(program.name)),
      });
    }
    return measured;
  }

  async #runAll(tasks: PlainTask[]): Promise<Map<EngineName, RunResult[]>> {
    const runs = this.#open.map(
      async (engine) =>
        [engine.name, await engine.run<RunResult[]>(SANDBOX, tasks, { timeout_ms: RUN_MS })] as const,
    );
    return new Map(await Promise.all(runs));
  }

  async #runReferences(
    there: { program: CorpusProgram; task: PlainTask }[],
  ): Promise<Map<string, ReferenceResult>> {
    const counted = there.filter(({ program }) => !program.no_reference);
    const node = this.#open.find(({ name }) => name === "node") ?? (await openEngine("node"));
    const tasks = counted.map(({ task }) => task);
    const results = await node.run<ReferenceResult[]>(REFERENCE, tasks, { timeout_ms: RUN_MS });
    return new Map(counted.map(({ program }, index) => [program.name, results[index]!]));
  }
}

function expectedOf(program: CorpusProgram, reference: ReferenceResult | undefined): Summary | null {
  if (!reference) return null;
  const status = program.status ?? "ok";
  const is_expected =
    reference.status === status || (reference.status === "trap:other" && status.startsWith("trap:"));
  return {
    status: is_expected ? status : `${reference.status} by the reference counter`,
    instructions: reference.instructions,
    output: sha256(reference.output),
  };
}
