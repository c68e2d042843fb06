// A thread that runs LLVM's tools (npm's @yowasp/clang: clang and wasm-ld compiled to WASM), one job at a time.
import { parentPort } from "node:worker_threads";
import { commands } from "@yowasp/clang";
import type { LlvmJob, LlvmReply } from "./llvm.ts";

parentPort?.on("message", async (job: LlvmJob) => parentPort?.postMessage(await run(job)));

async function run({ args, files, output }: LlvmJob): Promise<LlvmReply> {
  let diagnostics = "";
  const collect = (bytes: Uint8Array | null) => {
    if (bytes !== null) diagnostics += new TextDecoder().decode(bytes);
  };
  try {
    // Loaded here, because a run that has to load them prints its progress.
    await commands.clang(undefined, {}, { fetchProgress: () => {} });
    const options = { stdout: collect, stderr: collect };
    const tree = await commands.clang([...args, "-o", output], files, options);
    const bytes = tree?.[output];
    if (!(bytes instanceof Uint8Array)) throw new Error(`clang made no ${output}`);
    return { bytes };
  } catch (error) {
    // The error itself carries the whole file tree: its message and what clang printed are what helps.
    return { error: `${error instanceof Error ? error.message : String(error)}\n${diagnostics}` };
  }
}
