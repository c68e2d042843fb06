import type { Status } from "@near-offshore/protocol";
import { Meter, type RunEnd, type SealForm } from "@near-offshore/sealer";
import { checkTask } from "./check-task.ts";
import { RunFault } from "./fault.ts";
import { SANDBOX_LIMITS, WASI_DEFAULTS } from "./limits.ts";
import { Program } from "./program.ts";
import type { WasiLimits, WasiResult, WasiTask } from "./types.ts";
import { WASI_MODULE } from "./wasi/calls.ts";
import { RunEnded } from "./wasi/errors.ts";
import { wasiImports } from "./wasi/imports.ts";
import { Wasi, type World } from "./wasi/wasi.ts";

const BYTES_PER_MB = 1024 * 1024;
const EMPTY = new Uint8Array(0);

/** A task with nothing left to say, ready to be run in either form. */
interface Job {
  program: Program;
  limits: WasiLimits;
  world: World;
  return_files: boolean;
  on_progress: WasiTask["on_progress"];
}

/**
 * Runs a WASI preview 1 command in a world made only from the task. Blocks the thread for as long as that takes. The same
 * task gives the same result, the count of instructions included, on every machine.
 * @throws OffshoreError `bad_module` if the module cannot run on any machine, `invalid_argument` for a task that makes no sense,
 * `payload_too_large` if the files do not fit into `max_memory_mb`
 * @throws RunFault if this machine could not finish it
 * @example
 * const { exit_code, stdout } = runWasi({ module, args: ["sort", "-r"], stdin: new TextEncoder().encode("a\nb\n") });
 */
export function runWasi(task: WasiTask): WasiResult {
  const job = jobOf(task);
  const result = runForm(job, "fast") ?? runForm(job, "exact");
  if (!result) throw new RunFault("crashed", "the exact form of the module gave no count");
  return result;
}

function jobOf(task: WasiTask): Job {
  const limits = { ...WASI_DEFAULTS.limits, ...task.limits };
  checkTask(task, limits);
  return {
    program: task.module instanceof Program ? task.module : new Program(task.module),
    limits,
    world: worldOf(task, limits),
    return_files: task.return_files ?? false,
    on_progress: task.on_progress,
  };
}

function worldOf(task: WasiTask, limits: WasiLimits): World {
  return {
    args: task.args ?? ["module.wasm"],
    environ: Object.entries(task.env ?? {}).map(([name, value]) => `${name}=${value}`),
    stdin: once(task.stdin ?? EMPTY),
    preopens: task.preopens ?? {},
    seed: task.seed ?? new Uint8Array(32),
    start_ns: task.start_ns ?? WASI_DEFAULTS.start_ns,
    files_bytes_max: limits.max_memory_mb * BYTES_PER_MB,
    stdout_bytes_max: limits.stdout_bytes_max,
    stderr_bytes_max: limits.stderr_bytes_max,
  };
}

/** Asks at most once, though a run may take two forms. */
function once(stdin: Uint8Array | (() => Uint8Array)): () => Uint8Array {
  let bytes = typeof stdin === "function" ? null : stdin;
  return () => {
    bytes ??= (stdin as () => Uint8Array)();
    return bytes;
  };
}

/** Null if the module trapped in the fast form, which does not know where: the exact form does. */
function runForm(job: Job, form: SealForm): WasiResult | null {
  const sealed = job.program.sealed(form, job.limits);
  if (sealed.outcome) return { ...resultOf(sealed.outcome, 0n), stdout: EMPTY, stderr: EMPTY, files: {} };
  const meter = meterFor(job);
  const wasi = new Wasi(job.world, meter);
  const instance = instantiate(sealed.module, { [WASI_MODULE]: wasiImports(wasi), ...meter.imports });
  meter.attach(instance);
  wasi.preopen();
  const { memory, _start } = instance.exports;
  if (memory instanceof WebAssembly.Memory) wasi.memory.attach(memory);
  const end = meter.run(() => {
    meter.start();
    (_start as () => void)();
  });
  const ended = endOf(end);
  return (
    ended && {
      ...ended,
      stdout: wasi.stdout.bytes(),
      stderr: wasi.stderr.bytes(),
      files: job.return_files ? wasi.savePreopens() : {},
    }
  );
}

function meterFor({ limits, on_progress }: Job): Meter {
  return new Meter({
    budget: BigInt(limits.max_instructions),
    slice: BigInt(SANDBOX_LIMITS.slice_instructions),
    ...(on_progress && { onSlice: (used: bigint) => on_progress(Number(used)) }),
  });
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

/** Null if the run has to be repeated in the exact form. */
function endOf(end: RunEnd<void>) {
  switch (end.kind) {
    case "returned":
      return resultOf("ok", end.instructions);
    case "threw":
      if (end.error instanceof RunEnded) return resultOf(end.error.status, end.instructions);
      if (end.error instanceof RunFault) throw end.error;
      throw new RunFault("crashed", `the host failed: ${end.error}`, { cause: end.error });
    case "out_of_instructions":
      return resultOf("out_of_instructions", end.instructions);
    case "trap":
      return resultOf(`trap:${end.trap}`, end.instructions);
    case "run_again_exact":
      return null;
    case "machine_fault":
      throw new RunFault("memory_refused", "this machine has no more memory for the module");
  }
}

function resultOf(status: Status, instructions: bigint) {
  return { status, exit_code: exitCodeOf(status), instructions: Number(instructions) };
}

function exitCodeOf(status: Status): number | null {
  if (status === "ok") return 0;
  return status.startsWith("exit:") ? Number(status.slice("exit:".length)) : null;
}
