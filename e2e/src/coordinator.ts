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

/** The coordinator under `wrangler dev`, not started yet. Its migrations are applied before the first start. */
export function prepareCoordinator(options: CoordinatorOptions): Coordinator {
  const url = `http://127.0.0.1:${options.port}`;
  let service: Service | null = null;
  let stopped = false;
  return {
    url,
    start: async () => {
      if (service === null) await applyMigrations(options);
      if (stopped) return;
      service = startWrangler(options);
      await healthy(url, service);
    },
    kill: async () => service?.kill(),
    stop: async () => {
      stopped = true;
      await service?.stop();
    },
  };
}

async function applyMigrations({ state_dir, log_dir }: CoordinatorOptions): Promise<void> {
  await runToEnd({
    name: "migrations",
    command: "wrangler",
    args: ["d1", "migrations", "apply", "DB", "--local", "--persist-to", state_dir],
    cwd: FOLDER,
    env: QUIET,
    log_dir,
    timeout_ms: LIMITS.ready_ms,
  });
}

function startWrangler({ port, state_dir, log_dir, vars }: CoordinatorOptions): Service {
  mkdirSync(state_dir, { recursive: true });
  const env_file = path.join(state_dir, "vars.env");
  const lines = Object.entries(vars).map(([name, value]) => `${name}="${value}"\n`);
  writeFileSync(env_file, lines.join(""), { mode: 0o600 });
  const where = [
    "--ip",
    "127.0.0.1",
    "--port",
    String(port),
    "--inspector-port",
    "0",
    "--persist-to",
    state_dir,
  ];
  return startService({
    name: "coordinator",
    command: "wrangler",
    args: ["dev", "--local", ...where, "--show-interactive-dev-session=false", "--env-file", env_file],
    cwd: FOLDER,
    env: QUIET,
    log_dir,
  });
}

async function healthy(url: string, service: Service): Promise<void> {
  let exit_code: number | null | undefined;
  void service.exited.then((code) => {
    exit_code = code;
  });
  await until(
    `the coordinator (its log: ${service.log_path})`,
    async () => {
      if (exit_code !== undefined) throw new Error(`the coordinator stopped:\n${tail(service.log_path)}`);
      return fetch(`${url}/v1/health`).then(
        (reply) => reply.ok,
        () => false,
      );
    },
    { timeout_ms: LIMITS.ready_ms, every_ms: LIMITS.poll_ms },
  );
}
