import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { LIMITS } from "./limits.ts";
import { ROOT } from "./paths.ts";

/** However this process ends, what it started ends with it. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});

export interface Service {
  readonly name: string;
  readonly pid: number;
  readonly log_path: string;
  /** Exit code, or null where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** SIGTERM to the process and its children, SIGKILL after a while. */
  stop(): Promise<void>;
  /** SIGKILL at once: a crash. */
  kill(): Promise<void>;
}

export interface ServiceOptions {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  cwd?: string;
  log_dir: string;
}

/** Starts a program in a process group of its own, so that stopping it stops what it started; its output goes to a log file. */
export function startService({ name, command, args, env, cwd, log_dir }: ServiceOptions): Service {
  mkdirSync(log_dir, { recursive: true });
  const log_path = path.join(log_dir, `${name}.log`);
  const log = createWriteStream(log_path, { flags: "a" });
  const child = spawn(command, args, {
    cwd: cwd ?? ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  running.add(child);
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.once("error", (error) => {
      log.write(`${error.message}\n`);
      resolve(127);
    });
  });
  const end = async (signal: NodeJS.Signals) => {
    signalGroup(child, signal);
    const timer = setTimeout(() => signalGroup(child, "SIGKILL"), LIMITS.stop_ms);
    await exited;
    clearTimeout(timer);
    signalGroup(child, "SIGKILL");
    running.delete(child);
  };
  return {
    name,
    pid: child.pid ?? 0,
    log_path,
    exited,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

/** Runs a program to its end; rejects with the tail of its output where it fails. */
export async function runToEnd(options: ServiceOptions & { timeout_ms: number }): Promise<void> {
  const service = startService(options);
  const timer = setTimeout(() => void service.kill(), options.timeout_ms);
  const code = await service.exited;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${options.name} failed (${code ?? "killed"}):\n${tail(service.log_path)}`);
}

/** Last lines of a log file, for error messages. */
export function tail(log_path: string, lines = 30): string {
  try {
    return readFileSync(log_path, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } catch {
    return "(no output)";
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}
