import { hexToBytes, type Status } from "@near-offshore/protocol";
import { Meter, type RunEnd, type SealForm } from "@near-offshore/sealer";
import { ARGS, environment } from "./environment.ts";
import { RunFault } from "./fault.ts";
import { SANDBOX_LIMITS } from "./limits.ts";
import { Program } from "./program.ts";
import type { RunResult, RunTask } from "./types.ts";
import { WASI_MODULE } from "./wasi/calls.ts";
import { RunEnded } from "./wasi/errors.ts";
import { wasiImports } from "./wasi/imports.ts";
import { Wasi } from "./wasi/wasi.ts";

const BYTES_PER_MB = 1024 * 1024;
const EMPTY = new Uint8Array(0);

/**
 * Runs a module to its end and gives the outcome. Blocks the thread for as long as that takes; nothing but the task decides
 * the result.
 * @throws OffshoreError `bad_module` if the module cannot run on any machine
 * @throws RunFault if this machine could not finish it, which is no outcome
 * @example runModule({ module, input, limits: { max_instructions: 1e9, max_memory_mb: 128 }, context }).status
 */
export function runModule(task: RunTask): RunResult {
  const program = task.module instanceof Program ? task.module : new Program(task.module);
  const result = runForm(program, "fast", task) ?? runForm(program, "exact", task);
  if (!result) throw new RunFault("crashed", "the exact form of the module gave no count");
  return result;
}

/** Null if the module trapped in the fast form, which does not know where: the exact form does. */
function runForm(program: Program, form: SealForm, task: RunTask): RunResult | null {
  const sealed = program.sealed(form, task.limits.max_memory_mb);
  if (sealed.outcome) return { status: sealed.outcome, output: EMPTY, instructions: 0, stderr: EMPTY };
  const meter = meterFor(task);
  const wasi = new Wasi(worldOf(task), meter);
  const instance = instantiate(sealed.module, { [WASI_MODULE]: wasiImports(wasi), ...meter.imports });
  meter.attach(instance);
  const { memory, _start } = instance.exports;
  if (memory instanceof WebAssembly.Memory) wasi.memory.attach(memory);
  const end = meter.run(() => {
    meter.start();
    (_start as () => void)();
  });
  return resultOf(end, wasi);
}

function meterFor({ limits, on_progress }: RunTask): Meter {
  return new Meter({
    budget: BigInt(limits.max_instructions),
    slice: BigInt(SANDBOX_LIMITS.slice_instructions),
    ...(on_progress && { onSlice: (used: bigint) => on_progress(Number(used)) }),
  });
}

function worldOf({ input, context, limits }: RunTask) {
  return {
    args: ARGS,
    environ: environment(context, limits),
    stdin: input,
    seed: hexToBytes(context.seed),
    start_ns: BigInt(context.block_timestamp),
    files_bytes_max: limits.max_memory_mb * BYTES_PER_MB,
  };
}

function instantiate(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, imports);
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new RunFault("memory_refused", "no memory for the module", { cause });
    throw new RunFault("crashed", "this engine did not start the sealed module", { cause });
  }
}

function resultOf(end: RunEnd<void>, wasi: Wasi): RunResult | null {
  switch (end.kind) {
    case "returned":
      return result("ok", end.instructions, wasi);
    case "threw":
      if (end.error instanceof RunEnded) return result(end.error.status, end.instructions, wasi);
      if (end.error instanceof RunFault) throw end.error;
      throw new RunFault("crashed", `the host failed: ${end.error}`, { cause: end.error });
    case "out_of_instructions":
      return result("out_of_instructions", end.instructions, wasi);
    case "trap":
      return result(`trap:${end.trap}`, end.instructions, wasi);
    case "run_again_exact":
      return null;
    case "machine_fault":
      throw new RunFault("memory_refused", "this machine has no more memory for the module");
  }
}

function result(status: Status, instructions: bigint, wasi: Wasi): RunResult {
  const has_output = status === "ok" || status.startsWith("exit:");
  return {
    status,
    output: has_output ? wasi.stdout.bytes() : EMPTY,
    instructions: Number(instructions),
    stderr: wasi.stderr.bytes(),
  };
}
