import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { OffshoreError } from "@near-offshore/protocol";
import { type Engine, findEngine } from "../backends/docker/engine.ts";
import { LIMITS } from "../limits.ts";

export interface OwnEngine {
  engine: Engine;
  /** Ends the engine, and with it every container. Nothing where another process started it. */
  stop(): Promise<void>;
}

/**
 * Folders of an engine that belongs to one cache folder, so that two checkouts never meet. What it needs while it runs is in /run
 * whatever the cache folder is called: a socket's path has at most 108 bytes.
 */
function foldersOf(cache_dir: string): { data: string; run: string; log: string; socket: string } {
  const id = createHash("sha256").update(path.resolve(cache_dir)).digest("hex").slice(0, 12);
  const run = `/run/near-offshore-${id}`;
  const data = path.join(cache_dir, "docker");
  return { data, run, log: path.join(cache_dir, "dockerd.log"), socket: `unix://${run}/docker.sock` };
}

// However this process ends, kill -9 included, the kernel ends the engine, its containers and its mounts with it.
const WITH_US = [
  "setpriv",
  "--pdeathsig=KILL",
  "unshare",
  "--mount",
  "--pid",
  "--fork",
  "--kill-child",
  "--mount-proc",
];

/**
 * Starts `dockerd` for this cache folder, or finds it running. It has no bridge and leaves the machine's network alone.
 * @throws OffshoreError `unavailable` with the end of its log where it does not start.
 */
export async function startOwnEngine(cache_dir: string): Promise<OwnEngine> {
  const { data, run, log, socket } = foldersOf(cache_dir);
  const running = await findEngine(socket);
  if (running !== null) return { engine: running, stop: async () => {} };
  rmSync(run, { recursive: true, force: true }); // of one that was killed
  for (const folder of [data, run]) mkdirSync(folder, { recursive: true });
  const out = openSync(log, "w");
  const flags = [
    "--bridge=none",
    "--iptables=false",
    "--ip6tables=false",
    `--data-root=${data}`,
    `--exec-root=${run}/exec`,
    `--pidfile=${run}/docker.pid`,
    `--host=${socket}`,
  ];
  const child = spawn(WITH_US[0]!, [...WITH_US.slice(1), "tini", "--", "dockerd", ...flags], {
    stdio: ["ignore", out, out],
    env: daemonEnvironment(),
    detached: true, // a group of its own: `unshare` passes no signal on
  });
  const signal = (name: NodeJS.Signals) => child.pid !== undefined && process.kill(-child.pid, name);
  const exited = new Promise<void>((resolve) => {
    child.on("exit", () => resolve());
    child.on("error", () => resolve());
  });
  let has_exited = false;
  void exited.then(() => {
    has_exited = true;
  });
  const stop = async () => {
    if (!has_exited) signal("SIGTERM");
    const timer = setTimeout(() => signal("SIGKILL"), LIMITS.engine_stop_ms);
    await exited;
    clearTimeout(timer);
    rmSync(run, { recursive: true, force: true });
  };
  for (let waited_ms = 0; waited_ms < LIMITS.engine_start_ms; waited_ms += LIMITS.engine_poll_ms) {
    const engine = await findEngine(socket);
    if (engine !== null) return { engine, stop };
    if (has_exited) break;
    await sleep(LIMITS.engine_poll_ms);
  }
  await stop();
  const said = readFileSync(log, "utf8").slice(-LIMITS.failure_message_chars_max);
  throw new OffshoreError("unavailable", `dockerd did not start:\n${said}`);
}

/** A variable of the machine's own client must not reach the daemon. */
function daemonEnvironment(): NodeJS.ProcessEnv {
  const { DOCKER_HOST: _host, ...env } = process.env;
  // Debian has dockerd and iptables in /usr/sbin, which is not on everybody's path.
  return { ...env, PATH: `${env.PATH}:/usr/sbin:/sbin` };
}
