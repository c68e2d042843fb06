import { hexToBytes, LIMITS } from "@near-offshore/protocol";
import { environment } from "./environment.ts";
import { SANDBOX_LIMITS } from "./limits.ts";
import { runWasi } from "./run-wasi.ts";
import type { RunResult, RunTask, WasiResult, WasiTask } from "./types.ts";

/**
 * Runs a task of the network to its end and gives the outcome: `runWasi` with the protocol's program interface. Blocks the thread.
 * @throws OffshoreError `bad_module` if the module cannot run on any machine
 * @throws RunFault if this machine could not finish it, which is no outcome
 * @example runModule({ module, input, limits: { max_instructions: 1e9, max_memory_mb: 128 }, context }).status
 */
export function runModule(task: RunTask): RunResult {
  return toRunResult(runWasi(toWasiTask(task)));
}

/** The world that the protocol gives a program: input on stdin, an empty directory, and nothing that is not of the request. */
export function toWasiTask<T extends Omit<RunTask, "on_progress">>({ input, limits, context, ...rest }: T) {
  return {
    ...rest,
    args: ["module.wasm"],
    env: environment(context, limits),
    preopens: { "/": {} },
    stdin: input,
    limits: {
      ...limits,
      stdout_bytes_max: LIMITS.output_bytes_max,
      stderr_bytes_max: SANDBOX_LIMITS.stderr_bytes_max,
    },
    seed: hexToBytes(context.seed),
    start_ns: BigInt(context.block_timestamp),
  } satisfies Omit<WasiTask, "module">;
}

/** The outcome in a result: output counts only if the program ended by itself. */
export function toRunResult({ status, exit_code, stdout, stderr, instructions }: WasiResult): RunResult {
  return { status, output: exit_code === null ? new Uint8Array(0) : stdout, instructions, stderr };
}
