import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { LIMITS } from "./limits.ts";
import { until } from "./log.ts";
import { at } from "./paths.ts";
import { runToEnd, type Service, startService, tail } from "./process.ts";

export interface CoordinatorOptions {
  port: number;
  /** Where D1, KV and Durable Objects persist. */
  state_dir: string;
  log_dir: string;
  /** Configuration of the Worker, by variable name. */
  vars: Record<string, string>;
}

export interface Coordinator {
  readonly url: string;
  /** SIGKILL, as a crash would; the state stays. */
  kill(): Promise<void>;
  /** Starts it again on the same state. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const FOLDER = at("coordinator-worker");
const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
  CI: "true",
};

/** The coordinator under `wrangler dev`, with its migrations applied. */
export async function startCoordinator(options: CoordinatorOptions): Promise<Coordinator> {
  const url = `http://127.0.0.1:${options.port}`;
  mkdirSync(options.state_dir, { recursive: true });
  const env_file = path.join(options.state_dir, "vars.env");
  writeFileSync(
    env_file,
    Object.entries(options.vars)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join(""),
    {
      mode: 0o600,
    },
  );
  await runToEnd({
    name: "migrations",
    command: "wrangler",
    args: ["d1", "migrations", "apply", "DB", "--local", "--persist-to", options.state_dir],
    cwd: FOLDER,
    env: QUIET,
    log_dir: options.log_dir,
    timeout_ms: LIMITS.ready_ms,
  });
  let service: Service | null = null;
  const start = async () => {
    const args = [
      "dev",
      "--local",
      "--ip",
      "127.0.0.1",
      "--port",
      String(options.port),
      "--inspector-port",
      "0",
    ];
    args.push(
      "--persist-to",
      options.state_dir,
      "--show-interactive-dev-session=false",
      "--env-file",
      env_file,
    );
    const started = startService({
      name: "coordinator",
      command: "wrangler",
      args,
      cwd: FOLDER,
      env: QUIET,
      log_dir: options.log_dir,
    });
    service = started;
    let exit_code: number | null | undefined;
    void started.exited.then((code) => {
      exit_code = code;
    });
    await until(
      `the coordinator (its log: ${started.log_path})`,
      async () => {
        if (exit_code !== undefined) throw new Error(`the coordinator stopped:\n${tail(started.log_path)}`);
        return fetch(`${url}/v1/health`).then(
          (r) => r.ok,
          () => false,
        );
      },
      { timeout_ms: LIMITS.ready_ms, every_ms: LIMITS.poll_ms },
    );
  };
  await start();
  return {
    url,
    start,
    kill: async () => service?.kill(),
    stop: async () => service?.stop(),
  };
}
