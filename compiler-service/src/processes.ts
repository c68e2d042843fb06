import { spawn } from "node:child_process";

export interface ProcessOptions {
  env: Record<string, string>;
  /** Kills the process and all its children. */
  signal: AbortSignal;
  stdin?: string;
  stdout_bytes_max: number;
  stderr_bytes_max: number;
  /** Of one file it writes, in bytes. */
  file_bytes_max: number;
  /** Address space of each process, in bytes. */
  memory_bytes_max: number;
}

export interface ProcessResult {
  /** As a shell tells it, 128 and more where a signal ended the program; null where it was ended with all it started. */
  code: number | null;
  stdout: Buffer;
  /** Its beginning, up to the bound. */
  stderr: string;
  /** Whether it was ended because its output passed the bound. */
  too_much_output: boolean;
}

// The program is in the background with its standard input all the same; when descriptor 3 ends, which it does however this process
// ends, kill -9 included, the whole group is ended.
const LEASH = `exec 4<&0 </dev/null
"$@" <&4 3<&- 4<&- & program=$!
exec 4<&-
(cat <&3; kill -KILL 0) >/dev/null 2>&1 & leash=$!
exec 3<&-
wait $program; code=$?
kill $leash 2>/dev/null
exit $code`;

/**
 * Runs a program to its end under POSIX resource limits, in a process group of its own so that nothing it started outlives it.
 * Rejects with the signal's reason when aborted.
 */
export async function runProcess(command: string[], options: ProcessOptions): Promise<ProcessResult> {
  options.signal.throwIfAborted();
  // POSIX: -f in blocks of 512 bytes; -v in KiB.
  const limits = `ulimit -f ${Math.ceil(options.file_bytes_max / 512)} && ulimit -v ${Math.ceil(options.memory_bytes_max / 1024)} || exit`;
  const child = spawn("/bin/sh", ["-c", `${limits}\n${LEASH}`, "sh", ...command], {
    env: options.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const kill = () => {
    try {
      process.kill(-child.pid!, "SIGKILL");
    } catch {
      // It has ended already.
    }
  };
  options.signal.addEventListener("abort", kill, { once: true });
  const stdout = new BoundedOutput(options.stdout_bytes_max, kill);
  const stderr = new BoundedOutput(options.stderr_bytes_max, () => {});
  child.stdout.on("data", (chunk: Buffer) => stdout.add(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.add(chunk));
  child.stdin.on("error", () => {}); // a program may end without reading it all
  child.stdin.end(options.stdin ?? "");
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", kill); // what it left has our pipes, which would never close
      child.on("close", resolve);
    });
    options.signal.throwIfAborted();
    return {
      code,
      stdout: stdout.bytes(),
      stderr: stderr.bytes().toString(),
      too_much_output: stdout.is_over,
    };
  } finally {
    options.signal.removeEventListener("abort", kill);
    kill();
  }
}

class BoundedOutput {
  is_over = false;
  private readonly chunks: Buffer[] = [];
  private length_bytes = 0;
  private readonly bytes_max: number;
  private readonly onOver: () => void;

  constructor(bytes_max: number, onOver: () => void) {
    this.bytes_max = bytes_max;
    this.onOver = onOver;
  }

  add(chunk: Buffer): void {
    const room = this.bytes_max - this.length_bytes;
    if (chunk.length > room) {
      this.is_over = true;
      this.onOver();
    }
    if (room <= 0) return;
    this.chunks.push(chunk.subarray(0, room));
    this.length_bytes += Math.min(chunk.length, room);
  }

  bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
}
