// What the browser test loads: runs tasks in an executor's Web Worker, for the test to call.
import type { ExecutorTask } from "../../src/index.ts";
import { createExecutor } from "../../src/web.ts";

const toBytes = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

/** A task as it crosses into the page. */
export type PageTask = Omit<ExecutorTask, "module" | "input"> & { module: string; input: string };

const executor = createExecutor();

async function runInPage(task: PageTask) {
  try {
    const bytes = { module: toBytes(task.module), input: toBytes(task.input) };
    const result = await executor.run({ ...task, ...bytes }).result;
    return { ...result, output: toBase64(result.output), stderr: toBase64(result.stderr) };
  } catch (error) {
    const { code, reason, message } = error as { code?: string; reason?: string; message: string };
    return { code, reason, message };
  }
}

Object.assign(globalThis, { runInPage });
