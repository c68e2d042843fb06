import { finished } from "node:stream/promises";
import { OffshoreError } from "@near-offshore/protocol";
import type { Container } from "dockerode";
import { LIMITS } from "../../limits.ts";
import { FirstError } from "../first-error.ts";
import type { Engine } from "./engine.ts";
import { FrameReader, type Stream } from "./frames.ts";
import { SANDBOX_USER, sandbox } from "./sandbox.ts";

export interface ContainerRun {
  /** An image with `entry.sh` for its entry point. */
  image: string;
  command: string[];
  env?: Record<string, string>;
  /** Tars, one after another, unpacked in /work. */
  input: readonly Uint8Array[];
  /** `none` for no network. */
  network: string;
  time_ms: number;
  output_bytes_max: number;
  /** Thrown where it writes more. */
  too_much_output: OffshoreError;
  /** The step, for messages: `the compiler`. */
  what: string;
  log: (text: string) => void;
  signal: AbortSignal;
}

/** Label of every container of ours; its value is the process that has it. */
export const LABEL = "near-offshore.compiler";
/** What `entry.sh` ends with where the kernel ended a process for its memory. */
const OUT_OF_MEMORY = 137;

/**
 * Runs a command in a container of its own, which is gone when this settles, and ends by itself should this process end first.
 * @returns its standard output; standard error is the log
 * @throws OffshoreError `build_failed`: what the command says of its error, or the bound that it passed. `unavailable`: the engine
 *   failed. The signal's reason when aborted.
 */
export async function runContainer(engine: Engine, run: ContainerRun): Promise<Uint8Array> {
  run.signal.throwIfAborted();
  const stop = new AbortController();
  const timer = setTimeout(
    () => stop.abort(passed(run, `took longer than ${run.time_ms / 1000} s`)),
    run.time_ms,
  );
  const signal = AbortSignal.any([run.signal, stop.signal]);
  const output = new Output(run, (error) => stop.abort(error));
  const container = await create(engine, run);
  const removed = container.wait({ condition: "removed" }) as Promise<{ StatusCode: number }>;
  removed.catch(() => {}); // it is looked at below, or the start has failed
  const remove = () => void container.remove({ force: true }).catch(() => {});
  signal.addEventListener("abort", remove, { once: true });
  try {
    const { said } = await start(container, run, output);
    if (signal.aborted) remove(); // it came before there was something to remove
    const { StatusCode: code } = await removed;
    await said;
    signal.throwIfAborted();
    if (code === 0) return output.bytes();
    if (code === OUT_OF_MEMORY)
      throw passed(run, `used more than ${LIMITS.compile_memory_bytes_max / 2 ** 20} MiB of memory`);
    throw new OffshoreError("build_failed", output.error.message() ?? `${run.what} ended with ${code}`);
  } catch (error) {
    remove();
    signal.throwIfAborted();
    throw error instanceof OffshoreError ? error : engineError(error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", remove);
  }
}

/** Removes what a service left that was killed between making a container and starting it; what runs ends by itself. */
export async function sweepContainers({ docker }: Engine): Promise<void> {
  const filters = { label: [LABEL], status: ["created"] };
  for (const { Id, Created } of await docker.listContainers({ all: true, filters }))
    if (Created * 1000 < Date.now() - LIMITS.container_start_ms)
      await docker
        .getContainer(Id)
        .remove({ force: true })
        .catch(() => {}); // another may be quicker
}

async function create({ docker, cpus }: Engine, run: ContainerRun): Promise<Container> {
  const input_bytes = run.input.reduce((sum, { length }) => sum + length, 0);
  const env = { ...run.env, HOME: "/work/home", TMPDIR: "/work/home", LC_ALL: "C.UTF-8" };
  return docker
    .createContainer({
      Image: run.image,
      Cmd: [String(input_bytes), ...run.command],
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      User: SANDBOX_USER,
      WorkingDir: "/work",
      Labels: { [LABEL]: String(process.pid) },
      NetworkDisabled: run.network === "none",
      OpenStdin: true,
      StdinOnce: true, // its standard input ends when we do
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: sandbox(run.network, cpus),
    })
    .catch((error: unknown) => {
      throw engineError(error);
    });
}

/** Starts the container and gives it its input. @returns what settles when all that it says has been heard */
async function start(
  container: Container,
  run: ContainerRun,
  output: Output,
): Promise<{ said: Promise<void> }> {
  const stream = await container.attach({
    stream: true,
    hijack: true,
    stdin: true,
    stdout: true,
    stderr: true,
  });
  const frames = new FrameReader((from, bytes) => output.take(from, bytes));
  stream.on("data", (chunk: Buffer) => frames.read(chunk));
  const said = finished(stream, { writable: false }).catch(() => {});
  await container.start();
  // Not ended: that would end the container.
  for (const bytes of run.input) stream.write(bytes);
  return { said };
}

/** What a container says, bounded. */
class Output {
  readonly error = new FirstError();
  private readonly chunks: Buffer[] = [];
  private readonly decoder = new TextDecoder();
  private readonly run: ContainerRun;
  private readonly onPassed: (error: OffshoreError) => void;
  private readonly heard_bytes = { 1: 0, 2: 0 };

  constructor(run: ContainerRun, onPassed: (error: OffshoreError) => void) {
    this.run = run;
    this.onPassed = onPassed;
  }

  take(from: Stream, bytes: Buffer): void {
    const { run } = this;
    const bytes_max = from === 1 ? run.output_bytes_max : LIMITS.container_log_bytes_max;
    this.heard_bytes[from] += bytes.length;
    if (this.heard_bytes[from] > bytes_max) {
      const too_long = passed(run, `said more than ${bytes_max / 2 ** 20} MiB`);
      this.onPassed(from === 1 ? run.too_much_output : too_long);
      return;
    }
    if (from === 1) {
      this.chunks.push(bytes);
      return;
    }
    const text = this.decoder.decode(bytes, { stream: true });
    this.error.add(text);
    run.log(text);
  }

  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.chunks));
  }
}

function passed({ what }: ContainerRun, bound: string): OffshoreError {
  return new OffshoreError("build_failed", `${what} ${bound}`);
}

function engineError(cause: unknown): OffshoreError {
  return new OffshoreError("unavailable", `the container engine failed: ${(cause as Error).message}`, {
    cause,
  });
}
