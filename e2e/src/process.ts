import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { LIMITS } from "./limits.ts";
import { ROOT } from "./paths.ts";

// Runs "$@" in this process group and ends the whole group when its standard input does: however the program that
// started it ends, kill -9 included, what it started ends with it.
const LEASH = `exec 3<&0 </dev/null
trap : TERM
"$@" & program=$!
(cat <&3; kill -KILL 0) & leash=$!
while :; do wait $program; code=$?; kill -0 $program 2>/dev/null || break; done
kill $leash 2>/dev/null
exit $code`;

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
  /** Hears each line of its standard error, for work that takes long. */
  on_progress?: (line: string) => void;
}

/** Starts a program in a process group of its own, so that stopping it stops what it started; its output goes to a log file. */
export function startService(options: ServiceOptions): Service {
  const { name, command, args, env, cwd, log_dir, on_progress } = options;
  mkdirSync(log_dir, { recursive: true });
  const log_path = path.join(log_dir, `${name}.log`);
  const log = createWriteStream(log_path, { flags: "a" });
  const child = spawn("sh", ["-c", LEASH, "sh", command, ...args], {
    cwd: cwd ?? ROOT,
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  if (on_progress) createInterface({ input: child.stderr }).on("line", on_progress);
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => {
      signalGroup(child, "SIGKILL");
      resolve(code);
    });
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
