import path from "node:path";
import { buildOnce } from "./build-cache.ts";
import { LIMITS } from "./limits.ts";
import { say } from "./log.ts";
import { at, CACHE } from "./paths.ts";
import { runToEnd } from "./process.ts";

const log_dir = path.join(CACHE, "logs");

/** `contract/dist/*.wasm`. The contract's build keeps its own cache; a second call takes a moment. */
export async function buildContract(): Promise<void> {
  await runToEnd({
    name: "contract-build",
    command: "node",
    args: [at("contract/build/build.ts")],
    log_dir,
    on_progress: say,
    timeout_ms: LIMITS.contract_build_ms,
  });
}

/** `web-worker-client/dist`, unless nothing that goes into it has changed. */
export async function buildPage(): Promise<void> {
  await buildOnce("page", {
    inputs: [
      "web-worker-client",
      "packages/volunteer/src",
      "packages/wasi-sandbox/src",
      "packages/sealer/src",
      "packages/protocol/src",
      "package-lock.json",
    ].map((p) => at(p)),
    output: at("web-worker-client/dist/index.html"),
    build: async () => {
      say("setup: building the volunteer page (vite)");
      await runToEnd({
        name: "page-build",
        command: "vite",
        args: ["build", at("web-worker-client")],
        log_dir,
        timeout_ms: LIMITS.ready_ms,
      });
    },
  });
}
