import { COUNT, withReferenceCounter } from "../../sealer/test/reference.ts";
import { toWasiTask } from "../src/run.ts";
import type { RunResult, RunTask, WasiTask } from "../src/types.ts";
import { WASI_MODULE } from "../src/wasi/calls.ts";
import { RunEnded } from "../src/wasi/errors.ts";
import { wasiImports } from "../src/wasi/imports.ts";
import { Wasi } from "../src/wasi/wasi.ts";

const BYTES_PER_MB = 1024 * 1024;

/** A task without functions, that says everything. */
export type PlainTask = RunTask & { module: Uint8Array };

export interface ReferenceResult {
  /** `trap:other` for any trap. */
  status: string;
  output: Uint8Array;
  instructions: number;
}

/** What a run had written when the count was this. */
export interface Written {
  instructions: number;
  stdout: Uint8Array;
  stderr: Uint8Array;
  files: WasiTask["preopens"];
}

class OutOfBudget extends Error {}

/**
 * What the reference counter says of a run: the module with an addition before each operator, in the sandbox's own WASI.
 * Nothing limits the stack, nor the memory but what the module declares.
 * @param on_call is called after every WASI call that returned
 */
export function runReference(task: PlainTask, on_call?: (written: Written) => void): ReferenceResult {
  const max_instructions = task.limits.max_instructions;
  const budget = BigInt(max_instructions);
  const module = new WebAssembly.Module(withReferenceCounter(task.module, budget, true));
  let count = new WebAssembly.Global({ value: "i64", mutable: true }, 0n);
  const wasi = new Wasi(worldOf(task), {
    used: () => count.value,
    charge: (cost) => {
      count.value += cost;
      if (count.value > budget) throw new OutOfBudget();
    },
  });
  const written = () => ({
    instructions: Number(count.value),
    stdout: wasi.stdout.bytes(),
    stderr: wasi.stderr.bytes(),
    files: wasi.savePreopens(),
  });
  const imports = on_call ? observed(wasiImports(wasi), () => on_call(written())) : wasiImports(wasi);
  const instance = new WebAssembly.Instance(module, { [WASI_MODULE]: imports });
  count = instance.exports[COUNT] as typeof count;
  wasi.preopen();
  if (instance.exports.memory instanceof WebAssembly.Memory) wasi.memory.attach(instance.exports.memory);
  const status = statusOf(() => (instance.exports._start as () => void)());
  const is_over = count.value > budget;
  const has_output = !is_over && (status === "ok" || status.startsWith("exit:"));
  return {
    status: is_over ? "out_of_instructions" : status,
    output: has_output ? wasi.stdout.bytes() : new Uint8Array(0),
    instructions: is_over ? max_instructions : Number(count.value),
  };
}

function observed(imports: ReturnType<typeof wasiImports>, after: () => void): typeof imports {
  const functions = Object.entries(imports).map(([name, call]) => [
    name,
    (...args: Parameters<typeof call>) => {
      const errno = call(...args);
      after();
      return errno;
    },
  ]);
  return Object.fromEntries(functions);
}

function worldOf(task: PlainTask) {
  const { env, stdin, limits, start_ns, seed, args, preopens } = toWasiTask(task);
  const { max_memory_mb, stdout_bytes_max, stderr_bytes_max } = limits;
  return {
    args,
    environ: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    stdin: () => stdin,
    preopens,
    seed,
    start_ns,
    files_bytes_max: max_memory_mb * BYTES_PER_MB,
    stdout_bytes_max,
    stderr_bytes_max,
  };
}

function statusOf(run: () => void): RunResult["status"] {
  try {
    run();
    return "ok";
  } catch (error) {
    if (error instanceof RunEnded) return error.status;
    if (error instanceof WebAssembly.RuntimeError) return "trap:other";
    if (error instanceof OutOfBudget) return "out_of_instructions";
    throw error;
  }
}
